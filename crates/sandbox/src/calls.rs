//! The names of the providers' calls, as the contracts have them, and which of them a request makes.

use crate::call_route::Made;
use crate::providers::every_provider;

struct Calls {
    provider: &'static str,
    names: fn() -> Vec<&'static str>,
    of: fn(&Made<'_>) -> Option<&'static str>,
}

macro_rules! calls_of {
    ($($name:ident $handle:ident $about:literal,)*) => {
        pub(crate) const PROVIDERS: &[&str] = &[$(stringify!($name)),*];

        const CALLS: &[Calls] = &[$(Calls {
            provider: stringify!($name),
            names: crate::providers::$name::calls::names,
            of: crate::providers::$name::calls::of,
        }),*];
    };
}
every_provider!(calls_of);

fn calls(provider: &str) -> Option<&'static Calls> {
    CALLS.iter().find(|it| it.provider == provider)
}

/// The calls of a provider.
pub(crate) fn names(provider: &str) -> Vec<&'static str> {
    let mut names = calls(provider).map_or_else(Vec::new, |it| (it.names)());
    names.dedup();
    names
}

/// The call that a request makes, right or wrong in its arguments; `None` if it is none.
pub(crate) fn name(provider: &str, made: &Made<'_>) -> Option<&'static str> {
    (calls(provider)?.of)(made)
}
