//! One client's calls, through everything that can happen to them.

use std::collections::BTreeMap;
use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use http_core::RetryPolicy;
use payvand_harness::{Account, Arguments, ClientOptions, ProviderHarness};
use payvand_leak_tests::tls::{Authority, Identity, TlsServer};
use payvand_leak_tests::{LeakSearch, Listener, Reply, sent_by_url};
use payvand_sandbox::smsafzar::TokenKind;
use payvand_sandbox::{Fault, Sandbox};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::faults;

/// A host that only a proxy of ours can find.
const PROVIDER: &str = "provider.invalid";

const PROXY_PASSWORD: &str = "hQ7!vTz0-kWm4.Yp";

/// What a call may take where it is not the point that it takes long, and where it is.
const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(250);

/// How many faults are played at the same time, of those that wait and of the others.
const SIDE_BY_SIDE: usize = 12;

/// Set for the process that is started again with a proxy in its environment.
pub(crate) const PROVIDER_OF_CHILD: &str = "PAYVAND_LEAK_TESTS_PROVIDER";
const BASE_URL_OF_CHILD: &str = "PAYVAND_LEAK_TESTS_BASE_URL";
const ROOT_OF_CHILD: &str = "PAYVAND_LEAK_TESTS_ROOT";

/// The crates that a default client logs with. A search that does not hear them would find nothing in their lines.
const LOG_TARGETS: [&str; 4] = ["payvand:", "reqwest::", "hyper_util::", "rustls::"];

/// A proxy, and what it replies to the head of a request.
type NamedReply = (&'static str, fn(&str) -> Reply);

/// The calls of one client, and what was seen of them.
pub(crate) struct Sweep {
    provider: &'static dyn ProviderHarness,
    account: Account,
    search: LeakSearch,
    /// How often each call succeeded and failed.
    counts: Mutex<BTreeMap<&'static str, (u32, u32)>>,
}

impl Sweep {
    pub(crate) fn new(provider: &'static dyn ProviderHarness) -> Self {
        let account = provider.account();
        let secrets = account.secrets.iter().map(|it| (it.name, it.value.as_str()));
        let issued = account.issued.into_iter();
        let proxy_password = ("the proxy's password", PROXY_PASSWORD);
        let search = LeakSearch::start(secrets.chain(issued).chain([proxy_password]), LOG_TARGETS);
        Self {
            provider,
            account,
            search,
            counts: Mutex::default(),
        }
    }

    /// Goes through all of it, and fails with every leak that was found.
    pub(crate) async fn run(self) {
        if let Ok(base_url) = env::var(BASE_URL_OF_CHILD) {
            let root_certificate = env::var(ROOT_OF_CHILD).ok();
            let proxy_from_env = root_certificate.is_some();
            let options = ClientOptions {
                root_certificate,
                proxy_from_env,
                ..options(&base_url)
            };
            self.play("with a proxy in the environment", &options).await;
            return self.report();
        }
        for (name, shape) in self.provider.sandbox_side().shapes() {
            let sandbox = self.sandbox().await;
            shape(&sandbox);
            self.play(&format!("as it should be, {name}"), &options(sandbox.url()))
                .await;
            assert!(!sent_by_url(&sandbox), "something was sent by URL");
        }
        self.check_counts("a call failed without a fault", |succeeded, failed| {
            succeeded > 0 && failed == 0
        });
        self.with_faults().await;
        self.check_counts("a call never failed", |_, failed| failed > 0);
        self.over_tls().await;
        self.with_a_proxy_in_the_environment().await;
        assert_eq!(self.search.unheard(), [""; 0], "no log line of these");
        self.report();
    }

    /// Makes each call once with a new client, and searches what is printed.
    async fn play(&self, circumstances: &str, options: &ClientOptions) {
        let client = self.provider.client(&self.account, options);
        let saw = |what: &str, texts| {
            for (kind, text) in texts {
                self.search
                    .saw(&format!("{what}: {kind} ({circumstances})"), text);
            }
        };
        let mut arguments = Arguments {
            marker: "leak-test".to_owned(),
            ..Arguments::default()
        };
        for call in self.provider.calls() {
            let outcome = client.call(call.name, &arguments).await;
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let (succeeded, failed) = counts.entry(call.name).or_default();
            *(if outcome.is_ok() { succeeded } else { failed }) += 1;
            drop(counts);
            match outcome {
                Ok(success) => {
                    saw(call.name, success.texts());
                    arguments.id = success.id.or(arguments.id);
                }
                Err(failure) => saw(call.name, failure.texts),
            }
        }
        saw("no call", client.texts());
    }

    fn check_counts(&self, otherwise: &str, holds: fn(u32, u32) -> bool) {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(counts.len(), self.provider.calls().len());
        for (call, (succeeded, failed)) in &*counts {
            assert!(holds(*succeeded, *failed), "{otherwise}: {call}");
        }
    }

    /// Every fault there is, on the first request and on the second, several side by side: many do nothing but wait.
    async fn with_faults(&self) {
        let target = Listener::start(|_| Reply::answer(200, "{}")).await;
        let elsewhere = format!("http://{}", target.address());
        let echoes = faults::of_secrets(&self.account.secrets, &elsewhere);
        let waiting = Fault::all()
            .into_iter()
            .map(|(name, fault)| (name.to_owned(), fault, SHORT));
        let answering = echoes.into_iter().map(|(name, fault)| (name, fault, LONG));
        let all = waiting.chain(answering).map(|fault| self.with_fault(fault));
        stream::iter(all)
            .buffer_unordered(2 * SIDE_BY_SIDE)
            .collect::<Vec<_>>()
            .await;
        let base_url = format!("http://{}", closed_port().await);
        self.play("nobody listens", &options(&base_url)).await;
        self.search
            .saw("what the target of redirects got", target.heard().join("\n"));
        assert_eq!(target.connections(), 0, "a redirect was followed");
    }

    async fn with_fault(&self, (name, fault, timeout): (String, Fault, Duration)) {
        let sandbox = self.sandbox().await;
        let options = ClientOptions {
            timeout: Some(timeout),
            ..options(sandbox.url())
        };
        for spared in [0, 1] {
            sandbox.fail_next_n(spared, Fault::usual());
            sandbox.fail_next_n(usize::MAX, fault.clone());
            self.play(&format!("{name}, but for the first {spared}"), &options)
                .await;
            sandbox.clear_faults();
        }
        assert!(!sent_by_url(&sandbox), "{name}: something was sent by URL");
    }

    /// Certificates good and bad, and proxies that hold a password and see what passes.
    async fn over_tls(&self) {
        let authority = Authority::new("Leak tests");
        let base_url = format!("https://{PROVIDER}");
        for (name, identity) in [
            ("a good certificate", authority.issue(PROVIDER)),
            ("a self-signed certificate", Identity::self_signed(PROVIDER)),
            ("an expired certificate", authority.issue_expired(PROVIDER)),
            ("another's certificate", authority.issue("other.invalid")),
        ] {
            let sandbox = self.sandbox().await;
            let (_server, proxy) = tunnel(identity, &sandbox).await;
            let through = ClientOptions {
                root_certificate: Some(authority.pem().to_owned()),
                proxy: Some(proxy_url(proxy.address())),
                ..options(&base_url)
            };
            self.play(&format!("{name} behind a proxy"), &through).await;
            assert!(proxy.connections() > 0, "{name}: the proxy saw nothing");
            self.search
                .saw(&format!("{name}: what the proxy saw"), seen_by(&proxy));
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
            let proxy_url = Some(proxy_url(proxy.address()));
            let through = ClientOptions {
                proxy: proxy_url.clone(),
                ..options(&base_url)
            };
            self.play(name, &through).await;
            self.search.saw(&format!("{name}: what it saw"), seen_by(&proxy));
            // It is meant to see all of this: what it says of it is another matter.
            let plain = ClientOptions {
                proxy: proxy_url,
                ..options("http://127.0.0.1:9")
            };
            self.play(&format!("{name}, plain http"), &plain).await;
        }
    }

    /// Runs this again in a process whose environment names a proxy: to be ignored, and to be honoured.
    async fn with_a_proxy_in_the_environment(&self) {
        let sandbox = self.sandbox().await;
        let authority = Authority::new("Leak tests");
        let (_server, proxy) = tunnel(authority.issue(PROVIDER), &sandbox).await;

        self.run_again(&proxy, &[(BASE_URL_OF_CHILD, sandbox.url())])
            .await;
        assert_eq!(
            proxy.connections(),
            0,
            "a proxy of the environment was used unasked"
        );

        let provider = format!("https://{PROVIDER}");
        let variables = [
            (BASE_URL_OF_CHILD, provider.as_str()),
            (ROOT_OF_CHILD, authority.pem()),
        ];
        self.run_again(&proxy, &variables).await;
        assert!(proxy.connections() > 0, "the environment's proxy was not used");
        self.search
            .saw("what the environment's proxy saw", seen_by(&proxy));
    }

    async fn run_again(&self, proxy: &Listener, variables: &[(&str, &str)]) {
        let url = proxy_url(proxy.address());
        let mut child = Command::new(env::current_exe().expect("this program"));
        child
            .args(["--exact", "every_client", "--nocapture"])
            .kill_on_drop(true);
        for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            child.env(variable, &url).env(variable.to_ascii_lowercase(), &url);
        }
        for variable in ["NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
            child.env_remove(variable);
        }
        child
            .env(PROVIDER_OF_CHILD, self.provider.name())
            .envs(variables.iter().copied());
        let output = child.output().await.expect("this program again");
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}\n{errors}");
        assert!(text.contains("1 passed"), "{text}");
    }

    async fn sandbox(&self) -> Sandbox {
        let sandbox = Sandbox::start().await.expect("a sandbox");
        let side = self.provider.sandbox_side();
        side.open(&sandbox, &self.account);
        if let Some((_, token)) = self.account.issued {
            side.set_token_kind(&sandbox, TokenKind::Fixed(token));
        }
        if let Some((_, shape)) = side.shapes().first() {
            shape(&sandbox);
        }
        sandbox
    }

    fn report(&self) {
        let leaks = self.search.leaks();
        let shown: Vec<_> = leaks.iter().take(20).map(ToString::to_string).collect();
        let (name, count) = (self.provider.name(), leaks.len());
        assert!(
            leaks.is_empty(),
            "{name}: {count} leaks or more, such as:\n{}",
            shown.join("\n")
        );
    }
}

/// Two attempts, without much of a pause.
fn options(base_url: &str) -> ClientOptions {
    let pause = Duration::from_millis(1);
    ClientOptions {
        timeout: Some(LONG),
        retry: RetryPolicy::new(2).backoff(pause, pause),
        ..ClientOptions::new(base_url)
    }
}

async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    listener.local_addr().expect("an address")
}

/// The sandbox behind TLS, and a proxy that leads there whatever it is asked for.
async fn tunnel(identity: Identity, sandbox: &Sandbox) -> (TlsServer, Listener) {
    let server = TlsServer::start(identity, sandbox.address()).await;
    let to = server.address();
    (server, Listener::start(move |_| Reply::Tunnel(to)).await)
}

fn proxy_url(address: SocketAddr) -> String {
    format!("http://somebody:{PROXY_PASSWORD}@{address}")
}

/// What a proxy saw, but for the password that is its own.
fn seen_by(proxy: &Listener) -> String {
    let heard = proxy.heard().join("\n");
    let is_its_own = |line: &&str| line.to_ascii_lowercase().starts_with("proxy-authorization:");
    let others: Vec<_> = heard.lines().filter(|line| !is_its_own(line)).collect();
    others.join("\n")
}
