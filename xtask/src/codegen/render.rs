//! The templates, and the filters that they use.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, UndefinedBehavior, Value};

const DOC_WIDTH: usize = 110;

/// The templates, each named after the kind of file that it gives.
pub(crate) fn templates() -> Result<Environment<'static>, Error> {
    let mut templates = Environment::new();
    templates.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?,
    );
    templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    templates.add_filter("capital", capital);
    templates.add_filter("code", code);
    templates.add_filter("doc", doc);
    templates.add_filter("grouped", grouped);
    templates.add_filter("literal", literal);
    templates.add_filter("mark", mark);
    templates.add_filter("pascal", |name: &str| {
        name.split(['_', '-']).map(capital).collect::<String>()
    });
    templates.add_filter("row", |cells: Vec<Value>| row(&cells));
    templates.add_filter("unlinked", unlinked);
    templates.add_test("ascii", |text: &str| text.is_ascii());
    templates.add_template("module.rs", include_str!("templates/module.rs.j2"))?;
    templates.add_template("page.md", include_str!("templates/page.md.j2"))?;
    templates.add_template("known.md", include_str!("templates/known.md.j2"))?;
    templates.add_template("contact.md", include_str!("templates/contact.md.j2"))?;
    templates.add_template("codes_fa.md", include_str!("templates/codes_fa.md.j2"))?;
    templates.add_template("index.md", include_str!("templates/index.md.j2"))?;
    Ok(templates)
}

/// A value as code: a text without its quotes, anything else as JSON.
fn code(value: &Value) -> String {
    let json = || serde_json::to_string(value).unwrap_or_default();
    format!("`{}`", value.as_str().map_or_else(json, str::to_owned))
}

/// A row of a table. What is undefined is no column at all.
fn row(cells: &[Value]) -> String {
    let mut row = String::from("|");
    for cell in cells.iter().filter(|it| !it.is_undefined()) {
        for word in cell.to_string().split_whitespace() {
            row.extend([" ", &word.replace('|', "\\|")]);
        }
        row.push_str(" |");
    }
    row
}

/// The text without the links that only Rust's documentation can follow.
fn unlinked(text: &str) -> String {
    let mut parts = text.split("](");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((target, rest)) if target.contains("::") => {
                if let Some(bracket) = out.rfind('[') {
                    out.remove(bracket);
                }
                out.push_str(rest);
            }
            _ => out.extend(["](", part]),
        }
    }
    out
}

/// Documentation, wrapped: rustfmt leaves comments alone.
fn doc(text: &str) -> String {
    let mut lines = Vec::new();
    for paragraph in text.trim().lines() {
        let mut line = String::from("///");
        for word in paragraph.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > DOC_WIDTH {
                lines.push(std::mem::replace(&mut line, "///".to_owned()));
            }
            line.extend([" ", word]);
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// A string literal. Not `{:?}`, which escapes half-spaces; rustc wants isolates escaped.
fn literal(text: &str) -> String {
    let text = text
        .trim()
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\u{2066}', "\\u{2066}")
        .replace('\u{2069}', "\\u{2069}");
    format!("\"{text}\"")
}

/// What marks a basis in a table: nothing for the provider's document, and for an observation its date too.
fn mark(basis: &Value) -> String {
    match basis.as_str().unwrap_or("document") {
        "document" => String::new(),
        "inference" => "I".to_owned(),
        "field" => "F".to_owned(),
        observed => observed.replace("observed", "O"),
    }
}

/// With a separator between thousands from five digits on, as clippy likes it.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if digits.len() > 4 && index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

/// With a capital, if it begins with a letter of ASCII.
fn capital(text: &str) -> String {
    let (first, rest) = text.split_at_checked(1).unwrap_or(("", text));
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_into_rust_are_taken_out() {
        assert_eq!(
            unlinked("see [`A`](crate::A::b), [`B`](Self::B) and [this](page.md) [1]"),
            "see `A`, `B` and [this](page.md) [1]"
        );
    }

    #[test]
    fn numbers_and_literals() {
        assert_eq!(
            [0, 7000, 12_345, 1_000_000, -20_000].map(grouped),
            ["0", "7000", "12_345", "1_000_000", "-20_000"]
        );
        assert_eq!(literal("تعیین‌شده \"a\\b\"\n"), "\"تعیین‌شده \\\"a\\\\b\\\"\"");
        assert_eq!(literal("\u{2066}a\u{2069}"), r#""\u{2066}a\u{2069}""#);
    }

    #[test]
    fn documentation_is_wrapped_and_keeps_its_paragraphs() {
        let out = doc(&format!("{}\n\nlast\n", "word ".repeat(30)));
        assert!(out.lines().all(|line| line.chars().count() <= DOC_WIDTH), "{out}");
        assert!(out.ends_with("\n///\n/// last"), "{out}");
        assert_eq!(out.lines().count(), 4);
    }

    #[test]
    fn names_are_written_as_rust_writes_them() {
        let templates = templates().unwrap();
        let written =
            |name: &str| templates.render_str("{{ name | pascal }}", minijinja::context! { name => name });
        assert_eq!(written("order_status").unwrap(), "OrderStatus");
        assert_eq!(written("non-idempotent").unwrap(), "NonIdempotent");
    }
}
