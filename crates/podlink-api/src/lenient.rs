//! The fields of a payload. What is optional and cannot be read stays one of the object's others, as it was sent.

use http_core::decode::{KeptFields, Object, Raw};

use crate::envelope::Context;
use crate::error::ErrorBuilder;
use crate::json_path::{duplicate, missing, other_type};

pub(crate) fn required<'a, T>(
    object: &mut Object<'a>,
    key: &str,
    read: impl FnOnce(Raw<'a>) -> Option<T>,
    context: &Context<'_>,
) -> Result<T, ErrorBuilder> {
    let value = object.take(key).ok_or_else(|| missing(context.depth, key))?;
    read(value).ok_or_else(|| other_type(context.depth, key))
}

/// What is left once the fields are taken; none of them may stand there twice.
pub(crate) fn unknown(object: &Object<'_>, context: &Context<'_>) -> Result<KeptFields, ErrorBuilder> {
    match object.taken_twice() {
        Some(key) => Err(duplicate(context.depth, key)),
        None => Ok(KeptFields::new(object.others(), Some("ott"), context.redactor)),
    }
}
