//! The names of its calls, as the contract has them, and which of them a request makes.

use http::Method;
use url::form_urlencoded;

use crate::call_route::Made;

const PRODUCTS: [(&str, &str); 5] = [
    ("46410", "add_link"),
    ("46411", "visit"),
    ("46412", "list_links"),
    ("46413", "set_status"),
    ("46414", "click_stats"),
];
/// A visit to a short link's public address.
const OPEN: &str = "open";

pub(crate) fn names() -> Vec<&'static str> {
    PRODUCTS.iter().map(|(_, name)| *name).chain([OPEN]).collect()
}

pub(crate) fn of(made: &Made<'_>) -> Option<&'static str> {
    if made.method == Method::GET {
        return Some(OPEN);
    }
    let (_, product) = form_urlencoded::parse(made.body).find(|(name, _)| name == "scProductId")?;
    let call = PRODUCTS.iter().find(|(number, _)| *number == product)?;
    Some(call.1)
}
