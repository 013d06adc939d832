//! Every client, through everything that can happen to its calls: none of its secrets shows anywhere.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use payvand_hunt::{Expedition, client};
use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::AparatShape;

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
