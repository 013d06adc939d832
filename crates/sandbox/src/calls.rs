//! The names of the providers' calls, as the contracts have them, and which of them a request makes.

use http::Method;
use url::form_urlencoded;

/// A call that its method and path name; `{}` is any one segment.
type Route = (&'static str, &'static str, &'static str);

pub(crate) const PROVIDERS: [&str; 4] = ["aparat", "podlink", "sabapayamak", "smsafzar"];

const APARAT: [&str; 3] = ["account", "order", "order_status"];

const PODLINK: [(&str, &str); 5] = [
    ("46410", "add_link"),
    ("46411", "visit"),
    ("46412", "list_links"),
    ("46413", "set_status"),
    ("46414", "click_stats"),
];
/// A visit to a short link's public address.
const OPEN: &str = "open";

// A fixed segment stands before the `{}` in its place.
const SABAPAYAMAK: [Route; 16] = [
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

const SMSAFZAR: [Route; 8] = [
    ("POST", "/auth/token", "authenticate"),
    ("POST", "/messages/send", "send"),
    ("POST", "/messages/send/bulk", "send_bulk"),
    ("POST", "/messages/send/template", "send_template"),
    ("DELETE", "/messages/send/scheduled/{}", "cancel"),
    ("POST", "/messages/status", "status"),
    ("GET", "/messages/received/recent", "received"),
    ("GET", "/account/balance", "balance"),
];

/// The calls of a provider.
pub(crate) fn names(provider: &str) -> Vec<&'static str> {
    let of_routes = |routes: &[Route]| routes.iter().map(|(_, _, name)| *name).collect::<Vec<_>>();
    let mut names = match provider {
        "aparat" => APARAT.to_vec(),
        "podlink" => PODLINK.iter().map(|(_, name)| *name).chain([OPEN]).collect(),
        "sabapayamak" => of_routes(&SABAPAYAMAK),
        "smsafzar" => of_routes(&SMSAFZAR),
        _ => Vec::new(),
    };
    names.dedup();
    names
}

/// The call that a request makes, right or wrong in its arguments; `None` if it is none.
pub(crate) fn name(
    provider: &str,
    method: &Method,
    path: &str,
    query: &str,
    body: &[u8],
) -> Option<&'static str> {
    match provider {
        "aparat" => Some(aparat(query)),
        "podlink" if method == Method::GET => Some(OPEN),
        "podlink" => podlink(body),
        "sabapayamak" => by_route(&SABAPAYAMAK, method, path),
        "smsafzar" => by_route(&SMSAFZAR, method, path),
        _ => None,
    }
}

fn aparat(query: &str) -> &'static str {
    let [account, order, order_status] = APARAT;
    let mut call = account;
    for pair in query.split('&') {
        // The values do not matter.
        let name = pair.split('=').next().unwrap_or_default();
        let name = form_urlencoded::parse(name.as_bytes()).next();
        match name.as_ref().map_or("", |(name, _)| name) {
            "uniqid" => return order_status,
            "link" | "count" | "type" => call = order,
            _ => {}
        }
    }
    call
}

fn podlink(body: &[u8]) -> Option<&'static str> {
    let (_, product) = form_urlencoded::parse(body).find(|(name, _)| name == "scProductId")?;
    let call = PODLINK.iter().find(|(number, _)| *number == product)?;
    Some(call.1)
}

fn by_route(routes: &[Route], method: &Method, path: &str) -> Option<&'static str> {
    let matches = |pattern: &str| {
        let (mut wanted, mut found) = (pattern.split('/'), path.trim_end_matches('/').split('/'));
        loop {
            match (wanted.next(), found.next()) {
                (None, None) => return true,
                (Some("{}"), Some(_)) => {}
                (Some(one), Some(other)) if one == other => {}
                _ => return false,
            }
        }
    };
    let route = routes
        .iter()
        .find(|(verb, pattern, _)| method == verb && matches(pattern));
    route.map(|(_, _, name)| *name)
}
