use std::fmt;

/// A message for one number: a text, and the values of a template for a provider that has one.
///
/// `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    text: String,
    values: Vec<(String, String)>,
}

impl Message {
    /// A message of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            values: Vec::new(),
        }
    }

    /// A value for the template, in place of one of the same name that was set before.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.values.retain(|it| it.0 != name);
        self.values.push((name, value));
        self
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values of the template by their names.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (&**name, &**value))
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").finish_non_exhaustive()
    }
}
