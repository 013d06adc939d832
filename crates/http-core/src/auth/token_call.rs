use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use url::Url;

use crate::auth::login::{Login, LoginCall};
#[cfg(feature = "client")]
use crate::auth::token_source::TokenSource;
use crate::call;
use crate::call::check;
use crate::call::outgoing::Outgoing;
use crate::client::HttpClient;
use crate::client::call::Call;
use crate::error::Error;
use crate::error::argument::Argument;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::reason::Reason;
use crate::operation::Operation;
use crate::secret::redactor::Redactor;

/// What a [`TokenCall`] of this login brings.
#[doc(hidden)]
pub trait TokenAnswer<L: Login>: Sized + Send + 'static {
    /// The codes of the provider's calls, those of its login among them.
    type Code: Code<Details = <L::Code as Code>::Details> + From<L::Code>;

    /// Reads it from the response.
    ///
    /// # Errors
    /// The provider's refusal, or what is wrong with the response.
    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder<Self::Code>>;
}

/// Why an argument cannot be right, and more about it, which may be empty.
#[doc(hidden)]
pub type InvalidArgument = (Argument, Reason, &'static str);

/// Where the tokens of a login are from; without the feature `client` the login is a call like any other.
#[doc(hidden)]
pub trait TokensOf: Clone {
    /// The login.
    type Login: Login;

    /// The client that calls are made with.
    fn http(&self) -> &HttpClient;
}

impl<L: Login + Clone> TokensOf for LoginCall<L> {
    type Login = L;

    fn http(&self) -> &HttpClient {
        self.http()
    }
}

#[cfg(feature = "client")]
impl<L: Login> TokensOf for TokenSource<L> {
    type Login = L;

    fn http(&self) -> &HttpClient {
        self.http()
    }
}

/// A call with the token and without a body, such as a question; made by a provider's client.
///
/// [`request`](Self::request) has no `Authorization`: add that of the token.
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct TokenCall<T, A> {
    tokens: T,
    operation: &'static Operation,
    url: Result<Url, InvalidArgument>,
    timeout: Option<Duration>,
    answer: PhantomData<fn() -> A>,
}

impl<T: TokensOf, A: TokenAnswer<T::Login>> TokenCall<T, A> {
    /// A call of this operation, without a query.
    #[doc(hidden)]
    pub fn new(tokens: &T, operation: &'static Operation) -> Self {
        Self {
            tokens: tokens.clone(),
            operation,
            url: Ok(tokens.http().url(operation)),
            timeout: None,
            answer: PhantomData,
        }
    }

    /// Puts this in the place of the part of the path that is open.
    #[doc(hidden)]
    pub fn part(self, argument: Argument, part: &str) -> Self {
        let path = self.operation.path;
        self.edit(|url| {
            check_part(part).map_err(|reason| (argument, reason, ""))?;
            let open = path.split('/').skip_while(|it| !it.starts_with('{'));
            if let Ok(mut path) = url.path_segments_mut() {
                for _ in open.clone() {
                    path.pop();
                }
                path.push(part).extend(open.skip(1));
            }
            Ok(())
        })
    }

    /// Adds these pairs to the query, if they can be right.
    #[doc(hidden)]
    pub fn query<const N: usize>(self, pairs: Result<[(&str, &str); N], InvalidArgument>) -> Self {
        self.edit(|url| {
            url.query_pairs_mut().extend_pairs(pairs?);
            Ok(())
        })
    }

    fn edit(mut self, edit: impl FnOnce(&mut Url) -> Result<(), InvalidArgument>) -> Self {
        if let Ok(url) = &mut self.url
            && let Err(invalid) = edit(url)
        {
            self.url = Err(invalid);
        }
        self
    }
}

#[cfg(feature = "client")]
impl<L: Login, A: TokenAnswer<L>> TokenCall<TokenSource<L>, A> {
    async fn run(&self) -> Result<A, Error<A::Code>> {
        self.tokens.make(self, self.timeout).await
    }
}

fn check_part(text: &str) -> Result<(), Reason> {
    check::argument(text)?;
    match text {
        "" => Err(Reason::Empty),
        // They would be another address.
        "." | ".." => Err(Reason::Unwritable),
        _ => Ok(()),
    }
}

call!(TokenCall<T, A> => A, Error<A::Code>, write, for T: TokensOf, A: TokenAnswer<T::Login>);
#[cfg(feature = "client")]
call!(TokenCall<TokenSource<L>, A> => A, Error<A::Code>, send, for L: Login, A: TokenAnswer<L>);

impl<T: TokensOf, A: TokenAnswer<T::Login>> Call for TokenCall<T, A> {
    type Output = A;
    type Code = A::Code;

    fn operation(&self) -> &'static Operation {
        self.operation
    }

    fn http(&self) -> &HttpClient {
        self.tokens.http()
    }

    fn write(&self) -> Result<Outgoing, ErrorBuilder<A::Code>> {
        let url = self.url.clone().map_err(|(argument, reason, detail)| {
            let failure = ErrorBuilder::invalid_input(argument, reason);
            if detail.is_empty() {
                failure
            } else {
                failure.detail(detail)
            }
        })?;
        let request = Outgoing::new(self.operation.method.clone(), url);
        let mut request = request.map_err(|reason| ErrorBuilder::invalid_input(Argument::ADDRESS, reason))?;
        let json = HeaderValue::from_static("application/json");
        request.headers.insert(header::ACCEPT, json);
        Ok(request)
    }

    fn decode(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<A, ErrorBuilder<A::Code>> {
        A::read(response, redactor)
    }
}

impl<T: Clone, A> Clone for TokenCall<T, A> {
    fn clone(&self) -> Self {
        Self {
            tokens: self.tokens.clone(),
            url: self.url.clone(),
            ..*self
        }
    }
}

impl<T, A> fmt::Debug for TokenCall<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCall")
            .field("operation", &self.operation.name)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Makes a builder a call with the token: it has a `client`, a `timeout` and an `outgoing()` to send; its answer has a
/// `read(..)`, which is also told the numbers and what is `private()` in the call where it names them.
#[macro_export]
#[doc(hidden)]
macro_rules! token_call {
    ($call:ident => $answer:ty, $code:ty, $operation:expr $(, $numbers:ident, $private:ident)?) => {
        #[cfg(feature = "client")]
        impl $call {
            async fn run(&self) -> Result<$answer, $crate::Error<$code>> {
                self.client.tokens().make(self, self.timeout).await
            }
        }

        $crate::call!($call => $answer, $crate::Error<$code>, run);

        $crate::impl_call!($call => $answer, $code, &$operation, |it| it.outgoing(),
            |it, response, redactor| {
                <$answer>::read(response, redactor $(, &it.$numbers(), || it.$private())?)
            });
    };
}
