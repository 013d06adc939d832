use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use crate::auth::answer::Answer;
use crate::auth::token_source::CachedToken;
use crate::auth::token_source::{Login, TokenSource};
use crate::auth::unauthorized::says_nothing_else;
use crate::call::CallFuture;
use crate::call::outgoing::Outgoing;
use crate::call::secret_json::secret_json;
use crate::error::Error;
use crate::error::failure::Failure;
use crate::error::kind::Effect;
use crate::operation::Semantics;
use crate::secret::redactor::Redactor;

/// So many tokens may go bad while one call waits for its turn. Where they live no longer than that, or are refused as
/// fast as they come, another login would be one in a storm.
const MOST_TOKENS: usize = 4;

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
    request: Result<Draft, Failure<L::Code>>,
    semantics: Semantics,
    timeout: Option<Duration>,
}

struct Draft {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
}

impl<L: Login> TokenSource<L> {
    /// Calls of the provider that need the token.
    pub fn authorized(&self) -> Authorized<L> {
        Authorized::new(self.clone())
    }
}

impl<L: Login> Authorized<L> {
    pub(crate) fn new(source: TokenSource<L>) -> Self {
        Self { source }
    }

    /// A GET of this path.
    ///
    /// The path is percent-encoded already, or needs no encoding; it stands below the client's base URL, with or
    /// without a slash ahead, and may bring a query. An absolute URL is taken if it is of the same origin and below
    /// the same base.
    ///
    /// # Errors
    /// [`Kind::Refused`](crate::Kind::Refused) if it leads anywhere else: nothing is sent, nobody sees the token.
    pub fn get(&self, path: impl AsRef<str>) -> Result<AuthorizedCall<L>, Error<L::Code>> {
        self.request(Method::GET, path)
    }

    /// A POST to this path; see [`get`](Self::get) for paths.
    pub fn post(&self, path: impl AsRef<str>) -> Result<AuthorizedCall<L>, Error<L::Code>> {
        self.request(Method::POST, path)
    }

    /// A PUT to this path; see [`get`](Self::get) for paths.
    pub fn put(&self, path: impl AsRef<str>) -> Result<AuthorizedCall<L>, Error<L::Code>> {
        self.request(Method::PUT, path)
    }

    /// A PATCH of this path; see [`get`](Self::get) for paths.
    pub fn patch(&self, path: impl AsRef<str>) -> Result<AuthorizedCall<L>, Error<L::Code>> {
        self.request(Method::PATCH, path)
    }

    /// A DELETE of this path; see [`get`](Self::get) for paths.
    pub fn delete(&self, path: impl AsRef<str>) -> Result<AuthorizedCall<L>, Error<L::Code>> {
        self.request(Method::DELETE, path)
    }

    /// A call with any method; see [`get`](Self::get) for paths.
    pub fn request(
        &self,
        method: Method,
        path: impl AsRef<str>,
    ) -> Result<AuthorizedCall<L>, Error<L::Code>> {
        match self.draft(method, path.as_ref()) {
            Ok(draft) => Ok(self.call(Ok(draft))),
            Err(failure) => Err(failure.before_sending(self.source.login().operation())),
        }
    }

    /// Sends a request that you have built, under the same rules: its address may be absolute or a path, its
    /// `Authorization` header is replaced, and framing headers (`Host`, `Content-Length`, …) are our own. A `#` and
    /// what follows it are gone before we see the address: [`http::Uri`] drops them, so encode one as `%23`.
    pub fn send<B: Into<Bytes>>(&self, request: Request<B>) -> AuthorizedCall<L> {
        let (head, body) = request.into_parts();
        let draft = self.draft(head.method, &head.uri.to_string()).map(|draft| Draft {
            headers: head.headers,
            body: body.into(),
            ..draft
        });
        self.call(draft)
    }

    fn draft(&self, method: Method, reference: &str) -> Result<Draft, Failure<L::Code>> {
        let login = self.source.login();
        let url = login
            .http()
            .url_within(reference)
            .map_err(|why| Failure::refused(login.foreign_address(), why))?;
        if let Some(why) = login.forbidden(&method, url.path()) {
            return Err(Failure::refused(login.invalid_request(), why));
        }
        Ok(Draft {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        })
    }

    fn call(&self, request: Result<Draft, Failure<L::Code>>) -> AuthorizedCall<L> {
        let semantics = match &request {
            Ok(draft) => self.source.login().semantics(&draft.method, draft.url.path()),
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
        self.edit(|draft| {
            draft.body = secret_json(body).map_err(|_| "the body cannot be written as JSON")?;
            draft
                .headers
                .entry(header::CONTENT_TYPE)
                .or_insert(HeaderValue::from_static("application/json"));
            Ok(())
        })
    }

    /// A body as it is. Say what it is with [`header`](Self::header).
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.edit(|draft| {
            draft.body = body.into();
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
        self.edit(|draft| {
            let name = name
                .try_into()
                .map_err(|_| "a header has a name that HTTP does not allow")?;
            let value = value
                .try_into()
                .map_err(|_| "a header has a value that HTTP does not allow")?;
            if [header::CONTENT_TYPE, header::USER_AGENT].contains(&name) {
                draft.headers.insert(name, value);
            } else {
                draft.headers.append(name, value);
            }
            Ok(())
        })
    }

    /// More pairs for the query, encoded as they need it.
    pub fn query<K: AsRef<str>, V: AsRef<str>>(self, pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        self.edit(|draft| {
            let mut pairs = pairs.into_iter().peekable();
            if pairs.peek().is_some() {
                draft.url.query_pairs_mut().extend_pairs(pairs);
            }
            Ok(())
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
        let login = self.source.login();
        if let Ok(draft) = &self.request
            && login.semantics(&Method::GET, draft.url.path()).is_idempotent()
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

    /// Makes the call; the same as `.await` on the builder.
    pub fn send(self) -> CallFuture<Answer<L::Code>, Error<L::Code>> {
        Box::pin(self.run())
    }

    fn edit(mut self, edit: impl FnOnce(&mut Draft) -> Result<(), &'static str>) -> Self {
        if let Ok(draft) = &mut self.request
            && let Err(why) = edit(draft)
        {
            self.request = Err(Failure::refused(self.source.login().invalid_request(), why));
        }
        self
    }

    async fn run(self) -> Result<Answer<L::Code>, Error<L::Code>> {
        let login = self.source.login();
        let deadline = login.http().deadline(self.timeout);
        let call = Call {
            source: &self.source,
            semantics: self.semantics,
            deadline,
        };
        let mut request = self
            .request
            .and_then(|draft| {
                draft
                    .into_request()
                    .map_err(|why| Failure::refused(login.invalid_request(), why))
            })
            .map_err(|failure| failure.before_sending(login.operation()))?;

        let (held, outcome) = call.make(&mut request).await?;
        let Err(refused) = outcome else { return outcome };
        let Some(effect) = refused.token_refused() else {
            return Err(refused);
        };
        let may_go_on = self.source.drop_refused(&held);
        let is_harmless = self.semantics.is_idempotent() || refused.effect() == Effect::None;
        if !(may_go_on && effect == Effect::None && is_harmless) {
            return Err(refused);
        }
        let again = call.make(&mut request).await.and_then(|(_, outcome)| outcome);
        // What an attempt before the refusal left in doubt stays so, whatever becomes of this one.
        again.map_err(|error| match refused.effect() {
            Effect::None => error,
            Effect::Unknown => error.with_effect(Effect::Unknown),
        })
    }
}

struct Call<'a, L: Login> {
    source: &'a TokenSource<L>,
    semantics: Semantics,
    deadline: Instant,
}

impl<L: Login> Call<'_, L> {
    /// Makes the call with a token that is good when its turn comes.
    async fn make(
        &self,
        request: &mut Outgoing,
    ) -> Result<(Arc<CachedToken>, Result<Answer<L::Code>, Error<L::Code>>), Error<L::Code>> {
        for _ in 0..MOST_TOKENS {
            // Without a token the call is not sent, whatever became of the login.
            let (held, refresh) = self
                .source
                .token(self.deadline)
                .await
                .map_err(|error| error.with_effect(Effect::None))?;
            let is_overtaken = AtomicBool::new(false);
            let call = self.make_with(request, &held, &is_overtaken);
            let outcome = self.source.beside(refresh, call).await;
            if !is_overtaken.into_inner() {
                return Ok((held, outcome));
            }
        }
        Err(self.source.no_token_lasted())
    }

    async fn make_with(
        &self,
        request: &mut Outgoing,
        held: &CachedToken,
        is_overtaken: &AtomicBool,
    ) -> Result<Answer<L::Code>, Error<L::Code>> {
        let login = self.source.login();
        let operation = login.operation();
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, held.authorization());
        let http = login.http().with_redactor(held.redactor.clone());
        let is_still_good = || {
            let is_good = held.is_usable();
            is_overtaken.store(!is_good, Ordering::Relaxed);
            is_good
        };
        let semantics = self.semantics;
        let read = |response: &Response<Bytes>| {
            check(login, response, &held.redactor)?;
            if response.status().is_success() {
                held.worked();
            }
            Ok(Answer::new(response, operation, semantics, held.redactor.clone()))
        };
        http.call_if(operation, semantics, request, self.deadline, is_still_good, read)
            .await
    }
}

impl Draft {
    fn into_request(self) -> Result<Outgoing, &'static str> {
        let mut request = Outgoing::new(self.method, self.url)?.with_body(self.body);
        let headers = request.headers_mut();
        *headers = self.headers;
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
        Ok(request)
    }
}

/// The provider's judgement, and that of HTTP 401, which everybody in front of the provider can answer with.
fn check<L: Login>(
    login: &L,
    response: &Response<Bytes>,
    redactor: &Redactor,
) -> Result<(), Failure<L::Code>> {
    let checked = login.check(response, redactor);
    if response.status() != StatusCode::UNAUTHORIZED {
        return checked;
    }
    Err(match checked {
        Ok(()) => Failure::decode("$", "a success under HTTP 401").excerpt_of(response),
        Err(failure) if failure.is_token_refused() => failure,
        Err(failure) if says_nothing_else(response.body()) => failure.token_refused(Effect::None),
        Err(failure) => failure.token_refused(Effect::Unknown),
    })
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
            .field("method", &self.request.as_ref().ok().map(|draft| &draft.method))
            .field("path", &self.request.as_ref().ok().map(|draft| draft.url.path()))
            .field("semantics", &self.semantics)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
