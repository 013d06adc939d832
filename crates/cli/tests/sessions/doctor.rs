use payvand_sandbox::smsafzar::{AccountState, Smsafzar};
use payvand_sandbox::{Cdn, Fault};
use serde_json::json;

use crate::harness::User;

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let mut user = User::new().await;
    let well = user.run("doctor --json").json();
    assert_eq!(well.len(), 12);
    assert!(well.iter().all(|it| it["ok"] == true), "{well:?}");
    let found = |user: &User, provider: &str| {
        let run = user.run(&format!("doctor {provider} --json"));
        assert_eq!(run.code, 1, "{run:?}");
        let lines = run
            .out
            .lines()
            .map(|it| serde_json::from_str::<serde_json::Value>(it).unwrap());
        let ill: Vec<_> = lines.filter(|it| it["ok"] == false).collect();
        assert!(
            ill.iter().all(|it| it["provider"] == provider) && !ill.is_empty(),
            "{}",
            run.out
        );
        ill
    };
    let says = |ill: &[serde_json::Value], check: &str, advice: &str| {
        let found = ill
            .iter()
            .find(|it| it["check"] == check)
            .unwrap_or_else(|| panic!("{ill:?}"));
        assert!(found["advice"].as_str().unwrap().contains(advice), "{found}");
    };
    let afzar = user.sandbox.smsafzar();
    afzar.set_account_state(Smsafzar::USERNAME, AccountState::AddressRefused);
    says(&found(&user, "smsafzar"), "account", "list of allowed addresses");
    let page = Fault::cdn_page(Cdn::Derak, 403);
    user.sandbox
        .podlink()
        .fail_next_where(|it| it.path().contains("doServiceCall"), page);
    says(&found(&user, "pod"), "account", "a VPN or a server");
    user.set("PAYVAND_APARAT_TOKEN", "not-a-real-token");
    says(&found(&user, "aparat"), "account", "payvand login");
    user.set("PAYVAND_APARAT_BASE_URL", "http://127.0.0.1:9");
    says(&found(&user, "aparat"), "account", "payvand doctor");
    user.set("PAYVAND_APARAT_BASE_URL", "https://nothing.invalid");
    says(&found(&user, "aparat"), "address", "The name is not known");
    let table = user.run("doctor sabapayamak --lang fa");
    assert!(
        table.code == 0 && table.out.contains("│ sabapayamak │ حساب  │ ✓ │ کار می‌کند "),
        "{table:?}"
    );
    assert!(user.sandbox.smsafzar().sent_messages().is_empty() && user.sandbox.aparat().orders().is_empty());
    let none = User::without_accounts().await;
    none.run("doctor").fails(2, "no provider has an account");
}

#[tokio::test(flavor = "multi_thread")]
async fn completions_and_pages_of_the_manual() {
    let user = User::without_accounts().await;
    for (shell, has) in [
        ("bash", "_payvand()"),
        ("zsh", "#compdef payvand"),
        ("fish", "complete -c payvand"),
    ] {
        let script = user.run(&format!("completions {shell}"));
        assert!(script.code == 0 && script.out.contains(has), "{script:?}");
    }
    user.run("man pages").prints("");
    let page = user.text_of("pages/payvand-sms-bulk.1");
    assert!(page.contains("dry\\-run") && page.contains("journal"), "{page}");
    let pages = std::fs::read_dir(user.home.join("pages")).unwrap();
    assert!(pages.count() > 20);
    assert_eq!(json!(user.sandbox.request_count()), json!(0));
}
