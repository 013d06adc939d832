//! Every public type of this crate at work, without a network: a provider of one's own, a bulk, a failover, and what an
//! error tells.
//!
//! `cargo run -p payvand-sms --example sms_every_type`

#![allow(clippy::print_stdout, reason = "an example")]

use std::sync::Arc;
use std::time::Duration;

use payvand_sms::{
    BlockingIter, Bulk, Cause, ChunkLimits, ChunkSender, Effect, Error, Failover, FailoverCall,
    FailoverError, Kind, Language, Message, Mobile, NumberError, Outcome, Outcomes, Receipt, Row, RowOutcome,
    Scope, Sender, Taken, Tried, async_trait,
};

/// A provider that takes what it is given, but for one number.
#[derive(Clone, Copy)]
struct Provider {
    refuses: Mobile,
}

impl Provider {
    fn outcome(self, to: Mobile) -> Outcome {
        if to == self.refuses {
            return Outcome::Refused(Cause::Status(Some("27".to_owned())));
        }
        Outcome::Sent(Receipt::new(Some(to.to_string()), Some("7".into())))
    }
}

#[async_trait]
impl ChunkSender for Provider {
    fn limits(&self) -> ChunkLimits {
        ChunkLimits {
            most_rows: 2,
            is_one_text: true,
            at_once: Some(5),
        }
    }

    async fn send_chunk(&self, rows: &[Row]) -> Vec<Outcome> {
        println!(
            "{} with the text {}",
            rows.len(),
            rows.first().map_or("", Row::text)
        );
        rows.iter().map(|row| self.outcome(row.to())).collect()
    }

    fn scope(&self, _: &Cause) -> Scope {
        Scope::Row
    }
}

#[async_trait]
impl Sender for Provider {
    fn provider(&self) -> &'static str {
        "example"
    }

    async fn send(&self, message: &Message, to: Mobile) -> Outcome {
        println!("{} with {} values", message.text(), message.values().count());
        self.outcome(to)
    }
}

fn told(cause: &Cause) -> Option<(Kind, Effect, Option<Duration>)> {
    let error: &Error = cause.error()?;
    Some((error.kind(), error.effect(), error.retry_after()))
}

fn show(row: &RowOutcome) {
    let (receipt, cause) = (row.outcome().receipt(), row.outcome().cause());
    println!(
        "{} {:#}: {:?}",
        row.index(),
        row.to(),
        receipt.and_then(Receipt::id)
    );
    if let Some(cause) = cause {
        println!("{} {:?}", cause.describe(Language::Persian), told(cause));
    }
}

async fn bulk(provider: Provider, numbers: &[Mobile]) -> Result<(), Error> {
    let bulk: Bulk = Bulk::new(provider).max_wait(Duration::ZERO).concurrency(2);
    let rows: Vec<Row> = numbers.iter().map(|to| Row::new(*to, "سلام")).collect();
    let waited: BlockingIter<Outcomes> = bulk.clone().send_all(rows.clone()).wait()?;
    waited.for_each(|row| show(&row));
    let mut outcomes: Outcomes = bulk.send_all(rows);
    while let Some(row) = outcomes.next().await {
        show(&row);
    }
    assert!(outcomes.ended().is_none());
    Ok(())
}

async fn failover(first: Provider, second: Provider, to: Mobile) -> Result<(), FailoverError> {
    let failover: Failover = Failover::new([Arc::new(first), Arc::new(second)]);
    let call: FailoverCall = failover.template_or_text("کد: 1234").set("code", "1234").to(to);
    let taken: Taken = call.await?;
    let before: &[Tried] = taken.before();
    println!("{} of {} refused it", before.len(), before.len() + 1);
    assert!(before.iter().all(|tried| tried.outcome().is_certainly_not_sent()));
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Result<Vec<Mobile>, NumberError> = ["09120000000", "09350000000"]
        .map(str::parse)
        .into_iter()
        .collect();
    let numbers = numbers?;
    let (first, second) = (Provider { refuses: numbers[1] }, Provider { refuses: numbers[0] });
    bulk(first, &numbers).await?;
    failover(first, second, numbers[1]).await?;
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
