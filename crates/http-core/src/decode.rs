//! From a response to what it says: the JSON in it, fields by any spelling of their names, numbers and texts as
//! providers write them. Nothing here depends on the features of `serde_json` that a user's program may switch on.

pub(crate) mod body;
mod kept_fields;
mod number;
mod object;
pub(crate) mod place;
pub(crate) mod raw;
mod scan;
pub(crate) mod search;
mod string_enum;
pub mod text;
pub(crate) mod unescape;

pub use body::{REDIRECT, by_http_status, not_the_providers, object, somebody_elses, text, unquoted};
pub use kept_fields::KeptFields;
pub use object::Object;
pub use raw::Raw;
pub use search::{Search, search};
pub use string_enum::UnknownWord;
