//! What arrived at a sandbox, in as much as the judge needs to know.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http_core::bytes::Bytes;
use http_core::http::{Response, StatusCode};
use payvand_sandbox::{Fault, RecordedRequest};
use serde_json::Value;

use crate::entry::now;
use crate::groups::{CallId, Group, marked};

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// By the machine's own clock, in microseconds.
    pub(crate) at: u64,
    /// The group and its session.
    pub(crate) client: (u16, u32),
    pub(crate) call: &'static str,
    /// The call that it belongs to, where it says so.
    pub(crate) marked: Option<CallId>,
    pub(crate) token: Option<String>,
    pub(crate) fault: Option<&'static str>,
    /// Whether it was answered with a success, and no fault has touched that.
    pub(crate) is_good: bool,
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
    times: HashMap<(u16, &'static str, Option<CallId>), u64>,
}

impl Record {
    /// Takes a request in, and the fault that `choose` wants for it, given how often the same arrived before.
    pub(crate) fn arrived(
        &self,
        groups: &[Group],
        request: &RecordedRequest,
        choose: impl FnOnce(&Group, &Arrival, u64) -> Option<(&'static str, Fault)>,
    ) -> Option<Fault> {
        let (group, mut arrival) = read(groups, request)?;
        let mut inner = self.lock();
        // Read under the lock, so that the order is that of the times.
        arrival.at = now();
        let same = (group.number, arrival.call, arrival.marked);
        let earlier = inner.times.get(&same).copied().unwrap_or_default();
        inner.times.insert(same, earlier + 1);
        let fault = choose(group, &arrival, earlier);
        arrival.fault = fault.as_ref().map(|(name, _)| *name);
        let (key, index) = (key(request), inner.arrivals.len());
        inner.open.insert(key, index);
        inner.arrivals.push(arrival);
        fault.map(|(_, fault)| fault)
    }

    pub(crate) fn answered(&self, request: &RecordedRequest) {
        let mut inner = self.lock();
        let index = inner.open.remove(&key(request));
        if let Some(arrival) = index.and_then(|index| inner.arrivals.get_mut(index)) {
            arrival.is_good = request.answer().is_some_and(is_good);
        }
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.lock().arrivals.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(request: &RecordedRequest) -> (u64, SystemTime) {
    (request.connection(), request.received_at())
}

fn read<'a>(groups: &'a [Group], request: &RecordedRequest) -> Option<(&'a Group, Arrival)> {
    let client = Group::of_user_agent(request.header("user-agent")?)?;
    let group = groups.get(usize::from(client.0))?;
    let seen = group.provider.sandbox_side().seen(request)?;
    let arrival = Arrival {
        at: 0,
        client,
        call: seen.call,
        marked: seen.key.as_deref().and_then(marked),
        token: request.header("authorization").map(str::to_owned),
        fault: None,
        is_good: false,
    };
    Some((group, arrival))
}

/// Some say 401 under HTTP 200.
fn is_good(answer: &Response<Bytes>) -> bool {
    let json: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let is_refusal = json
        .pointer("/errors/0/code")
        .is_some_and(|code| *code == 401 || *code == "401");
    answer.status() == StatusCode::OK && !is_refusal
}
