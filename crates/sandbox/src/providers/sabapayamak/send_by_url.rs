use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use url::form_urlencoded;

use super::refusal::SENDS_BY_URL;
use super::state::Sabapayamak;

/// On the live service this sends, with the credentials in the query. Here it is refused, ahead of all routes: with its
/// slashes encoded the path would be a short link's.
pub(crate) async fn refuse_send_by_url(
    State(saba): State<Sabapayamak>,
    request: Request,
    next: Next,
) -> Response {
    if sends_by_url(request.method(), request.uri().path()) {
        return saba.lock().shape.refused(&SENDS_BY_URL);
    }
    next.run(request).await
}

/// Whether a request sends by URL, in whatever spelling: encoded slashes and dot segments are read as a server may.
fn sends_by_url(method: &Method, path: &str) -> bool {
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
    matches!(*method, Method::GET | Method::HEAD) && segments.ends_with(&["api", "v1", "message"])
}
