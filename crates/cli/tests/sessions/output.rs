use std::fs::File;
use std::process::Stdio;

use payvand_sandbox::Fault;

use crate::harness::{User, finish};

/// A reader that has gone is no error; a full disk is one, and loses nothing.
#[tokio::test(flavor = "multi_thread")]
async fn output_that_cannot_be_written() {
    let user = User::new().await;
    let order = "aparat order like https://www.aparat.com/v/abcd 100";
    for (arguments, code, err) in [
        ("aparat balance", 0, ""),
        ("aparat balance --json", 0, ""),
        (order, 0, "Order    5f"),
    ] {
        let mut command = user.command(arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = finish(command.stdout(writer).spawn().unwrap());
        assert_eq!(run.code, code, "{run:?}");
        assert!(
            run.err.starts_with(err) && run.err.is_empty() == err.is_empty(),
            "{run:?}"
        );
    }
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let run = finish(user.command("aparat balance").stdout(full()).spawn().unwrap());
    run.fails(1, "the output cannot be written");
    let run = finish(
        user.command(&format!("{order} --json"))
            .stdout(full())
            .spawn()
            .unwrap(),
    );
    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.err.starts_with(r#"{"id":"5f"#), "{run:?}");
    assert_eq!(user.sandbox.aparat().orders().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_provider_command_no_terminal() {
    use payvand_sandbox::Fault;
    let user = User::new().await;
    let answer = r#"{"status":true,"balance":7,"message":"a\u001b[2Jb\u0007"}"#;
    for (arguments, says) in [
        ("aparat balance", "Message  a [2Jb \n"),
        ("aparat balance --json", "\\u001b[2J"),
    ] {
        user.sandbox.aparat().fail_next(Fault::answer(200, answer));
        let run = user.run(arguments);
        assert!(run.out.contains(says) && !run.out.contains('\u{1b}'), "{run:?}");
    }
    user.sandbox
        .aparat()
        .fail_next(Fault::answer(200, r#"{"status":false,"message":"a\u001b[2Jb"}"#));
    let run = user.run("aparat balance");
    assert!(
        !run.err.contains('\u{1b}') && run.err.contains("a[2Jb"),
        "{run:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments() {
    let user = User::new().await;
    for arguments in [
        "",
        "aparat",
        "aparat nonsense",
        "--timeout 0 aparat balance",
        "--timeout 1x aparat balance",
        "--lang de aparat balance",
    ] {
        let run = user.run(arguments);
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments}: {}", run.err);
    }
    let error = user.run("aparat nonsense --json").error();
    assert_eq!(
        (error["exit_code"].as_u64(), error["effect"].as_str()),
        (Some(2), Some("none"))
    );
    let help = user.run("--help");
    assert!(
        help.code == 0 && help.out.contains("Exit codes: 0 done"),
        "{help:?}"
    );
    user.sandbox.aparat().fail_next(Fault::stall());
    let run = user.run("--timeout 200ms aparat balance");
    assert_eq!(run.code, 1, "{run:?}");
}
