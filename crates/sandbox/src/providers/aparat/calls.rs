//! The names of its calls, as the contract has them, and which of them a request makes.

use url::form_urlencoded;

use crate::call_route::Made;

const NAMES: [&str; 3] = ["account", "order", "order_status"];

pub(crate) fn names() -> Vec<&'static str> {
    NAMES.to_vec()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "at other providers a request may be no call"
)]
pub(crate) fn of(made: &Made<'_>) -> Option<&'static str> {
    let [account, order, order_status] = NAMES;
    let mut call = account;
    for pair in made.query.split('&') {
        // The values do not matter.
        let name = pair.split('=').next().unwrap_or_default();
        let name = form_urlencoded::parse(name.as_bytes()).next();
        match name.as_ref().map_or("", |(name, _)| name) {
            "uniqid" => return Some(order_status),
            "link" | "count" | "type" => call = order,
            _ => {}
        }
    }
    Some(call)
}
