//! Every public type of this crate at work, without a network: the settings, a transport of one's own, the login, calls
//! with its token, and what an error tells.
//!
//! `cargo run -p sabapayamak-auth --example sabapayamak_every_type`

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error as StdError;
use std::time::Duration;

use sabapayamak_auth::bytes::Bytes;
use sabapayamak_auth::http::{Method, Request, Response};
use sabapayamak_auth::testing::{ScriptedTransport, Seen, Step};
use sabapayamak_auth::{
    Answer, AuthenticateCall, Authorized, AuthorizedCall, BASE_URL, Call, CallFuture, CallOptions, Client,
    ClientBuilder, Code, Credentials, CredentialsBuilder, Details, Effect, Error, ErrorItem, Instant, Kind,
    Language, LoginLock, MemoryRateLimit, MemoryTokenStore, Operation, PasswordLogin, RateLimit, Reason,
    RetryPolicy, Scheme, Secret, Semantics, Session, SharedLimitError, SharedPermit, SharedRateLimit,
    StoreError, StoredToken, TOKEN_DAYS, Timestamp, Token, TokenDays, TokenKey, TokenSource, TokenStatus,
    TokenStore, Transport, TransportError, UnknownWord, User, async_trait,
};
use serde_json::{Value, json};

/// Leaves the sending to another transport, while there is time.
struct InTime<T>(T);

#[async_trait]
impl<T: Transport> Transport for InTime<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        if options.deadline <= Instant::now() {
            return Err(TransportError::connect_timeout());
        }
        println!("{} attempt {}", options.operation, options.attempt);
        self.0.send(request, options).await
    }
}

fn settings(transport: impl Transport) -> ClientBuilder {
    Client::builder()
        .base_url(BASE_URL)
        .timeout(Duration::from_secs(20))
        .fresh_connections(false)
        .retry(RetryPolicy::new(2))
        .rate_limit(RateLimit::per_second(20))
        .bare_token()
        .shared_rate_limit(InTimeOnly(MemoryRateLimit::new(RateLimit::per_second(5))))
        .transport(transport)
}

fn credentials(password: Secret) -> Result<Credentials, Error> {
    let builder: CredentialsBuilder = Credentials::builder().username("user").password(password);
    builder.virtual_number("3000").build()
}

/// Who logged in, and what the service said beside it.
fn print(session: &Session) {
    let user: &User = session.user();
    println!("{:?} {:?} {:?}", user.id(), user.first_name(), user.last_name());
    println!(
        "{:?} {:?} {:?}",
        user.username(),
        user.domain(),
        user.virtual_number()
    );
    println!("{:?}, and {} fields", session.message(), user.fields().len());
    print_items(session.notices());
    let token: &Token = session.token();
    let ends: Option<Timestamp> = token.expires_at();
    println!(
        "{:?} of {:?}, until {ends:?}",
        token.expires_in(),
        token.lifetime()
    );
}

fn print_items(items: &[ErrorItem]) {
    for item in items {
        println!("{:?} {:?} {}", item.code_text(), item.code(), item.is_success());
        println!("{:?} {:?} {:?}", item.message(), item.field(), item.url());
    }
}

/// What a log wants to know of an error, and what a visitor may read in a language of its choice.
fn report(error: &Error, language: &str) -> Result<(), UnknownWord> {
    match error.kind() {
        Kind::InvalidInput {
            reason: Reason::NotAllowed,
            ..
        } => println!("{:?}", error.detail()),
        Kind::InvalidInput { argument, reason } => println!("{argument} {reason}"),
        Kind::Api => match error.code() {
            Some(Code::WrongCredentials | Code::WrongSender) => println!("correct the credentials"),
            Some(code) => println!("{code:?} {:?} of {:?}", code.number(), code.calls()),
            None => println!("{error}"),
        },
        _ => println!("{error}"),
    }
    let details: Option<&Details> = error.details();
    if let Some(details) = details {
        println!("status {:?}", details.status());
        print_items(details.errors());
    }
    println!("in doubt: {}", error.effect() == Effect::Unknown);
    let language: Language = language.parse()?;
    println!("{}", error.describe(language));
    Ok(())
}

/// A store of one's own: another one whose tokens are for reading alone.
struct ReadOnly(MemoryTokenStore);

#[async_trait]
impl TokenStore for ReadOnly {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        self.0.load(key).await
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        self.0.lock(key, time_to_live).await
    }

    async fn save(&self, _: &TokenKey, _: &StoredToken) -> Result<bool, StoreError> {
        Err(StoreError::unavailable("for reading alone"))
    }

    async fn remove(&self, _: &TokenKey, _: u64) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A limit of one's own: another one that looks at the clock first.
struct InTimeOnly(MemoryRateLimit);

#[async_trait]
impl SharedRateLimit for InTimeOnly {
    async fn acquire(&self, deadline: Instant) -> Result<SharedPermit, SharedLimitError> {
        if deadline < Instant::now() {
            return Err(SharedLimitError::too_late());
        }
        self.0.acquire(deadline).await
    }

    async fn pause(&self, time: Duration) {
        self.0.pause(time).await;
    }
}

fn print_status(tokens: &TokenSource) {
    let status: Option<TokenStatus> = tokens.status();
    println!("{status:?}");
}

fn is_repeatable<C: Call>(call: &C) -> bool {
    let operation: &Operation = call.operation();
    operation.semantics != Semantics::NonIdempotent
}

/// A state that holds the source names its type like this.
struct State {
    tokens: TokenSource,
}

/// A token for a test of one's own.
fn token(text: &str) -> Result<Token, Reason> {
    let hour = Duration::from_secs(3600);
    Token::new(Secret::from(text), Scheme::Bearer, Instant::now(), Some(hour))
}

#[cfg_attr(test, tokio::test)]
#[cfg_attr(not(test), tokio::main(flavor = "current_thread"))]
async fn main() -> Result<(), Box<dyn StdError>> {
    let login = r#"{"status":"200","data":{"Id":"1","Username":"user","Token":"not-a-real-token"},
        "errors":[{"code":1001,"message":"token made"}]}"#;
    let script = ScriptedTransport::new([
        Step::answer(200, login),
        Step::answer(200, login),
        Step::answer(200, r#"{"status":"200","data":12500,"errors":[]}"#),
        Step::answer(200, r#"{"status":"200","data":[7],"errors":[]}"#),
        Step::answer(
            200,
            r#"{"status":"400","data":null,"errors":[{"code":4003,"message":"?"}]}"#,
        ),
    ]);
    let saba = settings(InTime(script.clone())).build()?;
    let days: TokenDays = TOKEN_DAYS.end().to_string().parse()?;
    assert_eq!((days, TokenDays::MIN.get()), (TokenDays::MAX, 1));

    let call: AuthenticateCall = saba.authenticate(&credentials("not-a-real-password".into())?, days);
    assert!(is_repeatable(&call));
    let sent: CallFuture<Session, Error> = call.timeout(Duration::from_secs(5)).send();
    print(&sent.await?);

    let tokens: TokenSource =
        saba.token_source(credentials("not-a-real-password".into())?, TokenDays::new(15)?);
    let tokens = tokens.store(ReadOnly(MemoryTokenStore::new()));
    let state = State { tokens };
    let header = state.tokens.authorization().await?;
    assert_eq!(header, token("not-a-real-token")?.secret().expose());

    let authorized: Authorized = state.tokens.authorized();
    let call: AuthorizedCall = authorized.get("api/v1/credit").read_only();
    let credit: Answer = call.await?;
    println!("{} {:?} {}", credit.status(), credit.headers(), credit.attempts());
    println!("{} {}", credit.body().len(), credit.json::<Value>()?["data"]);
    let message = json!({ "Text": "سلام", "Numbers": ["09120000000"] });
    let call = authorized.post("api/v1/message").json(&message);
    let response: Response<Bytes> = call.timeout(Duration::from_secs(5)).await?.into_response();
    println!("{}", response.status());

    let received = authorized
        .request(Method::GET, "api/v1/recived-messages")
        .query([("StartDate", "1404/01/01"), ("EndDate", "1404/01/31")]);
    report(&received.idempotent(true).await.err().ok_or("it fails")?, "fa")?;
    let by_url = Request::get("/api/v1/message?text=hi").body(Bytes::new())?;
    report(&authorized.call(by_url).await.err().ok_or("it fails")?, "en")?;
    for unsent in [
        authorized
            .put("//elsewhere.example")
            .header("x-a", "1")
            .body("{}"),
        authorized.patch("//elsewhere.example"),
        authorized.delete("//elsewhere.example"),
    ] {
        println!("{unsent:?}");
    }

    print_status(&state.tokens);
    state.tokens.refused(&header);
    let seen: Vec<Seen> = script.seen();
    println!(
        "{} requests; {}",
        seen.len(),
        std::any::type_name::<PasswordLogin>()
    );
    Ok(())
}
