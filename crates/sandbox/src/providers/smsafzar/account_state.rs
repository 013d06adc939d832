use serde::{Deserialize, Serialize};

/// How an account stands: each state is an error of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountState {
    /// Logs in.
    #[default]
    Active,
    /// 403, 1004: no right to the service.
    ServiceRefused,
    /// 403, 1005: no right to the method.
    MethodRefused,
    /// 403, 1006: the address is not allowed.
    AddressRefused,
    /// 403, 1010.
    Inactive,
    /// 403, 1011, with its date in the text.
    Expired,
    /// 429.
    RateLimited,
    /// 500, with a support reference.
    Failing,
}
