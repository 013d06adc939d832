//! The fields of a payload. What is optional and cannot be read stays one of the object's others, as it was sent.

use http_core::Redactor;
use http_core::decode::{Object, Raw, UnknownFields};

use crate::json_path::Unreadable;

pub(crate) fn required<'a, T>(
    object: &mut Object<'a>,
    key: &str,
    read: impl FnOnce(Raw<'a>) -> Option<T>,
) -> Result<T, Unreadable> {
    let value = object.take(key).ok_or_else(|| Unreadable::missing(key))?;
    read(value).ok_or_else(|| Unreadable::other_type(key))
}

/// What is left once the fields are taken; none of them may stand there twice.
pub(crate) fn others(object: &Object<'_>, redactor: &Redactor) -> Result<UnknownFields, Unreadable> {
    match object.taken_twice() {
        Some(key) => Err(Unreadable::duplicate(key)),
        None => Ok(UnknownFields::new(object.others(), "ott", redactor)),
    }
}
