//! Connecting ends ahead of its call's deadline: cut off by the deadline itself, it could not be told from a request
//! that was sent.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How much of the time that a call has left may go into connecting.
const SHARE: f64 = 0.8;

/// How long an address is tried alone.
const HEAD_START: Duration = Duration::from_millis(300);

tokio::task_local! {
    /// The connector learns nothing about the request that it is for; but it is first polled with it.
    static CONNECTING: (Instant, Arc<Search>);
}

/// How long connecting may take.
pub(crate) struct Limits {
    /// However much time a call has.
    pub(crate) most: Duration,
    /// When a call begins that has the client's timeout.
    pub(crate) usual: Duration,
}

impl Limits {
    pub(crate) fn new(most: Duration, timeout: Duration) -> Self {
        Self {
            most,
            usual: timeout.mul_f64(SHARE).min(most),
        }
    }

    /// When a call has this time left.
    pub(crate) fn of(&self, left: Duration) -> Duration {
        left.mul_f64(SHARE).min(self.most)
    }

    /// Whether the usual limit does for this one: a call has spent a moment of its time when it is about to send.
    pub(crate) fn is_usual(&self, limit: Duration) -> bool {
        limit.abs_diff(self.usual) <= self.usual / 64
    }
}

/// Sends a request whose connection, if it has to be made, stands by then or not at all; its client has the layer.
pub(crate) async fn by<F: Future>(time: Instant, search: Arc<Search>, request: F) -> F::Output {
    CONNECTING.scope((time, search), request).await
}

/// A call's search for an address that answers. A connector connects once, so where another address stands first, it
/// fails, and the call is made once more with the address that was chosen.
pub(crate) struct Search {
    port: u16,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    /// Those that the connector was not given, and when the first of them is to be tried.
    others: Option<(Vec<SocketAddr>, Instant)>,
    chosen: Option<SocketAddr>,
}

impl Search {
    pub(crate) fn new(port: u16) -> Self {
        Self {
            port,
            found: Mutex::default(),
        }
    }

    pub(crate) fn of_this_call() -> Option<Arc<Self>> {
        CONNECTING.try_with(|(_, search)| Arc::clone(search)).ok()
    }

    /// The connector tries `given` addresses now, and these are left.
    pub(crate) fn leave(&self, others: Vec<SocketAddr>, given: usize) {
        let head_starts = u32::try_from(given).unwrap_or(1);
        self.lock().others = Some((others, Instant::now() + HEAD_START * head_starts));
    }

    pub(crate) fn chosen(&self) -> Option<SocketAddr> {
        self.lock().chosen
    }

    fn due(&self) -> Option<Instant> {
        self.lock().others.as_ref().map(|(_, due)| *due)
    }

    fn others(&self) -> Vec<SocketAddr> {
        let others = self.lock().others.take();
        others.map(|(others, _)| others).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection, unless another address stands first.
    async fn connect<T>(&self, connecting: impl Future<Output = Result<T, BoxError>>) -> Result<T, BoxError> {
        let mut connecting = pin!(connecting);
        let mut failed = loop {
            let due = self.due().unwrap_or_else(|| Instant::now() + HEAD_START);
            match timeout_at(due, connecting.as_mut()).await {
                Ok(Err(error)) if !is_final(&error) => break Some(error),
                Ok(outcome) => return outcome,
                Err(_) if self.due().is_some_and(|it| it <= due) => break None,
                // The name has not been looked up yet, or only just.
                Err(_) => {}
            }
        };
        let mut another = pin!(first_that_stands(self.others(), self.port));
        let another = if failed.is_some() {
            another.await
        } else {
            match first_of(connecting.as_mut(), another.as_mut()).await {
                First::One(Err(error)) if !is_final(&error) => {
                    failed = Some(error);
                    another.await
                }
                First::One(outcome) => return outcome,
                First::Other(another) => another,
            }
        };
        let Some((address, took)) = another else {
            return match failed {
                Some(error) => Err(error),
                None => connecting.await,
            };
        };
        // The first may stand already and be busy with TLS, which takes as long again twice.
        if failed.is_none() {
            match timeout(2 * took, connecting).await {
                Ok(Err(error)) if !is_final(&error) => {}
                Ok(outcome) => return outcome,
                Err(_) => {}
            }
        }
        self.lock().chosen = Some(address);
        Err("another address stood first".into())
    }
}

/// A bad certificate, which no other address would make a good one.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
fn is_final(error: &BoxError) -> bool {
    crate::transport::certificate::problem(&**error).is_some()
}

#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
fn is_final(_: &BoxError) -> bool {
    false
}

enum First<A, B> {
    One(A),
    Other(B),
}

async fn first_of<A, B>(
    mut one: Pin<&mut impl Future<Output = A>>,
    mut other: Pin<&mut impl Future<Output = B>>,
) -> First<A, B> {
    poll_fn(|context| {
        if let Poll::Ready(one) = one.as_mut().poll(context) {
            return Poll::Ready(First::One(one));
        }
        other.as_mut().poll(context).map(First::Other)
    })
    .await
}

/// Tries one after another, each when the one before failed or had its head start. With how long it took.
async fn first_that_stands(addresses: Vec<SocketAddr>, port: u16) -> Option<(SocketAddr, Duration)> {
    let mut left = addresses.into_iter();
    let mut tries: Vec<Probe> = Vec::new();
    let mut next = pin!(sleep_until(Instant::now()));
    poll_fn(move |context| {
        loop {
            let mut failed = false;
            let mut stands = None;
            tries.retain_mut(|it| match it.as_mut().poll(context) {
                Poll::Pending => true,
                Poll::Ready(Ok(found)) => {
                    stands = Some(found);
                    false
                }
                Poll::Ready(Err(_)) => {
                    failed = true;
                    false
                }
            });
            if stands.is_some() {
                return Poll::Ready(stands);
            }
            if !failed && next.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            let Some(address) = left.next() else {
                return if tries.is_empty() {
                    Poll::Ready(None)
                } else {
                    Poll::Pending
                };
            };
            tries.push(Box::pin(probe(address, port)));
            next.as_mut().reset(Instant::now() + HEAD_START);
        }
    })
    .await
}

type Probe = Pin<Box<dyn Future<Output = io::Result<(SocketAddr, Duration)>> + Send>>;

/// Opens a connection and closes it.
async fn probe(address: SocketAddr, port: u16) -> io::Result<(SocketAddr, Duration)> {
    let start = Instant::now();
    let mut target = address;
    target.set_port(port);
    TcpStream::connect(target).await?;
    Ok((address, start.elapsed()))
}

#[derive(Clone)]
pub(crate) struct ConnectInTime;

#[derive(Clone)]
pub(crate) struct InTime<S>(S);

impl<S> Layer<S> for ConnectInTime {
    type Service = InTime<S>;

    fn layer(&self, connector: S) -> InTime<S> {
        InTime(connector)
    }
}

impl<S, R> Service<R> for InTime<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
    S::Response: Send,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, address: R) -> Self::Future {
        let connecting = self.0.call(address);
        match CONNECTING.try_with(Clone::clone) {
            Ok((by, search)) => Box::pin(async move {
                timeout_at(by, search.connect(connecting))
                    .await
                    .unwrap_or_else(|_| Err("connecting took too long for the call's deadline".into()))
            }),
            Err(_) => Box::pin(connecting),
        }
    }
}

/// Whether the limit of open files, the process's or the machine's, is why connecting failed.
pub(crate) fn too_many_open_files(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref())
        .any(is_too_many_open_files)
}

pub(crate) fn is_too_many_open_files(error: &io::Error) -> bool {
    const NUMBERS: &[i32] = if cfg!(windows) { &[10024] } else { &[23, 24] };
    error
        .raw_os_error()
        .is_some_and(|number| NUMBERS.contains(&number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_address_is_searched_for_however_long_the_names_lookup_takes() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let search = Search::new(address.port());
        let connecting = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            search.leave(vec![address], 1);
            std::future::pending::<Result<(), BoxError>>().await
        };
        let outcome = timeout(Duration::from_secs(60), search.connect(connecting)).await;
        assert!(outcome.unwrap().is_err());
        assert_eq!(search.chosen(), Some(address));
    }

    fn seconds(limits: &Limits, left: f64) -> (f64, bool) {
        let limit = limits.of(Duration::from_secs_f64(left));
        (limit.as_secs_f64(), limits.is_usual(limit))
    }

    #[test]
    fn the_usual_limit_is_that_of_the_clients_own_timeouts() {
        let patient = Limits::new(Duration::from_secs(10), Duration::from_secs(30));
        for (left, limit, is_usual) in [(60.0, 10.0, true), (12.5, 10.0, true), (5.0, 4.0, false)] {
            assert_eq!(seconds(&patient, left), (limit, is_usual));
        }
        let short = Limits::new(Duration::from_secs(10), Duration::from_secs(5));
        for (left, limit, is_usual) in [
            (5.0, 4.0, true),
            (4.95, 3.96, true),
            (4.5, 3.6, false),
            (60.0, 10.0, false),
        ] {
            assert_eq!(seconds(&short, left), (limit, is_usual));
        }
        let zero = Limits::new(Duration::MAX, Duration::ZERO);
        assert!(!zero.is_usual(zero.of(Duration::MAX)));
    }

    proptest! {
        /// Cut off by the deadline, connecting could not be told from a request that was sent.
        #[test]
        fn the_usual_limit_leaves_time_after_connecting(most: Duration, timeout: Duration, left: Duration) {
            let limits = Limits::new(most, timeout);
            let limit = limits.of(left);
            if limits.is_usual(limit) {
                prop_assert!(limits.usual <= left.mul_f64(0.82));
            }
        }
    }
}
