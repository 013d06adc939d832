//! The names of its calls, as the contract has them, and which of them a request makes.

use crate::call_route::{self, Made, Route};

// A fixed segment stands before the `{}` in its place.
const ROUTES: [Route; 16] = [
    ("POST", "/api/v1/user/authenticate", "authenticate"),
    ("POST", "/api/v1/message", "send"),
    ("POST", "/api/v1/messages", "send"),
    ("GET", "/api/v1/messages", "messages"),
    ("GET", "/api/v1/messages/{}", "message"),
    ("GET", "/api/v1/messages/number/{}", "messages_of_line"),
    ("GET", "/api/v1/deliveries/{}", "deliveries"),
    ("GET", "/api/v1/credit", "credit"),
    ("GET", "/api/v1/credits", "credits"),
    ("GET", "/api/v1/credits/{}", "latest_credits"),
    ("GET", "/api/v1/recived-messages", "received"),
    ("GET", "/api/v1/recived-messages/date/unread", "unread_between"),
    ("GET", "/api/v1/recived-messages/unread", "unread"),
    ("GET", "/api/v1/recived-messages/{}", "received_by_id"),
    (
        "GET",
        "/api/v1/recived-messages/virtaul-number/{}",
        "received_on_line",
    ),
    (
        "GET",
        "/api/v1/recived-messages/virtaul-number/{}/unread",
        "unread_on_line",
    ),
];

pub(crate) fn names() -> Vec<&'static str> {
    call_route::names(&ROUTES)
}

pub(crate) fn of(made: &Made<'_>) -> Option<&'static str> {
    call_route::by_route(&ROUTES, made)
}
