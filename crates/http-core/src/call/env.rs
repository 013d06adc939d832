//! Settings from environment variables, as every client's `from_env` reads them. One line end at the end of a value is
//! that of the file it was read from and is taken off. Any other control character, and a pair of quotes around a value,
//! which a shell would have taken off and `docker --env-file` leaves there, is refused.

use crate::call::check;
use crate::error::configuration::ConfigurationError;
use crate::secret::Secret;

/// A variable that must be there and not empty.
pub fn required(name: &str) -> Result<Secret, ConfigurationError> {
    optional(name)?.ok_or_else(|| unusable(name, "is not set; set it, or use the builder"))
}

/// A variable that may be missing, but not empty: nobody could tell which value was meant.
pub fn optional(name: &str) -> Result<Option<Secret>, ConfigurationError> {
    match variable(name)? {
        Some(value) if value.expose().is_empty() => {
            Err(unusable(name, "is empty: give it a value, or remove it"))
        }
        value => Ok(value),
    }
}

/// A variable that must be there and hold a token or an API key.
pub fn token(name: &str) -> Result<Secret, ConfigurationError> {
    let token = required(name)?;
    check::token(&the_variable(name), token.expose())?;
    Ok(token)
}

/// A variable as it is used, if it is there.
pub(crate) fn variable(name: &str) -> Result<Option<Secret>, ConfigurationError> {
    match std::env::var(name) {
        Ok(value) => read(name, value).map(Some),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(unusable(name, "is not valid UTF-8")),
    }
}

fn read(name: &str, value: String) -> Result<Secret, ConfigurationError> {
    let line = ["\r\n", "\n", "\r"]
        .iter()
        .find_map(|end| value.strip_suffix(end));
    let text = line.unwrap_or(&value);
    let length = text.len();
    let is_quoted = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    if text.contains(char::is_control) {
        return Err(unusable(name, "has a line break or another control character"));
    }
    if is_quoted('"') || is_quoted('\'') {
        return Err(unusable(
            name,
            "has quotes around its value: remove them; if they belong to it, give it to the builder",
        ));
    }
    // In place: a copy would leave the secret in memory.
    let mut value = value;
    value.truncate(length);
    Ok(Secret::from(value))
}

fn unusable(name: &str, why: &str) -> ConfigurationError {
    ConfigurationError::new(format!("{} {why}", the_variable(name)))
}

pub(crate) fn the_variable(name: &str) -> String {
    format!("the environment variable {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_taken_off_and_nothing_else() {
        for (value, text) in [
            ("abcd", "abcd"),
            ("abcd\n", "abcd"),
            ("abcd\r\n", "abcd"),
            ("abcd\r", "abcd"),
            ("\n", ""),
            (" a b ", " a b "),
            ("\"abcd", "\"abcd"),
            ("abcd'", "abcd'"),
            ("'abcd\"", "'abcd\""),
            ("\"", "\""),
            ("a\"b\"c", "a\"b\"c"),
            ("رمز\u{200C}من", "رمز\u{200C}من"),
        ] {
            assert_eq!(
                read("NAME", value.to_owned()).unwrap().expose(),
                text,
                "{value:?}"
            );
        }
    }

    #[test]
    fn control_characters_and_quotes_around_it_are_refused_by_name() {
        for (value, says) in [
            ("abcd\n\n", "line break"),
            ("abcd\n\r", "line break"),
            ("\nabcd", "line break"),
            ("ab\r\ncd", "line break"),
            ("ab\tcd", "control character"),
            ("abcd\0", "control character"),
            ("ab\u{85}cd", "control character"),
            ("\"abcd\"", "quotes"),
            ("'abcd'", "quotes"),
            ("'abcd'\n", "quotes"),
            ("\"\"", "quotes"),
        ] {
            let why = read("NAME", value.to_owned()).unwrap_err().to_string();
            assert!(why.starts_with("the environment variable NAME has"), "{why}");
            assert!(why.contains(says) && !why.contains("abcd"), "{why}");
        }
    }
}
