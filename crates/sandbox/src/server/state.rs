//! What the connections of a sandbox share with its owner.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::Clock;
use crate::events::hub::Hub;
use crate::fault::Fault;
use crate::provider::{Credentials, Provider};
use crate::providers::all::Providers;
use crate::record::recorded_request::RecordedRequest;
use crate::record::ring::Records;
use crate::rules::faults::Faults;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) records: Records,
    pub(crate) faults: Arc<Faults>,
    pub(crate) observer: Option<Observer>,
    pub(crate) fault_choice: RwLock<Option<FaultChoice>>,
    pub(crate) providers: Providers,
    pub(crate) connections: AtomicU64,
    pub(crate) events: Hub,
    pub(crate) connection_limit: usize,
    pub(crate) after_reset: RwLock<Option<AfterReset>>,
}

impl Shared {
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::SeqCst)
    }

    /// The variables that point the clients at this address, with each provider's first account.
    pub(crate) fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        let mut environment = Vec::new();
        for provider in self.providers.all() {
            environment.push((provider.base_url_variable(), url.to_owned()));
            let variables = provider
                .credentials()
                .first()
                .map(Credentials::variables)
                .unwrap_or_default();
            environment.extend(variables.iter().map(|&(name, value)| (name, value.to_owned())));
        }
        environment
    }

    pub(crate) fn dropped_items(&self) -> u64 {
        let providers = self.providers.all().into_iter();
        self.faults.dropped() + providers.map(Provider::dropped_items).sum::<u64>()
    }

    pub(crate) fn reset(&self) {
        for provider in self.providers.all() {
            provider.reset();
        }
        self.faults.clear();
        self.records.clear();
        self.clock.reset();
        let after = self.after_reset.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(AfterReset(again)) = after.as_ref() {
            again();
        }
    }

    pub(crate) fn count_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The fault that the owner's choice falls on.
    pub(crate) fn chosen_fault(&self, request: &RecordedRequest) -> Option<Fault> {
        let choice = self.fault_choice.read().unwrap_or_else(PoisonError::into_inner);
        choice.as_ref()?.choose(request)
    }

    pub(crate) fn choose_fault(&self, choice: FaultChoice) {
        *self.fault_choice.write().unwrap_or_else(PoisonError::into_inner) = Some(choice);
    }
}

/// What is done after a reset.
pub(crate) struct AfterReset(pub(crate) Box<dyn Fn() + Send + Sync>);

impl fmt::Debug for AfterReset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AfterReset")
    }
}

pub(crate) struct Observer(pub(crate) Box<dyn Fn(&RecordedRequest) + Send + Sync>);

impl Observer {
    pub(crate) fn call(&self, request: &RecordedRequest) {
        (self.0)(request);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

type Choice = dyn Fn(&RecordedRequest) -> Option<Fault> + Send + Sync;

pub(crate) struct FaultChoice(pub(crate) Box<Choice>);

impl FaultChoice {
    fn choose(&self, request: &RecordedRequest) -> Option<Fault> {
        (self.0)(request)
    }
}

impl fmt::Debug for FaultChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultChoice")
    }
}
