//! Orders one after another over TLS: on a kept connection, on fresh ones, and by hand on a kept one.

use aparat_api::{Client, OrderKind};
use serde::Deserialize;

use crate::answers::TOKEN;
use crate::by_hand::{USER_AGENT, with_care};
use crate::contender::Contender;
use crate::server::Server;

const LINK: &str = "https://www.aparat.com/v/abcd";

#[derive(Deserialize)]
struct Placed {
    status: bool,
    message: String,
    uniqid: String,
}

/// Ours first.
pub fn contenders(server: &Server) -> Vec<Contender> {
    let base = format!("{}/campaign", server.tls_url);
    let ours = |name, fresh| {
        let client = Client::builder(TOKEN)
            .base_url(&base)
            .user_agent(USER_AGENT)
            .root_certificate(server.authority.as_bytes())
            .fresh_connections(fresh);
        let client = client.build().unwrap();
        Contender::new(name, move || {
            let call = client.order(OrderKind::Like, LINK, 100);
            async move { assert!(call.await.unwrap().id().is_some()) }
        })
    };
    let certificate = reqwest::Certificate::from_pem(server.authority.as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tls_certs_merge([certificate])
        .user_agent(USER_AGENT);
    let client = client.build().unwrap();
    let url = format!("{base}/aparat/api.php");
    let by_hand = Contender::new("reqwest, same bounds", move || {
        let query = [
            ("token", TOKEN),
            ("type", "like"),
            ("link", LINK),
            ("count", "100"),
        ];
        let request = client.get(&url).query(&query);
        let request = request
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .unwrap();
        let client = client.clone();
        async move {
            let placed: Placed = with_care(client, request).await;
            assert!(placed.status && !placed.message.is_empty() && !placed.uniqid.is_empty());
        }
    });
    vec![
        ours("aparat-api", false),
        by_hand,
        ours("ours, fresh connections", true),
    ]
}
