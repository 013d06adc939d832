use axum::response::Response;
use http::Method;
use url::form_urlencoded;

use super::refusal::SENDS_BY_URL;
use super::state::Sabapayamak;

const NAME: &[u8] = b"message";

impl Sabapayamak {
    /// The answer to a request that [sends by URL](sends_by_url).
    pub(crate) fn refuse_send_by_url(&self) -> Response {
        self.lock().shape.refused(&SENDS_BY_URL)
    }
}

/// Whether a request sends by URL, in whatever spelling: encoded slashes and dot segments are read as a server may.
///
/// On the live service this sends, with the credentials in the query. Here it is refused, ahead of all routes: with its
/// slashes encoded the path would be a short link's.
pub(crate) fn sends_by_url(method: &Method, path: &str) -> bool {
    let mut windows = path.as_bytes().windows(NAME.len());
    let may_name_it = path.contains('%') || windows.any(|it| it.eq_ignore_ascii_case(NAME));
    matches!(*method, Method::GET | Method::HEAD) && may_name_it && ends_with_it(path)
}

fn ends_with_it(path: &str) -> bool {
    let value = format!("={}", path.replace('+', "%2B").replace('&', "%26"));
    let decoded = form_urlencoded::parse(value.as_bytes()).next();
    let path = decoded.map_or_else(String::new, |(_, path)| path.to_lowercase());
    let mut segments = Vec::new();
    for segment in path.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    segments.ends_with(&["api", "v1", "message"])
}
