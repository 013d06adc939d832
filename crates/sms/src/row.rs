use std::fmt;
use std::sync::Arc;

use payvand_persian::Mobile;

/// One message of a bulk: a number and a text. Clones share the text, so one text to many numbers is held once.
///
/// `Debug` masks the number and leaves out the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    to: Mobile,
    text: Arc<str>,
}

impl Row {
    /// A text for a number.
    pub fn new(to: Mobile, text: impl Into<Arc<str>>) -> Self {
        Self {
            to,
            text: text.into(),
        }
    }

    /// The number.
    pub fn to(&self) -> Mobile {
        self.to
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn has_text_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.text, &other.text) || self.text == other.text
    }
}

impl<T: Into<Arc<str>>> From<(Mobile, T)> for Row {
    fn from((to, text): (Mobile, T)) -> Self {
        Self::new(to, text)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}
