//! `rustls-no-provider` leaves the choice of a crypto provider to the program: without one there is an error and no
//! panic, with one it works. Of the feature sets that are tested only that feature alone can show it.

#![cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod client;

use payvand_http_core::Kind;
use payvand_leak_tests::tls::{Authority, TlsServer};
use payvand_leak_tests::{Listener, Reply};

use client::{ASK, build, builder, call, error};

/// One test, since a provider is installed for the whole process.
#[tokio::test]
async fn without_a_provider_it_is_said_what_to_do_and_with_one_it_works() {
    let authority = Authority::new("Private");
    let provider = Listener::start(|_| Reply::answer(200, "")).await;
    let server = TlsServer::start(authority.issue("localhost"), provider.address()).await;
    let at = || {
        let base_url = format!("https://localhost:{}", server.address().port());
        builder(&base_url).root_certificate(authority.pem())
    };

    let error = error(at().build([]).unwrap_err());
    assert_eq!(error.kind(), Kind::Configuration);
    let text = error.to_string();
    assert!(
        text.contains("install_default") && text.contains("feature `rustls`"),
        "{text}"
    );

    rustls::crypto::ring::default_provider()
        .install_default()
        .unwrap();
    assert_eq!(call(&build(at()), &ASK).await.unwrap(), 200);
    assert_eq!(server.greetings().len(), 1);
}
