use std::time::Duration;

use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::{Cdn, Fault};
use serde_json::json;

use crate::harness::User;

const ORDER: &str = "aparat order like https://www.aparat.com/v/abcd 100";

#[tokio::test(flavor = "multi_thread")]
async fn the_balance() {
    let user = User::new().await;
    let balance = user.run("aparat balance");
    balance.prints("Balance  100,000\nMessage  موجودی حساب شما دریافت شد\n");
    let balance = user.run("--lang fa aparat balance");
    balance.prints("موجودی  ۱۰۰٬۰۰۰\nپیام    موجودی حساب شما دریافت شد\n");
    let message = "موجودی حساب شما دریافت شد";
    let balance = user.run("aparat balance --json").json();
    let fields = json!({ "balance": 100_000, "message": message, "status": true });
    assert_eq!(
        balance,
        [json!({ "balance": 100_000, "message": message, "fields": fields })]
    );
    assert_eq!(user.sandbox.request_count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_and_its_end() {
    let user = User::new().await;
    let aparat = user.sandbox.aparat();
    aparat.set_order_duration(Duration::from_secs(3600));
    let run = user.run("aparat order follow https://www.aparat.com/someone ۱۲۰ --json");
    let order = &run.json()[0];
    let [placed] = &aparat.orders()[..] else {
        panic!("one order")
    };
    assert_eq!(
        (placed.kind(), placed.link(), placed.count()),
        ("follow", "https://www.aparat.com/someone", 120)
    );
    assert_eq!(order["id"], placed.id());
    assert_eq!(aparat.balance(Aparat::TOKEN), Some(99_880));

    let id = placed.id();
    let state = user.run(&format!("aparat status {id} --json")).json();
    assert_eq!(state[0]["state"], "pending");
    let waited = user.run(&format!("aparat watch {id} --for 10ms"));
    assert_eq!(waited.code, 1);
    assert!(waited.err.contains("has not come to its end"), "{}", waited.err);
    user.sandbox.advance(Duration::from_secs(3600));
    let run = user.run(&format!("--lang fa aparat watch {id}"));
    assert!(run.code == 0 && run.out.contains("وضعیت  انجام شد\n"), "{run:?}");
}

/// A code for scripts: whether something happened.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_fails_says_whether_anything_was_ordered() {
    let mut user = User::new().await;
    let aparat = user.sandbox.aparat();
    user.run("aparat order like https://www.aparat.com/v/abcd 1")
        .fails(2, "must be from 50 to 7000");
    user.run("aparat order like nonsense 100")
        .fails(2, "not an absolute URL");
    user.run("aparat order love https://www.aparat.com/v/abcd 100")
        .fails(2, "invalid value 'love'");
    for (fault, code, says) in [
        (
            Fault::reset().after_processing(),
            3,
            "do not repeat it before you have checked",
        ),
        (
            Fault::cdn_page(Cdn::ArvanCloud, 403),
            3,
            "do not repeat it before you have checked",
        ),
        (Fault::answer(502, ""), 3, "payvand doctor"),
    ] {
        aparat.fail_next(fault);
        user.run(ORDER).fails(code, says);
    }
    assert_eq!(aparat.orders().len(), 1, "the first one was processed");
    user.set("PAYVAND_APARAT_TOKEN", Aparat::POOR_TOKEN);
    user.run(ORDER).fails(1, "BalanceExceeded");
    user.set("PAYVAND_APARAT_BASE_URL", "http://127.0.0.1:9");
    user.run(ORDER).fails(1, "no connection");
    assert_eq!(aparat.orders().len(), 1);

    let error = user.run(&format!("{ORDER} --json")).error();
    for (field, value) in [
        ("operation", json!("aparat.order")),
        ("kind", json!("Connect")),
        ("code", json!(null)),
        ("effect", json!("none")),
        ("exit_code", json!(1)),
    ] {
        assert_eq!(error[field], value, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_ctrl_c_waits_for_an_order_and_the_second_leaves_it_in_doubt() {
    use crate::harness::{finish, until};
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let user = User::new().await;
    let aparat = user.sandbox.aparat();
    let pid = |child: &std::process::Child| Pid::from_raw(i32::try_from(child.id()).unwrap());
    for (number, signal) in [Signal::SIGINT, Signal::SIGTERM].into_iter().enumerate() {
        aparat.fail_next(Fault::stall().after_processing());
        let child = user.command(ORDER).spawn().unwrap();
        until("an order", || aparat.orders().len() > number);
        let pid = pid(&child);
        kill(pid, signal).unwrap();
        // It comes after the first has been taken.
        std::thread::sleep(Duration::from_millis(200));
        kill(pid, signal).unwrap();
        let run = finish(child);
        assert_eq!(run.code, 3, "{run:?}");
        assert!(
            run.err.contains("Waiting for what is under way") && run.err.contains("check before you repeat"),
            "{run:?}"
        );
    }
    aparat.fail_next(Fault::stall());
    let child = user.command("aparat balance").spawn().unwrap();
    let before = user.sandbox.request_count();
    until("a question", || {
        user.sandbox.request_count() > before || before == 3
    });
    kill(pid(&child), Signal::SIGTERM).unwrap();
    finish(child).fails(1, "interrupted");
}
