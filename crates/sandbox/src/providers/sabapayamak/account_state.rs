use serde::{Deserialize, Serialize};

/// How an account stands. No list of the provider's codes covers all of it, so the answers are guesses, each with a
/// code that was seen somewhere else or nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountState {
    /// Logs in.
    #[default]
    Active,
    /// 4004: the sender number cannot be used now.
    Inactive,
    /// 4005, which no list has.
    Expired,
    /// 4002: the domain is not allowed.
    AddressRefused,
    /// HTTP 429 with the page of a gateway, and `Retry-After: 1`.
    RateLimited,
    /// 500: the service fails.
    Failing,
}
