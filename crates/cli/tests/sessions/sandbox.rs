use std::io::{BufRead as _, BufReader};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::harness::{User, finish, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_uses_no_real_account() {
    let user = User::new().await;
    let run = user.run("--sandbox aparat balance");
    assert!(
        run.code == 0 && run.out.starts_with("Balance  100,000\n"),
        "{run:?}"
    );
    assert!(
        run.err.contains("A sandbox for this command alone"),
        "{}",
        run.err
    );
    // One that was killed left its file.
    user.file("sandbox.port", "9\n");
    user.run("--sandbox --quiet aparat balance")
        .prints("Balance  100,000\nMessage  موجودی حساب شما دریافت شد\n");
    // Something else answers there.
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    user.file("sandbox.port", other.local_addr().unwrap().port().to_string());
    tokio::spawn(async move { while other.accept().await.is_ok() {} });
    let run = user.run("--sandbox aparat balance");
    assert!(
        run.err.contains("A sandbox for this command alone"),
        "{}",
        run.err
    );
    assert_eq!(
        user.sandbox.request_count(),
        0,
        "the accounts of the environment are ignored"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_runs_is_joined_and_remembers() {
    let user = User::without_accounts().await;
    let mut running = user
        .command("sandbox --listen 127.0.0.1:0 --json")
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.contains("admin_url"), "{line}");
    until("a port file", || user.home.join("sandbox.port").exists());

    let order = user.run("--sandbox aparat order like https://www.aparat.com/v/abcd 100");
    assert!(
        order.err.starts_with("The sandbox at http://127.0.0.1:"),
        "{}",
        order.err
    );
    let balance = user.run("--sandbox aparat balance --json --lang fa");
    assert_eq!(balance.json()[0]["balance"], 99_900);
    assert!(
        balance.error()["note"]
            .as_str()
            .unwrap()
            .starts_with("سندباکس در")
    );

    kill(
        Pid::from_raw(i32::try_from(running.id()).unwrap()),
        Signal::SIGTERM,
    )
    .unwrap();
    assert_eq!(finish(running).code, 0);
    assert!(!user.home.join("sandbox.port").exists());
}
