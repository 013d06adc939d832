//! Real TLS: a server with good and bad certificates, made here.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod client;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use payvand_http_core::{Effect, HttpClientBuilder, Kind};
use payvand_leak_tests::tls::{Authority, Identity, TlsServer};
use payvand_leak_tests::{Listener, Reply};
use tokio::net::TcpListener;
use tokio::time::timeout;

use client::{ASK, ORDER, build, builder, call, error};

fn at(server: &TlsServer) -> HttpClientBuilder {
    builder(&format!("https://localhost:{}", server.address().port()))
}

#[tokio::test]
async fn a_bad_certificate_is_refused_and_named_and_nothing_is_sent() {
    let trusted = Authority::new("Trusted");
    let unknown = Authority::new("Unknown");
    for (identity, says) in [
        (Identity::self_signed("localhost"), "self-signed"),
        (Identity::self_signed_authority("localhost"), "self-signed"),
        (unknown.issue("localhost"), "unknown authority"),
        (
            trusted.intermediate("Between").issue("localhost"),
            "does not send the intermediate certificate",
        ),
        (trusted.issue_expired("localhost"), "expired"),
        (trusted.issue_early("localhost"), "not valid yet"),
        (trusted.issue("other.invalid"), "another host name"),
    ] {
        let provider = Listener::start(|_| Reply::answer(200, "")).await;
        let server = TlsServer::start(identity, provider.address()).await;
        let http = build(at(&server).root_certificate(trusted.pem()));
        for (operation, tries) in [(&ASK, 1), (&ORDER, 2)] {
            let error = call(&http, operation).await.unwrap_err();
            assert_eq!(error.kind(), Kind::Certificate, "{error:?}");
            assert_eq!((error.effect(), error.attempts()), (Effect::None, 1), "{error}");
            assert!(!error.is_retryable());
            let text = error.to_string();
            assert!(
                text.contains("certificate was not accepted") && text.contains(says),
                "{text}"
            );
            assert_eq!(server.greetings().len(), tries, "tried again: {error}");
        }
        assert_eq!(provider.connections(), 0, "something was sent");
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_once_it_is_given() {
    let (private, other) = (Authority::new("Private"), Authority::new("Other"));
    let provider = Listener::start(|_| Reply::answer(200, "")).await;
    let server = TlsServer::start(private.issue("localhost"), provider.address()).await;

    assert_eq!(
        call(&build(at(&server)), &ASK).await.unwrap_err().kind(),
        Kind::Certificate
    );
    let bundle = format!("{}{}", other.pem(), private.pem());
    for builder in [
        at(&server).root_certificate(private.pem()),
        at(&server)
            .root_certificate(other.pem())
            .root_certificate(private.pem()),
        at(&server).root_certificate(bundle),
    ] {
        let http = build(builder);
        assert_eq!(call(&http, &ASK).await.unwrap(), 200);
        assert_eq!(call(&http, &ORDER).await.unwrap(), 200);
    }
    assert_eq!(provider.connections(), 6);
    assert_eq!(server.greetings()[0].server_name.as_deref(), Some("localhost"));
}

#[test]
fn what_is_no_certificate_is_a_mistake_in_the_configuration() {
    let key = "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n";
    let no_base64 = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let no_certificate = "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    let open = "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n";
    for pem in ["", "not PEM at all", key, no_base64, no_certificate, open] {
        let error = error(
            builder("https://localhost")
                .root_certificate(pem)
                .build([])
                .unwrap_err(),
        );
        assert_eq!(error.kind(), Kind::Configuration);
        assert!(error.to_string().contains("root certificate"), "{pem}: {error:?}");
    }
}

#[tokio::test]
async fn plain_http_beyond_loopback_is_refused_before_a_connection_is_made() {
    // Every address of this machine, and itself none of loopback.
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let base_url = format!("http://{address}");

    let error = error(builder(&base_url).build([]).unwrap_err());
    assert_eq!(
        (error.kind(), error.effect(), error.attempts()),
        (Kind::Configuration, Effect::None, 0)
    );
    assert!(error.to_string().contains("https"), "{error}");
    assert!(
        timeout(Duration::from_millis(20), listener.accept())
            .await
            .is_err()
    );

    // The listener could have been reached.
    let http = build(builder(&base_url).dangerously_allow_plain_http());
    let (outcome, accepted) = tokio::join!(call(&http, &ORDER), async { listener.accept().await.map(drop) });
    accepted.unwrap();
    assert_eq!(outcome.unwrap_err().effect(), Effect::Unknown);
}

/// OpenSSL offers suites in CBC mode, which rustls does not have.
#[tokio::test]
async fn rustls_is_used_whenever_it_is_there() {
    let authority = Authority::new("Private");
    let provider = Listener::start(|_| Reply::answer(200, "")).await;
    let server = TlsServer::start(authority.issue("localhost"), provider.address()).await;
    let http = build(at(&server).root_certificate(authority.pem()));
    call(&http, &ASK).await.unwrap();

    let greetings = server.greetings();
    let suites = &greetings[0].cipher_suites;
    assert!(!suites.is_empty());
    if cfg!(feature = "rustls") {
        assert!(!suites.iter().any(|suite| suite.contains("CBC")), "{suites:?}");
    } else if cfg!(target_os = "linux") {
        assert!(suites.iter().any(|suite| suite.contains("CBC")), "{suites:?}");
    }
}

/// As in a container without the package of certificates. The variables are read when a client is built, so this test
/// starts itself once more with them.
#[cfg(all(feature = "rustls", target_os = "linux"))]
#[tokio::test]
async fn a_machine_without_certificates_says_so() {
    const CHILD: &str = "PAYVAND_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let at = || builder("https://localhost");
        let refused = at().build([]).unwrap_err();
        let text = refused.to_string();
        for says in [
            "No CA certificates",
            "`ca-certificates`",
            "SSL_CERT_FILE",
            "root_certificate",
        ] {
            assert!(text.contains(says), "{says}: {text}");
        }
        assert_eq!(error(refused).kind(), Kind::Configuration);
        build(at().root_certificate(Authority::new("Private").pem()));

        let provider = Listener::start(|_| Reply::answer(200, "")).await;
        let plain = || builder(&format!("http://{}", provider.address()));
        let by_proxy = plain().proxy(format!("http://{}", provider.address()));
        for http in [build(plain()), build(by_proxy)] {
            assert_eq!(call(&http, &ASK).await.unwrap(), 200);
            assert_eq!(call(&http, &ORDER).await.unwrap(), 200);
        }
        return;
    }
    for nothing in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_machine_without_certificates_says_so"])
            .env_remove("SSL_CERT_FILE")
            .env_remove("SSL_CERT_DIR")
            .env(CHILD, "1")
            .env(nothing, "/nowhere/certificates")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&child.stdout);
        assert!(
            child.status.success() && text.contains("1 passed"),
            "{nothing}: {text}"
        );
    }
}
