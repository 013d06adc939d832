mod encodings;
pub(crate) mod redactor;

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

/// A token, key or password: it prints as `Secret(..)`, is wiped from memory with its last clone, and is read
/// only through [`expose`](Self::expose).
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
