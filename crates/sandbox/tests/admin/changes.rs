//! What is changed by the admin API is what is changed by the methods.

use std::time::Duration;

use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::podlink::Podlink;
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::smsafzar::Smsafzar;
use serde_json::{Value, json};

use super::api::{ask, change, get, login, order, send, send_sms, with_one_of_everything};

#[tokio::test]
async fn faults_are_set_listed_played_and_removed() {
    let sandbox = Sandbox::builder().without_socket();
    let second = json!({"fault": {"what": {"answer": {"status": 503}}}, "provider": "aparat", "call": "order",
                        "from_nth": 2, "times": null});
    let number = change(&sandbox, "POST", "/faults", second).await.json()["number"].clone();
    change(
        &sandbox,
        "POST",
        "/faults",
        json!({"fault": "stalled", "provider": "smsafzar"}),
    )
    .await;
    let answers = [
        order(&sandbox).await,
        order(&sandbox).await,
        order(&sandbox).await,
    ];
    assert_eq!(answers.map(|it| it.unwrap().as_u16()), [200, 503, 503]);
    let waiting = get(&sandbox, "/faults").await;
    let told = |index: usize| {
        let it = &waiting["faults"][index];
        [&it["about"], &it["met"], &it["played"], &it["times"]].map(Value::clone)
    };
    assert_eq!(told(0), [json!("HTTP 503"), json!(3), json!(2), Value::Null]);
    assert_eq!(
        told(1),
        [json!("no answer, stalled"), json!(0), json!(0), json!(1)]
    );
    let one = get(&sandbox, &format!("/faults/{number}")).await;
    assert_eq!(one["fault"]["what"]["answer"]["status"], 503);

    change(&sandbox, "DELETE", "/faults?provider=smsafzar", Value::Null).await;
    assert_eq!(sandbox.waiting_faults().len(), 1);
    change(&sandbox, "DELETE", &format!("/faults/{number}"), Value::Null).await;
    assert_eq!(order(&sandbox).await.unwrap(), 200);
    let recorded = get(&sandbox, "/brief-requests?call=order&limit=2").await;
    let faults: Vec<_> = recorded["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["fault"])
        .collect();
    assert_eq!(faults, [&json!("HTTP 503"), &Value::Null]);

    for name in get(&sandbox, "/fault-names").await["names"].as_array().unwrap() {
        change(&sandbox, "POST", "/faults", json!({ "fault": name })).await;
    }
    change(&sandbox, "POST", "/faults", json!({ "fault": "503" })).await;
    assert!(sandbox.waiting_faults().len() > 50);
    change(&sandbox, "DELETE", "/faults", Value::Null).await;
    assert!(sandbox.waiting_faults().is_empty());
}

#[tokio::test]
async fn the_record_is_read_in_parts_and_hides_secrets_unless_asked() {
    let sandbox = with_one_of_everything().await;
    let all = get(&sandbox, "/requests").await;
    assert_eq!(all["count"], sandbox.request_count());
    let text = all.to_string();
    for secret in [
        Aparat::TOKEN,
        Podlink::API_KEY,
        Podlink::TOKEN,
        Sabapayamak::PASSWORD,
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    let shown = get(&sandbox, "/requests?secrets=shown").await.to_string();
    assert!(shown.contains(Aparat::TOKEN) && shown.contains(Sabapayamak::PASSWORD));
    let calls = |list: &Value| -> Vec<String> {
        let each = list["requests"].as_array().unwrap().iter();
        each.map(|it| it["call"].as_str().unwrap().to_owned()).collect()
    };
    let expected = [
        "order",
        "add_link",
        "open",
        "authenticate",
        "send",
        "authenticate",
        "send",
    ];
    assert_eq!(calls(&all), expected);
    assert_eq!(
        calls(&get(&sandbox, "/requests?limit=2").await),
        ["authenticate", "send"]
    );
    assert_eq!(
        calls(&get(&sandbox, "/requests?after=5").await),
        ["authenticate", "send"]
    );
    assert_eq!(
        calls(&get(&sandbox, "/requests?provider=podlink").await),
        ["add_link", "open"]
    );
    assert_eq!(get(&sandbox, "/requests/2").await["call"], "add_link");
    assert!(!get(&sandbox, "/orders").await.to_string().contains(Aparat::TOKEN));
    assert!(
        get(&sandbox, "/orders?secrets=shown")
            .await
            .to_string()
            .contains(Aparat::TOKEN)
    );
    change(&sandbox, "DELETE", "/requests", Value::Null).await;
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn accounts_clock_links_and_messages_are_those_of_the_methods() {
    let sandbox = with_one_of_everything().await;
    let (aparat, podlink) = (sandbox.aparat(), sandbox.podlink());
    let (saba, afzar) = (sandbox.sabapayamak(), sandbox.smsafzar());
    change(
        &sandbox,
        "PUT",
        "/accounts",
        json!({"provider": "aparat", "token": "mine", "balance": 7}),
    )
    .await;
    assert_eq!(aparat.balance("mine"), Some(7));
    let accounts = get(&sandbox, "/accounts?provider=aparat").await;
    let tokens: Vec<_> = accounts["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["token"])
        .collect();
    assert_eq!(
        tokens,
        [Aparat::TOKEN, Aparat::POOR_TOKEN, "[hidden]"],
        "the first to begin with, then those added"
    );

    let before = sandbox.now();
    change(&sandbox, "POST", "/clock/advance", json!({"seconds": 10.5})).await;
    assert!(sandbox.now() >= before + Duration::from_millis(10_500));
    assert_eq!(get(&sandbox, "/orders").await["orders"][0]["state"], "completed");
    assert_eq!(
        get(&sandbox, "/messages").await["messages"][1]["state"],
        "delivered"
    );

    change(
        &sandbox,
        "POST",
        "/links",
        json!({"token": Podlink::TOKEN, "count": 4}),
    )
    .await;
    assert_eq!(podlink.links().len(), 5);
    assert_eq!(
        get(&sandbox, "/links/example").await["clicks"][0]["browser"],
        "Firefox"
    );
    change(&sandbox, "DELETE", "/links/example", Value::Null).await;
    assert!(podlink.link("example").is_none());

    let inbound = json!({"provider": "smsafzar", "sender": "09121111111", "line": "10001234", "text": "سلام"});
    change(&sandbox, "POST", "/inbound-messages", inbound).await;
    assert_eq!(afzar.received_messages()[1].text(), "سلام");
    let ids = get(&sandbox, "/messages").await;
    assert_eq!(
        ids["messages"][1]["id"],
        Smsafzar::id_of(&afzar.sent_messages()[0])
    );
    assert_eq!(
        get(&sandbox, "/sends?provider=smsafzar").await["sends"][0]["body"]["content"],
        "سلام"
    );

    let account = json!({"provider": "sabapayamak", "username": Sabapayamak::USERNAME, "balance": 5, "state": "expired"});
    change(&sandbox, "PUT", "/accounts", account).await;
    assert_eq!(saba.credit(Sabapayamak::USERNAME), Some(5));
    let account =
        json!({"provider": "smsafzar", "username": "someone", "password": "password", "domain": "d"});
    change(&sandbox, "PUT", "/accounts", account).await;
    let credentials = json!({"userName": "someone", "password": "password", "domain": "d"});
    let token = login(&sandbox, "/auth/token", &credentials).await;
    let revoke = json!({"provider": "smsafzar", "token": token});
    assert_eq!(
        change(&sandbox, "POST", "/tokens/revoke", revoke.clone())
            .await
            .json()["revoked"],
        true
    );
    assert_eq!(
        change(&sandbox, "POST", "/tokens/revoke", revoke).await.json()["revoked"],
        false
    );
}

#[tokio::test]
async fn settings_are_changed_in_part_and_read_as_a_whole() {
    let sandbox = Sandbox::builder().without_socket();
    let all = get(&sandbox, "/settings").await;
    let settings = json!({
        "aparat": {"order_seconds": 60, "most_count": 99, "shape": {"id_key": "order_id", "junk": "<br>"}},
        "podlink": {"lifetime_seconds": 5, "shape": {"nesting": "object"}},
        "sabapayamak": {"token": {"fixed": "always-this"}, "shape": {"camel_case": true}},
        "smsafzar": {"rate_limit": null, "retry_after": 3, "token_seconds": 0.5},
    });
    let changed = change(&sandbox, "PATCH", "/settings", settings.clone())
        .await
        .json();
    for (provider, of_it) in settings.as_object().unwrap() {
        for (name, value) in of_it.as_object().unwrap() {
            let now = &changed[provider][name];
            match value.as_object().filter(|_| name == "shape") {
                Some(shape) => assert!(shape.iter().all(|(name, value)| now[name] == *value), "{now}"),
                None if value.is_number() => assert_eq!(now.as_f64(), value.as_f64(), "{provider} {name}"),
                None => assert_eq!(now, value, "{provider} {name}"),
            }
        }
    }
    assert_eq!(changed["aparat"]["least_count"], all["aparat"]["least_count"]);
    assert_eq!(order(&sandbox).await.unwrap(), 200);
    assert!(sandbox.aparat().orders().is_empty(), "100 are more than 99");
    let again = change(&sandbox, "PATCH", "/settings", changed.clone())
        .await
        .json();
    assert_eq!(again, changed, "what is read can be written");

    change(&sandbox, "POST", "/reset", Value::Null).await;
    assert_eq!(get(&sandbox, "/settings").await, all);
}

#[tokio::test]
async fn a_reset_is_the_state_of_the_start() {
    let fresh = Sandbox::builder().without_socket();
    let sandbox = with_one_of_everything().await;
    let state = async |sandbox: &Sandbox| {
        let mut all = Vec::new();
        for path in [
            "/settings",
            "/accounts",
            "/faults",
            "/orders",
            "/links",
            "/messages",
            "/inbound-messages",
            "/sends",
        ] {
            all.push(get(sandbox, path).await);
        }
        all.push(get(sandbox, "/requests").await["requests"].clone());
        all
    };
    sandbox.advance(Duration::from_secs(1_000_000));
    let requests = sandbox.request_count();
    assert_ne!(state(&sandbox).await, state(&fresh).await);
    change(&sandbox, "POST", "/reset", Value::Null).await;
    assert_eq!(state(&sandbox).await, state(&fresh).await);
    let ahead = sandbox.now().duration_since(fresh.now()).unwrap_or_default();
    assert!(ahead < Duration::from_secs(1000), "{ahead:?}");
    assert_eq!(sandbox.request_count(), requests, "counts go on");
    assert_eq!(order(&sandbox).await.unwrap(), 200);
}

#[tokio::test]
async fn the_admin_api_itself_is_not_recorded_and_meets_no_fault() {
    let sandbox = Sandbox::builder().without_socket();
    change(
        &sandbox,
        "POST",
        "/faults",
        json!({"fault": "closed", "times": null}),
    )
    .await;
    for path in ["", "/clock", "/requests", "/environment", "/nothing"] {
        ask(&sandbox, "GET", path, None).await;
    }
    assert_eq!(sandbox.request_count(), 0);
    assert_eq!(sandbox.waiting_faults()[0].met(), 0);
    let variables = get(&sandbox, "/environment").await["variables"].clone();
    assert_eq!(variables["PAYVAND_APARAT_TOKEN"], Aparat::TOKEN);
}

#[tokio::test]
async fn refused_numbers_and_templates_count_for_the_next_send() {
    let sandbox = Sandbox::builder().without_socket();
    let (saba, afzar) = (sandbox.sabapayamak(), sandbox.smsafzar());
    let refused = |provider, status: Value| {
        let mut number = json!({"provider": provider, "number": "09120000000"});
        if !status.is_null() {
            number["status"] = status;
        }
        number
    };
    change(
        &sandbox,
        "PUT",
        "/refused-numbers",
        refused("sabapayamak", json!(27)),
    )
    .await;
    let credentials = json!({"Username": Sabapayamak::USERNAME, "Password": Sabapayamak::PASSWORD,
                             "VirtualNumber": Sabapayamak::VIRTUAL_NUMBER, "TokenValidDay": 1});
    let token = login(&sandbox, "/api/v1/user/authenticate", &credentials).await;
    let message = json!({"Text": "سلام", "Numbers": ["09120000000", "09121111111"]});
    send_sms(&sandbox, "/api/v1/message", &token, &message).await;
    let recipients: Vec<_> = saba
        .sent_messages()
        .iter()
        .map(|it| it.recipient().to_owned())
        .collect();
    assert_eq!(recipients, ["09121111111"]);

    let template = json!({"id": "welcome", "text": "سلام {name}", "line": "20001234"});
    change(&sandbox, "PUT", "/templates", template).await;
    let credentials =
        json!({"userName": Smsafzar::USERNAME, "password": Smsafzar::PASSWORD, "domain": Smsafzar::DOMAIN});
    let token = login(&sandbox, "/auth/token", &credentials).await;
    let message = json!({"recipientNumber": "09120000000", "templateId": "welcome", "parameters": [{"name": "name", "value": "سارا"}]});
    send_sms(&sandbox, "/messages/send/template", &token, &message).await;
    assert_eq!(
        get(&sandbox, "/messages?provider=smsafzar").await["messages"][0]["text"],
        "سلام سارا"
    );

    change(
        &sandbox,
        "PUT",
        "/refused-numbers",
        refused("smsafzar", Value::Null),
    )
    .await;
    let again = http::Request::post("/messages/send/template")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(message.to_string().into())
        .unwrap();
    let answer = send(&sandbox, again).await.unwrap();
    assert!(
        answer.status.is_client_error() && answer.text.contains("1101"),
        "{}",
        answer.text
    );
    assert_eq!(afzar.sent_messages().len(), 1);
}
