//! One client's calls, through everything that can happen to them.

use std::collections::BTreeMap;
use std::env;
use std::fmt::{self, Debug};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use http_core::path::ends_with;
use http_core::{Code, Error, RetryPolicy};
use payvand_sandbox::{Fault, Sandbox};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::faults;
use crate::hunt::Hunt;
use crate::listener::{Listener, Reply};
use crate::tls::{Authority, Identity, TlsServer};

/// A host that only a proxy of ours can find.
const PROVIDER: &str = "provider.invalid";

const PROXY_PASSWORD: &str = "hQ7!vTz0-kWm4.Yp";

/// What a call may take where it is not the point that it takes long, and where it is.
const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(250);

/// So many faults are played at the same time.
const LANES: usize = 12;

/// Set for the process that is started once more with a proxy in its environment.
const CHILD: &str = "PAYVAND_HUNT_CHILD";
const CHILD_ROOT: &str = "PAYVAND_HUNT_ROOT";

/// The crates that a default client logs with. A hunt that does not hear them would find nothing in their lines.
const VOICES: [&str; 4] = ["payvand:", "reqwest::", "hyper_util::", "rustls::"];

type Prepare = Box<dyn Fn(&Sandbox)>;

/// What a proxy replies to the head of a request.
type NamedReply = (&'static str, fn(&str) -> Reply);

/// A hunt through the calls of one client.
pub struct Expedition {
    secrets: Vec<(String, String)>,
    issued: Vec<(String, String)>,
    shapes: Vec<(&'static str, Prepare)>,
}

/// What happens to the calls of one round, and where they tell what came of it.
#[derive(Debug)]
pub struct Scene<'a> {
    name: String,
    base_url: String,
    timeout: Duration,
    root_certificate: Option<String>,
    proxy: Option<String>,
    proxy_from_env: bool,
    hunt: &'a Hunt,
    tally: &'a Tally,
}

/// How often each call succeeded and failed.
#[derive(Debug, Default)]
struct Tally(Mutex<BTreeMap<String, (u32, u32)>>);

/// Builds a client as a [`Scene`] wants it, out of its builder, and looks at how both print.
#[macro_export]
macro_rules! client {
    ($scene:expr, $builder:expr) => {{
        let scene: &$crate::Scene = $scene;
        let mut builder = $builder
            .base_url(scene.base_url())
            .timeout(scene.timeout())
            .retry(scene.retry());
        if let Some(pem) = scene.root_certificate() {
            builder = builder.root_certificate(pem);
        }
        if let Some(url) = scene.proxy() {
            builder = builder.proxy(url);
        }
        if scene.proxy_from_env() {
            builder = builder.proxy_from_env();
        }
        scene.debug("the builder", &builder);
        let client = builder.build().expect("a client");
        scene.debug("the client", &client);
        client
    }};
}

impl Expedition {
    /// For a client that knows these secrets, each with what it is called.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let secrets = secrets
            .into_iter()
            .map(|(name, secret)| (name.to_owned(), secret.to_owned()));
        Self {
            secrets: secrets.collect(),
            issued: Vec::new(),
            shapes: Vec::new(),
        }
    }

    /// A secret that the provider hands out: looked for as the others are. No fault sends it back: one that stands in
    /// the place of a login's answer would show the client a text that it cannot know to be a secret.
    #[must_use]
    pub fn issued(mut self, name: &str, secret: &str) -> Self {
        self.issued.push((name.to_owned(), secret.to_owned()));
        self
    }

    /// A way in which the sandbox answers: accounts, shapes. Faults are played on the first, so the one that says
    /// most comes first.
    #[must_use]
    pub fn shape(mut self, name: &'static str, prepare: impl Fn(&Sandbox) + 'static) -> Self {
        self.shapes.push((name, Box::new(prepare)));
        self
    }

    /// Goes through all of it, and fails with every leak that was found.
    ///
    /// `build` makes a client with [`client!`](crate::client); `calls` makes each of its calls once, and hands each
    /// outcome to [`Scene::outcome`].
    pub async fn run<C>(self, build: impl Fn(&Scene<'_>) -> C, calls: impl AsyncFn(&C, &Scene<'_>)) {
        let proxy_password = ("the proxy's password", PROXY_PASSWORD);
        let secrets = self.secrets.iter().chain(&self.issued);
        let secrets = secrets.map(|(name, secret)| (name.as_str(), secret.as_str()));
        let hunt = Hunt::new(secrets.chain([proxy_password]));
        let tally = Tally::default();
        let scene = |name: &str, base_url: &str| Scene {
            name: name.to_owned(),
            base_url: base_url.to_owned(),
            timeout: LONG,
            root_certificate: None,
            proxy: None,
            proxy_from_env: false,
            hunt: &hunt,
            tally: &tally,
        };
        let play = async |scene: Scene<'_>| calls(&build(&scene), &scene).await;
        if let Ok(base_url) = env::var(CHILD) {
            play(Scene {
                root_certificate: env::var(CHILD_ROOT).ok(),
                proxy_from_env: env::var_os(CHILD_ROOT).is_some(),
                ..scene("with a proxy in the environment", &base_url)
            })
            .await;
            return report(&hunt);
        }

        for (shape, prepare) in &self.shapes {
            let sandbox = sandbox(prepare).await;
            play(scene(&format!("as it should be, {shape}"), sandbox.url())).await;
            assert!(!sent_by_url(&sandbox), "something was sent by URL");
        }
        tally.everything_succeeded();

        let target = Listener::start(|_| Reply::answer(200, "{}")).await;
        let elsewhere = format!("http://{}", target.address());
        let echoes = faults::of_secrets(&self.secrets, &elsewhere);
        let faults = lanes(faults::of_the_sandbox(), SHORT).chain(lanes(echoes, LONG));
        // One after the other on each lane, with a sandbox and a client of its own. Many do nothing but wait.
        let lane = async |(faults, timeout): (Vec<faults::Named>, Duration)| {
            let sandbox = sandbox(&self.shapes[0].1).await;
            let mut scene = Scene {
                timeout,
                ..scene("with faults", sandbox.url())
            };
            let client = build(&scene);
            for (name, fault) in faults {
                for spared in [0, 1] {
                    scene.name = format!("{name}, but for the first {spared}");
                    sandbox.fail_next_n(spared, Fault::usual());
                    sandbox.fail_next_n(usize::MAX, fault.clone());
                    calls(&client, &scene).await;
                    sandbox.clear_faults();
                }
                assert!(!sent_by_url(&sandbox), "{name}: something was sent by URL");
            }
        };
        stream::iter(faults).for_each_concurrent(None, lane).await;
        let base_url = format!("http://{}", closed_port().await);
        play(scene("nobody listens", &base_url)).await;
        tally.everything_failed();
        hunt.saw("what the target of redirects got", target.heard().join("\n"));
        assert_eq!(target.connections(), 0, "a redirect was followed");

        self.over_tls(&hunt, &scene, &play).await;
        self.with_a_proxy_in_the_environment(&hunt).await;

        for voice in VOICES {
            assert!(hunt.hears(voice), "no log line of {voice}");
        }
        report(&hunt);
    }

    /// Certificates good and bad, and proxies that hold a password and see what passes.
    async fn over_tls<'a>(
        &self,
        hunt: &Hunt,
        scene: &impl Fn(&str, &str) -> Scene<'a>,
        play: &impl AsyncFn(Scene<'_>),
    ) {
        let authority = Authority::new("Hunt");
        let base_url = format!("https://{PROVIDER}");
        for (name, identity) in [
            ("a good certificate", authority.issue(PROVIDER)),
            ("a self-signed certificate", Identity::self_signed(PROVIDER)),
            ("an expired certificate", authority.issue_expired(PROVIDER)),
            ("another's certificate", authority.issue("other.invalid")),
        ] {
            let sandbox = sandbox(&self.shapes[0].1).await;
            let server = TlsServer::start(identity, sandbox.address()).await;
            let to = server.address();
            let proxy = Listener::start(move |_| Reply::Tunnel(to)).await;
            play(Scene {
                root_certificate: Some(authority.pem().to_owned()),
                proxy: Some(proxy_url(proxy.address())),
                ..scene(&format!("{name} behind a proxy"), &base_url)
            })
            .await;
            assert!(proxy.connections() > 0, "{name}: the proxy saw nothing");
            hunt.saw(format!("{name}: what the proxy saw"), seen_by(&proxy));
        }
        let proxies: [NamedReply; 4] = [
            ("a proxy that wants another password", |_| {
                Reply::answer(407, PROXY_PASSWORD)
            }),
            ("a proxy that quotes what it was sent", |head| {
                Reply::answer(407, &format!("<pre>{head}</pre>"))
            }),
            ("a proxy without a way", |_| Reply::answer(502, PROXY_PASSWORD)),
            ("a proxy that closes", |_| Reply::Nothing),
        ];
        for (name, reply) in proxies {
            let proxy = Listener::start(reply).await;
            play(Scene {
                proxy: Some(proxy_url(proxy.address())),
                ..scene(name, &base_url)
            })
            .await;
            hunt.saw(format!("{name}: what it saw"), seen_by(&proxy));
            // It is meant to see all of this: what it says of it is another matter.
            play(Scene {
                proxy: Some(proxy_url(proxy.address())),
                ..scene(&format!("{name}, plain http"), "http://127.0.0.1:9")
            })
            .await;
        }
    }

    /// Runs this test once more in a process whose environment names a proxy: to be ignored, and to be honoured.
    async fn with_a_proxy_in_the_environment(&self, hunt: &Hunt) {
        let sandbox = sandbox(&self.shapes[0].1).await;
        let authority = Authority::new("Hunt");
        let server = TlsServer::start(authority.issue(PROVIDER), sandbox.address()).await;
        let to = server.address();
        let proxy = Listener::start(move |_| Reply::Tunnel(to)).await;

        run_again(&proxy, &[(CHILD, sandbox.url())]).await;
        assert_eq!(
            proxy.connections(),
            0,
            "a proxy of the environment was used unasked"
        );

        let provider = format!("https://{PROVIDER}");
        run_again(&proxy, &[(CHILD, &provider), (CHILD_ROOT, authority.pem())]).await;
        assert!(proxy.connections() > 0, "the environment's proxy was not used");
        hunt.saw("what the environment's proxy saw", seen_by(&proxy));
    }
}

impl Scene<'_> {
    /// Takes in what came of a call, however it prints.
    pub fn outcome<T: Debug, C: Code>(&self, call: &str, outcome: &Result<T, Error<C>>) {
        self.tally.count(call, outcome.is_ok());
        match outcome {
            Ok(answer) => self.debug(call, answer),
            Err(error) => self.hunt.failure(&self.place(call), error),
        }
    }

    /// Takes in how a value prints.
    pub fn debug(&self, what: &str, value: &dyn Debug) {
        self.hunt.debug(&self.place(what), value);
    }

    /// Takes in a text, such as an answer as JSON.
    pub fn saw(&self, what: &str, text: impl AsRef<[u8]>) {
        self.hunt.saw(self.place(what), text);
    }

    /// Where the client's calls go.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// How long a call may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Twice, without much of a pause.
    pub fn retry(&self) -> RetryPolicy {
        RetryPolicy::new(2).backoff(Duration::from_millis(1), Duration::from_millis(1))
    }

    /// Whom the client has to trust.
    pub fn root_certificate(&self) -> Option<&str> {
        self.root_certificate.as_deref()
    }

    /// Through what the client has to go.
    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    /// Whether the client honours the environment's proxy.
    pub fn proxy_from_env(&self) -> bool {
        self.proxy_from_env
    }

    fn place(&self, what: &str) -> String {
        format!("{what} ({})", self.name)
    }
}

impl Tally {
    fn count(&self, call: &str, success: bool) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (succeeded, failed) = calls.entry(call.to_owned()).or_default();
        *(if success { succeeded } else { failed }) += 1;
    }

    /// A hunt through failures alone would miss what a good answer prints.
    fn everything_succeeded(&self) {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(!calls.is_empty(), "no call was made");
        for (call, (succeeded, failed)) in &*calls {
            assert!(*succeeded > 0 && *failed == 0, "{call} failed without a fault");
        }
    }

    fn everything_failed(&self) {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (call, (_, failed)) in &*calls {
            assert!(*failed > 0, "{call} never failed");
        }
    }
}

impl Debug for Expedition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expedition { .. }")
    }
}

/// The faults, dealt out: those that wait stand side by side in the list.
fn lanes(
    faults: Vec<faults::Named>,
    timeout: Duration,
) -> impl Iterator<Item = (Vec<faults::Named>, Duration)> {
    (0..LANES).map(move |first| {
        (
            faults.iter().skip(first).step_by(LANES).cloned().collect(),
            timeout,
        )
    })
}

/// Whether a GET arrived that sends a message at the live Sabapayamak, with the credentials in its address.
pub fn sent_by_url(sandbox: &Sandbox) -> bool {
    sandbox.requests().iter().any(|request| {
        matches!(request.method().as_str(), "GET" | "HEAD")
            && ends_with(request.path(), &["api", "v1", "message"])
    })
}

async fn sandbox(prepare: &Prepare) -> Sandbox {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    prepare(&sandbox);
    sandbox
}

async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    listener.local_addr().expect("an address")
}

fn proxy_url(address: SocketAddr) -> String {
    format!("http://somebody:{PROXY_PASSWORD}@{address}")
}

/// What a proxy saw, but for the password that is its own.
fn seen_by(proxy: &Listener) -> String {
    let heard = proxy.heard().join("\n");
    let others = heard
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("proxy-authorization:"));
    others.collect::<Vec<_>>().join("\n")
}

/// The test on whose thread this is, in a process of its own, behind this proxy.
async fn run_again(proxy: &Listener, variables: &[(&str, &str)]) {
    let thread = std::thread::current();
    let name = thread.name().expect("the name of the test");
    let url = proxy_url(proxy.address());
    let mut child = Command::new(env::current_exe().expect("this program"));
    child.args(["--exact", name, "--nocapture"]).kill_on_drop(true);
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        child.env(variable, &url).env(variable.to_ascii_lowercase(), &url);
    }
    child
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env_remove("REQUEST_METHOD");
    child.envs(variables.iter().copied());
    let output = child.output().await.expect("this program once more");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "{text}");
}

fn report(hunt: &Hunt) {
    let leaks = hunt.leaks();
    let shown: Vec<_> = leaks.iter().take(20).map(ToString::to_string).collect();
    assert!(
        leaks.is_empty(),
        "{} leaks, such as:\n{}",
        leaks.len(),
        shown.join("\n")
    );
}
