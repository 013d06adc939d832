use payvand_sandbox::Fault;
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::sms::SentMessage;
use payvand_sandbox::smsafzar::{AccountState, Smsafzar};
use serde_json::json;

use crate::harness::User;

fn texts(messages: &[SentMessage]) -> Vec<(&str, &str)> {
    messages.iter().map(|it| (it.recipient(), it.text())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_to_one_number() {
    let mut user = User::new().await;
    user.set("PAYVAND_SMSAFZAR_LINE", Smsafzar::LINE);
    let (afzar, saba) = (user.sandbox.smsafzar(), user.sandbox.sabapayamak());
    user.run("sms send 09120000000 hi")
        .fails(2, "name one with --via");
    let sent = user
        .run("sms send '۰۹۱۲ ۰۰۰ ۰۰۰۰' 'سلام سارا' --via smsafzar --json")
        .json();
    assert_eq!(
        (&sent[0]["provider"], &sent[0]["parts"]),
        (&json!("smsafzar"), &json!(1))
    );
    let run = user.run_with_input("sms send 09350000000 - --via sabapayamak --lang fa", "دو\nخط\r\n");
    assert!(
        run.out.starts_with("فرستاده شد با  sabapayamak\nشناسه"),
        "{run:?}"
    );
    assert_eq!(texts(&afzar.sent_messages()), [("09120000000", "سلام سارا")]);
    assert_eq!(texts(&saba.sent_messages()), [("09350000000", "دو\nخط")]);

    user.run("sms send 0912 hi --via smsafzar")
        .fails(2, "The mobile number is not valid.");
    user.run("sms send 09120000000 hi --via smsafzar --line x")
        .fails(2, "not sent");
    afzar.fail_next(Fault::reset().after_processing());
    user.run("sms send 09120000000 lost --via smsafzar")
        .fails(3, "do not repeat it");
    assert_eq!((afzar.sent_messages().len(), saba.sent_messages().len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_provider_is_tried_only_where_the_first_sent_nothing() {
    let mut user = User::new().await;
    user.set("PAYVAND_SMSAFZAR_LINE", Smsafzar::LINE);
    let (afzar, saba) = (user.sandbox.smsafzar(), user.sandbox.sabapayamak());
    let both = "--via smsafzar,sabapayamak";
    let template = format!(
        "sms template {} 09120000000 --set code {both} --json",
        Smsafzar::TEMPLATE
    );
    user.run(&template).fails(2, "sabapayamak has no templates");
    let template = format!("{template} --text 'کد شما'");
    let sent = user.run_with_input(&template, "1234\n").json();
    assert_eq!(
        (&sent[0]["provider"], &sent[0]["before"]),
        (&json!("smsafzar"), &json!([]))
    );
    assert!(afzar.sent_messages()[0].text().contains("1234"));

    afzar.set_account_state(Smsafzar::USERNAME, AccountState::Expired);
    let sent = user.run_with_input(&template, "1234\n").json();
    assert_eq!(
        (&sent[0]["provider"], &sent[0]["before"][0]["provider"]),
        (&json!("sabapayamak"), &json!("smsafzar"))
    );
    assert_eq!(texts(&saba.sent_messages()), [("09120000000", "کد شما")]);

    afzar.set_account_state(Smsafzar::USERNAME, AccountState::Active);
    afzar.fail_next_where(|it| it.path().contains("send"), Fault::reset());
    user.run_with_input(&template, "1234\n").fails(3, "smsafzar");
    assert_eq!((afzar.sent_messages().len(), saba.sent_messages().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_messages_and_what_came_in() {
    let mut user = User::new().await;
    user.set("PAYVAND_SMSAFZAR_LINE", Smsafzar::LINE);
    user.sandbox
        .smsafzar()
        .receive("09121111111", Smsafzar::LINE, "لغو");
    user.sandbox
        .sabapayamak()
        .receive("09122222222", Sabapayamak::VIRTUAL_NUMBER, "stop");
    for provider in ["smsafzar", "sabapayamak"] {
        let sent = user
            .run(&format!("sms send 09120000000 hi --via {provider} --json"))
            .json();
        let id = if provider == "smsafzar" {
            &sent[0]["id"]
        } else {
            &sent[0]["batch_id"]
        };
        let status = user
            .run(&format!(
                "sms status {} --via {provider} --json",
                id.as_str().unwrap()
            ))
            .json();
        assert_eq!(
            (&status[0]["provider"], &status[0]["number"]),
            (&json!(provider), &json!("09120000000"))
        );
        let table = user.run(&format!("sms inbox --via {provider}")).out;
        assert!(table.contains("│ From ") && table.contains("│ 0912"), "{table}");
    }
    let batch = user.run("sms status 1 --batch --via smsafzar --json").json();
    assert_eq!(batch.len(), 1);
    let inbox = user.run("sms inbox --via smsafzar --json").json();
    assert_eq!(
        (&inbox[0]["sender"], &inbox[0]["text"]),
        (&json!("09121111111"), &json!("لغو"))
    );
    let balance = user.run("sms balance --json").json();
    assert_eq!(balance.len(), 2);
    assert_eq!(
        (&balance[1]["provider"], &balance[1]["unit"]),
        (&json!("smsafzar"), &json!("rial"))
    );
    user.run("sms inbox --via smsafzar --count 0").fails(2, "count");
    user.run("sms status").fails(2, "required");
}

/// One login serves the commands that follow.
#[tokio::test(flavor = "multi_thread")]
async fn commands_share_a_token() {
    let user = User::new().await;
    for _ in 0..3 {
        user.run("sms balance --via sabapayamak,smsafzar");
    }
    let requests = user.sandbox.requests();
    let logins = requests.iter().filter(|it| it.call() == Some("authenticate"));
    assert_eq!((requests.len(), logins.count()), (8, 2));
    let token = requests.iter().find_map(|it| it.header("authorization")).unwrap();
    let run = user.run("token status");
    assert!(!run.out.contains(token.trim_start_matches("Bearer ")));
}
