//! A thousand messages in chunks of a hundred: our bulk, and a loop over reqwest that does the same with each row.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use payvand_persian::Mobile;
use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smsafzar_api::Client;
use smsafzar_api::smsafzar_auth::{Client as Login, Credentials, RateLimit};

use crate::answers::TOKEN;
use crate::by_hand::{USER_AGENT, with_care};
use crate::contender::Contender;

pub const ROWS: usize = 1000;
const CHUNK: usize = 100;
const LINE: &str = "10001234";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    sender_numbers: [&'a str; 1],
    recipient_numbers: &'a [Mobile],
    contents: Vec<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    batch_id: String,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: String,
    recipient_number: String,
}

/// What the server answers: an id for each number of the request.
pub(crate) fn answer(request: &[u8]) -> Bytes {
    let request: Value = serde_json::from_slice(request).unwrap();
    let numbers = request["recipientNumbers"].as_array().unwrap().iter();
    let message = |number: &Value| {
        let digits = number.as_str().unwrap();
        json!({"id": format!("3f2504e0-4f89-41d3-9a0c-0{digits}"), "recipientNumber": number})
    };
    let messages: Vec<_> = numbers.map(message).collect();
    json!({"batchId": "104729", "messages": messages})
        .to_string()
        .into()
}

/// A number as people write it, and a text.
type Row = (String, Arc<str>);

fn row(number: usize) -> Row {
    let text = format!("سلام، کد شما {number} است.");
    (format!("0912 {number:07}"), text.into())
}

fn client(server: &str) -> Client {
    let login = Login::builder()
        .base_url(format!("{server}/smsafzar"))
        .user_agent(USER_AGENT)
        .rate_limit(RateLimit::unlimited());
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password");
    Client::new(login.build().unwrap().token_source(credentials.build().unwrap()))
}

/// Ours first.
pub fn contenders(server: &str) -> Vec<Contender> {
    let rows: Arc<[Row]> = (0..ROWS).map(row).collect();
    let sms = client(server);
    let of_ours = Arc::clone(&rows);
    let ours = Contender::new("smsafzar-api", move || {
        let (sms, rows) = (sms.clone(), Arc::clone(&of_ours));
        async move {
            let row = move |at: usize| (rows[at].0.parse::<Mobile>().unwrap(), Arc::clone(&rows[at].1));
            let mut outcomes = sms.bulk(LINE).send_all((0..ROWS).map(row));
            let mut sent = 0;
            while let Some(row) = outcomes.next().await {
                sent += usize::from(row.outcome().receipt().is_some_and(|it| it.id().is_some()));
            }
            assert_eq!(sent, ROWS);
        }
    });
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .user_agent(USER_AGENT);
    let client = client.build().unwrap();
    let url = format!("{server}/smsafzar/messages/send/bulk");
    let by_hand = Contender::new("reqwest, same bounds", move || {
        let (client, url, rows) = (client.clone(), url.clone(), Arc::clone(&rows));
        async move {
            let mut sent = 0;
            for rows in rows.chunks(CHUNK) {
                sent += send(&client, &url, rows).await.iter().flatten().count();
            }
            assert_eq!(sent, ROWS);
        }
    });
    vec![ours, by_hand]
}

/// The id of each row of a chunk.
async fn send(client: &reqwest::Client, url: &str, rows: &[Row]) -> Vec<Option<String>> {
    let numbers: Vec<Mobile> = rows.iter().map(|it| it.0.parse().unwrap()).collect();
    let body = Body {
        sender_numbers: [LINE],
        recipient_numbers: &numbers,
        contents: rows.iter().map(|it| &*it.1).collect(),
    };
    let request = client.post(url).bearer_auth(TOKEN).json(&body);
    let request = request.header("Accept", "application/json");
    let request = request.timeout(Duration::from_secs(30)).build().unwrap();
    let sent: Sent = with_care(client.clone(), request).await;
    assert!(!sent.batch_id.is_empty());
    let ids = sent.messages.into_iter();
    let mut ids: HashMap<Mobile, String> = ids
        .map(|it| (it.recipient_number.parse().unwrap(), it.id))
        .collect();
    numbers.iter().map(|number| ids.remove(number)).collect()
}
