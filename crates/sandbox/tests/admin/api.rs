//! The admin API as a program uses it.

use http::{Method, Request, StatusCode, header};
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::bytes::Bytes;
use payvand_sandbox::podlink::Podlink;
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::smsafzar::Smsafzar;
use payvand_sandbox::{Reply, Sandbox};
use serde_json::{Value, json};

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) media: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// Hands over a request without a socket.
pub(crate) async fn send(sandbox: &Sandbox, request: Request<Bytes>) -> Option<Answer> {
    let Reply::Answer(answer) = sandbox.call(request).await else {
        return None;
    };
    let media = answer.headers().get(header::CONTENT_TYPE);
    Some(Answer {
        status: answer.status(),
        media: media.map_or("", |it| it.to_str().unwrap()).to_owned(),
        text: String::from_utf8(answer.body().to_vec()).unwrap(),
    })
}

pub(crate) async fn ask(sandbox: &Sandbox, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/_sandbox{path}"))
        .header("x-payvand-sandbox", "test")
        .body(body.map_or(Bytes::new(), |it| it.to_string().into()))
        .unwrap();
    send(sandbox, request).await.unwrap()
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Value {
    let answer = ask(sandbox, "GET", path, None).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

/// A change that succeeds.
pub(crate) async fn change(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> Answer {
    let answer = ask(sandbox, method, path, Some(&body)).await;
    assert!(
        answer.status.is_success(),
        "{method} {path} {body}: {}",
        answer.text
    );
    answer
}

pub(crate) const ORDER: &str =
    "/aparat/api.php?token=sandbox-aparat-token&link=https://www.aparat.com/v/abcd&count=100&type=like";

/// The status, if there was an answer.
pub(crate) async fn order(sandbox: &Sandbox) -> Option<StatusCode> {
    let request = Request::get(ORDER).body(Bytes::new()).unwrap();
    send(sandbox, request).await.map(|it| it.status)
}

/// A token of a ready-made account.
pub(crate) async fn login(sandbox: &Sandbox, path: &str, login: &Value) -> String {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Bytes::from(login.to_string()))
        .unwrap();
    let answer = send(sandbox, request).await.unwrap().json();
    let token = answer.pointer("/token").or(answer.pointer("/data/Token"));
    token.unwrap().as_str().unwrap().to_owned()
}

pub(crate) async fn send_sms(sandbox: &Sandbox, path: &str, token: &str, body: &Value) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let answer = send(sandbox, request).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// A sandbox without a socket that has one of everything.
pub(crate) async fn with_one_of_everything() -> Sandbox {
    let sandbox = Sandbox::builder().record_answers().without_socket();
    order(&sandbox).await;
    let form = format!(
        "scProductId=46410&scApiKey={}&urlOrContent=https://a.example/&shortenObjectKind=link&hash=example&tags=spring",
        Podlink::API_KEY
    );
    let add = Request::post("/srv/sc/nzh/doServiceCall")
        .header("_token_", Podlink::TOKEN)
        .header("_token_issuer_", "1")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(form))
        .unwrap();
    send(&sandbox, add).await.unwrap();
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0";
    let click = Request::builder().method(Method::GET).uri("/example");
    let click = click
        .header(header::USER_AGENT, agent)
        .body(Bytes::new())
        .unwrap();
    assert_eq!(send(&sandbox, click).await.unwrap().status, 302);

    let saba = json!({"Username": Sabapayamak::USERNAME, "Password": Sabapayamak::PASSWORD,
                      "VirtualNumber": Sabapayamak::VIRTUAL_NUMBER, "TokenValidDay": 1});
    let token = login(&sandbox, "/api/v1/user/authenticate", &saba).await;
    let message = json!({"Text": "سلام", "Numbers": ["09120000000"]});
    send_sms(&sandbox, "/api/v1/message", &token, &message).await;
    let afzar =
        json!({"userName": Smsafzar::USERNAME, "password": Smsafzar::PASSWORD, "domain": Smsafzar::DOMAIN});
    let token = login(&sandbox, "/auth/token", &afzar).await;
    let message = json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": "سلام"});
    send_sms(&sandbox, "/messages/send", &token, &message).await;
    sandbox.smsafzar().receive("09120000000", "10001234", "بله");
    sandbox.sabapayamak().receive("09120000000", "30000000", "خیر");

    let rule = json!({"fault": {"what": {"answer": {"status": 503}}}, "provider": "podlink", "times": 2});
    change(&sandbox, "POST", "/faults", rule).await;
    assert_eq!(sandbox.aparat().balance(Aparat::TOKEN), Some(99_900));
    sandbox
}
