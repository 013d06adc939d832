//! What arrived at the sandboxes, and what goes wrong with which request: three of ten, and which three is in the seed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use payvand_sandbox::{Fault, RecordedRequest};

use crate::settings::{Group, Settings};

/// Of a hundred requests.
const FAULTY: u8 = 30;

#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    pub(crate) count: u64,
    /// How often each sort of fault was played.
    pub(crate) faults: BTreeMap<&'static str, usize>,
    /// How many requests came on each connection of a sandbox without faults.
    pub(crate) kept: BTreeMap<u64, usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Record {
    settings: Settings,
    faults: Arc<[(&'static str, Fault)]>,
    arrivals: Arc<Mutex<Arrivals>>,
}

impl Record {
    pub(crate) fn new(settings: Settings) -> Self {
        let mut faults = Fault::all();
        faults.retain(|(_, fault)| *fault != Fault::close_on_accept());
        Self {
            settings,
            faults: faults.into(),
            arrivals: Arc::default(),
        }
    }

    /// Counts a request in, and says what goes wrong with it.
    pub(crate) fn arrived(&self, groups: &[Group], request: &RecordedRequest) -> Option<Fault> {
        let number = Group::of_user_agent(request.header("user-agent")?)?;
        let group = groups.get(usize::from(number))?;
        let mut arrivals = self.arrivals();
        arrivals.count += 1;
        if group.on_runtimes {
            *arrivals.kept.entry(request.connection()).or_default() += 1;
            return None;
        }
        let mut random = self.settings.random([2, number.into(), arrivals.count]);
        let (name, fault) = random
            .choice(&*self.faults)
            .filter(|_| random.u8(..100) < FAULTY)?;
        *arrivals.faults.entry(name).or_default() += 1;
        Some(fault.clone())
    }

    pub(crate) fn arrivals(&self) -> MutexGuard<'_, Arrivals> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
