//! A campaign of orders that may be killed at any moment and started again: CSV in (`key,type,count,link`), summary out.
//!
//! `cargo run -p payvand-journal --features aparat --example journal_campaign -- orders.csv orders.sqlite`, with the token in
//! `PAYVAND_APARAT_TOKEN`; without arguments it shows itself against a sandbox in the same process, which loses answers.

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;
use std::fs;
use std::time::{Duration, SystemTime};

use aparat_api::{Client, OrderCall};
use payvand_journal::{Doubt, Entry, Journal, JournalError, Verdict};
use payvand_sandbox::{Fault, Sandbox};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Default, PartialEq)]
struct Summary {
    done: u32,
    not_done: u32,
    in_doubt: u32,
}

async fn campaign(aparat: &Client, journal: &Journal, rows: &str) -> Result<Summary, Box<dyn Error>> {
    let mut summary = Summary::default();
    for row in rows.lines().skip(1) {
        let fields: Vec<_> = row.splitn(4, ',').collect();
        let [key, kind, count, link] = fields[..] else {
            return Err(format!("a row without key, type, count and link: {row}").into());
        };
        let call = aparat.order(kind.parse()?, link, count.parse()?);
        match journal.run(key, call.clone()).await? {
            Entry::Done(_) => summary.done += 1,
            Entry::NotDone(error) => {
                println!("{key}: {error}");
                summary.not_done += 1;
            }
            // The next order has to wait for it anyway, since it would change the balance.
            Entry::InDoubt(doubt) => match find_out(&doubt, &call).await? {
                Verdict::Happened(_) => summary.done += 1,
                // Or run it again here.
                Verdict::DidNot => summary.not_done += 1,
                verdict => {
                    println!("{key}: {verdict:?}; settle it by hand");
                    summary.in_doubt += 1;
                }
            },
        }
    }
    Ok(summary)
}

async fn find_out(
    doubt: &Doubt,
    call: &OrderCall,
) -> Result<Verdict<payvand_journal::PlacedOrder>, JournalError> {
    loop {
        match doubt.reconcile(call).await {
            Err(JournalError::NotYet { until }) => {
                println!("{} may be on its way: waiting", doubt.key());
                let wait = until.duration_since(SystemTime::now()).unwrap_or_default();
                tokio::time::sleep(wait + Duration::from_millis(10)).await;
            }
            other => return other,
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rows, file] = &arguments[..] else {
        return demonstration().await;
    };
    // At most this many likes, views and followers in a day, whoever else uses the file.
    let journal = Journal::open(file).await?.exclusive().budget(100_000, DAY);
    let summary = campaign(&Client::from_env()?, &journal, &fs::read_to_string(rows)?).await?;
    println!("{summary:?}");
    // 3 where something is unknown, and 1 where something was not done.
    std::process::exit(match summary {
        Summary { in_doubt: 1.., .. } => 3,
        Summary { not_done: 1.., .. } => 1,
        _ => 0,
    })
}

async fn demonstration() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let aparat = Client::builder(payvand_sandbox::aparat::Aparat::TOKEN).base_url(sandbox.url());
    let aparat = aparat.timeout(Duration::from_secs(1)).build()?;
    let file = std::env::temp_dir().join(format!("journal-campaign-{}.sqlite", std::process::id()));
    let journal = Journal::open(&file)
        .await?
        .exclusive()
        .grace(Duration::from_millis(100));
    let rows = "key,type,count,link
a,like,100,https://www.aparat.com/v/abcd
b,view,500,https://www.aparat.com/v/abcd
c,follow,50,https://www.aparat.com/someone";
    let is_order = |it: &payvand_sandbox::RecordedRequest| it.query_value("count") == Some("500");
    sandbox.fail_next_where(is_order, Fault::close().after_processing());
    let first = campaign(&aparat, &journal, rows).await?;
    // As after a crash: nothing is ordered twice.
    let second = campaign(&aparat, &journal, rows).await?;
    println!(
        "{first:?}; again: {second:?}; the sandbox has {} orders",
        sandbox.aparat().orders().len()
    );
    assert_eq!(
        (first.done, second.done, sandbox.aparat().orders().len()),
        (3, 3, 3)
    );
    drop(journal);
    fs::remove_file(file)?;
    Ok(())
}

#[tokio::test]
async fn it_places_each_order_once() {
    demonstration().await.unwrap();
}
