//! Every client, through everything that can happen to its calls: none of its secrets shows anywhere.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use payvand_leak_tests::{Expedition, client};
use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::AparatShape;
use payvand_sandbox::podlink::PodlinkShape;

mod aparat {
    use aparat_api::{Client, OrderKind};

    use super::*;

    const TOKEN: &str = "xJ4/wQ8+zK2=vB6&nH9%mD3~fG7";

    fn prepare(sandbox: &Sandbox) {
        sandbox.aparat().add_account(TOKEN, 1_000_000);
        sandbox.aparat().set_count_range(1..=7000);
    }

    fn shaped(shape: AparatShape) -> impl Fn(&Sandbox) {
        move |sandbox| {
            prepare(sandbox);
            sandbox.aparat().set_shape(shape.clone());
        }
    }

    #[tokio::test]
    async fn aparat() {
        let new = AparatShape::new;
        Expedition::new([("the token", TOKEN)])
            .shape("an echo", shaped(new().echo()))
            .shape("plain", prepare)
            .shape(
                "an escaped echo after junk",
                shaped(new().echo().escaped().junk(AparatShape::PHP_WARNING)),
            )
            .shape(
                "numbers as text",
                shaped(new().numbers_as_text().numeric_ids().status_number()),
            )
            .run(
                |scene| client!(scene, Client::builder(TOKEN)),
                async |aparat, scene| {
                    let account = aparat.account();
                    scene.debug("the account call", &account);
                    scene.outcome("account", &account.await);
                    let link = "https://www.aparat.com/v/abcd";
                    let order = aparat.order(OrderKind::Like, link, 100).await;
                    let id = order
                        .as_ref()
                        .ok()
                        .and_then(|order| order.id())
                        .unwrap_or("5f0000000001g");
                    scene.outcome("order status", &aparat.order_status(id).await);
                    scene.outcome("order", &order);
                    // Answers are printed as JSON, too.
                    if let Ok(order) = &order {
                        scene.saw("an order as JSON", serde_json::to_string(order).unwrap());
                    }
                },
            )
            .await;
    }
}

mod podlink {
    use podlink_api::{Client, Content, Service};

    use super::*;

    const TOKEN: &str = "yK5/xR9+aL3=wC7&oJ0%nE4~gH8";
    const API_KEY: &str = "bM6/zS1+cN4=dP8&qF2%rT5~hV9";
    const LIST_KEY: &str = "eQ7/fU2+gW5=hX9&iY3%jZ6~kA1";
    const LIST: u64 = 46412;

    fn prepare(sandbox: &Sandbox) {
        sandbox.podlink().add_account(TOKEN, API_KEY);
        sandbox.podlink().set_api_key(TOKEN, LIST, LIST_KEY);
        sandbox.podlink().seed_links(TOKEN, 3);
    }

    fn shaped(shape: PodlinkShape) -> impl Fn(&Sandbox) {
        move |sandbox| {
            prepare(sandbox);
            sandbox.podlink().set_shape(shape.clone());
        }
    }

    #[tokio::test]
    async fn podlink() {
        let new = PodlinkShape::new;
        Expedition::new([
            ("the token", TOKEN),
            ("the API key", API_KEY),
            ("the list's API key", LIST_KEY),
        ])
        .issued("the one-time token", "one-time")
        .shape("plain", prepare)
        .shape("objects", shaped(new().object_result().escaped()))
        .shape("direct", shaped(new().direct_result().pascal_case()))
        .run(
            |scene| {
                let builder = Client::builder(TOKEN)
                    .api_key(API_KEY)
                    .api_key_for(Service::ListLinks, LIST_KEY);
                client!(scene, builder)
            },
            async |pod, scene| {
                let add = pod
                    .add_link(Content::link("https://example.com/long"))
                    .tags(["a", "b"]);
                scene.debug("the call that adds a link", &add);
                let link = add.await;
                let hash = link.as_ref().map_or("seeded", |link| link.hash()).to_owned();
                scene.outcome("add a link", &link);
                scene.outcome("visit", &pod.visit(&hash).await);
                scene.outcome("list", &pod.list_links().await);
                scene.outcome("click statistics", &pod.click_stats(&hash).await);
                scene.outcome("deactivate", &pod.deactivate(&hash).await);
                scene.outcome("activate", &pod.activate(&hash).await);
            },
        )
        .await;
    }
}

mod sabapayamak {
    use payvand_sandbox::sabapayamak::{Sabapayamak, SabapayamakShape, TokenKind};
    use sabapayamak_auth::{Answer, Client, Credentials, TokenDays};

    use super::*;

    const PASSWORD: &str = "pL5/dR1+sT8 \"gX4\" =jC2";
    const TOKEN: &str = "yN3.kV7-bW0_mZ6~hQ9.fJ5";

    fn shaped(shape: SabapayamakShape) -> impl Fn(&Sandbox) {
        move |sandbox| {
            let saba = sandbox.sabapayamak();
            saba.add_account("saba", PASSWORD, Sabapayamak::VIRTUAL_NUMBER);
            saba.set_token_kind(TokenKind::Fixed(TOKEN));
            saba.set_shape(shape);
        }
    }

    #[tokio::test]
    async fn sabapayamak() {
        let new = SabapayamakShape::new;
        Expedition::new([("the password", PASSWORD)])
            .issued("the token", TOKEN)
            .shape("as documented", shaped(new()))
            .shape(
                "as seen",
                shaped(new().camel_case().numbers().notice().http_statuses()),
            )
            .run(
                |scene| client!(scene, Client::builder()),
                async |saba, scene| {
                    let parts = Credentials::builder().username("saba").password(PASSWORD);
                    scene.debug("parts of the credentials", &parts);
                    let credentials = parts.virtual_number(Sabapayamak::VIRTUAL_NUMBER).build().unwrap();
                    scene.debug("the credentials", &credentials);
                    let days = TokenDays::new(15).unwrap();
                    let tokens = saba.token_source(credentials.clone(), days);
                    scene.outcome("authorization", &tokens.authorization().await);
                    scene.debug("the token source", &tokens);
                    let call = tokens.authorized().post("api/v1/message").unwrap();
                    let call = call.json(&serde_json::json!({"Text": "سلام", "Numbers": ["09120000000"]}));
                    scene.debug("an authorised call", &call);
                    let posted = call.await;
                    if let Ok(Err(error)) = posted.as_ref().map(Answer::json::<[u8; 7]>) {
                        scene.saw(
                            "an answer of the wrong type",
                            format!("{error} {error:?} {:?}", error.excerpt()),
                        );
                    }
                    scene.outcome("an authorised POST", &posted);
                    scene.outcome(
                        "an authorised GET",
                        &tokens.authorized().get("api/v1/credit").unwrap().await,
                    );
                    let login = saba.authenticate(&credentials, days);
                    scene.debug("the login", &login);
                    let session = login.await;
                    if let Ok(session) = &session {
                        scene.saw("a session as JSON", serde_json::to_string(session).unwrap());
                    }
                    scene.outcome("authenticate", &session);
                },
            )
            .await;
    }
}

mod smsafzar {
    use payvand_sandbox::smsafzar::{Smsafzar, TokenKind};
    use smsafzar_auth::{Answer, Client, Credentials, RateLimit};

    use super::*;

    const PASSWORD: &str = "vF6%tB2&rM9\\ 'wD3' ?zK8";
    const TOKEN: &str = "cG1.xS4-nP7_lR0~dT5.jH2";

    fn prepare(sandbox: &Sandbox) {
        let afzar = sandbox.smsafzar();
        afzar.add_account("afzar-user", PASSWORD, Smsafzar::DOMAIN);
        afzar.set_token_kind(TokenKind::Fixed(TOKEN));
        afzar.set_rate_limit(None);
    }

    #[tokio::test]
    async fn smsafzar() {
        Expedition::new([("the password", PASSWORD)])
            .issued("the token", TOKEN)
            .shape("as documented", prepare)
            .run(
                |scene| client!(scene, Client::builder().rate_limit(RateLimit::unlimited())),
                async |smsafzar, scene| {
                    let parts = Credentials::builder().username("afzar-user").password(PASSWORD);
                    scene.debug("parts of the credentials", &parts);
                    let credentials = parts.build().unwrap();
                    scene.debug("the credentials", &credentials);
                    let tokens = smsafzar.token_source(credentials.clone());
                    scene.outcome("authorization", &tokens.authorization().await);
                    scene.debug("the token source", &tokens);
                    let call = tokens.authorized().post("messages/send").unwrap();
                    let message = serde_json::json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": "سلام"});
                    let call = call.json(&message);
                    scene.debug("an authorised call", &call);
                    let posted = call.await;
                    if let Ok(Err(error)) = posted.as_ref().map(Answer::json::<[u8; 7]>) {
                        scene.saw(
                            "an answer of the wrong type",
                            format!("{error} {error:?} {:?}", error.excerpt()),
                        );
                    }
                    scene.outcome("an authorised POST", &posted);
                    scene.outcome(
                        "an authorised GET",
                        &tokens.authorized().get("account/balance").unwrap().await,
                    );
                    let login = smsafzar.authenticate(&credentials);
                    scene.debug("the login", &login);
                    let session = login.await;
                    if let Ok(session) = &session {
                        scene.saw("a session as JSON", serde_json::to_string(session).unwrap());
                    }
                    scene.outcome("authenticate", &session);
                },
            )
            .await;
    }
}
