use std::time::Duration;

use payvand_persian::JalaliDate;
use payvand_persian::terminal::width;
use payvand_sandbox::podlink::Podlink;
use payvand_sandbox::{Fault, Sandbox};
use serde_json::json;

use crate::harness::User;

/// The day by the sandbox's clock.
fn today(sandbox: &Sandbox) -> JalaliDate {
    let now = sandbox.now().duration_since(std::time::UNIX_EPOCH).unwrap();
    JalaliDate::from_millis(i64::try_from(now.as_millis()).unwrap()).unwrap()
}

async fn click(user: &User, hash: &str) {
    let request = http_core::http::Request::get(format!("/{hash}"));
    user.sandbox
        .call(request.body(http_core::bytes::Bytes::new()).unwrap())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_made_shown_and_stopped() {
    let user = User::new().await;
    let pod = user.sandbox.podlink();
    user.run("link add https://example.com/long --hash one --tag news --tag خبر")
        .prints("http://tilin.ir/one\n");
    let text = user.run("link add 'درود بر شما' --text --hash two --json");
    assert_eq!(
        text.json(),
        [json!({ "hash": "two", "short_url": "http://tilin.ir/two", "content": "درود بر شما" })]
    );
    user.run("link add https://example.com/other --hash one")
        .fails(1, "HashTaken");
    user.run("link add https://example.com/other --tag a,b")
        .fails(2, "tag");
    pod.fail_next(Fault::reset().after_processing());
    user.run("link add https://example.com/third --hash three")
        .fails(3, "effect unknown");
    assert_eq!(pod.links().len(), 3);

    let day = today(&user.sandbox);
    user.run("link list").prints(&format!(
        "┌───────┬───────────────────────────┬────────┬────────────┬───────────┐\n\
         │ Hash  │ Content                   │ Visits │ Created    │ Tags      │\n\
         ├───────┼───────────────────────────┼────────┼────────────┼───────────┤\n\
         │ three │ https://example.com/third │      0 │ {day} │           │\n\
         │ two   │ درود بر شما               │      0 │ {day} │           │\n\
         │ one   │ https://example.com/long  │      0 │ {day} │ news, خبر │\n\
         └───────┴───────────────────────────┴────────┴────────────┴───────────┘\n\
         3 of 3\n"
    ));
    let page = &user
        .run("link list --json --tag news --count 1 --order visitCount")
        .json()[0];
    assert_eq!(
        (page["total"].clone(), page["links"][0]["short_url"].clone()),
        (json!(1), json!("http://tilin.ir/one"))
    );
    let none = user.run("link list --json --until 1400/01/01").json();
    assert_eq!(none, [json!({ "total": 0, "links": [] })]);
    user.run("link list --since 1404/12/30")
        .fails(2, "the month has 29 that year");
    user.run("link list --since 2025-03-20").fails(2, "Gregorian");

    user.run("link off one").prints("The link is stopped.\n");
    assert!(!pod.link("one").unwrap().is_active());
    assert_eq!(
        user.run("link on one --json").json(),
        [json!({ "hash": "one", "active": true })]
    );
    assert!(pod.link("one").unwrap().is_active());
    user.run("link on nothing").fails(1, "NotFound");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_links_are_exported() {
    let user = User::new().await;
    user.sandbox.podlink().seed_links(Podlink::TOKEN, 250);
    user.run("link add https://example.com/,\"x\" --hash last --tag a --tag b");
    let csv = user.run("link export --order createTime").out;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = [
        "hash",
        "short_url",
        "content",
        "kind",
        "visits",
        "created",
        "created_at",
        "expires_at",
        "tags",
    ];
    assert_eq!(rows.headers().unwrap(), &header[..]);
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 251);
    let last = rows.iter().find(|row| &row[0] == "last").unwrap();
    assert_eq!((&last[2], &last[8]), ("https://example.com/,\"x\"", "a,b"));
    assert_eq!(user.run("link export --json").json().len(), 251);
    // A reader that wants no more.
    let mut export = user.command("link export --json").spawn().unwrap();
    drop(export.stdout.take());
    let run = crate::harness::finish(export);
    assert_eq!((run.code, &*run.err), (0, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_are_counted_by_days_of_tehran() {
    let user = User::new().await;
    user.run("link add https://example.com/long --hash one");
    click(&user, "one").await;
    user.sandbox.advance(Duration::from_secs(2 * 24 * 60 * 60));
    for _ in 0..4 {
        click(&user, "one").await;
    }
    let last = today(&user.sandbox);
    let first = last.checked_add_days(-2).unwrap();
    let span = format!("--since {first} --until {last}");
    let stats = &user.run(&format!("link stats one {span} --json")).json()[0];
    assert_eq!(stats["total"], 5);
    let counts = |by: &str| {
        let stats = user
            .run(&format!("link stats one {span} --by {by} --json"))
            .json();
        let clicks = stats[0]["clicks"].as_array().unwrap().clone();
        clicks
            .iter()
            .map(|it| it["count"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(counts("day"), [1, 0, 4]);
    assert_eq!(counts("month").iter().sum::<u64>(), 5);
    assert_eq!(counts("hour"), [1, 4]);
    assert_eq!(counts("minute"), [1, 4]);

    let chart = user.run(&format!("link stats one {span}")).out;
    let day = first.checked_add_days(1).unwrap();
    let full = "█".repeat(50);
    let quarter = "█".repeat(12) + "▌";
    let bars = format!("{first}  1 {quarter}\n{day}  0\n{last}  4 {full}\n\nCountries\nUnknown  5 {full}\n");
    assert!(
        chart.starts_with(&bars) && chart.ends_with("\nClicks  5\n"),
        "{chart}"
    );
    user.run("link stats one --since 1400/01/01")
        .fails(2, "each with a call of its own");
    user.run("link stats one --since 1405/01/02 --until 1405/01/01")
        .fails(2, "the last day is before the first");
    user.run("link stats nothing").fails(1, "NotFound");
}

/// What is too wide is cut, and every row of a table ends in the same column.
#[tokio::test(flavor = "multi_thread")]
async fn tables_fit_the_terminal() {
    let mut user = User::new().await;
    user.set("NO_COLOR", "1");
    for (hash, text) in [
        ("درود", "درود "),
        ("سلام", "سلام "),
        ("لالا", "می‌روم لا "),
        ("long", "a long text "),
    ] {
        user.run(&format!(
            "link add '{}' --text --hash {hash} --tag لَا",
            text.repeat(12)
        ));
    }
    for language in ["en", "fa"] {
        let run = user.run_on_terminal(&format!("link list --lang {language}"), &[]);
        let lines: Vec<_> = run.out.lines().collect();
        assert_eq!(lines.len(), 9, "{}", run.out);
        for line in &lines[..8] {
            assert!(
                width(line) == 80 && line.ends_with(['┐', '┤', '│', '┘']),
                "{}",
                run.out
            );
            assert!(!line.contains(['\u{2068}', '\u{1b}']), "{}", run.out);
        }
        assert!(lines[3..7].iter().all(|line| line.contains("… │")), "{}", run.out);
    }
    user.set("VTE_VERSION", "7200");
    let run = user.run_on_terminal("link list", &[]);
    assert!(run.out.contains("│ \u{2068}درود\u{2069} │"), "{}", run.out);
}
