use http::Method;

/// One call of a provider, as its contract describes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Operation {
    /// Its name in errors and traces, such as `aparat.order`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL, without a leading slash.
    pub path: &'static str,
    /// What making the call, once or twice, does at the provider.
    pub semantics: Semantics,
}

impl Operation {
    /// Describes a call.
    #[doc(hidden)]
    pub const fn new(name: &'static str, method: Method, path: &'static str, semantics: Semantics) -> Self {
        Self {
            name,
            method,
            path,
            semantics,
        }
    }
}

/// What a call does at the provider, in the words of RFC 9110 (9.2.1, 9.2.2). The contract says it and not the HTTP
/// method: at Aparat an order is a GET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Semantics {
    /// It only reads. It is sent again where that can help, and when it fails its effect is none.
    Safe,
    /// Making it twice leaves the provider as making it once does. It is sent again even when nobody can tell whether
    /// it arrived, and that doubt stays.
    Idempotent,
    /// Making it twice may do a thing twice. It is sent again only while no attempt can have had an effect, on a
    /// connection that was not idle for more than 250 ms.
    NonIdempotent,
}

impl Semantics {
    pub(crate) fn is_idempotent(self) -> bool {
        matches!(self, Self::Safe | Self::Idempotent)
    }
}
