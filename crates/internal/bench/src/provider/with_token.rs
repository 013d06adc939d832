use serde::de::DeserializeOwned;

use super::USER_AGENT;
use super::floor::Floor;
use super::reqwest_with_care::Careful;
use crate::answers::TOKEN;
use crate::contender::Contender;

/// What a GET with the token is compared with.
pub(super) async fn beside<T>(ours: Contender, url: String, check: fn(&T)) -> Vec<Contender>
where
    T: DeserializeOwned + 'static,
{
    let by_hand = reqwest::Client::new();
    let by_hand = move || {
        by_hand
            .get(&url)
            .bearer_auth(TOKEN)
            .header("Accept", "application/json")
    };
    let request = by_hand().build().unwrap();
    let floor = Floor::new(&request).await;
    let careful = Careful::new(request);
    vec![
        ours,
        Contender::new("reqwest by hand", move || {
            let request = by_hand().header("User-Agent", USER_AGENT).send();
            async move { check(&request.await.unwrap().json::<T>().await.unwrap()) }
        }),
        Contender::new("reqwest with care", move || {
            let careful = careful.clone();
            async move { check(&careful.call::<T>().await) }
        }),
        Contender::new("hyper, no decoding", move || {
            let floor = floor.clone();
            async move { floor.call().await }
        }),
    ]
}
