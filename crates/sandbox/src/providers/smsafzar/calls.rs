//! The names of its calls, as the contract has them, and which of them a request makes.

use crate::call_route::{self, Made, Route};

const ROUTES: [Route; 8] = [
    ("POST", "/auth/token", "authenticate"),
    ("POST", "/messages/send", "send"),
    ("POST", "/messages/send/bulk", "send_bulk"),
    ("POST", "/messages/send/template", "send_template"),
    ("DELETE", "/messages/send/scheduled/{}", "cancel"),
    ("POST", "/messages/status", "status"),
    ("GET", "/messages/received/recent", "received"),
    ("GET", "/account/balance", "balance"),
];

pub(crate) fn names() -> Vec<&'static str> {
    call_route::names(&ROUTES)
}

pub(crate) fn of(made: &Made<'_>) -> Option<&'static str> {
    call_route::by_route(&ROUTES, made)
}
