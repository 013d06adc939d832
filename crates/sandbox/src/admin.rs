//! The admin API: what a [`Sandbox`](crate::Sandbox) can do and see, for programs in other languages and for the page. Each
//! file has a resource of it, and calls what the methods call. Its document is `docs/openapi/sandbox/admin.yaml`.

mod accounts;
mod clock;
mod events;
mod faults;
mod inbound_messages;
mod links;
mod messages;
mod orders;
mod overview;
mod problem;
mod query;
mod refused_numbers;
mod requests;
pub(crate) mod settings;
mod templates;
mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post, put};
use http::{HeaderValue, header};
use serde_json::json;

use crate::server::state::Shared;
use problem::Problem;

/// Every path begins with it.
pub(crate) const PREFIX: &str = "/_sandbox";

pub(crate) fn routes(shared: &Arc<Shared>) -> Router {
    let routes = table()
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            router.route(path, methods)
        })
        .fallback(nothing_here)
        .method_not_allowed_fallback(another_method)
        .layer(middleware::from_fn_with_state(Arc::clone(shared), around))
        .with_state(Arc::clone(shared));
    // A nest does not take its own path with a slash at the end.
    let with_slash = get(nothing_here).fallback(nothing_here);
    Router::new()
        .nest(PREFIX, routes)
        .route(&format!("{PREFIX}/"), with_slash)
}

/// The paths below the prefix, each once, in the order of the document: a test compares them.
fn table() -> Vec<(&'static str, MethodRouter<Arc<Shared>>)> {
    vec![
        ("/", get(overview::show)),
        ("/environment", get(overview::environment)),
        ("/reset", post(overview::reset)),
        ("/clock", get(clock::show)),
        ("/clock/advance", post(clock::advance)),
        ("/events", get(events::listen)),
        ("/requests", get(requests::list).delete(requests::clear)),
        ("/brief-requests", get(requests::list_brief)),
        ("/requests/{number}", get(requests::show)),
        (
            "/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        ),
        ("/faults/{number}", get(faults::show).delete(faults::remove)),
        ("/fault-names", get(faults::names)),
        ("/accounts", get(accounts::list).put(accounts::set)),
        ("/orders", get(orders::list)),
        ("/links", get(links::list).post(links::seed)),
        ("/links/{hash}", get(links::show).delete(links::remove)),
        ("/messages", get(messages::list)),
        ("/sends", get(messages::sends)),
        (
            "/inbound-messages",
            get(inbound_messages::list).post(inbound_messages::receive),
        ),
        ("/tokens/revoke", post(tokens::revoke)),
        ("/refused-numbers", put(refused_numbers::refuse)),
        ("/templates", put(templates::set)),
        ("/settings", get(settings::show).patch(settings::change)),
    ]
}

/// Tells the listeners what was changed, and keeps answers out of caches.
async fn around(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = if request.method().is_safe() {
        next.run(request).await
    } else {
        change(&shared, request, next).await
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

async fn change(shared: &Shared, request: Request, next: Next) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let resource = path.split('/').next().unwrap_or_default().to_owned();
    let response = next.run(request).await;
    if response.status().is_success() {
        shared.events.send("change", || json!({ "resource": resource }));
    }
    response
}

async fn nothing_here() -> Problem {
    Problem::not_found("the admin API has no such path")
}

async fn another_method() -> Problem {
    Problem::method_not_allowed()
}
