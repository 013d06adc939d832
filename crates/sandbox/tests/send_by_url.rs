//! `GET api/v1/message` sends at the live Sabapayamak. Here it is refused in the provider's words, and recorded.

#![allow(clippy::unwrap_used)]

use payvand_sandbox::Sandbox;
use serde_json::Value;

#[tokio::test]
async fn it_is_refused_and_recorded_in_every_spelling() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::new();
    let targets = [
        "/api/v1/message",
        "/api/v1/message?UserName=a&Password=b&Text=c&Numbers=09120000000",
        "/API/V1/Message",
        "/api/v1/message/",
        "/api//v1/m%65ssage",
        "/%61pi%2Fv1%2fmessage",
        "/api/v1%5Cmessage/",
    ];
    for (number, target) in targets.iter().enumerate() {
        let answer = http
            .get(format!("{}{target}", sandbox.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{target}");
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(
            (&body["status"], &body["data"]),
            (&Value::from("405"), &Value::Null),
            "{target}"
        );
        assert_eq!(body["errors"][0]["code"], 405, "{target}");
        let recorded = sandbox.requests();
        assert_eq!(recorded.len(), number + 1);
        assert_eq!(recorded[number].path(), target.split('?').next().unwrap());
    }
    http.head(format!("{}/api/v1/message", sandbox.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(sandbox.requests().len(), targets.len() + 1);
    assert_eq!(sandbox.sabapayamak().messages(), []);
}
