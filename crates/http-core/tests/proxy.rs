//! Proxies: those of the environment, ignored and used, and one that the builder names, with a password.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod client;

use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use payvand_harness::{Failure, debug_texts, error_texts};
use payvand_http_core::{Effect, HttpClientBuilder, Kind};
use payvand_leak_tests::tls::{Authority, TlsServer};
use payvand_leak_tests::{LeakSearch, Listener, Reply};

use client::{ASK, ORDER, QUERY, build, builder, call, error};

/// Only a proxy of ours can find it.
const PROVIDER: &str = "provider.invalid";
const PASSWORD: &str = "gT5/rW2@pL8:kX4";
const PASSWORD_ENCODED: &str = "gT5%2FrW2%40pL8%3AkX4";

/// A TLS server that the tests call the provider, and a proxy through which it is found.
struct Network {
    authority: Authority,
    server: TlsServer,
    provider: Listener,
    proxy: Listener,
}

impl Network {
    async fn start() -> Self {
        let authority = Authority::new("Private");
        let provider = Listener::start(|_| Reply::answer(200, "")).await;
        let server = TlsServer::start(authority.issue(PROVIDER), provider.address()).await;
        let to = server.address();
        let proxy = Listener::start(move |head| match head.split(' ').next() {
            Some("CONNECT") => Reply::Tunnel(to),
            _ => Reply::answer(203, "from the proxy"),
        })
        .await;
        Self {
            authority,
            server,
            provider,
            proxy,
        }
    }

    fn https(&self) -> HttpClientBuilder {
        builder(&format!("https://{PROVIDER}")).root_certificate(self.authority.pem())
    }

    /// Makes a call in this environment.
    fn answers(&self, base_url: &str, environment: &[(&str, &str)], outcome: &str, through_the_proxy: usize) {
        let before = self.proxy.connections();
        let text = in_environment(base_url, &self.authority, environment);
        assert!(text.contains(outcome), "{environment:?}: {text}");
        assert_eq!(
            self.proxy.connections() - before,
            through_the_proxy,
            "{environment:?}"
        );
    }

    fn proxy_url(&self) -> String {
        format!("http://somebody:{PASSWORD_ENCODED}@{}", self.proxy.address())
    }
}

/// What `somebody` and the password are on the wire.
fn authorization() -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("somebody:{PASSWORD}")))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

#[tokio::test]
async fn https_goes_through_a_tunnel_and_the_proxy_sees_only_the_host() {
    let network = Network::start().await;
    let http = build(network.https().proxy(network.proxy_url()));
    assert_eq!(call(&http, &ASK).await.unwrap(), 200);
    assert_eq!(call(&http, &ORDER).await.unwrap(), 200);

    assert_eq!(
        (network.proxy.connections(), network.provider.connections()),
        (2, 2)
    );
    for seen in network.proxy.heard() {
        assert!(
            seen.starts_with("CONNECT provider.invalid:443 HTTP/1.1\r\n"),
            "{seen}"
        );
        assert_eq!(
            header(&seen, "proxy-authorization"),
            Some(authorization().as_str())
        );
        assert!(!seen.contains(QUERY));
    }
    for request in network.provider.heard() {
        assert!(request.contains(&format!("who={QUERY}")), "{request}");
        assert_eq!(
            header(&request, "proxy-authorization"),
            None,
            "the password went to the provider"
        );
    }
    assert_eq!(
        network.server.greetings()[0].server_name.as_deref(),
        Some(PROVIDER)
    );
}

#[tokio::test]
async fn plain_http_is_handed_to_the_proxy_itself() {
    let network = Network::start().await;
    let provider = format!("http://{PROVIDER}");
    let http = build(
        builder(&provider)
            .dangerously_allow_plain_http()
            .proxy(network.proxy_url()),
    );
    assert_eq!(call(&http, &ASK).await.unwrap(), 203);
    let request = network.proxy.heard().remove(0);
    assert!(
        request.starts_with("GET http://provider.invalid/ask?who="),
        "{request}"
    );
    assert_eq!(
        header(&request, "proxy-authorization"),
        Some(authorization().as_str())
    );
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_not_there_means_that_nothing_was_sent() {
    let network = Network::start().await;
    for reply in [
        Reply::answer(407, "who are you"),
        Reply::answer(502, "no way"),
        Reply::Nothing,
    ] {
        let proxy = Listener::start(move |_| reply.clone()).await;
        let http = build(network.https().proxy(format!("http://{}", proxy.address())));
        let error = call(&http, &ORDER).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Connect, Effect::None),
            "{error:?}"
        );
    }
    let gone = Listener::start(|_| Reply::Nothing).await.address();
    let http = build(network.https().proxy(format!("http://{gone}")));
    assert_eq!(call(&http, &ORDER).await.unwrap_err().effect(), Effect::None);
    assert_eq!(network.provider.connections(), 0);
}

#[test]
fn a_proxy_that_cannot_be_used_is_a_mistake_in_the_configuration() {
    for url in [
        "",
        "not a url",
        "http://",
        "ftp://somebody:gT5%2FrW2%40pL8%3AkX4@proxy.invalid",
        "http://somebody:gT5%2FrW2%40pL8%3AkX4@proxy.invalid:port",
        "file:///gT5%2FrW2%40pL8%3AkX4",
    ] {
        let search = LeakSearch::start([("the password", PASSWORD)], []);
        let builder = builder("https://provider.invalid").proxy(url);
        search.saw_all("", debug_texts("the builder", &builder));
        let error = builder.build([]).unwrap_err();
        assert!(error.to_string().contains("proxy"), "{url}: {error}");
        search.saw_all("the mistake", error_texts(&error));
        search.saw_all("the error", Failure::of(&client::error(error)).texts);
        assert_eq!(search.leaks(), []);
    }
    #[cfg(not(feature = "socks"))]
    {
        let error = builder("https://provider.invalid")
            .proxy("socks5h://127.0.0.1:1080")
            .build([]);
        assert!(error.unwrap_err().to_string().contains("feature `socks`"));
    }
}

/// A name and a port alone are a proxy that speaks http, as in the environment's variables.
#[tokio::test]
async fn the_scheme_may_be_left_out() {
    let network = Network::start().await;
    let http = build(network.https().proxy(network.proxy.address().to_string()));
    assert_eq!(call(&http, &ASK).await.unwrap(), 200);
}

#[test]
fn plain_http_to_loopback_does_not_leave_this_machine_through_a_proxy() {
    let error = error(
        builder("http://127.0.0.1:4010")
            .proxy("http://proxy.invalid:3128")
            .build([])
            .unwrap_err(),
    );
    assert_eq!(error.kind(), Kind::Configuration);
    assert!(error.to_string().contains("proxy"), "{error}");
    for (base_url, proxy) in [
        ("http://127.0.0.1:4010", "http://localhost:3128"),
        ("https://127.0.0.1:4010", "http://proxy.invalid:3128"),
    ] {
        build(builder(base_url).proxy(proxy));
    }
}

#[tokio::test]
async fn the_password_shows_nowhere() {
    let proxy_is_named = "reqwest::connect: proxy(";
    let search = LeakSearch::start([("the password", PASSWORD)], [proxy_is_named]);
    let network = Network::start().await;
    let page = format!("<p>somebody:{PASSWORD} ({PASSWORD_ENCODED}) may not</p>");
    let refusing = Listener::start(move |_| Reply::answer(407, &page)).await;
    let refusing = format!("http://somebody:{PASSWORD_ENCODED}@{}", refusing.address());
    let plain = || builder(&format!("http://{PROVIDER}")).dangerously_allow_plain_http();
    for builder in [
        network.https().proxy(network.proxy_url()),
        plain().proxy(network.proxy_url()),
        network.https().proxy(refusing.clone()),
        plain().proxy(refusing),
        builder("https://127.0.0.1:1").proxy(network.proxy_url()),
    ] {
        search.saw_all("", debug_texts("the builder", &builder));
        let http = build(builder);
        search.saw_all("", debug_texts("the client", &http));
        for operation in [&ASK, &ORDER] {
            if let Err(error) = call(&http, operation).await {
                search.saw_all("a call", Failure::of(&error).texts);
            }
        }
    }
    assert_eq!(search.leaks(), []);
    assert!(search.unheard().is_empty(), "it is not said which proxy is used");
}

#[tokio::test]
async fn a_page_that_quotes_the_credentials_shows_nothing_of_them() {
    let proxy = Listener::start(|head| {
        let quoted = header(head, "proxy-authorization").unwrap_or_default();
        Reply::answer(407, &format!("<p>{quoted} may not</p>"))
    })
    .await;
    for userinfo in [
        format!("somebody:{PASSWORD_ENCODED}"),
        "somebody:pin4".to_owned(),
        "somebody:%D8%B1%D9%85%D8%B2".to_owned(),
        // Too short to be searched for alone.
        "a:b".to_owned(),
        "somebody:b".to_owned(),
    ] {
        let plain = builder(&format!("http://{PROVIDER}")).dangerously_allow_plain_http();
        let http = build(plain.proxy(format!("http://{userinfo}@{}", proxy.address())));
        let error = call(&http, &ASK).await.unwrap_err();
        assert_eq!(
            error.excerpt(),
            Some("<p>Basic [redacted] may not</p>"),
            "{userinfo}"
        );
    }
}

/// Set to a base URL for a child process that makes one call and prints the result.
const CHILD: &str = "PAYVAND_TEST_CHILD";
const CHILD_ROOT: &str = "PAYVAND_TEST_ROOT";
const CHILD_HONOURS: &str = "PAYVAND_TEST_HONOURS";

/// Variables of a process cannot be changed safely while it runs, so this test starts itself once more for each
/// environment.
#[tokio::test(flavor = "multi_thread")]
async fn the_environments_proxy_is_ignored_until_it_is_asked_for() {
    if let Ok(base_url) = std::env::var(CHILD) {
        let mut builder = builder(&base_url);
        if let Ok(pem) = std::env::var(CHILD_ROOT) {
            builder = builder.root_certificate(pem);
        }
        if std::env::var_os(CHILD_HONOURS).is_some() {
            builder = builder.proxy_from_env();
        }
        match builder.build([]) {
            Ok(http) => match call(&http, &ASK).await {
                Ok(status) => println!("\nanswered {status}"),
                Err(error) => println!("\nfailed {:?}", error.kind()),
            },
            Err(error) => println!("\nrefused: {error}"),
        }
        return;
    }

    let network = Network::start().await;
    let proxy = network.proxy_url();
    let https = format!("https://{PROVIDER}");
    let local = Listener::start(|_| Reply::answer(200, "")).await;
    let http = format!("http://{}", local.address());
    let honours = (CHILD_HONOURS, "1");
    let away = "http://proxy.invalid:3128";
    for (base_url, environment, outcome, through_the_proxy) in [
        // Ignored, whatever its name: the provider cannot be found then.
        (&https, vec![("HTTPS_PROXY", proxy.as_str())], "failed Connect", 0),
        (
            &https,
            vec![("ALL_PROXY", &proxy), ("https_proxy", &proxy)],
            "failed Connect",
            0,
        ),
        (
            &http,
            vec![("HTTP_PROXY", &proxy), ("http_proxy", &proxy)],
            "answered 200",
            0,
        ),
        // Used.
        (&https, vec![honours, ("HTTPS_PROXY", &proxy)], "answered 200", 1),
        (&https, vec![honours, ("https_proxy", &proxy)], "answered 200", 1),
        (&https, vec![honours, ("ALL_PROXY", &proxy)], "answered 200", 1),
        (&http, vec![honours, ("HTTP_PROXY", &proxy)], "answered 203", 1),
        // Not for this host.
        (
            &https,
            vec![honours, ("HTTPS_PROXY", &proxy), ("NO_PROXY", PROVIDER)],
            "failed Connect",
            0,
        ),
        (
            &https,
            vec![honours, ("HTTPS_PROXY", &proxy), ("no_proxy", ".invalid")],
            "failed Connect",
            0,
        ),
        (
            &https,
            vec![honours, ("HTTPS_PROXY", &proxy), ("NO_PROXY", "example.com")],
            "answered 200",
            1,
        ),
        (
            &http,
            vec![honours, ("HTTP_PROXY", &proxy), ("NO_PROXY", "127.0.0.0/8")],
            "answered 200",
            0,
        ),
        // Plain http would leave this machine.
        (&http, vec![honours, ("HTTP_PROXY", away)], "answered 200", 0),
        (&http, vec![honours, ("all_proxy", away)], "answered 200", 0),
        (&http, vec![honours], "answered 200", 0),
    ] {
        network.answers(base_url, &environment, outcome, through_the_proxy);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environments_proxy_is_the_one_that_is_meant() {
    let network = Network::start().await;
    let proxy = network.proxy_url();
    let https = format!("https://{PROVIDER}");
    let local = Listener::start(|_| Reply::answer(200, "")).await;
    let http = format!("http://{}", local.address());
    let honours = (CHILD_HONOURS, "1");
    for (base_url, environment, outcome, through_the_proxy) in [
        // Only the line end of a file is taken off.
        (
            &https,
            vec![honours, ("HTTPS_PROXY", &format!("{proxy}\n"))],
            "answered 200",
            1,
        ),
        (
            &https,
            vec![honours, ("ALL_PROXY", &format!("{proxy}\r\n"))],
            "answered 200",
            1,
        ),
        // An empty one is none, and the next counts.
        (
            &https,
            vec![honours, ("HTTPS_PROXY", ""), ("https_proxy", &proxy)],
            "answered 200",
            1,
        ),
        (
            &https,
            vec![honours, ("HTTPS_PROXY", "\n"), ("ALL_PROXY", &proxy)],
            "answered 200",
            1,
        ),
        // In a CGI program `HTTP_PROXY` is a header of the request.
        (
            &https,
            vec![honours, ("REQUEST_METHOD", "GET"), ("HTTPS_PROXY", &proxy)],
            "answered 200",
            1,
        ),
        (
            &http,
            vec![honours, ("REQUEST_METHOD", "GET"), ("HTTP_PROXY", &proxy)],
            "answered 200",
            0,
        ),
        #[cfg(not(windows))]
        (
            &http,
            vec![honours, ("REQUEST_METHOD", "GET"), ("http_proxy", &proxy)],
            "answered 203",
            1,
        ),
    ] {
        network.answers(base_url, &environment, outcome, through_the_proxy);
    }
}

/// reqwest would go out directly.
#[tokio::test(flavor = "multi_thread")]
async fn an_unusable_proxy_of_the_environment_is_an_error() {
    let authority = Authority::new("Private");
    let provider = Listener::start(|_| Reply::answer(200, "")).await;
    let server = TlsServer::start(authority.issue("localhost"), provider.address()).await;
    let https = format!("https://localhost:{}", server.address().port());
    let http = format!("http://{}", provider.address());
    let honours = (CHILD_HONOURS, "1");
    assert!(in_environment(&https, &authority, &[honours]).contains("answered 200"));
    assert!(in_environment(&http, &authority, &[honours]).contains("answered 200"));
    let reached = provider.connections();
    for value in [
        "http://127.0.0.1:9 ",
        " http://127.0.0.1:9",
        "http://127.0.0.1:9\n\n",
        "http://127.0.0.1:9\t",
        "\"http://127.0.0.1:9\"",
        "'http://127.0.0.1:9'",
        "ftp://127.0.0.1:9",
        "http://somebody:gT5#rW2@127.0.0.1:9",
        "http://somebody:gT5/rW2@127.0.0.1:9",
        "http://somebody:gT5?rW2@127.0.0.1:9",
        "http://127.0.0.1:9/path",
        "http://",
        #[cfg(not(feature = "socks"))]
        "socks5://127.0.0.1:9",
    ] {
        for (base_url, names) in [
            (&https, ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
            (&http, ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]),
        ] {
            for name in names {
                let text = in_environment(base_url, &authority, &[honours, (name, value)]);
                assert!(
                    text.contains("refused: ") && text.contains(name),
                    "{name}={value:?}: {text}"
                );
                assert!(!text.contains("gT5") && !text.contains("rW2"), "{text}");
            }
        }
    }
    let exceptions = [
        honours,
        ("HTTPS_PROXY", "http://127.0.0.1:9"),
        ("NO_PROXY", "'localhost'"),
    ];
    assert!(in_environment(&https, &authority, &exceptions).contains("NO_PROXY"));
    assert_eq!(provider.connections(), reached);
}

fn in_environment(base_url: &str, authority: &Authority, environment: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "the_environments_proxy_is_ignored_until_it_is_asked_for",
        "--nocapture",
    ]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        child.env_remove(name).env_remove(name.to_ascii_lowercase());
    }
    child.env_remove("REQUEST_METHOD");
    child.env(CHILD, base_url).env(CHILD_ROOT, authority.pem());
    let output = child.envs(environment.iter().copied()).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
