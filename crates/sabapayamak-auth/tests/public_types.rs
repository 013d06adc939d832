//! Every type of a public signature has a name in this crate: what has none does not compile.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use sabapayamak_auth::testing::{ScriptedTransport, Seen, Step};
use sabapayamak_auth::{
    Answer, AuthenticateCall, Authorized, AuthorizedCall, Call, CallFuture, CallOptions, Client,
    ClientBuilder, Code, Credentials, CredentialsBuilder, Details, Effect, Error, ErrorItem, Kind, Language,
    LoginLock, MemoryRateLimit, MemoryTokenStore, Operation, PasswordLogin, RateLimit, Reason, RetryPolicy,
    Scheme, Secret, Semantics, Session, SharedLimitError, SharedPermit, SharedRateLimit, StoreError,
    StoredToken, Timestamp, Token, TokenDays, TokenKey, TokenSource, TokenStatus, TokenStore, Transport,
    TransportError, User, bytes::Bytes, http,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[allow(dead_code, clippy::type_complexity, reason = "it is to compile, not to run")]
mod signatures {
    use super::*;

    fn builder(limit: RateLimit, policy: RetryPolicy, transport: ScriptedTransport) -> ClientBuilder {
        let builder = Client::builder().rate_limit(limit).retry(policy);
        builder.transport(transport)
    }

    fn built(builder: ClientBuilder) -> Result<Client, Error> {
        builder.build()
    }

    fn credentials(builder: CredentialsBuilder, password: Secret) -> Result<Credentials, Error> {
        builder.password(password).build()
    }

    fn call(client: &Client, credentials: &Credentials, days: TokenDays) -> AuthenticateCall {
        client.authenticate(credentials, days)
    }

    fn answer(call: AuthenticateCall) -> CallFuture<Session, Error> {
        call.send()
    }

    fn by_hand(
        call: &impl Call<Code = Code, Output = Session>,
        response: &http::Response<Bytes>,
    ) -> (Result<http::Request<Bytes>, Error>, Result<Session, Error>) {
        (call.request(), call.read(response))
    }

    fn operation(call: &AuthenticateCall) -> (&'static Operation, Semantics) {
        let operation = Call::operation(call);
        (operation, operation.semantics)
    }

    fn session(session: &Session) -> (&User, &Token, &[ErrorItem]) {
        (session.user(), session.token(), session.notices())
    }

    fn token(token: &Token) -> (&Secret, Option<Timestamp>) {
        (token.secret(), token.expires_at())
    }

    fn source(client: &Client, credentials: Credentials, days: TokenDays) -> TokenSource {
        client.token_source(credentials, days)
    }

    async fn limit(builder: ClientBuilder, limit: MemoryRateLimit) -> Result<SharedPermit, SharedLimitError> {
        let permit = limit.acquire(tokio::time::Instant::now()).await;
        drop(builder.shared_rate_limit(limit));
        permit
    }

    fn status(source: &TokenSource) -> Option<TokenStatus> {
        source.status()
    }

    async fn stored(
        source: TokenSource,
        store: MemoryTokenStore,
        key: &TokenKey,
        token: &StoredToken,
    ) -> Result<(TokenSource, LoginLock), StoreError> {
        store.save(key, token).await?;
        let lock = store.lock(key, std::time::Duration::ZERO).await?;
        Ok((source.store(store), lock))
    }

    fn authorized(source: &TokenSource) -> (Authorized, AuthorizedCall) {
        (source.authorized(), source.authorized().get(""))
    }

    fn answered(call: AuthorizedCall) -> CallFuture<Answer, Error> {
        call.send()
    }

    fn new_token(secret: Secret, scheme: Scheme) -> Result<Token, Reason> {
        Token::new(secret, scheme, tokio::time::Instant::now(), None)
    }

    fn password_login(_: PasswordLogin) {}

    fn error(error: &Error, language: Language) -> (Kind, Effect, Option<&Code>, Option<&Details>, String) {
        let described = error.describe(language).into_owned();
        (
            error.kind(),
            error.effect(),
            error.code(),
            error.details(),
            described,
        )
    }

    fn reason(kind: Kind) -> Option<Reason> {
        match kind {
            Kind::InvalidInput { reason, .. } => Some(reason),
            _ => None,
        }
    }

    async fn sent(
        transport: &dyn Transport,
        request: http::Request<Bytes>,
        options: CallOptions,
    ) -> Result<http::Response<Bytes>, TransportError> {
        transport.send(request, &options).await
    }

    fn seen(step: Step) -> Vec<Seen> {
        ScriptedTransport::new([step]).seen()
    }
}

#[test]
fn what_users_store_serialises() {
    fn is_stored<T: Serialize>() {}
    fn is_read<T: DeserializeOwned>() {}
    is_stored::<Session>();
    is_stored::<Details>();
    is_stored::<User>();
    is_stored::<ErrorItem>();
    is_read::<Secret>();
}

#[test]
fn a_number_of_days_is_read_back_and_only_a_valid_one() {
    let days = TokenDays::new(15).unwrap();
    assert_eq!(days.to_string().parse::<TokenDays>().unwrap(), days);
    let json = serde_json::to_string(&days).unwrap();
    assert_eq!(json, "15");
    assert_eq!(serde_json::from_str::<TokenDays>(&json).unwrap(), days);
    for text in ["0", "366", "-1", "70000", "", "fifteen"] {
        let error = text.parse::<TokenDays>().unwrap_err();
        assert!(
            error.to_string().contains("must be from 1 to 365"),
            "{text}: {error}"
        );
        assert!(serde_json::from_str::<TokenDays>(text).is_err(), "{text}");
    }
}
