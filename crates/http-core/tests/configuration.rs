//! A client that cannot be built as it was asked for says what to change, and quotes no secret.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{READ, Refused, TOKEN, WRITE, builder, call};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{ConfigurationError, Effect, Error, HttpClientBuilder, Kind, Secret};

fn refused(builder: HttpClientBuilder) -> ConfigurationError {
    builder.build([&Secret::from(TOKEN)]).unwrap_err()
}

fn scripted(base_url: &str) -> HttpClientBuilder {
    builder(base_url).transport(ScriptedTransport::default())
}

#[test]
fn base_urls() {
    for (url, says) in [
        ("http://example.com", "must be https"),
        ("http://127.0.0.1.example.com", "must be https"),
        ("http://127.0.0.1@example.com", "user name or password"),
        ("https://user:hunter2hunter2@example.com", "user name or password"),
        ("https://example.com/?token=hunter2hunter2", "query or a fragment"),
        ("https://example.com/#hunter2hunter2", "query or a fragment"),
        ("example.com/hunter2hunter2", "not an absolute URL"),
        ("ws://127.0.0.1", "must be https"),
        ("", "not an absolute URL"),
        ("https://example.com\n", "U+000A"),
        ("https://hunter2\r\n.example.com", "U+000D"),
        (" https://example.com", "a space"),
        ("https://hunter2\\@example.com", "a backslash"),
        ("https://exam\u{AD}ple.com", "U+00AD"),
        ("\"https://example.com\"", "not an absolute URL"),
        ("https://24sms.ایران/hunter2", "Bidi rule"),
        ("https://1404.ایران", "Bidi rule"),
        ("https://1404.xn--mgba3a4f16a:8443", "Bidi rule"),
        ("https://1404.xn--a", "not an absolute URL"),
    ] {
        let error = refused(scripted(url));
        assert!(error.to_string().contains(says), "{url}: {error}");
        assert!(!format!("{error:?}{error}").contains("hunter2"), "{error:?}");
    }
    assert!(
        scripted("http://example.com")
            .dangerously_allow_plain_http()
            .build([])
            .is_ok()
    );
    assert!(scripted("http://127.0.0.1:1/prefix").build([]).is_ok());
}

/// A transport of the caller's asks what resolver it likes.
#[test]
fn plain_http_to_the_name_localhost_needs_the_default_transport() {
    let error = refused(scripted("http://localhost:1"));
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
    for builder in [
        scripted("http://127.0.0.1:1"),
        scripted("http://[::1]:1"),
        scripted("https://localhost:1"),
        scripted("http://localhost:1").dangerously_allow_plain_http(),
        #[cfg(feature = "reqwest")]
        builder("http://localhost:1"),
    ] {
        builder.build([]).unwrap();
    }
    #[cfg(feature = "reqwest")]
    for other in [
        "http://panel.localhost",
        "http://localhost.",
        "http://localhost.example.com",
    ] {
        assert!(
            refused(builder(other)).to_string().contains("must be https"),
            "{other}"
        );
    }
}

#[test]
fn a_base_url_does_not_hold_the_path_of_a_call() {
    for (url, is_refused) in [
        ("https://example.com/read.php", true),
        ("https://example.com/prefix/write.php/", true),
        ("https://example.com/prefix", false),
    ] {
        let result = scripted(url).operations([&READ, &WRITE]).build([]);
        let why = result.err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(why.contains("leave that out"), is_refused, "{url}: {why}");
    }
}

#[test]
fn user_agents() {
    for bad in ["a\r\nx-evil: 1", "a\0"] {
        let error = refused(scripted("https://example.com").user_agent(bad));
        assert!(error.to_string().contains("user agent"), "{error}");
    }
}

#[test]
fn becomes_an_error_like_any_other() {
    let error = Error::<Refused>::from(refused(scripted("http://example.com")));
    assert_eq!(
        (error.kind(), error.effect()),
        (Kind::Configuration, Effect::None)
    );
    assert_eq!((error.attempts(), error.is_retryable()), (0, false));
    assert!(error.code().is_none() && error.http_status().is_none());
    assert!(
        error
            .to_string()
            .starts_with("the client is not configured correctly: the base URL must be https")
    );
}

#[tokio::test(start_paused = true)]
async fn a_prefix_of_the_base_url_is_kept() {
    for base in ["https://example.com/a/b", "https://example.com/a/b/"] {
        let script = ScriptedTransport::always(Step::answer(200, "fine"));
        let client = common::build(builder(base).transport(script.clone()));
        call(&client, &READ, None).await.unwrap();
        assert_eq!(script.requests()[0].uri().path(), "/a/b/read.php");
        assert_eq!(script.requests()[0].uri().host(), Some("example.com"));
    }
}

#[test]
fn any_durations_build() {
    for time in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
        let builder = builder("https://example.com").timeout(time).connect_timeout(time);
        builder.build([]).unwrap();
    }
}

#[cfg(not(feature = "reqwest"))]
#[tokio::test]
async fn without_a_transport_a_client_is_built_and_an_awaited_call_says_what_to_do() {
    for builder in [
        builder("https://example.com"),
        builder("https://example.com").rate_limit(payvand_http_core::RateLimit::per_second(1000)),
    ] {
        let client = builder.build([]).unwrap();
        for operation in [&READ, &WRITE] {
            let error = call(&client, operation, None).await.unwrap_err();
            assert_eq!(error.kind(), Kind::Configuration, "{error}");
            assert_eq!(error.effect(), Effect::None);
            assert!(!error.is_retryable());
            assert!(error.to_string().contains("`request()`"), "{error}");
        }
    }
    assert!(
        refused(builder("http://localhost:1"))
            .to_string()
            .contains("127.0.0.1")
    );
}

#[cfg(feature = "reqwest")]
mod network {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn settings_of_the_default_transport_do_not_go_with_another() {
        let pem = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
        for builder in [
            scripted("https://example.com").proxy("http://127.0.0.1:1"),
            scripted("https://example.com").proxy_from_env(),
            scripted("https://example.com").root_certificate(pem),
            scripted("https://example.com").max_idle_connections(1),
        ] {
            let error = refused(builder);
            assert!(error.to_string().contains("default transport"), "{error}");
        }
    }

    #[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
    #[test]
    fn root_certificates() {
        for bad in [
            "",
            "not PEM at all",
            "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nbm90IGEg",
        ] {
            let error = refused(builder("https://example.com").root_certificate(bad));
            let error = Error::<Refused>::from(error);
            assert!(error.source().is_some() || !bad.contains("!!!"), "{error}");
        }
    }

    #[test]
    fn proxies_are_refused_without_showing_their_password() {
        for bad in [
            "http://user:hunter2@[bad",
            "http://user:hunter2@host:notaport",
            "http://user:hunter2@",
            "://user:hunter2@host",
            "",
        ] {
            let error = refused(builder("https://example.com").proxy(bad));
            let printed = format!("{error:?} {error} {:?}", error.source());
            assert!(printed.contains("proxy"), "{bad}: {printed}");
            assert!(!printed.contains("hunter2"), "{printed}");
        }
    }

    #[test]
    fn a_builder_prints_no_proxy() {
        let builder = builder("https://example.com").proxy("http://user:hunter2@host:1");
        assert!(!format!("{builder:?}").contains("hunter2"));
        let client = builder.build([]).unwrap();
        assert!(!format!("{client:?}").contains("hunter2"));
    }
}
