use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::smsafzar::Smsafzar;
use serde_json::json;

use crate::harness::User;

const BALANCE: &str = "aparat balance --json";

/// Settings of one provider come from one place: a token never goes to an address that another place names.
#[tokio::test(flavor = "multi_thread")]
async fn settings_come_from_the_first_place_that_has_any() {
    let mut user = User::without_accounts().await;
    user.run("aparat balance")
        .fails(2, "PAYVAND_APARAT_TOKEN is not set");
    let url = user.sandbox.url().to_owned();
    let account =
        |token: &str| format!("PAYVAND_APARAT_TOKEN={token}\r\nPAYVAND_APARAT_BASE_URL=\"{url}\"\r\n");
    let balance = |user: &User, arguments: &str| user.run(arguments).json()[0]["balance"].clone();
    let aparat = user.sandbox.aparat();
    for (name, balance) in [("default", 1), ("shop", 2), ("given", 3), ("environment", 4)] {
        aparat.add_account(format!("not-a-real-token-{name}"), balance);
        user.file(
            &format!("{name}.env"),
            account(&format!("not-a-real-token-{name}")),
        );
    }
    assert_eq!(balance(&user, BALANCE), 1);
    user.set("PAYVAND_APARAT_BASE_URL", &url);
    user.run(BALANCE)
        .fails(2, "PAYVAND_APARAT_TOKEN is not set in the environment");
    user.set("PAYVAND_APARAT_TOKEN", "not-a-real-token-environment");
    assert_eq!(balance(&user, BALANCE), 4);
    assert_eq!(balance(&user, "aparat balance --json --profile shop"), 2);
    assert_eq!(
        balance(&user, "aparat balance --json --profile shop --env-file given.env"),
        3
    );
    let run = user.run_with_input(
        "aparat balance --json --env-file -",
        &account("not-a-real-token-given"),
    );
    assert_eq!(run.json()[0]["balance"], 3);
    user.run("aparat balance --profile none")
        .fails(2, "there is no profile");
    user.run("aparat balance --profile ../shop")
        .fails(2, "letters, digits");
    user.run("aparat balance --env-file none.env")
        .fails(2, "No such file");
    #[cfg(not(feature = "redis"))]
    {
        user.set("PAYVAND_REDIS_URL", "redis://127.0.0.1");
        user.run("aparat balance").fails(2, "without its feature `redis`");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_secrets_is_for_its_owner_alone() {
    let user = User::without_accounts().await;
    let file = user.file("open.env", "PAYVAND_APARAT_TOKEN=not-a-real-token\n");
    for mode in [0o640, 0o604, 0o660] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        user.run("aparat balance --env-file open.env")
            .fails(2, "chmod 600");
    }
    user.file("bad.env", "PAYVAND_APARAT_TOKEN=a\nnot-a-real-token\n");
    let run = user.run("aparat balance --env-file bad.env");
    assert!(!run.err.contains("not-a-real"), "{}", run.err);
    run.fails(2, "bad.env: line 2: it is not NAME=value");
    assert_eq!(user.sandbox.request_count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn login_keeps_what_works() {
    let user = User::without_accounts().await;
    let url = user.sandbox.url().to_owned();
    user.file("default.env", "# mine\nPAYVAND_APARAT_TOKEN=old\nOTHER=1\n");
    let login = format!("login aparat --base-url {url}");
    user.run_with_input(&login, "not-a-real-token\n")
        .fails(1, "InvalidToken");
    assert!(user.text_of("default.env").contains("TOKEN=old"));
    user.run_with_input(&login, "\n")
        .fails(2, "Token: nothing was entered");
    let run = user.run_with_input(&login, &format!("{}\r\n", Aparat::TOKEN));
    assert!(run.code == 0 && run.out.contains("default.env"), "{run:?}");
    let kept = format!(
        "# mine\nOTHER=1\nPAYVAND_APARAT_TOKEN=\"{}\"\nPAYVAND_APARAT_BASE_URL=\"{url}\"\n",
        Aparat::TOKEN
    );
    assert_eq!(user.text_of("default.env"), kept);
    let mode = fs::metadata(user.home.join("default.env"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    user.run("aparat balance")
        .prints("Balance  100,000\nMessage  موجودی حساب شما دریافت شد\n");

    for (provider, input) in [
        ("pod", "not-a-real-pod-token\nnot-a-real-pod-key\n"),
        ("sabapayamak", "user\nnot-a-real-password\n3000\n"),
    ] {
        let login = format!("login {provider} --profile shop --base-url {url}");
        user.run_with_input(&login, input).fails(1, "");
        let run = user.run_with_input(&format!("{login} --no-check --json"), input);
        assert_eq!(run.json()[0]["profile"], "shop");
    }
    user.run("--sandbox --quiet login aparat")
        .fails(2, "accounts of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn login_asks_on_a_terminal_and_shows_no_secret() {
    let user = User::without_accounts().await;
    let url = user.sandbox.url().to_owned();
    let answers = [
        ("User name:", Smsafzar::USERNAME),
        ("Password:", Smsafzar::PASSWORD),
        ("Line:", Smsafzar::LINE),
        ("Domain:", ""),
    ];
    let run = user.run_on_terminal(&format!("login smsafzar --base-url {url}"), &answers);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        run.out.contains(Smsafzar::USERNAME) && run.out.contains("The account is kept in"),
        "{}",
        run.out
    );
    assert!(!run.out.contains(Smsafzar::PASSWORD), "{}", run.out);
    assert!(user.text_of("default.env").contains(Smsafzar::PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_kept_and_looked_at_without_a_login() {
    let user = User::new().await;
    let status = |user: &User| user.run("token status smsafzar --json").json()[0].clone();
    let none = json!({ "provider": "smsafzar", "has_token": false, "expires_at": null });
    assert_eq!(status(&user), none);
    assert_eq!(user.sandbox.request_count(), 0);
    let refreshed = user.run("token refresh smsafzar --json").json();
    assert_eq!(refreshed[0]["has_token"], true);
    assert_eq!(status(&user)["has_token"], true);
    assert_eq!(user.sandbox.request_count(), 1, "one login");
    let all = user.run("token status").out;
    assert!(
        all.contains("│ smsafzar    │ kept  │ 14") && all.contains("│ sabapayamak │ none  │"),
        "{all}"
    );
    user.run("token forget smsafzar")
        .prints("The token is removed.\n");
    user.run("token forget smsafzar").prints("No token is kept.\n");
    assert_eq!(status(&user), none);
    assert_eq!(user.sandbox.request_count(), 1);
}
