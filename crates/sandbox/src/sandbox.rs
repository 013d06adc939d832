//! The sandbox itself: starting, stopping, and what a test asks it.

use std::io;
use std::mem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use tokio::net::TcpSocket;
use tokio::sync::Mutex;

use crate::admin;
#[cfg(feature = "cli")]
use crate::admin::settings::Settings;
use crate::clock::Clock;
use crate::events::hub::Hub;
use crate::fault::Fault;
use crate::page;
use crate::provider::{Credentials, Endpoint};
use crate::providers::all::Providers;
use crate::providers::{ItemLimits, every_provider};
use crate::record::recorded_request::RecordedRequest;
use crate::record::ring::{Limits, Records};
use crate::rules::fault_rule::FaultRule;
use crate::rules::faults::Faults;
use crate::rules::waiting_fault::WaitingFault;
use crate::server::app::{App, ProviderPath};
use crate::server::guard::Guard;
use crate::server::in_process::{self, Reply};
use crate::server::state::{AfterReset, FaultChoice, Observer, Shared};
use crate::server::{Server, reserve};

const CONNECTION_LIMIT: usize = 4096;

/// A running sandbox. It stops when it is dropped: no task and no connection survives.
///
/// It runs on the runtime that started it. Any number can run side by side; they share nothing.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    address: SocketAddr,
    shared: Arc<Shared>,
    app: Arc<App>,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Running(Server),
    /// The port stays ours meanwhile, so that a restart finds it free.
    Stopped(Option<TcpSocket>),
    WithoutSocket,
}

impl Sandbox {
    /// Starts a sandbox on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// A sandbox with settings of its own.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            record: Limits::default(),
            observer: None,
            fault_choice: None,
            clock: None,
            seed: 0,
            items: ItemLimits::default(),
            connection_limit: CONNECTION_LIMIT,
            guard: Guard::default(),
        }
    }

    /// Hands a request to the sandbox without a socket: what a [`Transport`] of a test's own needs, for a run in one
    /// process on one clock. The request is recorded and may meet a fault like any other, and counts as a connection of
    /// its own. It takes no effect if this is dropped before it is answered: put it on a task to let it arrive all the
    /// same. The admin API's stream of events has no end, and so does not come back here.
    ///
    /// [`Transport`]: https://docs.rs/payvand-http-core/latest/payvand_http_core/trait.Transport.html
    ///
    /// ```
    /// use payvand_sandbox::bytes::Bytes;
    /// use payvand_sandbox::http::Request;
    /// use payvand_sandbox::{Fault, Reply, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().without_socket();
    /// sandbox.fail_next(Fault::close().after_processing());
    /// let order = "/aparat/api.php?token=sandbox-aparat-token&link=https://www.aparat.com/v/abcd&count=100&type=like";
    /// let reply = sandbox.call(Request::get(order).body(Bytes::new())?).await;
    /// assert!(matches!(reply, Reply::Raw { bytes, .. } if bytes.is_empty()));
    /// assert_eq!(sandbox.aparat().orders().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn call(&self, request: Request<Bytes>) -> Reply {
        in_process::call(&self.app, self.shared.count_connection(), request).await
    }

    /// Its base address, such as `http://127.0.0.1:4010`: every provider stands below it at its real path.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The socket address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests that have arrived in full, oldest first: the latest ones, up to the record limit.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.records.all()
    }

    /// Empties the record. The counts go on.
    pub fn clear_requests(&self) {
        self.shared.records.clear();
    }

    /// How many requests have arrived in full since the start, kept in the record or not.
    pub fn request_count(&self) -> u64 {
        self.shared.records.count()
    }

    /// How many requests have left the record because of its limits.
    pub fn dropped_requests(&self) -> u64 {
        self.shared.records.dropped()
    }

    /// How many orders, links, clicks, messages, tokens, accounts and faults the sandbox no longer has because of their
    /// limits. A [`reset`](Self::reset) begins at 0.
    pub fn dropped_items(&self) -> u64 {
        self.shared.dropped_items()
    }

    /// How many connections have been accepted since the start.
    pub fn connections(&self) -> u64 {
        self.shared.connections()
    }

    /// The time by the sandbox's clock: the system's, plus what [`advance`](Self::advance) has added.
    pub fn now(&self) -> SystemTime {
        self.shared.clock.now()
    }

    /// Moves the sandbox's clock on (at most a thousand years in all): orders get done, tokens expire.
    /// The delays of faults take real time and know nothing of it.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// Plays this fault on the next request to any provider that has no fault of its own waiting, or to no provider
    /// at all. Faults that wait are played in their order.
    pub fn fail_next(&self, fault: Fault) {
        self.fail_next_n(1, fault);
    }

    /// Plays this fault on the next `times` requests; `usize::MAX` means until [`clear_faults`](Self::clear_faults).
    pub fn fail_next_n(&self, times: usize, fault: Fault) {
        self.add_fault(FaultRule::new(fault).times(times));
    }

    /// Plays this fault on the next request of which this is true. It must not block, and must not ask the sandbox.
    pub fn fail_next_where(
        &self,
        condition: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static,
        fault: Fault,
    ) {
        self.add_fault(FaultRule::new(fault).only_if(condition));
    }

    /// Asks this from now on, in place of what [`SandboxBuilder::choose_fault`] or an earlier call has set.
    pub fn choose_fault(&self, choice: impl Fn(&RecordedRequest) -> Option<Fault> + Send + Sync + 'static) {
        self.shared.choose_fault(FaultChoice(Box::new(choice)));
    }

    /// Plays a fault on the requests that its rule says. The number is for [`remove_fault`](Self::remove_fault).
    pub fn add_fault(&self, rule: FaultRule) -> u64 {
        self.shared.faults.add(rule)
    }

    /// The faults that wait, those of the providers too, oldest first.
    pub fn waiting_faults(&self) -> Vec<WaitingFault> {
        self.shared.faults.all()
    }

    /// Forgets a fault that waits; `false` if none has this number.
    pub fn remove_fault(&self, number: u64) -> bool {
        self.shared.faults.retain(|waiting| waiting.number() != number) > 0
    }

    /// Forgets every fault that still waits, those of the providers too.
    pub fn clear_faults(&self) {
        self.shared.faults.retain(|_| false);
    }

    /// The ready-made accounts of every provider, the one to begin with first.
    pub fn credentials(&self) -> Vec<Credentials> {
        self.shared
            .providers
            .all()
            .iter()
            .flat_map(|provider| provider.credentials())
            .copied()
            .collect()
    }

    /// The environment that points the clients at this sandbox: base addresses, and each provider's first account.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.shared.environment(&self.url)
    }

    /// Makes it what it was at its start: nothing placed, added, sent or set, no fault waiting, an empty record, and the
    /// clock where it is without [`advance`](Self::advance). Counts of requests and connections go on.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Does this after every [`reset`](Self::reset), one by the admin API too: it puts back what a test wants to be there at
    /// the start. It must not block.
    pub fn after_reset(&self, again: impl Fn() + Send + Sync + 'static) {
        let mut after = self
            .shared
            .after_reset
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *after = Some(AfterReset(Box::new(again)));
    }

    /// Closes the listener and every connection at once, whatever they are doing, and returns when that is done.
    /// New connections are refused until [`restart`](Self::restart). Accounts, orders, record, counts and faults stay.
    /// A sandbox without a socket has nothing to close.
    pub async fn stop(&self) {
        self.halt(&mut *self.state.lock().await).await;
    }

    /// Serves again on the same port with everything kept; if it still runs, all connections are closed first.
    ///
    /// Call it on the runtime that the sandbox is to go on running on.
    pub async fn restart(&self) -> io::Result<()> {
        let mut state = self.state.lock().await;
        if let State::WithoutSocket = *state {
            return Ok(());
        }
        self.halt(&mut state).await;
        let socket = match mem::replace(&mut *state, State::Stopped(None)) {
            State::Stopped(Some(socket)) => socket,
            _ => reserve(self.address)?,
        };
        let (server, _) = Server::start(socket, Arc::clone(&self.app))?;
        *state = State::Running(server);
        Ok(())
    }

    async fn halt(&self, state: &mut State) {
        match mem::replace(state, State::Stopped(None)) {
            State::Running(server) => {
                server.stop().await;
                *state = State::Stopped(reserve(self.address).ok());
            }
            other => *state = other,
        }
    }
}

impl Sandbox {
    #[cfg(feature = "cli")]
    pub(crate) fn change(&self, settings: Settings) {
        settings.put_into(&self.shared.providers);
    }
}

macro_rules! handles {
    ($($name:ident $handle:ident $about:literal,)*) => {
        impl Sandbox {
            $(
                #[doc = $about]
                pub fn $name(&self) -> crate::providers::$name::$handle {
                    self.shared.providers.$name.clone()
                }
            )*
        }
    };
}
every_provider!(handles);

/// Settings of a [`Sandbox`] that is not running yet.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is started"]
pub struct SandboxBuilder {
    listen: SocketAddr,
    allow_remote: bool,
    record: Limits,
    observer: Option<Observer>,
    fault_choice: Option<FaultChoice>,
    clock: Option<Clock>,
    seed: u64,
    items: ItemLimits,
    connection_limit: usize,
    guard: Guard,
}

impl SandboxBuilder {
    /// The address to listen on; port 0 (with 127.0.0.1, the default) takes a free one.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Lets [`listen`](Self::listen) name an address that other machines can reach. Anybody there can then use the
    /// sandbox and read from its answers what its users sent; without this, [`start`](Self::start) refuses it.
    pub fn allow_remote(mut self) -> Self {
        self.allow_remote = true;
        self
    }

    /// Lets requests in whose `Host` is this name, without a port: a container's, say. Loopback names and addresses are
    /// let in anyway, and on the providers' paths the real names of the providers, for people who map them here.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.guard.hosts.push(name.into());
        self
    }

    /// Lets pages of this origin call in a browser, such as `https://app.example:8443`. Those of loopback origins may call
    /// the providers' paths anyway.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.guard.origins.push(origin.into());
        self
    }

    /// How many connections may be open (4,096 by default). Above that, and when the system has no file descriptor left, an
    /// old one that no answer is due on is closed for each new one: one without a request first, then an idle one.
    pub fn connection_limit(mut self, connections: usize) -> Self {
        self.connection_limit = connections;
        self
    }

    /// How many requests the record keeps (1,000 by default): the newest stay. 0 turns the record off.
    ///
    /// A test that judges by the record makes it large enough, and checks that
    /// [`dropped_requests`](Sandbox::dropped_requests) is 0.
    pub fn record_limit(mut self, limit: usize) -> Self {
        self.record.requests = limit;
        self
    }

    /// How many bytes of a request's body the record keeps (16 KiB by default): the first ones.
    pub fn recorded_body_limit(mut self, bytes: usize) -> Self {
        self.record.body = bytes;
        self
    }

    /// About how much memory the record may take (32 MiB by default): the newest requests stay.
    pub fn record_memory(mut self, bytes: usize) -> Self {
        self.record.memory = bytes;
        self
    }

    /// How many things of each kind a provider keeps (10,000 by default): orders, links, clicks, messages, tokens, accounts,
    /// templates, refused numbers; and how many faults wait. The newest stay; an order or a link that had to go is as one that
    /// never was.
    ///
    /// A test that judges by them makes it large enough, and checks that [`dropped_items`](Sandbox::dropped_items) is 0.
    pub fn item_limit(mut self, items: usize) -> Self {
        self.items.count = items;
        self
    }

    /// About how much memory each of these kinds may take (32 MiB by default; not faults): the newest stay.
    pub fn item_memory(mut self, bytes: usize) -> Self {
        self.items.memory = bytes;
        self
    }

    /// Keeps every answer too, for [`RecordedRequest::answer`].
    pub fn record_answers(mut self) -> Self {
        self.record.answers = true;
        self
    }

    /// Calls this with every request once it has been answered, or refused an answer. It must not block.
    pub fn observe(mut self, observer: impl Fn(&RecordedRequest) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer(Box::new(observer)));
        self
    }

    /// Asks this, for every request that has arrived in full and for which no fault waits, which fault to play on it.
    /// It must not block. [`Fault::close_on_accept`] is no fault of a request: chosen here, it does nothing.
    ///
    /// So a test says what goes wrong by *what* is asked, and not by the order in which it happens to arrive:
    ///
    /// ```
    /// # async fn example() -> std::io::Result<()> {
    /// use payvand_sandbox::{Fault, Sandbox};
    ///
    /// // Every order of 70 is placed, and its answer lost.
    /// let sandbox = Sandbox::builder()
    ///     .choose_fault(|request| {
    ///         let is_unlucky = request.query_value("count") == Some("70");
    ///         is_unlucky.then(|| Fault::close().after_processing())
    ///     })
    ///     .start()
    ///     .await?;
    /// # drop(sandbox);
    /// # Ok(())
    /// # }
    /// ```
    pub fn choose_fault(
        mut self,
        choice: impl Fn(&RecordedRequest) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        self.fault_choice = Some(FaultChoice(Box::new(choice)));
        self
    }

    /// What the draws of [`FaultRule::chance`] follow from; 0 by default.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Takes the time from this in place of the system's clock, so that a run can be repeated.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Some(Clock::reading(now));
        self
    }

    /// A sandbox that listens nowhere, for [`Sandbox::call`]. Its [`url`](Sandbox::url) leads to nobody, but clients take
    /// it as their base address.
    pub fn without_socket(self) -> Sandbox {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let guard = self.guard.clone();
        let shared = self.shared();
        Sandbox {
            url: "http://127.0.0.1".to_owned(),
            address,
            app: app(&shared, guard),
            shared,
            state: Mutex::new(State::WithoutSocket),
        }
    }

    fn shared(self) -> Arc<Shared> {
        let clock = self.clock.unwrap_or_else(Clock::start);
        let faults = Arc::new(Faults::new(self.seed, self.items.count));
        Arc::new(Shared {
            providers: Providers::new(&clock, &faults, self.items),
            clock,
            records: Records::new(self.record),
            faults,
            observer: self.observer,
            fault_choice: RwLock::new(self.fault_choice),
            connections: AtomicU64::new(0),
            events: Hub::default(),
            after_reset: RwLock::default(),
            connection_limit: self.connection_limit,
        })
    }

    /// Starts it; returns when connections are accepted.
    ///
    /// # Errors
    ///
    /// The address is taken or not of this machine, or it is not a loopback address and
    /// [`allow_remote`](Self::allow_remote) was not called.
    #[allow(
        clippy::unused_async,
        reason = "it must run on a runtime, and starting may come to wait for something"
    )]
    pub async fn start(self) -> io::Result<Sandbox> {
        let address = self.listen;
        if !address.ip().is_loopback() && !self.allow_remote {
            let why = format!("{address} is not a loopback address: other machines could reach the sandbox");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let mut guard = self.guard.clone();
        guard.is_remote = self.allow_remote;
        let shared = self.shared();
        let app = app(&shared, guard);
        let (server, address) = reserve(address)
            .and_then(|socket| Server::start(socket, Arc::clone(&app)))
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
        Ok(Sandbox {
            url: format!("http://{}", to_call(address)),
            address,
            shared,
            app,
            state: Mutex::new(State::Running(server)),
        })
    }
}

/// `0.0.0.0` and `::` are addresses to listen on; from this machine they are called by its loopback address.
fn to_call(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// Every provider's paths and one answer for all others: recorded, faults played, and behind the guard.
fn app(shared: &Arc<Shared>, mut guard: Guard) -> Arc<App> {
    let mut routes = admin::routes(shared).merge(page::routes()).fallback(no_provider);
    let mut paths = Vec::new();
    for provider in shared.providers.all() {
        guard.provider_hosts.extend(provider.hosts());
        for (pattern, endpoint) in provider.routes() {
            let function = match endpoint {
                Endpoint::Function(function) => Some(function),
                Endpoint::Methods(methods) => {
                    routes = routes.route(pattern, *methods);
                    None
                }
            };
            let provider = provider.control().clone();
            paths.push(ProviderPath {
                pattern,
                provider,
                function,
            });
        }
    }
    Arc::new(App {
        shared: Arc::clone(shared),
        guard,
        paths,
        routes,
    })
}

async fn no_provider(uri: Uri) -> (StatusCode, String) {
    (
        StatusCode::NOT_FOUND,
        format!("payvand-sandbox: no provider has the path {}\n", uri.path()),
    )
}
