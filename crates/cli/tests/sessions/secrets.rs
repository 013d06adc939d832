use std::fs;
use std::path::Path;

use payvand_sandbox::Fault;

use crate::harness::{User, finish, until};

/// All that a run leaves: files of any name, in any folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let all = entries.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![(path.display().to_string(), fs::read(&path).unwrap())]
        }
    });
    all.collect()
}

/// Each secret of an account is in the file that `login` wrote, and nowhere else: not in the list of processes, in no output,
/// in no journal. A text and a number of a person are in no journal either.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_stay_where_they_were_put() {
    let mut user = User::without_accounts().await;
    user.set("RUST_LOG", "trace");
    let accounts = user.sandbox.environment();
    let value = |name: &str| accounts.iter().find(|(it, _)| *it == name).unwrap().1.clone();
    let url = user.sandbox.url().to_owned();
    let parts: &[(&str, &[&str])] = &[
        ("aparat", &["PAYVAND_APARAT_TOKEN"]),
        ("pod", &["PAYVAND_POD_TOKEN", "PAYVAND_POD_API_KEY"]),
        (
            "sabapayamak",
            &[
                "PAYVAND_SABAPAYAMAK_USERNAME",
                "PAYVAND_SABAPAYAMAK_PASSWORD",
                "PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER",
            ],
        ),
    ];
    let mut printed = String::new();
    for (provider, names) in parts {
        let input = names
            .iter()
            .map(|it| value(it) + "\n")
            .collect::<Vec<_>>()
            .concat();
        let run = user.run_with_input(&format!("login {provider} --base-url {url}"), &input);
        assert_eq!(run.code, 0, "{run:?}");
        printed += &(run.out + &run.err);
    }
    user.file(
        "campaign.csv",
        "kind,link,count\nlike,https://www.aparat.com/v/a,100\nlike,https://www.aparat.com/v/b,100\n",
    );
    user.file("people.csv", "mobile,text\n09121234567,متن محرمانه\n");
    user.sandbox
        .aparat()
        .fail_next_where(|it| it.query_value("link").is_some(), Fault::reset());
    for command in [
        "aparat balance",
        "link list --json",
        "link stats nothing",
        "sms balance --via sabapayamak",
        "token status",
        "doctor",
        "aparat run campaign.csv --journal orders.sqlite --out orders.out",
        "sms bulk people.csv --via sabapayamak --journal sms.sqlite --out sms.out",
        "journal list sms.sqlite",
    ] {
        for arguments in [command.to_owned(), format!("{command} --json")] {
            let run = user.run(&arguments);
            printed += &(run.out + &run.err);
        }
    }
    user.sandbox.aparat().fail_next(Fault::stall());
    let before = user.sandbox.request_count();
    let mut child = user.command("aparat balance").spawn().unwrap();
    until("a request", || user.sandbox.request_count() > before);
    printed += &fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap();
    child.kill().unwrap();
    finish(child);

    let secrets = [
        "PAYVAND_APARAT_TOKEN",
        "PAYVAND_POD_TOKEN",
        "PAYVAND_POD_API_KEY",
        "PAYVAND_SABAPAYAMAK_PASSWORD",
    ]
    .map(value);
    let left = files(&user.home);
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    for secret in &secrets {
        assert!(!printed.contains(secret), "{secret} in {printed}");
        let kept = left.iter().find(|(path, _)| path.ends_with("default.env"));
        assert!(holds(&kept.unwrap().1, secret), "the search finds it");
        for (path, bytes) in left.iter().filter(|(path, _)| !path.ends_with("default.env")) {
            assert!(!holds(bytes, secret), "{secret} in {path}");
        }
    }
    for private in ["متن محرمانه", "9121234567"] {
        for (path, bytes) in left.iter().filter(|(path, _)| path.contains("sms.")) {
            assert!(!holds(bytes, private), "{private} in {path}");
        }
    }
    assert!(
        left.iter().any(|(path, _)| path.ends_with("sms.sqlite"))
            && left.iter().any(|(path, _)| path.contains("/tokens/"))
    );
}
