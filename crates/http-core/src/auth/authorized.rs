use std::fmt;
use std::future::ready;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use serde::Serialize;
use tokio::time::Instant;

use crate::auth::answer::Answer;
use crate::auth::attempts::Attempts;
use crate::auth::login::Login;
use crate::auth::token_source::TokenSource;
use crate::auth::unauthorized::judge;
use crate::call::CallFuture;
use crate::call::outgoing::Outgoing;
use crate::call::secret_json::secret_json;
use crate::error::Error;
use crate::error::argument::Argument;
use crate::error::error_builder::ErrorBuilder;
use crate::error::reason::Reason;
use crate::operation::Semantics;
use crate::secret::redactor::Redactor;

const PATH: Argument = Argument::new("path", "مسیر درخواست");
const HEADER: Argument = Argument::new("header", "سرآیند درخواست");
const QUERY: Argument = Argument::new("query", "بخش پرسش نشانی");

/// Makes calls with the token, to the provider's own origin and to no other; made by
/// [`TokenSource::authorized`]. Cheap to clone.
pub struct Authorized<L: Login> {
    source: TokenSource<L>,
}

/// A call with the token, made by [`Authorized`].
///
/// GET and HEAD count as idempotent, and as safe if [`read_only`](Self::read_only) says so; anything else only if
/// [`idempotent`](Self::idempotent) says so: a message that costs money is never sent twice. The one exception is
/// safe: when an answer says that the *token* is refused, and nothing else that could mean more, nothing was done,
/// and the call is made once more with the token of a fresh login.
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct AuthorizedCall<L: Login> {
    source: TokenSource<L>,
    request: Result<Outgoing, ErrorBuilder<L::Code>>,
    semantics: Semantics,
    timeout: Option<Duration>,
}

impl<L: Login> TokenSource<L> {
    /// Calls of the provider that need the token.
    pub fn authorized(&self) -> Authorized<L> {
        Authorized { source: self.clone() }
    }
}

impl<L: Login> Authorized<L> {
    /// A GET of this path.
    ///
    /// The path is percent-encoded already, or needs no encoding; it stands below the client's base URL, with or
    /// without a slash ahead, and may bring a query. An absolute URL is taken if it is of the same origin and below
    /// the same base. One that leads anywhere else is [`Kind::InvalidInput`](crate::Kind::InvalidInput) when the call is
    /// awaited: nothing is sent, nobody sees the token.
    pub fn get(&self, path: impl AsRef<str>) -> AuthorizedCall<L> {
        self.request(Method::GET, path)
    }

    /// A POST to this path; see [`get`](Self::get) for paths.
    pub fn post(&self, path: impl AsRef<str>) -> AuthorizedCall<L> {
        self.request(Method::POST, path)
    }

    /// A PUT to this path; see [`get`](Self::get) for paths.
    pub fn put(&self, path: impl AsRef<str>) -> AuthorizedCall<L> {
        self.request(Method::PUT, path)
    }

    /// A PATCH of this path; see [`get`](Self::get) for paths.
    pub fn patch(&self, path: impl AsRef<str>) -> AuthorizedCall<L> {
        self.request(Method::PATCH, path)
    }

    /// A DELETE of this path; see [`get`](Self::get) for paths.
    pub fn delete(&self, path: impl AsRef<str>) -> AuthorizedCall<L> {
        self.request(Method::DELETE, path)
    }

    /// A call with any method; see [`get`](Self::get) for paths.
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> AuthorizedCall<L> {
        self.build(self.outgoing(method, path.as_ref()))
    }

    /// Makes a call of a request that you have built, under the same rules: its address may be absolute or a path, its
    /// `Authorization` header is replaced, and framing headers (`Host`, `Content-Length`, …) are our own. A `#` and
    /// what follows it are gone before we see the address: [`http::Uri`] drops them, so encode one as `%23`.
    pub fn call<B: Into<Bytes>>(&self, request: Request<B>) -> AuthorizedCall<L> {
        let (head, body) = request.into_parts();
        let outgoing = self.outgoing(head.method, &head.uri.to_string());
        self.build(outgoing.map(|mut outgoing| {
            outgoing.headers = head.headers;
            outgoing.with_body(body.into())
        }))
    }

    fn outgoing(&self, method: Method, reference: &str) -> Result<Outgoing, ErrorBuilder<L::Code>> {
        let invalid = |reason| ErrorBuilder::invalid_input(PATH, reason);
        let url = self.source.http().url_within(reference);
        let url = url.map_err(|refused| match refused.why {
            "" => invalid(refused.reason),
            why => invalid(refused.reason).detail(why),
        })?;
        if let Some(why) = L::forbidden(&method, url.path()) {
            return Err(invalid(Reason::NotAllowed).detail(why));
        }
        Outgoing::new(method, url).map_err(invalid)
    }

    fn build(&self, request: Result<Outgoing, ErrorBuilder<L::Code>>) -> AuthorizedCall<L> {
        let semantics = match &request {
            Ok(request) => L::semantics(&request.method, request.url.path()),
            Err(_) => Semantics::NonIdempotent,
        };
        AuthorizedCall {
            source: self.source.clone(),
            request,
            semantics,
            timeout: None,
        }
    }
}

impl<L: Login> AuthorizedCall<L> {
    /// A JSON body, with its `Content-Type` unless the call has one.
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        self.edit(Argument::BODY, |request| {
            request.body = secret_json(body).map_err(|_| Reason::Unwritable)?;
            let json = HeaderValue::from_static("application/json");
            request.headers.entry(header::CONTENT_TYPE).or_insert(json);
            Ok(())
        })
    }

    /// A body as it is. Say what it is with [`header`](Self::header).
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.edit(Argument::BODY, |request| {
            request.body = body.into();
            Ok(())
        })
    }

    /// A header. One that stands already is sent twice, but for `Content-Type` and `User-Agent`, which have one value:
    /// the last counts. `Authorization` is always the token's.
    pub fn header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        self.edit(HEADER, |request| {
            let name = name.try_into().map_err(|_| Reason::Unwritable)?;
            let value = value.try_into().map_err(|_| Reason::Unwritable)?;
            if [header::CONTENT_TYPE, header::USER_AGENT].contains(&name) {
                request.headers.insert(name, value);
            } else {
                request.headers.append(name, value);
            }
            Ok(())
        })
    }

    /// More pairs for the query, encoded as they need it.
    pub fn query<K: AsRef<str>, V: AsRef<str>>(self, pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        self.edit(QUERY, |request| {
            let mut pairs = pairs.into_iter().peekable();
            if pairs.peek().is_some() {
                request.url.query_pairs_mut().extend_pairs(pairs);
            }
            request.check_length()
        })
    }

    /// Whether making the call twice does what making it once does. Only then is it sent again when nobody can tell
    /// whether it arrived. Say `false` for a GET that sends a message.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.semantics = if idempotent {
            Semantics::Idempotent
        } else {
            Semantics::NonIdempotent
        };
        self
    }

    /// Says that the call only reads: it is sent again where that can help, and when it fails its effect is none. Not
    /// every GET is one: some providers send by GET, or mark as read what they answer with. Where the provider is
    /// known to do so, this changes nothing.
    pub fn read_only(mut self) -> Self {
        if let Ok(request) = &self.request
            && L::semantics(&Method::GET, request.url.path()).is_idempotent()
        {
            self.semantics = Semantics::Safe;
        }
        self
    }

    /// The time for this call as a whole, a login included, in place of the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Makes the call, and waits for it without async code: a thread that all such calls share makes it, while this one
    /// waits. That is at most a tenth of a second longer than the call has. It can be used anywhere; inside a runtime it
    /// blocks one of the runtime's threads.
    ///
    /// # Errors
    /// As with `.await`.
    #[cfg(feature = "blocking")]
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<Answer<L::Code>, Error<L::Code>> {
        let (http, semantics, timeout) = (self.source.http().clone(), self.semantics, self.timeout);
        http.wait(L::AUTHORIZED, semantics, timeout, self.send())
    }

    /// Makes the call; the same as `.await` on the builder.
    pub fn send(self) -> CallFuture<Answer<L::Code>, Error<L::Code>> {
        let Self {
            source,
            request,
            semantics,
            timeout,
        } = self;
        let mut request = match request {
            Ok(request) => request,
            Err(error) => return Box::pin(ready(Err(error.before_sending(L::AUTHORIZED)))),
        };
        own_headers(&mut request.headers);
        Box::pin(async move {
            let mut attempts = Attempts {
                source: &source,
                operation: L::AUTHORIZED,
                semantics,
                deadline: source.http().deadline(timeout),
                request: &mut request,
                read: |response: &Response<Bytes>, redactor: &Redactor| {
                    judge::<L>(response, redactor)?;
                    Ok(Answer::new(response, L::AUTHORIZED, semantics, redactor.clone()))
                },
            };
            let (answer, attempts) = attempts.run().await?;
            Ok(answer.after(attempts))
        })
    }

    /// The request without its token, for what records the call; `None` if it cannot be sent.
    #[doc(hidden)]
    pub fn unsigned_request(&self) -> Option<Request<Bytes>> {
        let request = self.request.as_ref().ok()?;
        self.source.http().to_http::<L::Code>(request).ok()
    }

    /// When it has to be over if it is made now.
    #[doc(hidden)]
    pub fn deadline(&self) -> Instant {
        self.source.http().deadline(self.timeout)
    }

    fn edit(mut self, argument: Argument, edit: impl FnOnce(&mut Outgoing) -> Result<(), Reason>) -> Self {
        if let Ok(request) = &mut self.request
            && let Err(reason) = edit(request)
        {
            self.request = Err(ErrorBuilder::invalid_input(argument, reason));
        }
        self
    }
}

/// Framing is the transport's, and JSON is what these providers speak.
fn own_headers(headers: &mut HeaderMap) {
    for framing in [
        header::HOST,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::CONNECTION,
    ] {
        headers.remove(framing);
    }
    headers
        .entry(header::ACCEPT)
        .or_insert(HeaderValue::from_static("application/json"));
}

impl<L: Login> IntoFuture for AuthorizedCall<L> {
    type Output = Result<Answer<L::Code>, Error<L::Code>>;
    type IntoFuture = CallFuture<Answer<L::Code>, Error<L::Code>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

impl<L: Login> Clone for Authorized<L> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
        }
    }
}

impl<L: Login> fmt::Debug for Authorized<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized").finish_non_exhaustive()
    }
}

impl<L: Login> fmt::Debug for AuthorizedCall<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedCall")
            .field("request", &self.request.as_ref().ok())
            .field("semantics", &self.semantics)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
