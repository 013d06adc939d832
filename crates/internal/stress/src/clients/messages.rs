//! Logins, tokens, and messages sent with them, at both SMS services.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_core::{CallFuture, Error, Login, RateLimit, TokenSource};
use sabapayamak_auth::TokenDays;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::hand::{Answered, Call, done};
use super::{Crew, client};
use crate::lanes::LaneKind;
use crate::ledger::{Ended, Outcome, What};
use crate::plan::Plan;

/// So many failures in a row, and the session is given up: its login failed, and would not be tried again for a minute.
const GIVEN_UP_AFTER: u32 = 6;

/// Between two calls of a hand where tokens age: what is waited for takes seconds.
const PACE: Duration = Duration::from_millis(60);

/// What differs between the two services.
struct Service<L: Login> {
    /// Where messages are sent.
    send: &'static str,
    /// What is only read.
    balance: &'static str,
    tokens: Box<MakeTokens<L>>,
    login: Box<LogIn<L>>,
}

/// For the account of this user name.
type MakeTokens<L> = dyn Fn(&str) -> TokenSource<L> + Send + Sync;
type LogIn<L> = dyn Fn(&str, Duration) -> CallFuture<(), Error<<L as Login>::Code>> + Send + Sync;

/// One account, one token source.
struct Session<L: Login> {
    number: u32,
    name: String,
    tokens: TokenSource<L>,
    failures_in_a_row: AtomicU32,
}

struct Desk<L: Login> {
    crew: Crew,
    service: Service<L>,
    session: Mutex<Arc<Session<L>>>,
}

pub(super) fn start_saba(crew: &Crew, hands: &mut JoinSet<()>) {
    use sabapayamak_auth::{Client, Credentials};

    let client = client!(crew, crew.places.sandbox.as_str(), Client::builder());
    let password = crew.lane.password(&crew.settings);
    let credentials = move |name: &str| {
        Credentials::builder()
            .username(name)
            .password(password.as_str())
            .virtual_number("30001234")
            .build()
            .expect("credentials")
    };
    let (for_login, client_for_login) = (credentials.clone(), client.clone());
    let days = TokenDays::new(2).expect("two days");
    let service = Service {
        send: "api/v1/message",
        balance: "api/v1/credit",
        tokens: Box::new(move |name| client.token_source(credentials(name), days)),
        login: Box::new(move |name, timeout| {
            let login = client_for_login
                .authenticate(&for_login(name), days)
                .timeout(timeout)
                .send();
            Box::pin(async move { login.await.map(drop) })
        }),
    };
    start(crew, service, hands);
}

pub(super) fn start_afzar(crew: &Crew, hands: &mut JoinSet<()>) {
    use smsafzar_auth::{Client, Credentials};

    let client = match crew.lane.kind {
        LaneKind::Ageing | LaneKind::OneByOne => {
            let builder = Client::builder().rate_limit(RateLimit::unlimited());
            client!(crew, crew.places.ageing.as_str(), builder)
        }
        LaneKind::Unpolled => client!(crew, crew.places.ageing.as_str(), Client::builder()),
        _ => client!(crew, crew.places.road.as_str(), Client::builder()),
    };
    let password = crew.lane.password(&crew.settings);
    let credentials = move |name: &str| {
        Credentials::builder()
            .username(name)
            .password(password.as_str())
            .build()
            .expect("credentials")
    };
    let (for_login, client_for_login) = (credentials.clone(), client.clone());
    let service = Service {
        send: "messages/send",
        balance: "account/balance",
        tokens: Box::new(move |name| client.token_source(credentials(name))),
        login: Box::new(move |name, timeout| {
            let login = client_for_login
                .authenticate(&for_login(name))
                .timeout(timeout)
                .send();
            Box::pin(async move { login.await.map(drop) })
        }),
    };
    start(crew, service, hands);
}

fn start<L: Login>(crew: &Crew, service: Service<L>, hands: &mut JoinSet<()>) {
    let session = Mutex::new(Arc::new(Session::new(crew, &service, 0)));
    let desk = Arc::new(Desk {
        crew: crew.clone(),
        service,
        session,
    });
    for _ in 0..crew.lane.hands {
        let desk = Arc::clone(&desk);
        hands.spawn(async move { desk.work().await });
    }
}

impl<L: Login> Session<L> {
    fn new(crew: &Crew, service: &Service<L>, number: u32) -> Self {
        let name = crew.lane.user_name(number);
        Self {
            number,
            tokens: (service.tokens)(&name),
            name,
            failures_in_a_row: AtomicU32::new(0),
        }
    }

    /// A refusal of the provider's is none of a login that failed.
    fn count(&self, ended: &Ended) {
        let failures = &self.failures_in_a_row;
        match (ended.what, &ended.outcome) {
            (What::Login | What::Authorization | What::Foreign | What::ByUrl, _) => {}
            (_, Outcome::Done { .. }) => failures.store(0, Ordering::Relaxed),
            (_, Outcome::NoEffect | Outcome::Unknown) if ended.kind.as_deref() != Some("Provider") => {
                failures.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

impl<L: Login> Desk<L> {
    async fn work(&self) {
        let crew = &self.crew;
        while let Some(number) = crew.next_call() {
            let plan = Plan::of(&crew.settings, &crew.lane, number);
            let session = self.session(number);
            let ended = self.call(number, &plan, &session).await;
            session.count(&ended);
            if crew.lane.kind.has_stalled_logins() {
                sleep(PACE).await;
            }
        }
    }

    /// The session in use, or a new one when it has lasted long enough.
    fn session(&self, call: u32) -> Arc<Session<L>> {
        let lane = &self.crew.lane;
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = call / lane.calls_per_session() > session.number
            || session.failures_in_a_row.load(Ordering::Relaxed) >= GIVEN_UP_AFTER;
        let may_go_on = session.number + 1 < lane.most_sessions();
        if is_over && may_go_on && !lane.kind.is_sheltered() {
            *session = Arc::new(Session::new(&self.crew, &self.service, session.number + 1));
        }
        Arc::clone(&session)
    }

    async fn call(&self, number: u32, plan: &Plan, session: &Session<L>) -> Ended {
        let Self { crew, service, .. } = self;
        let timeout = plan.timing.timeout;
        let authorized = session.tokens.authorized();
        let report = Call {
            number,
            what: plan.what,
            timing: plan.timing,
            about: None,
        };
        match plan.what {
            What::Login => {
                let login = (service.login)(&crew.lane.direct_user_name(), timeout);
                crew.make(report, login, done).await
            }
            What::Authorization => crew.make(report, session.tokens.authorization(), done).await,
            What::Foreign => {
                let foreign = format!("{}/{}", crew.places.elsewhere, service.balance);
                let call = async { authorized.get(foreign)?.timeout(timeout).await };
                crew.make(report, call, done).await
            }
            What::ByUrl => {
                let call = async { authorized.get(service.send)?.timeout(timeout).await };
                crew.make(report, call, done).await
            }
            What::Balance => {
                let query = [("mark", plan.mark.as_str()), ("session", &session.name)];
                let call = async {
                    authorized
                        .get(service.balance)?
                        .read_only()
                        .query(query)
                        .timeout(timeout)
                        .await
                };
                crew.make(report, call, done).await
            }
            _ => {
                let may_be_repeated = plan.what == What::RepeatableMessage;
                let message = json!({
                    "Text": plan.mark, "Numbers": ["09120000000"],
                    "senderNumber": "10001234", "recipientNumber": "09120000000", "content": plan.mark,
                    "mark": plan.mark, "session": session.name, "repeatable": may_be_repeated,
                });
                let call = async {
                    authorized
                        .post(service.send)?
                        .idempotent(may_be_repeated)
                        .json(&message)
                        .timeout(timeout)
                        .await
                };
                let id_of = |answer: &http_core::Answer<L::Code>| id_of(answer.json::<Value>().ok());
                crew.make(report, call, id_of).await
            }
        }
    }
}

/// The library has no type for these answers: whether one says that the message was taken is for its caller to see.
fn id_of(answer: Option<Value>) -> Answered {
    let id = answer.and_then(|answer| {
        let id = answer.get("id").filter(|_| answer.get("data").is_none());
        let id = id
            .or_else(|| answer.pointer("/data/Id"))
            .or_else(|| answer.pointer("/data/id"))?;
        id.as_u64()
    });
    match id {
        Some(id) => Answered::Done(Some(id.to_string())),
        None => Answered::Oddly,
    }
}
