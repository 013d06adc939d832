use std::error::Error;
use std::fmt;

use crate::secret::redactor::Redactor;

/// Chains deeper than this are cut: they say nothing more.
const DEEPEST: usize = 16;

/// One link in the chain of reasons below an error, as text. The libraries below us put URLs and headers into
/// their errors; only their words are kept, and only after redaction.
#[derive(Clone)]
pub struct Cause {
    text: String,
    source: Option<Box<Cause>>,
}

impl Cause {
    pub(crate) fn flatten(error: &(dyn Error + 'static), redactor: &Redactor) -> Self {
        Self::flatten_to(error, redactor, DEEPEST)
    }

    /// The last of the reasons.
    pub(crate) fn root(&self) -> &Self {
        self.source.as_deref().map_or(self, Self::root)
    }

    fn flatten_to(error: &(dyn Error + 'static), redactor: &Redactor, depth: usize) -> Self {
        Self {
            text: redactor.redact(&error.to_string()).into_owned(),
            source: error
                .source()
                .filter(|_| depth > 0)
                .map(|source| Box::new(Self::flatten_to(source, redactor, depth - 1))),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)?;
        match &self.source {
            Some(source) => write!(f, " <- {source:?}"),
            None => Ok(()),
        }
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|cause| cause as _)
    }
}
