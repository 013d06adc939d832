//! Faults: what a sandbox does wrong when a test asks for it.

mod about;
mod all;
mod answered;
pub(crate) mod cut;
mod data;
mod delivered;
pub(crate) mod delivery;
pub(crate) mod fault_error;
pub(crate) mod gateway_pages;
mod gzip;
mod json;
pub(crate) mod outcome;
pub(crate) mod raw_reply;
mod wire;

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

use crate::fault::cut::Framing;
use crate::fault::data::Data;
use crate::fault::delivery::Delivery;
use crate::fault::fault_error::FaultError;

/// One thing that goes wrong with one request (or, for [`Fault::close_on_accept`], with one connection).
///
/// A fault is a plain value: make it, refine it, hand it to [`Sandbox::fail_next`](crate::Sandbox::fail_next) or to
/// a provider's [`fail_next`](crate::ProviderControl::fail_next). It says
///
/// - **what** is answered: the [`usual`](Self::usual) answer, [another](Self::answer), any [bytes](Self::raw),
///   a [flood](Self::flood), or nothing ([`close`](Self::close), [`reset`](Self::reset), [`stall`](Self::stall));
/// - **how** it gets to the client: [cut off](Self::cut) at a point, [one byte at a time](Self::byte_by_byte), otherwise
///   [framed](Self::framed), with other bytes [before](Self::preceded_by) or [after](Self::followed_by) it;
/// - **when**: [late](Self::delayed), before the request takes effect or [after](Self::after_processing).
///
/// ```
/// use std::time::Duration;
/// use payvand_sandbox::{Cdn, Ending, Fault, Point};
///
/// // A gateway's page instead of an answer; the provider never saw the request.
/// let page = Fault::cdn_page(Cdn::ArvanCloud, 502);
/// // The order was placed, but its answer is lost.
/// let lost = Fault::close().after_processing();
/// // The order was placed, and half of its answer arrives.
/// let half = Fault::usual().cut(Point::HalfBody, Ending::Reset);
/// // The order was placed, and five seconds later comes a 504.
/// let late = Fault::answer(504, "").after_processing().delayed(Duration::from_secs(5));
/// # let _ = (page, lost, half, late);
/// ```
///
/// [`Fault::all`] has one of every sort. Faults serialise, as in `{"what": {"answer": {"status": 503}}, "delay_ms": 5000}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "json::FaultJson", into = "json::FaultJson")]
pub struct Fault {
    kind: Kind,
    delivery: Delivery,
    after_processing: bool,
    delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// The provider's answer, with these headers in place of its own.
    Usual {
        headers: HeaderMap,
    },
    Answer {
        status: StatusCode,
        headers: HeaderMap,
        body: Data,
    },
    Raw(Data),
    Flood {
        framing: Framing,
        most: u64,
    },
    CloseOnAccept,
    Impossible(FaultError),
}

impl Fault {
    /// Whether it happens to a connection, before anything is known of a request.
    pub(crate) fn is_of_connections(&self) -> bool {
        matches!(self.kind, Kind::CloseOnAccept)
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            delivery: Delivery::default(),
            after_processing: false,
            delay: None,
        }
    }
}

/// Whether it can be played.
impl Fault {
    /// Whether the sandbox can play it as it was asked for.
    ///
    /// A fault that it cannot play is answered with a 500 whose body says why, whole and in one piece, and
    /// [`RecordedRequest::fault`](crate::RecordedRequest::fault) has it.
    ///
    /// # Errors
    ///
    /// The first thing that cannot be sent.
    ///
    /// ```
    /// use payvand_sandbox::{Fault, FaultError};
    ///
    /// assert_eq!(Fault::answer(503, "").check(), Ok(()));
    /// assert_eq!(Fault::answer(42, "").check(), Err(FaultError::Status(42)));
    /// ```
    pub fn check(&self) -> Result<(), FaultError> {
        match &self.kind {
            Kind::Impossible(error) => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

/// When it happens.
impl Fault {
    /// Lets the request take its effect first: *processed, and then 502*.
    ///
    /// Means nothing for [`close_on_accept`](Self::close_on_accept), which has no request, and for
    /// [`usual`](Self::usual), which always has an effect, only whether it comes before a delay or after it.
    #[must_use]
    pub fn after_processing(mut self) -> Self {
        self.after_processing = true;
        self
    }

    /// Waits this long (real time, not the sandbox's clock) before the fault happens.
    #[must_use]
    pub fn delayed(mut self, by: Duration) -> Self {
        self.delay = Some(by);
        self
    }
}
