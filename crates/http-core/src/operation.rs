use http::Method;

/// One call of a provider, as its contract describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its name in errors and traces, such as `aparat.order`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL, without a leading slash.
    pub path: &'static str,
    /// Whether making the call twice leaves the provider as making it once does. Only then is it sent again
    /// when nobody can tell whether it arrived; any other call also gets a connection of its own.
    pub idempotent: bool,
}

impl Operation {
    /// Describes a call.
    pub const fn new(name: &'static str, method: Method, path: &'static str, idempotent: bool) -> Self {
        Self {
            name,
            method,
            path,
            idempotent,
        }
    }
}
