//! The page for people: files as they are, which use the admin API.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;

/// Nothing comes from anywhere else, no other page shows this one in a frame, and texts are never made HTML.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

pub(crate) fn routes() -> Router {
    let file = |content_type: &'static str, text: &'static str| get(async move || answer(content_type, text));
    let script = "text/javascript; charset=utf-8";
    Router::new()
        .route(
            "/",
            file("text/html; charset=utf-8", include_str!("page/index.html")),
        )
        .route(
            "/_sandbox/page.css",
            file("text/css; charset=utf-8", include_str!("page/page.css")),
        )
        .route("/_sandbox/page.js", file(script, include_str!("page/page.js")))
        .route("/_sandbox/words.js", file(script, include_str!("page/words.js")))
}

fn answer(content_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_stays_small() {
        let files = [
            include_str!("page/index.html"),
            include_str!("page/page.css"),
            include_str!("page/page.js"),
            include_str!("page/words.js"),
        ];
        let lines: usize = files.iter().map(|file| file.lines().count()).sum();
        assert!(lines <= 500, "{lines} lines");
        for file in files {
            assert!(file.lines().all(|line| line.chars().count() <= 145));
        }
    }
}
