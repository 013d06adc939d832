//! How the answers look in all that the provider's document leaves open.

use serde::{Deserialize, Serialize};

/// How TinyLink's answers look, in everything that its document leaves open.
///
/// The default is what the live gateway was seen to send: its object around the service's answer as a **text** of JSON
/// (`result.result`), refusals by the service with `hasError: false`, visits answered by HTTP itself. Every method
/// changes one thing:
///
/// ```
/// use payvand_sandbox::podlink::{PodlinkShape, RefusedBy};
///
/// let shape = PodlinkShape::new().object_result().refused_by(RefusedBy::Gateway).escaped();
/// # let _ = shape;
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[must_use = "a shape does nothing until it is given to Podlink::set_shape"]
pub struct PodlinkShape {
    pub(super) nesting: Nesting,
    pub(super) refused_by: RefusedBy,
    pub(super) pascal_case: bool,
    pub(super) flags_as_numbers: bool,
    pub(super) escaped: bool,
    pub(super) visit_in_envelope: bool,
    pub(super) status_change_false: bool,
    pub(super) without_expire_time: bool,
    pub(super) null_tags: bool,
    pub(super) without_total: bool,
    pub(super) ignore_offset: bool,
    pub(super) uneven_intervals: bool,
    pub(super) internal_error: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Nesting {
    Text,
    Object,
    Direct,
}

/// Which level of the answer says that a call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusedBy {
    /// The service, in its own envelope: `error`, `code`, `message`.
    Service,
    /// The service, by an HTTP-like `statusCode` and a plain text.
    Status,
    /// The gateway: `hasError`, `errorCode`, and no result at all.
    Gateway,
}

impl PodlinkShape {
    /// The default shape.
    pub fn new() -> Self {
        Self {
            nesting: Nesting::Text,
            refused_by: RefusedBy::Service,
            pascal_case: false,
            flags_as_numbers: false,
            escaped: false,
            visit_in_envelope: false,
            status_change_false: false,
            without_expire_time: false,
            null_tags: false,
            without_total: false,
            ignore_offset: false,
            uneven_intervals: false,
            internal_error: false,
        }
    }

    /// `result.result` is a JSON object, as in the document.
    pub fn object_result(mut self) -> Self {
        self.nesting = Nesting::Object;
        self
    }

    /// The service's envelope stands directly in the gateway's `result`, as with products of its own.
    pub fn direct_result(mut self) -> Self {
        self.nesting = Nesting::Direct;
        self
    }

    /// Which level refuses.
    pub fn refused_by(mut self, level: RefusedBy) -> Self {
        self.refused_by = level;
        self
    }

    /// The gateway's keys begin with a capital, and its message is `ErrorDescription`.
    pub fn pascal_case(mut self) -> Self {
        self.pascal_case = true;
        self
    }

    /// `hasError` and `error` are 1 or 0, and codes are texts.
    pub fn flags_as_numbers(mut self) -> Self {
        self.flags_as_numbers = true;
        self
    }

    /// Everything that is not ASCII is written as `\u` escapes, in the inner JSON and the outer.
    pub fn escaped(mut self) -> Self {
        self.escaped = true;
        self
    }

    /// A visit is answered inside the envelope: a redirect as `statusCode` and `header`, a text as the service's
    /// result. The default is an HTTP redirect, or the text as the body.
    pub fn visit_in_envelope(mut self) -> Self {
        self.visit_in_envelope = true;
        self
    }

    /// A link that should be switched on or off is not, and the answer's result is `false`.
    pub fn status_change_false(mut self) -> Self {
        self.status_change_false = true;
        self
    }

    /// Links in the list have no `expireTime`.
    pub fn without_expire_time(mut self) -> Self {
        self.without_expire_time = true;
        self
    }

    /// Links without a tag have `null` there. The default is an empty text.
    pub fn null_tags(mut self) -> Self {
        self.null_tags = true;
        self
    }

    /// The list has no `totalCount`.
    pub fn without_total(mut self) -> Self {
        self.without_total = true;
        self
    }

    /// The list always begins at the beginning.
    pub fn ignore_offset(mut self) -> Self {
        self.ignore_offset = true;
        self
    }

    /// The statistics have one interval more than counts.
    pub fn uneven_intervals(mut self) -> Self {
        self.uneven_intervals = true;
        self
    }

    /// The service refuses every call with 999, after the call has taken effect.
    pub fn internal_error(mut self) -> Self {
        self.internal_error = true;
        self
    }
}

impl Default for PodlinkShape {
    fn default() -> Self {
        Self::new()
    }
}
