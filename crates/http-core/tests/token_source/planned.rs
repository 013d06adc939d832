//! Logins that take as long, and end, as a test plans it; and a provider that accepts some of their tokens.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::decode::Object;
use payvand_http_core::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use payvand_http_core::testing::ScriptedTransport;
use payvand_http_core::{
    Answer, CallOptions, Error, ErrorBuilder, HttpClient, HttpClientBuilder, Language, Login, LoginAnswer,
    Operation, Redactor, RetryPolicy, Scheme, Secret, Semantics, Token, TokenSource, Transport,
    TransportError, async_trait,
};
use serde::Serialize;
use tokio::time::sleep;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

static LOGIN: Operation = Operation::new("test.login", Method::POST, "login", Semantics::Idempotent);
static AUTHORIZED: Operation = Operation::new("test.authorized", Method::POST, "", Semantics::NonIdempotent);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TestCode {
    WrongPassword,
    Busy,
}

impl payvand_http_core::Code for TestCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        "".into()
    }
}

pub(crate) type TestError = Error<TestCode>;

/// What one login does: it takes some time, and then succeeds with a lifetime, or fails.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) takes: Duration,
    pub(crate) outcome: Result<Option<Duration>, Trouble>,
}

#[derive(Clone, Copy)]
pub(crate) enum Trouble {
    WrongPassword,
    Broken,
    Panic,
    Status(u16),
    /// HTTP 429 with this `Retry-After`, from the provider itself or not.
    Busy(&'static str, bool),
}

pub(crate) const fn lives(takes: Duration, life: Duration) -> Plan {
    Plan {
        takes,
        outcome: Ok(Some(life)),
    }
}

pub(crate) const fn fails(takes: Duration, trouble: Trouble) -> Plan {
    Plan {
        takes,
        outcome: Err(trouble),
    }
}

/// A login whose answers [`Planned`] makes.
pub(crate) struct PlannedLogin {
    user: &'static str,
    password: Secret,
}

/// Answers logins as planned, and counts. Tokens are `not-a-real-token-1`, `-2`, … Other calls go on to its transport.
struct Planned<T> {
    calls: T,
    plans: Mutex<VecDeque<Plan>>,
    otherwise: Plan,
    counts: Arc<Counts>,
}

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) begun: AtomicU64,
    pub(crate) ended: AtomicU64,
    pub(crate) at_once: AtomicU64,
    pub(crate) most_at_once: AtomicU64,
}

impl Counts {
    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    pub(crate) fn ended(&self) -> u64 {
        self.ended.load(Ordering::SeqCst)
    }
}

/// Counts a login as over, also when it is dropped.
struct Busy<'a>(&'a Counts);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.at_once.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Login for PlannedLogin {
    type Code = TestCode;
    type Session = Token;

    const AUTHENTICATE: &'static Operation = &LOGIN;
    const AUTHORIZED: &'static Operation = &AUTHORIZED;

    fn secrets(&self) -> impl IntoIterator<Item = &Secret> {
        [&self.password]
    }

    fn account(&self) -> impl IntoIterator<Item = Cow<'_, str>> {
        [Cow::Borrowed(self.user)]
    }

    fn body(&self) -> impl Serialize {
        self.password.expose()
    }

    fn read(&self, answer: &LoginAnswer<'_>) -> Result<Token, ErrorBuilder<TestCode>> {
        let response = answer.response;
        let text = String::from_utf8_lossy(response.body()).into_owned();
        let header = |name| Some(response.headers().get(name)?.to_str().unwrap().to_owned());
        match header("code").as_deref() {
            Some("wrong password") => return Err(ErrorBuilder::api(TestCode::WrongPassword, text)),
            Some("busy") => return Err(ErrorBuilder::api(TestCode::Busy, text)),
            _ if !response.status().is_success() => return Err(ErrorBuilder::status("a gateway")),
            _ => {}
        }
        let life = header("lives-ms").map(|text| ms(text.parse().unwrap()));
        answer.token("$", Some(Secret::from(text)), Scheme::Bearer, life)
    }

    fn into_token(token: Token) -> Token {
        token
    }

    fn check<'a>(
        response: &'a Response<Bytes>,
        _: &Redactor,
    ) -> Result<Option<Object<'a>>, ErrorBuilder<TestCode>> {
        if response.status().is_success() {
            Ok(None)
        } else {
            Err(ErrorBuilder::status("no success").excerpt_of(response))
        }
    }
}

#[async_trait]
impl<T: Transport> Transport for Planned<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        if !request.uri().path().ends_with("/login") {
            return self.calls.send(request, options).await;
        }
        let counts = &*self.counts;
        let number = counts.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let at_once = counts.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        counts.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        let _busy = Busy(counts);
        let plan = self.plans.lock().unwrap().pop_front().unwrap_or(self.otherwise);
        if plan.takes.is_zero() {
            tokio::task::yield_now().await;
        } else {
            sleep(plan.takes).await;
        }
        counts.ended.fetch_add(1, Ordering::SeqCst);
        let answer = Response::builder();
        let (answer, body) = match plan.outcome {
            Ok(life) => {
                let life = life.map(|life| ("lives-ms", life.as_millis().to_string()));
                let answer = life
                    .into_iter()
                    .fold(answer, |it, (name, value)| it.header(name, value));
                (answer, format!("not-a-real-token-{number}"))
            }
            Err(Trouble::Broken) => return Err(TransportError::unknown("broken")),
            Err(Trouble::Panic) => panic!("not-a-real-password"),
            Err(Trouble::WrongPassword) => (
                answer.header("code", "wrong password"),
                format!("wrong, says login {number}"),
            ),
            Err(Trouble::Status(status)) => (answer.status(status), String::new()),
            Err(Trouble::Busy(retry_after, own)) => {
                let code = if own { "busy" } else { "a gateway" };
                let answer = answer.header("code", code).header("retry-after", retry_after);
                (answer.status(429), String::new())
            }
        };
        Ok(answer.body(Bytes::from(body)).unwrap())
    }
}

pub(crate) fn builder() -> HttpClientBuilder {
    HttpClient::builder("https://api.example", "test")
}

pub(crate) fn source(plans: &[Plan], otherwise: Plan) -> (TokenSource<PlannedLogin>, Arc<Counts>) {
    source_over(ScriptedTransport::default(), plans, otherwise)
}

pub(crate) fn source_over(
    transport: impl Transport,
    plans: &[Plan],
    otherwise: Plan,
) -> (TokenSource<PlannedLogin>, Arc<Counts>) {
    let builder = builder().retry(RetryPolicy::never()).timeout(30 * SECOND);
    source_of(builder, transport, plans, otherwise)
}

/// By a client with these settings.
pub(crate) fn source_of(
    builder: HttpClientBuilder,
    calls: impl Transport,
    plans: &[Plan],
    otherwise: Plan,
) -> (TokenSource<PlannedLogin>, Arc<Counts>) {
    let (http, counts) = http_of(builder, calls, plans, otherwise);
    (
        TokenSource::new(&http, login("user", "not-a-real-password")),
        counts,
    )
}

pub(crate) fn login(user: &'static str, password: &str) -> PlannedLogin {
    let password = Secret::from(password);
    PlannedLogin { user, password }
}

/// For several sources, which are as several processes to each other.
pub(crate) fn http_of(
    builder: HttpClientBuilder,
    calls: impl Transport,
    plans: &[Plan],
    otherwise: Plan,
) -> (HttpClient, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let planned = Planned {
        calls,
        plans: Mutex::new(plans.iter().copied().collect()),
        otherwise,
        counts: Arc::clone(&counts),
    };
    (builder.transport(planned).build([]).unwrap(), counts)
}

pub(crate) fn header_of(number: u64) -> HeaderValue {
    HeaderValue::from_str(&token(number)).unwrap()
}

pub(crate) fn token(number: u64) -> String {
    format!("Bearer not-a-real-token-{number}")
}

/// This many tasks ask at once.
pub(crate) async fn ask(
    tokens: &TokenSource<PlannedLogin>,
    tasks: usize,
) -> Vec<Result<HeaderValue, TestError>> {
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let tokens = tokens.clone();
            tokio::spawn(async move { tokens.authorization().await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// Polls a future once.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::Pin::new(future).poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

/// A provider that accepts some tokens, and counts.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    pub(crate) state: Arc<Mutex<GateState>>,
}

#[derive(Default)]
pub(crate) struct GateState {
    /// Tokens up to this number are refused.
    pub(crate) revoked_to: u64,
    pub(crate) latency: Duration,
    pub(crate) requests: HashMap<String, u64>,
    pub(crate) accepted: Vec<Request<Bytes>>,
}

impl Gate {
    pub(crate) fn revoke_to(&self, number: u64) {
        self.state.lock().unwrap().revoked_to = number;
    }
}

#[async_trait]
impl Transport for Gate {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let latency = self.state.lock().unwrap().latency;
        if latency.is_zero() {
            tokio::task::yield_now().await;
        } else {
            sleep(latency).await;
        }
        let token = request.headers()[header::AUTHORIZATION]
            .to_str()
            .unwrap()
            .to_owned();
        let number: u64 = token.rsplit('-').next().unwrap().parse().unwrap();
        let mut state = self.state.lock().unwrap();
        *state.requests.entry(token.clone()).or_default() += 1;
        let mut response = Response::new(Bytes::from(format!("an echo: {token}")));
        if number <= state.revoked_to {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
        } else {
            state.accepted.push(request);
        }
        Ok(response)
    }
}

pub(crate) async fn post(
    tokens: &TokenSource<PlannedLogin>,
    calls: usize,
) -> Vec<Result<Answer<TestCode>, TestError>> {
    let calls: Vec<_> = (0..calls)
        .map(|id| tokio::spawn(tokens.authorized().post("sms").json(&id).send()))
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

pub(crate) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
