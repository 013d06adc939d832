use serde::{Deserialize, Serialize};

/// What the document and the public clients leave open. Without any of it the answers are those of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct SabapayamakShape {
    pub(super) camel_case: bool,
    pub(super) numbers: bool,
    pub(super) notice: bool,
    pub(super) http_statuses: bool,
    pub(super) no_data: bool,
}

impl SabapayamakShape {
    /// The document's.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keys as the live service was seen to write them (`data.firstName`).
    #[must_use]
    pub fn camel_case(mut self) -> Self {
        self.camel_case = true;
        self
    }

    /// `status` and `data.Id` as numbers, not as texts.
    #[must_use]
    pub fn numbers(mut self) -> Self {
        self.numbers = true;
        self
    }

    /// 1001, *token made*, among the `errors` of a successful login.
    #[must_use]
    pub fn notice(mut self) -> Self {
        self.notice = true;
        self
    }

    /// 1002, *no data*, in place of an empty list.
    #[must_use]
    pub fn no_data(mut self) -> Self {
        self.no_data = true;
        self
    }

    /// Refusals with an HTTP status of their own (401, 400, 500), not inside a 200.
    #[must_use]
    pub fn http_statuses(mut self) -> Self {
        self.http_statuses = true;
        self
    }
}
