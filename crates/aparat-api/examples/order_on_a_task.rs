//! Places an order on a task of its own, so that nothing that happens to the caller (a timeout, a `select!`, a client
//! that hangs up) can drop it half-way, and writes down what was about to be ordered before it is sent.
//!
//! `cargo run -p aparat-api --example order_on_a_task` runs it against a sandbox that it starts itself.

#![allow(clippy::print_stdout, reason = "an example")]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use aparat_api::{Client, OrderIntent, OrderKind, OrderObserver, OrderOutcome, async_trait};
use payvand_sandbox::{Fault, Sandbox, aparat::Aparat};
use tokio::time::timeout;

/// A line for every intent and every outcome, on disk before the order leaves.
struct Journal(Mutex<File>);

impl Journal {
    fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self(Mutex::new(
            OpenOptions::new().create(true).append(true).open(path)?,
        )))
    }

    fn write(&self, line: &str) -> std::io::Result<()> {
        let mut file = self
            .0
            .lock()
            .map_err(|_| std::io::Error::other("the journal is broken"))?;
        writeln!(file, "{line}")?;
        file.sync_data()
    }
}

#[async_trait]
impl OrderObserver for Journal {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn Error + Send + Sync>> {
        let name = order.reference().unwrap_or("-");
        let line = format!(
            "{name} intent {} {} {}",
            order.kind(),
            order.count(),
            order.link()
        );
        // A database would be asked here with `.await`; a file blocks, so a real program gives it a thread.
        Ok(self.write(&line)?)
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let name = order.reference().unwrap_or("-");
        let text = match outcome {
            OrderOutcome::Placed { id } => format!("placed {}", id.as_deref().unwrap_or("without an id")),
            OrderOutcome::NotPlaced { .. } => "not placed".to_owned(),
            _ => "unknown".to_owned(),
        };
        if let Err(error) = self.write(&format!("{name} outcome {text}")) {
            eprintln!("the journal cannot be written, and order {name} is {text}: {error}");
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox
        .aparat()
        .fail_next(Fault::delay(Duration::from_millis(300)).after_processing());

    let path = std::env::temp_dir().join(format!("payvand-orders-{}.log", std::process::id()));
    let aparat = Client::builder(Aparat::TOKEN)
        .base_url(sandbox.url())
        .observer(Journal::open(&path)?)
        .build()?;

    let call = aparat
        .order(OrderKind::View, "https://www.aparat.com/v/abcd", 500)
        .reference("invoice-17");
    let mut order = tokio::spawn(call.send());

    // The caller stops waiting. The order goes on.
    match timeout(Duration::from_millis(50), &mut order).await {
        Ok(outcome) => println!("at once: {:?}", outcome??.id()),
        Err(_) => println!("not yet: «we will tell you when your order is placed»"),
    }
    let placed = order.await??;
    println!("later: placed, id {:?}", placed.id());

    println!("\nthe journal:\n{}", std::fs::read_to_string(&path)?);
    std::fs::remove_file(&path)?;
    Ok(())
}
