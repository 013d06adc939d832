use std::borrow::Cow;
use std::fmt::Display;

use http_core::Language;

/// A sentence in both languages.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    english: Cow<'static, str>,
    persian: Cow<'static, str>,
}

impl Words {
    pub(crate) fn new(english: impl Into<Cow<'static, str>>, persian: impl Into<Cow<'static, str>>) -> Self {
        Self {
            english: english.into(),
            persian: persian.into(),
        }
    }

    /// The same in both, such as what another library says.
    pub(crate) fn untranslated(text: impl Display) -> Self {
        let text = text.to_string();
        Self::new(text.clone(), text)
    }

    /// Both, with this before them.
    pub(crate) fn after(self, what: impl Display) -> Self {
        Self::new(
            format!("{what}: {}", self.english),
            format!("{what}: {}", self.persian),
        )
    }

    pub(crate) fn of(&self, language: Language) -> &str {
        match language {
            Language::Persian => &self.persian,
            _ => &self.english,
        }
    }
}
