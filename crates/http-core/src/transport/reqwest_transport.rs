//! The default transport. The only module of the family that knows reqwest.

#[cfg_attr(feature = "rustls-no-provider", path = "reqwest_transport/rustls.rs")]
#[cfg_attr(
    all(feature = "native-tls", not(feature = "rustls-no-provider")),
    path = "reqwest_transport/native_tls.rs"
)]
#[cfg_attr(
    not(any(feature = "rustls-no-provider", feature = "native-tls")),
    path = "reqwest_transport/no_tls.rs"
)]
mod tls;

mod per_runtime;
mod resolver;
mod undecodable;

use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Response};
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::call::endpoint::Endpoint;
use crate::call::outgoing::Outgoing;
use crate::error::configuration::ConfigurationError;
use crate::error::transport::TransportError;
use crate::secret::Secret;
use crate::secret::redactor::Redactor;
use crate::transport::CallOptions;
use crate::transport::connecting;
use crate::transport::connecting::{ConnectInTime, Limits, Search};
use crate::transport::deadline::by_deadline;
use crate::transport::proxy::{Proxies, ProxyChoice};
use crate::transport::runtime::or_without_io;
use per_runtime::PerRuntime;
use resolver::{Learned, More, Resolver};
use tls::Tls;

/// The most idle connections to a host, where the builder is not told otherwise.
const MAX_IDLE: usize = 64;

const TOO_MANY_OPEN_FILES: &str = "no connection could be opened, because this process or machine has too many open files (raise \
     the limit, `ulimit -n`, or make fewer calls at the same time)";

/// What the builder of a client says about its transport.
pub(crate) struct TransportOptions {
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) proxies: Proxies,
    pub(crate) max_idle: Option<usize>,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) allow_plain_http: bool,
}

pub(crate) struct ReqwestTransport {
    settings: Box<Settings>,
    clients: PerRuntime<Clients>,
}

/// What the reqwest clients of every runtime are made from.
struct Settings {
    options: TransportOptions,
    proxy: ProxyChoice,
    tls: Tls,
    limits: Limits,
    learned: Arc<Learned>,
}

/// Those of one runtime. They share the TLS configuration.
#[derive(Default)]
struct Clients {
    usual: Pair,
    /// Keeps its connections for a moment.
    brief: Pair,
    /// Keeps none, so each request opens one of its own.
    fresh: Pair,
}

/// Each made when it is first needed.
#[derive(Default)]
struct Pair {
    /// For calls whose connecting has its usual limit, to a host with one address of a family. It has no layer:
    /// reqwest clones its connector six times a request, which a layer makes three boxes each time.
    plain: OnceLock<reqwest::Client>,
    /// For other calls.
    layered: OnceLock<reqwest::Client>,
}

impl Clients {
    fn pair(&self, max_idle_time: Option<Duration>) -> &Pair {
        match max_idle_time {
            None => &self.usual,
            Some(Duration::ZERO) => &self.fresh,
            Some(_) => &self.brief,
        }
    }
}

impl TransportOptions {
    /// Whether anything is set that this transport alone understands.
    pub(crate) fn is_set(&self) -> bool {
        !self.root_certificates.is_empty() || self.proxies.is_set() || self.max_idle.is_some()
    }

    fn redactor(&self) -> Redactor {
        Redactor::new(&self.proxies.secrets())
    }

    fn unusable(&self, what: &str, error: reqwest::Error) -> ConfigurationError {
        ConfigurationError::new(what).caused_by(&error.without_url(), &self.redactor())
    }

    fn not_built(&self, error: reqwest::Error) -> ConfigurationError {
        #[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
        if crate::transport::certificate::problem(&error).is_some() {
            return self.unusable("the root certificate cannot be read", error);
        }
        let mut reason: &dyn std::error::Error = &error;
        while let Some(source) = reason.source() {
            reason = source;
        }
        let reason = self.redactor().redact(&reason.to_string()).into_owned();
        let what = format!("the HTTP client could not be built: {reason}");
        self.unusable(&what, error)
    }
}

impl Settings {
    fn plain(&self, max_idle_time: Option<Duration>) -> Result<reqwest::Client, ConfigurationError> {
        self.build(self.client(self.limits.usual, More::Refuse, max_idle_time)?)
    }

    fn layered(&self, max_idle_time: Option<Duration>) -> Result<reqwest::Client, ConfigurationError> {
        let builder = self.client(self.limits.most, More::Search, max_idle_time)?;
        self.build(builder.connector_layer(ConnectInTime))
    }

    fn client(
        &self,
        connect_timeout: Duration,
        more: More,
        max_idle_time: Option<Duration>,
    ) -> Result<reqwest::ClientBuilder, ConfigurationError> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only()
            // One malformed line of a header loses no answer. A name with a space before its colon is read as that name,
            // so no framing header of that kind is passed over.
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .connect_timeout(connect_timeout)
            .pool_max_idle_per_host(self.options.max_idle.unwrap_or(MAX_IDLE));
        let builder = match max_idle_time {
            None => builder,
            Some(Duration::ZERO) => builder.pool_max_idle_per_host(0),
            Some(time) => builder.pool_idle_timeout(time),
        };
        let (builder, more) = match &self.proxy {
            ProxyChoice::None => (builder.no_proxy(), more),
            ProxyChoice::Named { url, except } => {
                let proxy = reqwest::Proxy::all(url.as_str()).map_err(|e| {
                    self.options
                        .unusable("the proxy is not a URL that can be used", e)
                })?;
                let proxy = proxy.no_proxy(reqwest::NoProxy::from_string(except));
                (builder.proxy(proxy), More::Give)
            }
        };
        let learned = Arc::clone(&self.learned);
        Ok(self
            .tls
            .configure(builder)
            .dns_resolver(Resolver { more, learned }))
    }

    fn build(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::Client, ConfigurationError> {
        builder.build().map_err(|e| self.options.not_built(e))
    }
}

/// The client in its place, made now if there is none yet.
fn made(
    place: &OnceLock<reqwest::Client>,
    make: impl FnOnce() -> Result<reqwest::Client, ConfigurationError>,
) -> Result<&reqwest::Client, TransportError> {
    if let Some(client) = place.get() {
        return Ok(client);
    }
    let client = make().map_err(|e| TransportError::not_sent(e).permanent())?;
    Ok(place.get_or_init(|| client))
}

impl ReqwestTransport {
    pub(crate) fn new(options: TransportOptions, endpoint: &Endpoint) -> Result<Self, ConfigurationError> {
        let plain_http = endpoint.is_plain_http();
        let stays_here = plain_http && !options.allow_plain_http;
        let settings = Settings {
            proxy: options
                .proxies
                .to_use(plain_http, endpoint.is_local(), stays_here)?,
            tls: Tls::new(&options.root_certificates, plain_http, &options.redactor())?,
            limits: Limits::new(options.connect_timeout, options.timeout),
            learned: Arc::default(),
            options,
        };
        // What is wrong with the settings shows here, and not at the first call.
        let clients = Clients::default();
        let plain = settings.plain(None)?;
        clients.usual.plain.get_or_init(|| plain);
        Ok(Self {
            settings: Box::new(settings),
            clients: PerRuntime::starting_with(clients),
        })
    }

    /// Those of its proxies.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        self.settings.options.proxies.secrets()
    }

    pub(crate) async fn send(
        &self,
        request: &Outgoing,
        user_agent: &HeaderValue,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        // An answer that had begun to come when the time was over has a status.
        let status = OnceLock::new();
        let answer = pin!(async {
            let mut response = self.response(request, user_agent, options).await?;
            let _ = status.set(response.status());
            let mut answer = Response::new(read_body(&mut response, options.max_body).await?);
            *answer.status_mut() = response.status();
            *answer.headers_mut() = std::mem::take(response.headers_mut());
            undecodable::require_decoded(&answer)?;
            Ok(answer)
        });
        let answer = by_deadline(options.deadline, or_without_io(answer)).await;
        answer.map_err(|error| match status.get() {
            Some(status) => error.with_status(*status),
            None => error,
        })
    }

    /// The beginning of it, with its body still to come.
    async fn response(
        &self,
        request: &Outgoing,
        user_agent: &HeaderValue,
        options: &CallOptions,
    ) -> Result<reqwest::Response, TransportError> {
        let runtime = Handle::try_current().map_err(|e| TransportError::not_sent(e).permanent())?;
        let clients = self.clients.of(runtime.id());
        let Self { settings, .. } = self;
        let now = Instant::now();
        let connecting = settings
            .limits
            .of(options.deadline.saturating_duration_since(now));
        let connecting = match options.send_by {
            Some(by) => connecting.min(by.saturating_duration_since(now)),
            None => connecting,
        };
        let by = now + connecting;
        let pair = clients.pair(options.max_idle_time);
        if settings.limits.is_usual(connecting) && !settings.learned.several() {
            let plain = made(&pair.plain, || settings.plain(options.max_idle_time))?;
            match plain.execute(to_reqwest(request, user_agent)).await {
                // Refused by our resolver, so nothing was sent.
                Err(error) if error.is_connect() && settings.learned.several() => {}
                outcome => return outcome.map_err(from_reqwest),
            }
        }
        let layered = made(&pair.layered, || settings.layered(options.max_idle_time))?;
        Box::pin(self.search(layered, request, user_agent, by)).await
    }

    /// With a client that has the layer.
    async fn search(
        &self,
        client: &reqwest::Client,
        request: &Outgoing,
        user_agent: &HeaderValue,
        by: Instant,
    ) -> Result<reqwest::Response, TransportError> {
        let port = request.url.port_or_known_default().unwrap_or_default();
        let search = Arc::new(Search::new(port));
        loop {
            let chosen = search.chosen();
            let to_send = client.execute(to_reqwest(request, user_agent));
            let outcome = connecting::by(by, Arc::clone(&search), to_send).await;
            match (outcome, search.chosen()) {
                // No connection stood, so nothing was sent.
                (Err(error), Some(address)) if error.is_connect() && chosen.is_none() => {
                    self.settings.learned.prefer(address);
                }
                (outcome, _) => return outcome.map_err(from_reqwest),
            }
        }
    }
}

fn to_reqwest(request: &Outgoing, user_agent: &HeaderValue) -> reqwest::Request {
    let mut to_send = reqwest::Request::new(request.method.clone(), request.url.clone());
    *to_send.headers_mut() = request.headers_with(user_agent);
    *to_send.body_mut() = Some(request.body.clone().into());
    to_send
}

async fn read_body(response: &mut reqwest::Response, max: usize) -> Result<Bytes, TransportError> {
    let mut body = Bytes::new();
    while let Some(chunk) = response.chunk().await.map_err(from_reqwest)? {
        if body.len() + chunk.len() > max {
            return Err(TransportError::too_large(max));
        }
        // Most answers come in one piece, which then needs no copy.
        body = if body.is_empty() {
            chunk
        } else {
            let mut both = BytesMut::from(body);
            both.extend_from_slice(&chunk);
            both.freeze()
        };
    }
    Ok(body)
}

/// The one place where a reqwest error becomes ours. Its URL holds the query, and so the token.
fn from_reqwest(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        return TransportError::not_sent(error)
            .permanent()
            .with_detail("the request cannot be sent as it is");
    }
    if !error.is_connect() {
        return match undecodable::problem(&error) {
            Some(problem) => TransportError::undecodable(problem).caused_by(error),
            None => TransportError::unknown(error),
        };
    }
    #[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
    if let Some(problem) = crate::transport::certificate::problem(&error) {
        return TransportError::certificate(error).with_detail(problem);
    }
    let full = connecting::too_many_open_files(&error);
    let error = TransportError::not_sent(error);
    if full {
        error.with_detail(TOO_MANY_OPEN_FILES)
    } else {
        error
    }
}

#[cfg(all(test, any(feature = "rustls", feature = "native-tls"), target_os = "linux"))]
#[path = "reqwest_transport/tests.rs"]
mod tests;
