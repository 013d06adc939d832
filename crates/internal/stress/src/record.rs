//! What arrived at a sandbox, in as much as the judge needs to know.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http_core::path::ends_with;
use payvand_sandbox::{Fault, RecordedRequest};
use serde_json::Value;
use url::form_urlencoded;

use crate::lanes::{Lane, marked};
use crate::ledger::{What, now};

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// By the machine's own clock, in microseconds.
    pub(crate) at: u64,
    pub(crate) lane: u16,
    pub(crate) what: What,
    /// The call that it belongs to, where it says so.
    pub(crate) call: Option<u32>,
    /// The link that is visited.
    pub(crate) about: Option<String>,
    /// The user name that logs in, or for whom a message is sent.
    pub(crate) session: Option<String>,
    /// What it was let in with.
    pub(crate) token: Option<String>,
    pub(crate) fault: Option<&'static str>,
    /// How it was answered; `None` if a fault was in the way of the answer.
    pub(crate) answer: Option<Plain>,
}

/// An answer that no fault has touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plain {
    /// As it should be, with the token of a login.
    Good(Option<String>),
    /// The token was refused.
    TokenRefused,
    Other,
}

/// Everything that arrived, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    arrivals: Vec<Arrival>,
    /// Those that are not answered yet, by connection and time.
    open: HashMap<(u64, SystemTime), usize>,
    /// How often the same has arrived.
    times: HashMap<(u16, What, Option<u32>), u64>,
    strangers: u64,
    sent_by_url: u64,
}

impl Record {
    /// Takes a request in, and the fault that `choose` wants for it, given how often the same arrived before.
    pub(crate) fn arrived(
        &self,
        request: &RecordedRequest,
        choose: impl FnOnce(&Arrival, u64) -> Option<(&'static str, Fault)>,
    ) -> Option<Fault> {
        let arrival = read(request);
        let mut inner = self.lock();
        let reads = matches!(request.method().as_str(), "GET" | "HEAD");
        inner.sent_by_url += u64::from(reads && ends_with(request.path(), &["api", "v1", "message"]));
        let Some(mut arrival) = arrival else {
            inner.strangers += 1;
            return None;
        };
        // Read under the lock, so that the order is that of the times.
        arrival.at = now();
        let times = inner
            .times
            .entry((arrival.lane, arrival.what, arrival.call))
            .or_default();
        let earlier = *times;
        *times += 1;
        let fault = choose(&arrival, earlier);
        arrival.fault = fault.as_ref().map(|(name, _)| *name);
        let key = (request.connection(), request.received_at());
        let index = inner.arrivals.len();
        inner.open.insert(key, index);
        inner.arrivals.push(arrival);
        fault.map(|(_, fault)| fault)
    }

    pub(crate) fn answered(&self, request: &RecordedRequest) {
        let mut inner = self.lock();
        let key = (request.connection(), request.received_at());
        let Some(index) = inner.open.remove(&key) else {
            return;
        };
        if let Some(arrival) = inner.arrivals.get_mut(index)
            && let Some(answer) = request.answer()
        {
            arrival.answer = Some(plain(arrival.what, answer.status().as_u16(), answer.body()));
        }
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.lock().arrivals.clone()
    }

    /// Requests that no lane made.
    pub(crate) fn strangers(&self) -> u64 {
        self.lock().strangers
    }

    /// Requests that send by URL at the live service.
    pub(crate) fn sent_by_url(&self) -> u64 {
        self.lock().sent_by_url
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(request: &RecordedRequest) -> Option<Arrival> {
    let lane = Lane::of_user_agent(request.header("user-agent")?)?;
    let token = request.header("authorization").map(str::to_owned);
    let mut arrival = Arrival {
        at: 0,
        lane,
        what: What::Account,
        call: None,
        about: None,
        session: None,
        token,
        fault: None,
        answer: None,
    };
    let call_in = |text: &str| marked(text).map(|(_, call)| call);
    let json = || serde_json::from_slice::<Value>(request.body()).unwrap_or_default();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    match request.path() {
        "/aparat/api.php" => {
            if let Some(link) = request.query_value("link") {
                arrival.what = What::Order;
                arrival.call = call_in(link);
            } else if request.query_value("uniqid").is_some() {
                arrival.what = What::OrderStatus;
            }
        }
        "/srv/sc/nzh/doServiceCall" => {
            let form: HashMap<_, _> = form_urlencoded::parse(request.body()).into_owned().collect();
            arrival.what = match form.get("scProductId").map(String::as_str) {
                Some("46410") => What::Add,
                Some("46411") => What::Visit,
                Some("46412") => What::List,
                Some("46413") => What::Activate,
                _ => What::ClickStats,
            };
            arrival.call = form.get("urlOrContent").and_then(|content| call_in(content));
            arrival.about = form.get("hash").cloned();
        }
        "/api/v1/user/authenticate" => {
            arrival.what = What::Login;
            arrival.session = text(&json(), "Username");
        }
        "/auth/token" => {
            arrival.what = What::Login;
            arrival.session = text(&json(), "userName");
        }
        _ if request.method() == "GET" => {
            arrival.what = What::Balance;
            arrival.call = request.query_value("mark").and_then(call_in);
            arrival.session = request.query_value("session").map(str::to_owned);
        }
        _ => {
            let message = json();
            arrival.what = if message["repeatable"] == true {
                What::RepeatableMessage
            } else {
                What::Message
            };
            arrival.call = text(&message, "mark").and_then(|mark| call_in(&mark));
            arrival.session = text(&message, "session");
        }
    }
    Some(arrival)
}

fn plain(what: What, status: u16, body: &[u8]) -> Plain {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let refused = status == 401 || answer.pointer("/errors/0/code").and_then(Value::as_u64) == Some(401);
    match what {
        What::Message | What::RepeatableMessage | What::Balance if refused => Plain::TokenRefused,
        What::Message | What::RepeatableMessage | What::Balance if status == 200 => Plain::Good(None),
        What::Login => {
            let token = answer.get("token").or_else(|| answer.pointer("/data/Token"));
            let token = token.or_else(|| answer.pointer("/data/token"));
            match token.and_then(Value::as_str) {
                Some(token) => Plain::Good(Some(format!("Bearer {token}"))),
                None => Plain::Other,
            }
        }
        _ => Plain::Other,
    }
}
