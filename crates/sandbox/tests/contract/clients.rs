//! The calls of each contract, made by its client with the arguments of an example.

use std::sync::Arc;

use aparat_api::Transport;
use payvand_harness::PROVIDERS;
use payvand_harness::example::Made;
use serde_json::Value;

/// Makes a call with the arguments of a request's example.
pub(crate) async fn make(contract: &str, call: &str, arguments: &Value, transport: impl Transport) -> Made {
    // Where a provider's messages have a contract of their own, the other one is that of its login.
    let is_named = |end: &str| {
        PROVIDERS
            .iter()
            .find(|it| it.name().strip_suffix(end) == Some(contract))
    };
    let client = is_named("")
        .or_else(|| is_named("-auth"))
        .or_else(|| is_named("-api"));
    let client = client.unwrap_or_else(|| panic!("no client for {contract}"));
    client.make(call, arguments, Arc::new(transport)).await
}
