//! What is wrong with an answer, and where, without a word of it.

use crate::error::ErrorBuilder;

/// A failure at this depth of the envelope, and this step (such as `.linkVos`) below it.
pub(crate) fn unreadable(depth: usize, step: &str, detail: impl Into<String>) -> ErrorBuilder {
    ErrorBuilder::decode(format!("${}{step}", ".result".repeat(depth)), detail)
}

pub(crate) fn missing(depth: usize, key: &str) -> ErrorBuilder {
    unreadable(depth, "", format!("missing field `{key}`"))
}

pub(crate) fn duplicate(depth: usize, key: &str) -> ErrorBuilder {
    unreadable(depth, "", format!("duplicate field `{key}`"))
}

pub(crate) fn other_type(depth: usize, key: &str) -> ErrorBuilder {
    let detail = "a value is not of the type that the contract has there";
    unreadable(depth, &format!(".{key}"), detail)
}
