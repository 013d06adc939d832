use std::sync::{Arc, Mutex, PoisonError};

use http_core::Instant;

use crate::rate_limit::state::{Ended, State};

/// A request that Redis allowed. Its end rides in the next question.
pub(super) struct UnderWay {
    state: Arc<Mutex<State>>,
    id: String,
    was_sent: bool,
}

impl UnderWay {
    /// One that has not left yet.
    pub(super) fn new(state: Arc<Mutex<State>>, id: String) -> Self {
        Self {
            state,
            id,
            was_sent: false,
        }
    }

    pub(super) fn may_be_sent(&mut self) {
        self.was_sent = true;
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.end(Ended {
            id: std::mem::take(&mut self.id),
            at: Instant::now(),
            was_sent: self.was_sent,
        });
    }
}
