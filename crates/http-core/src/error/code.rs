use std::borrow::Cow;
use std::fmt;

use crate::language::Language;

/// What a provider's crate knows about the provider's error codes.
pub trait Code: fmt::Debug + Clone + PartialEq + Send + Sync + 'static {
    /// What else a refusal of this provider carries, such as a list of invalid fields; `()` if nothing.
    type Details: fmt::Debug + Clone + Send + Sync + 'static;

    /// A sentence that may be shown to an end user.
    fn describe(&self, language: Language) -> Cow<'static, str>;
}
