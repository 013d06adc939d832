//! Where reading failed, and why, without a word of the answer.

use std::borrow::Cow;

/// A part of an answer that is not what the contract says.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// Steps below the level that was read, such as `.linkVos`.
    pub(crate) path: String,
    pub(crate) detail: Cow<'static, str>,
}

impl Unreadable {
    pub(crate) fn new(path: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        let (path, detail) = (path.into(), detail.into());
        Self { path, detail }
    }

    pub(crate) fn missing(key: &str) -> Self {
        Self::new("", format!("missing field `{key}`"))
    }

    pub(crate) fn duplicate(key: &str) -> Self {
        Self::new("", format!("duplicate field `{key}`"))
    }

    pub(crate) fn other_type(key: &str) -> Self {
        let path = format!(".{key}");
        Self::new(path, "a value is not of the type that the contract has there")
    }

    /// With this number of levels of the envelope around it.
    pub(crate) fn below(self, levels: usize) -> Self {
        Self::new(".result".repeat(levels) + &self.path, self.detail)
    }
}
