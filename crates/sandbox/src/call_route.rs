//! What tells a provider's calls apart.

use http::Method;

/// A call that its method and path name; `{}` is any one segment.
pub(crate) type Route = (&'static str, &'static str, &'static str);

/// What a call is known by.
pub(crate) struct Made<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
}

pub(crate) fn names(routes: &[Route]) -> Vec<&'static str> {
    routes.iter().map(|(_, _, name)| *name).collect()
}

pub(crate) fn by_route(routes: &[Route], made: &Made<'_>) -> Option<&'static str> {
    let matches = |pattern: &str| {
        let (mut wanted, mut found) = (pattern.split('/'), made.path.trim_end_matches('/').split('/'));
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
        .find(|(verb, pattern, _)| made.method == verb && matches(pattern));
    route.map(|(_, _, name)| *name)
}
