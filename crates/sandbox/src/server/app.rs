//! What answers a request, whichever way it came.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::{header, request};
use tower_service::Service as _;

use crate::provider::{Function, ProviderControl};
use crate::providers::sabapayamak::send_by_url::sends_by_url;
use crate::server::Peer;
use crate::server::guard::{Guard, allow, is_own, is_preflight, preflight, refused};
use crate::server::state::Shared;

/// Plain functions in place of layers around the routes, each of which would cost a request more than its answer does.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) shared: Arc<Shared>,
    pub(crate) guard: Guard,
    pub(crate) paths: Vec<ProviderPath>,
    pub(crate) routes: Router,
}

#[derive(Debug)]
pub(crate) struct ProviderPath {
    /// As it stands in the routes.
    pub(crate) pattern: &'static str,
    pub(crate) provider: ProviderControl,
    /// What answers, if it is not in the routes.
    pub(crate) function: Option<Function>,
}

impl App {
    pub(crate) async fn answer(&self, request: Request, peer: &Peer) -> Response {
        if let Err(why) = self
            .guard
            .check(request.method(), request.uri(), request.headers())
        {
            return refused(request.uri().path(), &why);
        }
        let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
            return self.let_in(request, peer).await;
        };
        let response = if is_preflight(&request) {
            preflight(request.headers())
        } else {
            self.let_in(request, peer).await
        };
        allow(origin, response)
    }

    async fn let_in(&self, request: Request, peer: &Peer) -> Response {
        if is_own(request.uri().path()) {
            self.route(request).await
        } else {
            self.exchange(request, peer).await
        }
    }

    /// A provider's own answer.
    pub(super) async fn usual_answer(
        &self,
        at: Option<&ProviderPath>,
        head: request::Parts,
        body: Bytes,
    ) -> Response {
        if sends_by_url(&head.method, head.uri.path()) {
            return self.shared.providers.sabapayamak.refuse_send_by_url();
        }
        match at.and_then(|path| path.function.as_ref()) {
            Some(function) => function.call(&head, &body),
            None => self.route(Request::from_parts(head, Body::from(body))).await,
        }
    }

    async fn route(&self, request: Request) -> Response {
        match self.routes.clone().call(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }

    pub(super) fn provider_path(&self, path: &str) -> Option<&ProviderPath> {
        self.paths.iter().find(|it| matches(it.pattern, path))
    }
}

/// As the routes match: `{…}` is a segment of any text but none.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other => {}
            (Some(one), Some(other)) if one.starts_with('{') && !other.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_matches_as_a_route_does() {
        for (pattern, path, expected) in [
            ("/a", "/a", true),
            ("/a", "/a/", false),
            ("/a", "/a/b", false),
            ("/a/b", "/a", false),
            ("/{hash}", "/a", true),
            ("/{hash}", "/", false),
            ("/{hash}", "/a/b", false),
            ("/a/{id}/b", "/a/7/b", true),
            ("/a/{id}/b", "/a//b", false),
            ("/a", "", false),
            ("/a", "*", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
