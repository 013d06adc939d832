pub(crate) mod encodings;
pub(crate) mod redactor;

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error};
use zeroize::Zeroizing;

/// A token, key or password: it prints as `Secret(..)`, is wiped from memory with its last clone, and is read
/// only through [`expose`](Self::expose). It deserialises from a string, and never serialises.
///
/// ```
/// # use payvand_http_core::Secret;
/// let token = Secret::from("not-a-real-token");
/// assert_eq!(format!("{token:?}"), "Secret(..)");
/// assert_eq!(token.expose(), "not-a-real-token");
/// ```
#[derive(Clone)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// The text itself. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Arc::new(Zeroizing::new(text)))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// From a string. The error of the format would quote what is none, such as a number: this one quotes nothing.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)
            .map(Self::from)
            .map_err(|_| D::Error::custom("a secret could not be read: it is to be a string"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deserialises_from_a_string_and_no_error_quotes_it() {
        let secret: Secret = serde_json::from_str(r#""not-a-\u0072eal-token""#).unwrap();
        assert_eq!(secret.expose(), "not-a-real-token");
        for json in [
            "31415926",
            "-31415926",
            "3141.5926",
            "true",
            "null",
            "[31415926]",
            r#"{"31415926":1}"#,
        ] {
            let error = serde_json::from_str::<Secret>(json).unwrap_err().to_string();
            assert!(error.starts_with("a secret could not be read"), "{error}");
            assert!(!error.contains("3141") && !error.contains("true"), "{error}");
        }
    }
}
