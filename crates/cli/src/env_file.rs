//! Files of `NAME=value` lines, as shells, Docker and dotenv libraries write them.

use std::collections::BTreeMap;

use http_core::Secret;

pub(crate) type Variables = BTreeMap<String, Secret>;

/// Empty lines and those that begin with `#` say nothing. `export` before a name is passed over, and so are white space
/// around name and value and a pair of quotes around the value; in double quotes `\"` and `\\` are what they stand for. A
/// `#` or a `$` in a value belongs to it. An error names the line and quotes nothing of it.
pub(crate) fn parse(text: &str) -> Result<Variables, String> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines = text.lines().map(str::trim).zip(1_usize..);
    let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(line, number)| variable(line).map_err(|why| format!("line {number}: {why}")))
        .collect()
}

fn variable(line: &str) -> Result<(String, Secret), &'static str> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=').ok_or("it is not NAME=value")?;
    let name = name.trim();
    if name.is_empty() || !name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_') {
        return Err("what stands before `=` is not the name of a variable");
    }
    let value = unquoted(value.trim())?;
    if value.contains(char::is_control) {
        return Err("the value has a control character");
    }
    Ok((name.to_owned(), Secret::from(value)))
}

fn unquoted(value: &str) -> Result<String, &'static str> {
    let Some(quote) = value.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
        return Ok(value.to_owned());
    };
    let mut text = String::new();
    let mut rest = value.chars().skip(1);
    while let Some(c) = rest.next() {
        match c {
            '\\' if quote == '"' => match rest.next() {
                Some(c @ ('"' | '\\')) => text.push(c),
                Some(c) => text.extend(['\\', c]),
                None => break,
            },
            c if c == quote => {
                return if rest.next().is_none() {
                    Ok(text)
                } else {
                    Err("something follows the closing quote")
                };
            }
            c => text.push(c),
        }
    }
    Err("the quote is not closed")
}

/// The text with these variables in place of those of the same names.
pub(crate) fn with(text: &str, variables: &[(&str, Secret)]) -> Secret {
    let is_replaced = |line: &&str| {
        let name = line.trim_start().strip_prefix("export ").unwrap_or(line);
        let name = name.split('=').next().unwrap_or_default().trim();
        variables.iter().any(|(it, _)| *it == name)
    };
    let old = text.lines().filter(|line| !is_replaced(line));
    let new = variables.iter().map(|(name, value)| {
        let value = value.expose().replace('\\', "\\\\").replace('"', "\\\"");
        format!("{name}=\"{value}\"")
    });
    let lines: Vec<_> = old.map(str::to_owned).chain(new).chain([String::new()]).collect();
    Secret::from(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_were_meant() {
        for (line, value) in [
            ("A=abc", "abc"),
            ("\u{FEFF}export A = abc \r\n", "abc"),
            ("# a comment\n\nA=a#b$c", "a#b$c"),
            ("A=\"a \\\" \\\\ b\"", "a \" \\ b"),
            ("A='a \\ \" b'\r\nB=1", "a \\ \" b"),
            ("A=\"a\\nb\"", "a\\nb"),
            ("A=", ""),
            ("A=رمز‌من", "رمز‌من"),
            ("A=a=b", "a=b"),
            ("A=1\nA=2", "2"),
        ] {
            assert_eq!(parse(line).unwrap()["A"].expose(), value, "{line:?}");
        }
    }

    #[test]
    fn an_error_names_the_line_and_quotes_nothing() {
        for (text, says) in [
            ("A=1\nsecret", "line 2: it is not"),
            ("secret secret=1", "line 1: what stands"),
            ("A=\"secret", "line 1: the quote is not closed"),
            ("A='secret' x", "line 1: something follows"),
            ("A=\"secret\\", "line 1: the quote is not closed"),
            ("A=sec\tret", "line 1: the value has a control character"),
        ] {
            let why = parse(text).unwrap_err();
            assert!(why.starts_with(says) && !why.contains("secret"), "{why}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let old = "# mine\nexport A=old\r\nB=2\n";
        let value = "a \"quoted\" \\ #value' $x";
        let new = with(old, &[("A", Secret::from(value)), ("C", Secret::from(""))]);
        assert!(new.expose().starts_with("# mine\nB=2\nA="));
        let read = parse(new.expose()).unwrap();
        assert_eq!(read["A"].expose(), value);
        assert_eq!((read["B"].expose(), read["C"].expose()), ("2", ""));
    }
}
