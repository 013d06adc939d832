//! The attempts of a call with one token after the other.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, header};
use tokio::time::Instant;
use tracing::Instrument;

use crate::auth::login::Login;
use crate::auth::state::CachedToken;
use crate::auth::token_source::{TokenSource, failure};
use crate::call::outgoing::Outgoing;
use crate::client::call::Call;
use crate::client::trace;
use crate::error::Error;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::kind::Effect;
use crate::operation::{Operation, Semantics};
use crate::secret::redactor::Redactor;

/// This number of tokens may go bad while one call waits for its turn. Where they live no longer than that, or are refused
/// as fast as they come, another login would be one too many.
const MOST_TOKENS: usize = 4;

/// A call with the token: `read` reads the response, and says with [`ErrorBuilder::token_refused`] that the token was not
/// accepted.
pub(crate) struct Attempts<'a, L: Login, R> {
    pub(crate) source: &'a TokenSource<L>,
    pub(crate) operation: &'static Operation,
    pub(crate) semantics: Semantics,
    pub(crate) deadline: Instant,
    pub(crate) request: &'a mut Outgoing,
    pub(crate) read: R,
}

impl<L: Login, T, C, R> Attempts<'_, L, R>
where
    C: Code<Details = <L::Code as Code>::Details> + From<L::Code>,
    R: Fn(&Response<Bytes>, &Redactor) -> Result<T, ErrorBuilder<C>>,
{
    /// Makes the call, and once more with a fresh token where the first was refused and nothing was done. An answer comes
    /// with the number of attempts with its token.
    pub(crate) async fn run(&mut self) -> Result<(T, u32), Error<C>> {
        let span = trace::call(self.operation, self.request);
        let outcome = self.with_tokens().instrument(span.clone()).await;
        trace::finished(&span, &outcome);
        outcome
    }

    async fn with_tokens(&mut self) -> Result<(T, u32), Error<C>> {
        let (token, outcome) = self.make().await?;
        let Err(refused) = outcome else { return outcome };
        let Some(effect) = refused.token_refused() else {
            return Err(refused);
        };
        let may_go_on = self.source.drop_refused(&token);
        let is_harmless = self.semantics.is_idempotent() || refused.effect() == Effect::None;
        if !(may_go_on && effect == Effect::None && is_harmless) {
            return Err(refused);
        }
        let again = self.make().await.and_then(|(_, outcome)| outcome);
        // What an attempt before the refusal left in doubt stays so, whatever becomes of this one.
        again.map_err(|error| match refused.effect() {
            Effect::None => error,
            Effect::Unknown => error.with_effect(Effect::Unknown),
        })
    }

    /// Makes the call with a token that is good when its turn comes, and says which.
    async fn make(&mut self) -> Result<(Arc<CachedToken>, Result<(T, u32), Error<C>>), Error<C>> {
        for _ in 0..MOST_TOKENS {
            let token = self.source.token(self.deadline).await;
            // Without a token the call is not sent, whatever became of the login.
            let (token, refresh) =
                token.map_err(|error| error.with_effect(Effect::None).map_code(C::from))?;
            let authorization = token.token.authorization();
            self.request.headers.insert(header::AUTHORIZATION, authorization);
            let redactor = &token.redactor;
            let http = self.source.http().with_redactor(redactor.clone());
            let read = |response: &Response<Bytes>| {
                let read = (self.read)(response, redactor)?;
                if response.status().is_success() {
                    token.worked();
                }
                Ok(read)
            };
            let (request, is_usable) = (&self.request, || token.is_usable());
            let (operation, semantics) = (self.operation, self.semantics);
            let call = http.call_if(operation, semantics, request, self.deadline, is_usable, read);
            // None: it was no longer good when the call's turn came.
            let outcome = self.source.beside(refresh, pin!(call)).await;
            if let Some(outcome) = outcome {
                return Ok((token, outcome));
            }
        }
        let why = "no token lasted until the call's turn";
        Err(failure::<L>(Effect::None, why).map_code(C::from))
    }
}

// For the crates that have types for a provider's calls.
impl<L: Login> TokenSource<L> {
    /// Makes such a call with the token.
    #[doc(hidden)]
    pub async fn make<K: Call>(
        &self,
        call: &K,
        timeout: Option<Duration>,
    ) -> Result<K::Output, Error<K::Code>>
    where
        K::Code: Code<Details = <L::Code as Code>::Details> + From<L::Code>,
    {
        let operation = call.operation();
        let mut request = call.write().map_err(|error| error.before_sending(operation))?;
        let mut attempts = Attempts {
            source: self,
            operation,
            semantics: operation.semantics,
            deadline: self.http().deadline(timeout),
            request: &mut request,
            read: |response: &Response<Bytes>, redactor: &Redactor| call.decode(response, redactor),
        };
        Ok(attempts.run().await?.0)
    }
}
