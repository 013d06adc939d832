use std::borrow::Cow;
use std::fmt;

use crate::language::Language;

/// What a provider's crate knows about its error codes, and about the mistakes it finds itself.
pub trait Code: fmt::Debug + Clone + PartialEq + Send + Sync + 'static {
    /// What else a refusal of this provider carries, such as a list of invalid fields; `()` if nothing.
    type Details: fmt::Debug + Send + Sync + 'static;

    /// A sentence that may be shown to an end user.
    fn describe(&self, language: Language) -> Cow<'static, str>;
}
