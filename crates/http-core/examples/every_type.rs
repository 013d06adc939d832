//! Every public type of the core in code that serves several providers at once: one report for all their errors, one
//! transport under all their clients.
//!
//! `cargo run -p payvand-http-core --example http_core_every_type`

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

#[cfg(feature = "file-store")]
use payvand_http_core::FileTokenStore;
#[cfg(feature = "sealed-store")]
use payvand_http_core::Sealed;
use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Request, Response};
use payvand_http_core::testing::{ScriptedTransport, Seen, Step};
use payvand_http_core::{
    Answer, Authorized, AuthorizedCall, Call, CallFuture, CallOptions, Code, Effect, Error, Instant, Kind,
    Language, Login, LoginLock, MemoryRateLimit, MemoryTokenStore, Operation, RateLimit, Reason, RetryPolicy,
    Scheme, Secret, Semantics, SharedLimitError, SharedPermit, SharedRateLimit, StoreError, StoredToken,
    Timestamp, Token, TokenKey, TokenSource, TokenStatus, TokenStore, Transport, TransportError, UnknownWord,
    async_trait,
};

/// A transport of one's own, around another.
struct InTime<T>(T);

#[async_trait]
impl<T: Transport> Transport for InTime<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let left = options.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(TransportError::connect_timeout());
        }
        let response = tokio::time::timeout(left, self.0.send(request, options)).await;
        let response = response.map_err(|_| TransportError::timeout())??;
        if response.body().len() > options.max_body {
            return Err(TransportError::too_large(options.max_body));
        }
        Ok(response)
    }
}

/// A store of one's own: it keeps a token for half of its life.
struct Young<S>(S);

#[async_trait]
impl<S: TokenStore> TokenStore for Young<S> {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        let stored = self.0.load(key).await?;
        Ok(stored.filter(|it| it.remaining.is_some_and(|left| left > Duration::from_secs(60))))
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        let lock = self.0.lock(key, time_to_live).await?;
        println!(
            "login number {} of {} bytes of key",
            lock.generation(),
            key.as_bytes().len()
        );
        Ok(LoginLock::new(lock.generation(), lock))
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError> {
        let StoredToken {
            generation, secret, ..
        } = token.clone();
        let short = token.remaining.map(|left| left / 2);
        self.0
            .save(key, &StoredToken::new(generation, short, secret))
            .await
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        let removed = self.0.remove(key, generation).await;
        removed.map_err(|error| StoreError::unavailable(error.to_string()))
    }
}

/// A limit of one's own, which is asked before a request leaves.
struct Polite(MemoryRateLimit);

#[async_trait]
impl SharedRateLimit for Polite {
    async fn acquire(&self, deadline: Instant) -> Result<SharedPermit, SharedLimitError> {
        let permit = self.0.acquire(deadline).await;
        match permit {
            Ok(permit) => Ok(permit.send_by(deadline)),
            Err(_) => Err(SharedLimitError::paused(Duration::from_secs(1))),
        }
    }

    async fn complete(&self, permit: SharedPermit) {
        self.0.complete(permit).await;
    }

    async fn pause(&self, time: Duration) {
        self.0.pause(time * 2).await;
    }
}

/// How a program begins that keeps its token.
async fn kept<L: Login>(
    tokens: TokenSource<L>,
    folder: &str,
    token: Option<Token>,
) -> Result<(), Error<L::Code>> {
    let tokens = tokens.store(Young(MemoryTokenStore::new()));
    #[cfg(feature = "file-store")]
    let tokens = tokens.store(FileTokenStore::new(folder)?);
    #[cfg(feature = "sealed-store")]
    let tokens = tokens.store(Sealed::new(MemoryTokenStore::new(), [1; 32]).previous_key([2; 32]));
    let tokens = match token {
        Some(token) => tokens.with_token(token),
        None => tokens,
    };
    if folder.is_empty() {
        return Err(StoreError::configuration("which folder?").into());
    }
    tokens.refresh().await?;
    let status: Option<TokenStatus<L::Code>> = tokens.status();
    if let Some(status) = status {
        let (ends, next) = (status.expires_at(), status.refreshes_at());
        println!("{} {ends:?} {next:?} {:?}", status.has_token(), status.failure());
    }
    Ok(())
}

/// What a transport does not know how to send.
fn cannot_send(error: std::io::Error, was_sent: bool) -> TransportError {
    match error.kind() {
        std::io::ErrorKind::InvalidData => TransportError::certificate(error),
        _ if was_sent => TransportError::unknown(error),
        _ => TransportError::not_sent(error),
    }
}

/// One line in a log, whoever the provider is.
fn line<C: Code>(error: &Error<C>) -> String {
    let kind = match error.kind() {
        Kind::InvalidInput { argument, reason } => format!("{argument} {reason}"),
        Kind::Api => error.code().map_or_else(String::new, |code| {
            format!("{code:?}: {}", code.describe(Language::English))
        }),
        other => format!("{other:?}"),
    };
    let effect: Effect = error.effect();
    format!(
        "{:?} {kind}, effect {effect}: {:?}",
        error.operation(),
        error.details()
    )
}

/// A row of a table of calls.
fn row<C: Call>(call: &C) -> (&'static str, bool) {
    let operation: &Operation = call.operation();
    let is_repeatable = match operation.semantics {
        Semantics::Safe | Semantics::Idempotent => true,
        Semantics::NonIdempotent => false,
    };
    (operation.name, is_repeatable)
}

/// A call that needs a token, of whichever provider.
fn credit<L: Login>(tokens: &TokenSource<L>, path: &str) -> CallFuture<Answer<L::Code>, Error<L::Code>> {
    let authorized: Authorized<L> = tokens.authorized();
    let call: AuthorizedCall<L> = authorized.get(path).read_only();
    call.send()
}

#[cfg_attr(test, tokio::test)]
#[cfg_attr(not(test), tokio::main(flavor = "current_thread"))]
async fn main() -> Result<(), Box<dyn StdError>> {
    let script = ScriptedTransport::always(Step::answer(200, "ok").after(Duration::from_millis(1)));
    let options = CallOptions::new(Instant::now() + Duration::from_secs(1));
    let transport = InTime(script.clone());
    let response = transport.send(Request::new(Bytes::new()), &options).await?;
    let seen: Vec<Seen> = script.seen();
    println!(
        "{} after {:?}",
        response.status(),
        seen.first().map(|seen| seen.options.attempt)
    );

    script.push(Step::hang());
    let late = transport.send(Request::new(Bytes::new()), &options).await;
    println!(
        "{:?} {:?}",
        late.err(),
        cannot_send(std::io::Error::other("?"), false)
    );

    let polite = Polite(MemoryRateLimit::new(RateLimit::per_second(5)));
    println!("{:?}", polite.acquire(options.deadline).await?);

    let secret = Secret::from("not-a-real-token");
    let token = Token::new(
        secret,
        Scheme::Bearer,
        Instant::now(),
        Some(Duration::from_secs(3600)),
    )?;
    let ends: Option<Timestamp> = token.expires_at();
    println!(
        "{token:?} until {ends:?}, now {}",
        Timestamp::from(SystemTime::now())
    );
    let bare = Token::new(
        token.secret().clone(),
        Scheme::Bare,
        Instant::now(),
        token.lifetime(),
    )?;
    println!(
        "{:?} {:?}",
        bare.authorization(),
        ends.and_then(Timestamp::to_system_time)
    );

    let language: Result<Language, UnknownWord> = "fa".parse();
    println!("{}", Reason::Empty.describe(language?));
    println!(
        "{:?} {:?}",
        RetryPolicy::new(3),
        [RateLimit::per_second(5), RateLimit::unlimited()]
    );
    Ok(())
}

/// They compile for every provider.
#[allow(dead_code, reason = "it is to compile, not to run")]
fn of_one_provider<L: Login, C: Call<Code = L::Code>>(
    tokens: &TokenSource<L>,
    call: &C,
    error: &Error<L::Code>,
) {
    let (name, is_repeatable) = row(call);
    println!("{name} {is_repeatable} {}", line(error));
    drop(credit(tokens, "credit"));
    drop(kept(tokens.clone(), "tokens", None));
}
