//! Tokens: one login for all callers, whatever fails, under a paused clock; and one test on real threads.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{
    CallOptions, Effect, Error, ErrorBuilder, HttpClient, Instant, Kind, Language, Login, Operation,
    Outgoing, Reason, Redactor, RetryPolicy, Scheme, Secret, Semantics, Token, TokenSource, Transport,
    TransportError, async_trait, jwt,
};
use tokio::time::{advance, sleep};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

static LOGIN: Operation = Operation::new("test.login", Method::POST, "login", Semantics::Idempotent);
static AUTHORIZED: Operation = Operation::new("test.authorized", Method::POST, "", Semantics::NonIdempotent);

#[derive(Debug, Clone, PartialEq)]
enum TestCode {
    WrongPassword,
    Busy,
}

impl payvand_http_core::Code for TestCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        "".into()
    }
}

type TestError = Error<TestCode>;

/// What one login does: it takes some time, and then succeeds with a lifetime, or fails.
#[derive(Clone, Copy)]
struct Plan {
    takes: Duration,
    outcome: Result<Option<Duration>, Trouble>,
}

#[derive(Clone, Copy)]
enum Trouble {
    WrongPassword,
    Broken,
    Panic,
    Status(u16),
    /// HTTP 429 with this `Retry-After`, from the provider itself or not.
    Busy(&'static str, bool),
}

const fn lives(takes: Duration, life: Duration) -> Plan {
    Plan {
        takes,
        outcome: Ok(Some(life)),
    }
}

const fn fails(takes: Duration, trouble: Trouble) -> Plan {
    Plan {
        takes,
        outcome: Err(trouble),
    }
}

/// Logs in as planned, and counts. Tokens are `not-a-real-token-1`, `-2`, …
struct PlannedLogin {
    http: HttpClient,
    plans: Mutex<VecDeque<Plan>>,
    otherwise: Plan,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    begun: AtomicU64,
    ended: AtomicU64,
    at_once: AtomicU64,
    most_at_once: AtomicU64,
}

impl Counts {
    fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    fn ended(&self) -> u64 {
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

#[async_trait]
impl Login for PlannedLogin {
    type Code = TestCode;

    fn http(&self) -> &HttpClient {
        &self.http
    }

    fn secrets(&self) -> Vec<Secret> {
        vec![Secret::from("not-a-real-password")]
    }

    async fn log_in(&self) -> Result<Token, TestError> {
        let since = Instant::now();
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
        match plan.outcome {
            Ok(life) => {
                let secret = Secret::from(format!("not-a-real-token-{number}"));
                Ok(Token::new(secret, Scheme::Bearer, since, life).unwrap())
            }
            Err(Trouble::Panic) => panic!("not-a-real-password"),
            Err(Trouble::WrongPassword) => {
                let failure =
                    ErrorBuilder::api(TestCode::WrongPassword, format!("wrong, says login {number}"));
                Err(failure.before_sending(&LOGIN))
            }
            Err(Trouble::Status(status)) => log_in_at(Step::answer(status, ""), false).await,
            Err(Trouble::Busy(retry_after, own)) => {
                log_in_at(Step::answer(429, "").header("retry-after", retry_after), own).await
            }
            Err(Trouble::Broken) => log_in_at(Step::unknown(), false).await,
        }
    }

    fn operation(&self) -> &'static Operation {
        &AUTHORIZED
    }

    fn check(&self, response: &Response<Bytes>, _: &Redactor) -> Result<(), ErrorBuilder<TestCode>> {
        if response.status().is_success() {
            Ok(())
        } else {
            Err(ErrorBuilder::status("no success").excerpt_of(response))
        }
    }
}

/// A login that is answered with a refusal: the provider's own, or a gateway's page.
async fn log_in_at(step: Step, own: bool) -> Result<Token, TestError> {
    let http = client(ScriptedTransport::always(step));
    let read = |_: &Response<Bytes>| {
        Err(if own {
            ErrorBuilder::api(TestCode::Busy, "busy")
        } else {
            ErrorBuilder::status("a gateway")
        })
    };
    let request = Outgoing::new(LOGIN.method.clone(), http.url(&LOGIN)).unwrap();
    http.call(&LOGIN, request, http.deadline(None), read).await
}

fn client(transport: impl Transport) -> HttpClient {
    HttpClient::builder("https://api.example", "test")
        .transport(transport)
        .retry(RetryPolicy::never())
        .timeout(30 * SECOND)
        .build([])
        .unwrap()
}

fn source(plans: &[Plan], otherwise: Plan) -> (TokenSource<PlannedLogin>, Arc<Counts>) {
    source_over(ScriptedTransport::default(), plans, otherwise)
}

fn source_over(
    transport: impl Transport,
    plans: &[Plan],
    otherwise: Plan,
) -> (TokenSource<PlannedLogin>, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let login = PlannedLogin {
        http: client(transport),
        plans: Mutex::new(plans.iter().copied().collect()),
        otherwise,
        counts: Arc::clone(&counts),
    };
    (TokenSource::new(login), counts)
}

fn header_of(number: u64) -> HeaderValue {
    HeaderValue::from_str(&token(number)).unwrap()
}

fn token(number: u64) -> String {
    format!("Bearer not-a-real-token-{number}")
}

/// This many tasks ask at once.
async fn ask(tokens: &TokenSource<PlannedLogin>, tasks: usize) -> Vec<Result<HeaderValue, TestError>> {
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

#[tokio::test(start_paused = true)]
async fn ten_thousand_ask_at_once_and_one_logs_in() {
    let (tokens, counts) = source(&[], lives(SECOND, HOUR));
    let begin = Instant::now();
    for answer in ask(&tokens, 10_000).await {
        assert_eq!(answer.unwrap(), token(1));
    }
    assert_eq!(counts.begun(), 1);
    assert_eq!(begin.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_failed_login_fails_all_who_wait_and_a_pause_follows() {
    let (tokens, counts) = source(&[fails(SECOND, Trouble::WrongPassword)], lives(SECOND, HOUR));
    for answer in ask(&tokens, 10_000).await {
        let error = answer.unwrap_err();
        assert_eq!(error.code(), Some(&TestCode::WrongPassword));
        assert_eq!(error.message(), Some("wrong, says login 1"));
    }
    // A wrong password stays wrong: a pause of a minute, in which all get the same error.
    advance(59 * SECOND).await;
    let begin = Instant::now();
    for answer in ask(&tokens, 100).await {
        assert_eq!(answer.unwrap_err().message(), Some("wrong, says login 1"));
    }
    assert_eq!((counts.begun(), begin.elapsed()), (1, Duration::ZERO));
    advance(SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
}

#[tokio::test(start_paused = true)]
async fn who_waited_for_a_login_shares_its_failure_however_late() {
    let (tokens, counts) = source(&[fails(SECOND, Trouble::WrongPassword)], lives(SECOND, HOUR));
    let (mut leader, mut waiter) = (Box::pin(tokens.authorization()), Box::pin(tokens.authorization()));
    assert!(poll_once(&mut leader).is_none() && poll_once(&mut waiter).is_none());
    assert!(leader.await.is_err());
    // The pause is over before the waiter gets to run again.
    advance(100 * SECOND).await;
    assert_eq!(waiter.await.unwrap_err().message(), Some("wrong, says login 1"));
    assert_eq!(counts.begun(), 1);
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
}

/// Polls a future once.
fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::Pin::new(future).poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

/// A page can ask for a minute, the provider itself for an hour. A caller in the pause is told how long it is.
#[tokio::test(start_paused = true)]
async fn a_server_may_ask_for_a_longer_pause_after_a_failed_login() {
    const PAGE: bool = false;
    const PROVIDER: bool = true;
    for (asked_for, own, pause) in [
        ("0.5", PAGE, SECOND),
        ("1.5", PAGE, ms(1500)),
        ("40", PAGE, 40 * SECOND),
        ("120", PAGE, 60 * SECOND),
        ("86400", PAGE, 60 * SECOND),
        ("120", PROVIDER, 120 * SECOND),
        ("86400", PROVIDER, HOUR),
        ("99999999999999999999999999", PROVIDER, HOUR),
    ] {
        let busy = fails(Duration::ZERO, Trouble::Busy(asked_for, own));
        let (tokens, counts) = source(&[busy], lives(Duration::ZERO, HOUR));
        let error = tokens.authorization().await.unwrap_err();
        assert_eq!(error.attempts(), 1);
        if asked_for == "120" {
            assert_eq!(error.retry_after(), Some(120 * SECOND), "as the server said it");
        }
        for part in 1..=4 {
            let error = tokens.authorization().await.unwrap_err();
            assert_eq!(error.http_status(), Some(StatusCode::TOO_MANY_REQUESTS));
            assert_eq!(error.attempts(), 0, "this call has sent nothing");
            assert_eq!(error.retry_after(), Some(pause * (5 - part) / 4), "{asked_for}");
            advance(pause / 4).await;
        }
        assert!(tokens.authorization().await.is_ok(), "{asked_for}");
        assert_eq!(counts.begun(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_a_failed_login_learns_how_long_its_pause_is() {
    let (tokens, _) = source(&[], fails(SECOND, Trouble::WrongPassword));
    for answer in ask(&tokens, 10).await {
        assert_eq!(answer.unwrap_err().retry_after(), None, "they shared it");
    }
    for left in [60, 59, 1] {
        let error = tokens.authorization().await.unwrap_err();
        assert_eq!(error.message(), Some("wrong, says login 1"));
        assert_eq!((error.attempts(), error.is_retryable()), (0, false));
        assert_eq!(error.retry_after(), Some(left * SECOND));
        let error = tokens.authorized().get("a").await.unwrap_err();
        assert_eq!((error.attempts(), error.retry_after()), (0, Some(left * SECOND)));
        advance(if left == 59 { 58 * SECOND } else { SECOND }).await;
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_old_token_is_valid_only_the_refresher_waits_and_for_a_second() {
    let (tokens, counts) = source(&[lives(SECOND, HOUR)], lives(20 * SECOND, HOUR));
    tokens.authorization().await.unwrap();
    advance(3200 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    assert_eq!(counts.begun(), 1, "not before the last five minutes");

    advance(200 * SECOND).await;
    let begin = Instant::now();
    let refresher = tokio::spawn({
        let tokens = tokens.clone();
        async move { (tokens.authorization().await, Instant::now()) }
    });
    tokio::task::yield_now().await;
    assert_eq!(counts.begun(), 2);
    for answer in ask(&tokens, 1000).await {
        assert_eq!(answer.unwrap(), token(1));
    }
    assert_eq!((begin.elapsed(), counts.begun()), (Duration::ZERO, 2));
    let (answer, at) = refresher.await.unwrap();
    assert_eq!((answer.unwrap(), at - begin), (header_of(1), SECOND));
    // Nobody waits, so the login stops; the next caller continues it.
    advance(18 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    advance(SECOND).await;
    for answer in ask(&tokens, 1000).await {
        assert_eq!(answer.unwrap(), token(2));
    }
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_keeps_the_valid_token_and_a_pause_follows() {
    let (tokens, counts) = source(
        &[lives(SECOND, HOUR), fails(SECOND, Trouble::WrongPassword)],
        lives(SECOND, HOUR),
    );
    tokens.authorization().await.unwrap();
    advance(3400 * SECOND).await;
    assert_eq!(
        tokens.authorization().await.unwrap(),
        token(1),
        "the refresher itself too"
    );
    assert_eq!(counts.begun(), 2);
    for _ in 0..50 {
        advance(SECOND).await;
        assert_eq!(tokens.authorization().await.unwrap(), token(1));
    }
    assert_eq!(counts.begun(), 2, "it rests");
    advance(10 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(3));
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_never_given_out() {
    let (tokens, counts) = source(
        &[lives(SECOND, HOUR), fails(25 * SECOND, Trouble::WrongPassword)],
        lives(SECOND, HOUR),
    );
    tokens.authorization().await.unwrap();
    // The refresh takes longer than the old token's life, and fails: nobody may get the old token now.
    advance(3579 * SECOND).await;
    let begin = Instant::now();
    let refresher = tokens.clone();
    let refresher = tokio::spawn(async move { refresher.authorization().await });
    tokio::task::yield_now().await;
    advance(19 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    advance(SECOND).await;
    assert_eq!(
        tokens.authorization().await.unwrap_err().message(),
        Some("wrong, says login 2")
    );
    assert_eq!(begin.elapsed(), 25 * SECOND, "it waited for the refresher");
    assert!(refresher.await.unwrap().is_err());
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresher_out_of_time_goes_on_with_the_old_token() {
    let (tokens, counts) = source(&[lives(SECOND, HOUR)], lives(HOUR, HOUR));
    tokens.authorization().await.unwrap();
    advance(3500 * SECOND).await;
    let begin = Instant::now();
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    assert_eq!((begin.elapsed(), counts.begun(), counts.ended()), (SECOND, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_login_goes_on_when_the_caller_who_began_it_is_dropped() {
    let (tokens, counts) = source(&[], lives(10 * SECOND, HOUR));
    let leader = tokio::spawn({
        let tokens = tokens.clone();
        async move { tokens.authorization().await }
    });
    tokio::task::yield_now().await;
    let waiters = tokio::spawn({
        let tokens = tokens.clone();
        async move { ask(&tokens, 1000).await }
    });
    sleep(5 * SECOND).await;
    leader.abort();
    for answer in waiters.await.unwrap() {
        assert_eq!(answer.unwrap(), token(1));
    }
    assert_eq!((counts.begun(), counts.ended()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_times_out_is_no_failure_for_the_others() {
    let script = ScriptedTransport::always(Step::answer(200, ""));
    let (tokens, counts) = source_over(script.clone(), &[], lives(10 * SECOND, HOUR));
    let begin = Instant::now();
    let call = tokens.authorized().post("sms").timeout(4 * SECOND);
    let leader = tokio::spawn(call.send());
    tokio::task::yield_now().await;
    let patient = tokio::spawn(tokens.authorized().post("sms").send());
    let error = leader.await.unwrap().unwrap_err();
    assert_eq!(begin.elapsed(), 4 * SECOND);
    assert_eq!(
        (error.kind(), error.effect(), error.attempts()),
        (Kind::Timeout, Effect::None, 0)
    );
    assert!(patient.await.unwrap().is_ok());
    assert_eq!((counts.begun(), script.requests().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_token_without_an_expiry_is_kept_until_it_is_refused() {
    let endless = Plan {
        takes: Duration::ZERO,
        outcome: Ok(None),
    };
    let (tokens, counts) = source(&[], endless);
    let first = tokens.authorization().await.unwrap();
    advance(1000 * 24 * HOUR).await;
    assert_eq!(tokens.authorization().await.unwrap(), first);
    assert_eq!(counts.begun(), 1);
    tokens.refused(&first);
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    tokens.refused(&first);
    assert_eq!(
        tokens.authorization().await.unwrap(),
        token(2),
        "only the one that was refused"
    );
}

/// A provider that accepts some tokens, and counts.
#[derive(Clone, Default)]
struct Gate {
    state: Arc<Mutex<GateState>>,
}

#[derive(Default)]
struct GateState {
    /// Tokens up to this number are refused.
    revoked_to: u64,
    latency: Duration,
    requests: HashMap<String, u64>,
    accepted: Vec<Request<Bytes>>,
}

impl Gate {
    fn revoke_to(&self, number: u64) {
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

async fn post(
    tokens: &TokenSource<PlannedLogin>,
    calls: usize,
) -> Vec<Result<payvand_http_core::Answer<TestCode>, TestError>> {
    let calls: Vec<_> = (0..calls)
        .map(|id| tokio::spawn(tokens.authorized().post("sms").json(&id).send()))
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

#[tokio::test(start_paused = true)]
async fn a_thousand_refusals_at_once_cost_one_login() {
    let gate = Gate::default();
    gate.state.lock().unwrap().latency = SECOND;
    let (tokens, counts) = source_over(gate.clone(), &[], lives(SECOND, HOUR));
    assert!(post(&tokens, 1).await[0].is_ok());
    gate.revoke_to(1);
    for answer in post(&tokens, 1000).await {
        assert_eq!(answer.unwrap().status(), 200);
    }
    assert_eq!(counts.begun(), 2);
    let state = gate.state.lock().unwrap();
    assert_eq!(state.requests[&token(1)], 1001);
    assert_eq!(
        state.requests[&token(2)],
        1000,
        "each was made once more, and once"
    );
    assert_eq!(state.accepted.len(), 1001);
}

#[tokio::test(start_paused = true)]
async fn a_late_refusal_of_an_old_token_does_not_touch_the_new_one() {
    let gate = Gate::default();
    let (tokens, counts) = source_over(gate.clone(), &[], lives(SECOND, HOUR));
    assert!(post(&tokens, 1).await[0].is_ok());
    gate.revoke_to(1);
    gate.state.lock().unwrap().latency = 10 * SECOND;
    let late = tokio::spawn(tokens.authorized().get("sms").send());
    sleep(SECOND).await;
    gate.state.lock().unwrap().latency = Duration::ZERO;
    assert!(post(&tokens, 1).await[0].is_ok());
    assert_eq!(counts.begun(), 2);
    assert!(late.await.unwrap().is_ok());
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn where_fresh_tokens_are_refused_too_logins_stay_few() {
    let gate = Gate::default();
    gate.revoke_to(u64::MAX);
    let (tokens, counts) = source_over(gate.clone(), &[], lives(Duration::ZERO, 100 * HOUR));
    for answer in post(&tokens, 1000).await {
        let error = answer.unwrap_err();
        assert_eq!(error.http_status(), Some(StatusCode::UNAUTHORIZED));
    }
    assert_eq!(counts.begun(), 2, "the first one, and a fresh one");
    let begin = Instant::now();
    while begin.elapsed() < HOUR {
        advance(ms(137)).await;
        assert!(post(&tokens, 1).await[0].is_err());
    }
    assert!(
        (50..80).contains(&counts.begun()),
        "about one a minute: {}",
        counts.begun()
    );
    // The account may make the call after all: everything works at once.
    gate.revoke_to(0);
    assert!(post(&tokens, 100).await.iter().all(Result::is_ok));
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[tokio::test(start_paused = true)]
async fn tokens_that_expire_at_once_cost_only_a_few_logins() {
    let (tokens, counts) = source(&[], lives(Duration::ZERO, Duration::ZERO));
    let error = tokens.authorized().post("sms").await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
    assert!(error.to_string().contains("no token lasted"), "{error}");
    assert_eq!(error.attempts(), 0);
    assert_eq!(counts.ended(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_login_failed_was_never_sent() {
    let gate = Gate::default();
    let (tokens, _) = source_over(gate.clone(), &[], fails(SECOND, Trouble::Status(502)));
    let error = tokens.authorized().post("sms").await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::None));
    assert!(error.to_string().starts_with("test.login: "), "{error}");
    assert!(!error.to_string().contains("unknown"), "{error}");
    assert_eq!(
        tokens.authorization().await.unwrap_err().effect(),
        Effect::Unknown,
        "as a login it is"
    );
    assert!(gate.state.lock().unwrap().requests.is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_idempotent_calls_are_repeated() {
    let cases: [(Method, Option<bool>, usize); 6] = [
        (Method::GET, None, 3),
        (Method::HEAD, None, 3),
        (Method::POST, None, 1),
        (Method::DELETE, None, 1),
        (Method::POST, Some(true), 3),
        (Method::GET, Some(false), 1),
    ];
    for (method, idempotent, expected) in cases {
        let script = ScriptedTransport::always(Step::unknown());
        let http = HttpClient::builder("https://api.example", "test")
            .transport(script.clone())
            .build([])
            .unwrap();
        let (tokens, _) = source_with(http, lives(Duration::ZERO, HOUR));
        let mut call = tokens.authorized().request(method.clone(), "x");
        if let Some(idempotent) = idempotent {
            call = call.idempotent(idempotent);
        }
        let error = call.await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown);
        assert_eq!(script.requests().len(), expected, "{method} {idempotent:?}");
        let fresh = script.seen()[0].options.fresh_connection;
        assert_eq!(fresh, expected == 1, "{method} {idempotent:?}");
    }
}

fn source_with(http: HttpClient, otherwise: Plan) -> (TokenSource<PlannedLogin>, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let login = PlannedLogin {
        http,
        plans: Mutex::default(),
        otherwise,
        counts: Arc::clone(&counts),
    };
    (TokenSource::new(login), counts)
}

/// The first attempt may have taken effect, whatever the last answer says.
#[tokio::test(start_paused = true)]
async fn a_refusal_on_the_way_does_not_settle_an_attempt_that_was_in_doubt() {
    let refused = || Step::answer(401, "");
    for (steps, effect) in [
        (
            vec![Step::unknown(), refused(), Step::not_sent()],
            Effect::Unknown,
        ),
        (
            vec![refused(), Step::not_sent(), Step::not_sent(), Step::not_sent()],
            Effect::None,
        ),
    ] {
        let script = ScriptedTransport::new(steps);
        let http = HttpClient::builder("https://api.example", "test")
            .transport(script)
            .build([])
            .unwrap();
        let (tokens, counts) = source_with(http, lives(Duration::ZERO, HOUR));
        let error = tokens.authorized().get("x").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect(), counts.begun()),
            (Kind::Connect, effect, 2)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn requests_are_sent_as_they_were_built() {
    let script = ScriptedTransport::always(Step::answer(200, "\u{FEFF}{\"a\":[1]}"));
    let (tokens, _) = source_over(script.clone(), &[], lives(Duration::ZERO, HOUR));
    let authorized = tokens.authorized();

    let answer = authorized
        .post("/api/v1/message?draft=yes")
        .query([("text", "سلام & درود")])
        .header("x-request-id", "7")
        .json(&serde_json::json!({"to": "0900"}))
        .await
        .unwrap();
    assert_eq!(answer.json::<HashMap<String, Vec<u8>>>().unwrap()["a"], [1]);

    let own = Request::put("https://API.example:443/a%20b?c=%2F#d")
        .header("authorization", "Bearer stolen")
        .header("host", "evil.example")
        .header("content-length", "999")
        .header("accept", "text/csv")
        .body("raw")
        .unwrap();
    assert!(authorized.call(own).await.is_ok());

    let [first, second]: [Request<Bytes>; 2] = script.requests().try_into().unwrap();
    assert_eq!(first.method(), Method::POST);
    assert_eq!(
        first.uri(),
        "https://api.example/api/v1/message?draft=yes&text=%D8%B3%D9%84%D8%A7%D9%85+%26+%D8%AF%D8%B1%D9%88%D8%AF"
    );
    assert_eq!(first.body(), r#"{"to":"0900"}"#);
    assert_eq!(
        headers(first.headers()),
        [
            "accept: application/json",
            "authorization: Bearer not-a-real-token-1",
            "content-type: application/json",
            "user-agent: test",
            "x-request-id: 7",
        ]
    );
    assert!(first.headers()[header::AUTHORIZATION].is_sensitive());
    assert_eq!(second.method(), Method::PUT);
    assert_eq!(second.uri(), "https://api.example/a%20b?c=%2F");
    assert_eq!(second.body(), "raw");
    assert_eq!(
        headers(second.headers()),
        [
            "accept: text/csv",
            "authorization: Bearer not-a-real-token-1",
            "user-agent: test",
        ]
    );
}

fn headers(headers: &HeaderMap) -> Vec<String> {
    let mut lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort();
    lines
}

#[tokio::test(start_paused = true)]
async fn the_token_goes_nowhere_else() {
    let script = ScriptedTransport::always(Step::answer(200, ""));
    let (tokens, counts) = source_over(script.clone(), &[], lives(Duration::ZERO, HOUR));
    let authorized = tokens.authorized();
    for foreign in [
        "https://api.example@evil/a",
        "https://evil/a",
        "HTTPS://EVIL/a",
        "//evil/a",
        "\\\\evil/a",
        "https://api.example:8443/a",
        "http://api.example/a",
        "https://user:pw@api.example/a",
    ] {
        let error = authorized.get(foreign).await.unwrap_err();
        assert!(is_refused_path(&error), "{foreign}: {error}");
        assert!(!format!("{error} {error:?}").contains("evil"), "{error:?}");
    }
    for foreign in [
        "https://evil/a",
        "http://api.example/a",
        "https://api.example:444/",
    ] {
        let error = authorized
            .call(Request::get(foreign).body("").unwrap())
            .await
            .unwrap_err();
        assert!(is_refused_path(&error), "{foreign}: {error}");
    }
    for (invalid, argument, reason) in [
        (
            authorized.get("a").header("bad name", "x"),
            "header",
            Reason::Unwritable,
        ),
        (
            authorized.get("a").header("x", "line\r\nbreak"),
            "header",
            Reason::Unwritable,
        ),
        (
            authorized.post("a").json(&HashMap::from([((1, 2), "secret")])),
            "body",
            Reason::Unwritable,
        ),
        (authorized.get("a".repeat(70_000)), "path", Reason::TooLong),
        (
            authorized.get("a").query([("a", "b".repeat(70_000))]),
            "query",
            Reason::TooLong,
        ),
    ] {
        let error = invalid.await.unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidInput { argument, reason }, "{error}");
    }
    assert_eq!(
        (counts.begun(), script.requests().len()),
        (0, 0),
        "nothing was sent, not even a login"
    );
}

fn is_refused_path(error: &Error<TestCode>) -> bool {
    matches!(error.kind(), Kind::InvalidInput { argument: "path", .. }) && error.effect() == Effect::None
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_followed() {
    let script = ScriptedTransport::always(Step::answer(307, "").header("location", "https://evil/"));
    let (tokens, _) = source_over(script.clone(), &[], lives(Duration::ZERO, HOUR));
    let error = tokens.authorized().post("a").await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::Unknown));
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_stands_around_the_json_of_an_answer_does_not_matter() {
    for body in [
        r#"{"a":[1]}"#,
        "\r\n\u{feff} \u{feff}{\"a\":[1]}\u{feff}\n",
        "<br />\n<b>Notice</b>: x in /a.php on line <b>3</b><br />\n{\"a\":[1]}",
        "{\"a\":[1]}\n<!-- cache -->",
        r#"{"a":[1],"text":"\ud83d","\ude00":1e400}"#,
    ] {
        let (tokens, _) = source_over(
            ScriptedTransport::always(Step::answer(200, body)),
            &[],
            lives(Duration::ZERO, HOUR),
        );
        let answer = tokens.authorized().get("a").await.unwrap();
        assert_eq!(answer.json::<One>().unwrap().a, [1], "{body}");
    }
    for body in [
        r#"{"a":[1]}{"a":[2]}"#,
        r#"{"a":[1]}{"a":[2"#,
        r#"[{"a":[1]}"#,
        "a",
    ] {
        let (tokens, _) = source_over(
            ScriptedTransport::always(Step::answer(200, body)),
            &[],
            lives(Duration::ZERO, HOUR),
        );
        let answer = tokens.authorized().get("a").await.unwrap();
        assert_eq!(answer.json::<One>().unwrap_err().kind(), Kind::Decode, "{body}");
    }
}

#[derive(Debug, serde::Deserialize)]
struct One {
    a: Vec<u8>,
}

#[tokio::test(start_paused = true)]
async fn what_comes_back_is_without_the_token_and_the_password() {
    let body = "no: Bearer not-a-real-token-1 not-a-real-password https%3A not-a-real-tok";
    let script = ScriptedTransport::always(Step::answer(418, body));
    let (tokens, _) = source_over(script, &[], lives(Duration::ZERO, HOUR));
    let error = tokens.authorized().post("a").await.unwrap_err();
    assert_eq!(
        error.excerpt(),
        Some("no: Bearer [redacted] [redacted] https%3A [redacted]")
    );

    let script = ScriptedTransport::always(Step::answer(200, r#"{"token":"not-a-real-token-1"}"#));
    let (tokens, _) = source_over(script, &[], lives(Duration::ZERO, HOUR));
    let answer = tokens.authorized().get("a").await.unwrap();
    let error = answer.json::<Vec<u8>>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "test.authorized: the answer is not what the contract says: not of the type that was asked for, at line 1 \
         column 0 at $ (HTTP 200, effect unknown)"
    );
    for printed in [
        format!("{error:?}"),
        format!("{answer:?}"),
        format!("{tokens:?}"),
        format!("{:?}", tokens.authorized()),
    ] {
        assert!(!printed.contains("not-a-real"), "{printed}");
    }
}

/// The claims are of 1970, the local clock is not: only their difference counts.
#[tokio::test(start_paused = true)]
async fn a_wrong_local_clock_does_not_shorten_a_tokens_life() {
    // {"iat":1000,"exp":4600}
    let text = "eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6NDYwMH0.c2lnbmVk";
    let life = jwt::lifetime(text, &HeaderMap::new());
    assert_eq!(life, Some(HOUR));
    let (tokens, counts) = source(
        &[Plan {
            takes: SECOND,
            outcome: Ok(life),
        }],
        lives(SECOND, HOUR),
    );
    tokens.authorization().await.unwrap();
    for _ in 0..(3600 - 300 - 2) {
        advance(SECOND).await;
        assert_eq!(tokens.authorization().await.unwrap(), token(1));
    }
    assert_eq!(counts.begun(), 1);
    advance(2 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
}

/// Tokio's clock stands still here and the wall clock does not, as when the machine is suspended.
#[tokio::test(start_paused = true)]
async fn a_token_that_expired_while_the_machine_was_suspended_is_not_given_out() {
    let (tokens, counts) = source(&[], lives(Duration::ZERO, ms(1500)));
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    std::thread::sleep(ms(1600));
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

/// A caller that only uses the header never reports that a token worked.
#[tokio::test(start_paused = true)]
async fn a_token_that_lasted_two_minutes_is_no_failure() {
    let (tokens, counts) = source(&[], lives(Duration::ZERO, HOUR));
    for number in 1..=10 {
        let header = tokens.authorization().await.unwrap();
        assert_eq!(header, token(number));
        // Every other one is refused at once.
        if number % 2 == 0 {
            advance(121 * SECOND).await;
        }
        tokens.refused(&header);
    }
    assert_eq!(counts.begun(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_is_no_longer_polled_delays_no_login() {
    let (tokens, counts) = source(&[], lives(5 * SECOND, HOUR));
    let mut kept = Box::pin(tokens.authorization());
    assert!(poll_once(&mut kept).is_none());
    for answer in ask(&tokens, 50).await {
        assert_eq!(answer.unwrap(), token(1));
    }
    assert_eq!(kept.await.unwrap(), token(1));
    assert_eq!(counts.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_late_caller_does_not_get_a_token_that_was_refused_meanwhile() {
    let (tokens, counts) = source(&[], lives(5 * SECOND, HOUR));
    let mut late = Box::pin(tokens.authorization());
    assert!(poll_once(&mut late).is_none());
    let first = tokens.authorization().await.unwrap();
    tokens.refused(&first);
    assert_eq!(late.await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

/// Calls with this timeout, from this many callers at once.
async fn post_within(tokens: &TokenSource<PlannedLogin>, calls: usize, timeout: Duration) -> Vec<TestError> {
    let calls: Vec<_> = (0..calls)
        .map(|_| tokio::spawn(tokens.authorized().post("sms").timeout(timeout).send()))
        .collect();
    let mut errors = Vec::new();
    for call in calls {
        errors.push(call.await.unwrap().unwrap_err());
    }
    errors
}

#[tokio::test(start_paused = true)]
async fn a_stalled_login_is_one_login_for_all_and_no_failure_if_nobody_waits() {
    let (tokens, counts) = source(&[lives(HOUR, HOUR)], lives(SECOND, HOUR));
    let begin = Instant::now();
    while begin.elapsed() < 29 * SECOND {
        for error in post_within(&tokens, 500, ms(500)).await {
            assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
        }
    }
    assert_eq!(counts.begun(), 1);
    // Its time is over, and nobody waits: the next one logs in, and nothing pauses.
    advance(SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_login_is_a_failure_for_those_who_wait_to_its_end() {
    let (tokens, counts) = source(&[lives(HOUR, HOUR), lives(HOUR, HOUR)], lives(SECOND, HOUR));
    for (login, pause) in [(1, ms(1000)), (2, ms(2000))] {
        let begin = Instant::now();
        for error in post_within(&tokens, 500, 60 * SECOND).await {
            assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::None));
            assert!(error.to_string().contains("the login took longer"), "{error}");
        }
        assert_eq!(begin.elapsed(), 30 * SECOND);
        // Callers in the pause get the same error.
        advance(pause.saturating_sub(ms(1))).await;
        let error = tokens.authorization().await.unwrap_err();
        assert_eq!((error.effect(), error.is_retryable()), (Effect::Unknown, true));
        assert_eq!(counts.begun(), login);
        advance(ms(1)).await;
    }
    assert_eq!(tokens.authorization().await.unwrap(), token(3));
}

/// The login had time, but its caller was not polled: that is no failure of the login.
#[tokio::test(start_paused = true)]
async fn a_late_caller_of_a_stalled_login_fails_alone() {
    let (tokens, counts) = source(&[lives(HOUR, HOUR)], lives(SECOND, HOUR));
    let mut late = Box::pin(tokens.authorization());
    assert!(poll_once(&mut late).is_none());
    advance(100 * SECOND).await;
    assert_eq!(late.await.unwrap_err().effect(), Effect::None);
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

/// The abandoned login ends after all, when another one has begun.
#[tokio::test(start_paused = true)]
async fn what_a_login_brings_after_its_time_is_ignored() {
    let (tokens, counts) = source(&[lives(HOUR, HOUR)], lives(SECOND, HOUR));
    let mut late = Box::pin(tokens.authorized().post("sms").timeout(2 * HOUR).send());
    assert!(poll_once(&mut late).is_none());
    advance(30 * SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
    advance(ms(3_560_000)).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(3));
    assert_eq!((counts.begun(), counts.ended()), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn a_stalled_refresh_costs_no_call_with_a_valid_token() {
    let gate = Gate::default();
    gate.state.lock().unwrap().latency = SECOND;
    let (tokens, counts) = source_over(gate.clone(), &[lives(SECOND, HOUR)], lives(HOUR, HOUR));
    assert!(post(&tokens, 1).await[0].is_ok());
    advance(3400 * SECOND).await;
    let begin = Instant::now();
    for _ in 0..53 {
        let call = tokens.authorized().post("sms").timeout(2 * SECOND);
        assert!(call.await.is_ok());
    }
    assert_eq!(begin.elapsed(), 53 * SECOND);
    assert_eq!(counts.begun(), 3, "one, and one each half a minute");

    // If the caller only wants the header, it costs at most a second.
    let begin = Instant::now();
    for _ in 0..60 {
        assert_eq!(tokens.authorization().await.unwrap(), token(1));
        sleep(ms(500)).await;
    }
    assert!(begin.elapsed() <= 32 * SECOND, "{:?}", begin.elapsed());
    assert!(counts.begun() <= 4);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_replaced_beside_the_calls_that_are_made_with_it() {
    let gate = Gate::default();
    gate.state.lock().unwrap().latency = SECOND;
    let (tokens, counts) = source_over(gate.clone(), &[], lives(3 * SECOND, HOUR));
    assert!(post(&tokens, 1).await[0].is_ok());
    advance(3400 * SECOND).await;
    for used in [1, 1, 1, 2] {
        let before = gate.state.lock().unwrap().requests.get(&token(used)).copied();
        assert!(post(&tokens, 1).await[0].is_ok());
        let after = gate.state.lock().unwrap().requests[&token(used)];
        assert_eq!(after, before.unwrap_or(0) + 1, "token {used}");
    }
    assert_eq!((counts.begun(), counts.ended()), (2, 2));
}

/// If its refresh fails as well, there is no token to return.
#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_during_its_refresh_is_not_given_out() {
    for (outcome, expected) in [
        (fails(ms(500), Trouble::WrongPassword), None),
        (lives(ms(500), HOUR), Some(2)),
        (lives(5 * SECOND, HOUR), Some(2)),
    ] {
        let (tokens, counts) = source(&[lives(SECOND, HOUR), outcome], lives(SECOND, HOUR));
        let first = tokens.authorization().await.unwrap();
        advance(3400 * SECOND).await;
        let refresher = tokio::spawn({
            let tokens = tokens.clone();
            async move { tokens.authorization().await }
        });
        sleep(ms(200)).await;
        tokens.refused(&first);
        let answer = refresher.await.unwrap();
        assert_eq!(answer.ok(), expected.map(header_of));
        assert_eq!(counts.begun(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_resets_the_count_of_failures() {
    let no = fails(Duration::ZERO, Trouble::Broken);
    let yes = lives(Duration::ZERO, HOUR);
    let (tokens, counts) = source(&[no, no, yes, no], yes);
    for (pause, begun) in [(ms(1000), 1), (ms(2000), 2)] {
        assert!(tokens.authorization().await.is_err());
        advance(pause.saturating_sub(ms(1))).await;
        assert!(tokens.authorization().await.is_err());
        assert_eq!(counts.begun(), begun);
        advance(ms(1)).await;
    }
    let token = tokens.authorization().await.unwrap();
    tokens.refused(&token);
    assert!(tokens.authorization().await.is_err());
    assert_eq!(counts.begun(), 4);
    advance(SECOND).await;
    assert!(
        tokens.authorization().await.is_ok(),
        "a second's pause, as after the first"
    );
}

#[tokio::test(start_paused = true)]
async fn a_login_that_panics_is_a_failure_for_all_who_wait() {
    let (tokens, counts) = source(&[fails(SECOND, Trouble::Panic)], lives(SECOND, HOUR));
    for answer in ask(&tokens, 10).await {
        let error = answer.unwrap_err();
        assert_eq!(
            error.to_string(),
            "test.authorized: the connection broke: the login panicked (effect unknown)"
        );
    }
    assert_eq!(counts.begun(), 1);
    advance(SECOND).await;
    assert_eq!(tokens.authorization().await.unwrap(), token(2));
}

/// Between two attempts of a call its token may be refused to another call. The call keeps its token, and its doubt.
#[tokio::test(start_paused = true)]
async fn a_call_keeps_its_token_for_all_its_attempts() {
    let first_attempt = Step::unknown().after(SECOND);
    let script = ScriptedTransport::new([first_attempt, Step::not_sent(), Step::not_sent()]);
    let http = HttpClient::builder("https://api.example", "test")
        .transport(script.clone())
        .retry(RetryPolicy::new(3).backoff(SECOND, SECOND))
        .build([])
        .unwrap();
    let (tokens, counts) = source_with(http, lives(Duration::ZERO, HOUR));
    let first = tokens.authorization().await.unwrap();
    let call = tokio::spawn(tokens.authorized().get("x").send());
    sleep(ms(100)).await;
    assert_eq!(script.requests().len(), 1);
    tokens.refused(&first);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.attempts(), error.effect()), (3, Effect::Unknown));
    assert_eq!((counts.begun(), script.requests().len()), (1, 3));
}

fn real_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

/// A login runs only on its own runtime. If that runtime stops, the others are not delayed.
#[test]
fn a_stopped_runtime_delays_no_login() {
    let (tokens, counts) = source(&[], lives(ms(20), HOUR));
    let still = real_runtime();
    let mut kept = Box::pin(tokens.authorization());
    still.block_on(async { assert!(poll_once(&mut kept).is_none()) });
    let answers: Vec<_> = std::thread::scope(|scope| {
        let others: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| real_runtime().block_on(ask(&tokens, 20))))
            .collect();
        others
            .into_iter()
            .flat_map(|other| other.join().unwrap())
            .collect()
    });
    assert!(answers.iter().all(Result::is_ok));
    // When that runtime runs again, its caller gets its token.
    assert!(still.block_on(kept).is_ok());
    let begun = counts.begun();
    assert!((2..=4).contains(&begun), "one for each runtime at most: {begun}");
}

/// A login that nobody waits for is kept for its own runtime, until that has ended or there is a token.
#[test]
fn a_login_that_nobody_goes_on_with_is_dropped() {
    for (has_ended, most_at_once) in [(true, 1), (false, 2)] {
        let (tokens, counts) = source(&[], lives(ms(20), HOUR));
        let first = real_runtime();
        let mut left = Box::pin(tokens.authorization());
        first.block_on(async { assert!(poll_once(&mut left).is_none()) });
        drop(left);
        let first = (!has_ended).then_some(first);
        let other = real_runtime();
        assert_eq!(other.block_on(tokens.authorization()).unwrap(), token(2));
        assert_eq!(counts.most_at_once.load(Ordering::SeqCst), most_at_once);
        assert_eq!(counts.at_once.load(Ordering::SeqCst), 0);
        drop(first);
    }
}

/// Real threads, real races: tokens are revoked at any time, and callers are dropped at any time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn holds_on_real_threads() {
    for _ in 0..20 {
        let gate = Gate::default();
        let (tokens, counts) = source_over(gate.clone(), &[], lives(Duration::ZERO, HOUR));
        let revoked = Arc::new(AtomicU64::new(0));
        let tasks: Vec<_> = (0..64_u64)
            .map(|id| {
                let (tokens, gate, revoked) = (tokens.clone(), gate.clone(), Arc::clone(&revoked));
                tokio::spawn(async move {
                    for step in 0..50_u64 {
                        let call = tokens.authorized().post("sms");
                        if (id + step) % 7 == 6 {
                            let _ = tokio::time::timeout(Duration::from_micros(20 * step), call).await;
                            continue;
                        }
                        match call.await {
                            Ok(answer) if id == 0 && step % 10 == 9 => {
                                let text = std::str::from_utf8(answer.body()).unwrap();
                                gate.revoke_to(text.rsplit('-').next().unwrap().parse().unwrap());
                                revoked.fetch_add(1, Ordering::SeqCst);
                            }
                            Ok(_) => {}
                            // Revoked again between its fresh login and its second try.
                            Err(error) => assert_eq!(error.http_status(), Some(StatusCode::UNAUTHORIZED)),
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            counts.most_at_once.load(Ordering::SeqCst),
            1,
            "never two logins at once"
        );
        let revoked = revoked.load(Ordering::SeqCst);
        assert!(
            revoked > 0 && counts.ended() <= 1 + revoked,
            "{} logins, {revoked} revoked",
            counts.ended()
        );
        assert!(gate.state.lock().unwrap().accepted.len() > 2000);
        let answers = ask(&tokens, 100).await;
        let first = answers[0].as_ref().unwrap();
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap() == first));
    }
}
