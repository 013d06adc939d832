//! Campaigns of orders that are killed at random moments, judged by what the sandbox has.
//!
//! `JOURNAL_KILLS` says how many kills, `JOURNAL_SEED` which ones.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt, TryStreamExt};
use payvand_journal::{Doubt, Entry, Filter, Journal, JournalError, Record, State, Verdict};
use payvand_sandbox::{Ending, Fault, Point, RecordedRequest, Sandbox};

use aparat_api::{Client, OrderCall, OrderKind};

use crate::support::{Folder, SECOND, command, variable};

const ACCOUNTS: usize = 12;
const TIMEOUT: Duration = Duration::from_millis(500);
/// Longer than an order in the sandbox takes, however busy the machine is.
const GRACE: Duration = Duration::from_millis(1500);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What each life of the campaign may spend more than the one before.
const ALLOWANCE: u64 = 3000;

fn name(account: usize) -> String {
    format!("account-{account}")
}

fn link(account: usize, key: usize) -> String {
    format!("https://www.aparat.com/v/{account}-{key}")
}

fn cost(key: usize) -> u32 {
    50 + u32::try_from(key).unwrap() % 1000
}

fn call(aparat: &Client, account: usize, key: usize) -> OrderCall {
    aparat.order(OrderKind::Like, link(account, key), cost(key))
}

/// The campaign: what an operator's program does, again and again.
#[tokio::test]
#[ignore = "run by other tests"]
async fn campaign() {
    let Some(url) = variable("JOURNAL_SANDBOX") else {
        return;
    };
    let journal = Journal::open(variable("JOURNAL_FILE").unwrap()).await.unwrap();
    join_all((0..ACCOUNTS).map(|account| orders(&journal, &url, account))).await;
}

async fn orders(journal: &Journal, url: &str, account: usize) {
    let most = variable("JOURNAL_BUDGET").unwrap().parse().unwrap();
    let aparat = Client::builder(name(account)).base_url(url).timeout(TIMEOUT);
    let aparat = aparat.build().unwrap();
    let journal = journal.account(name(account)).exclusive();
    let journal = journal.grace(GRACE).budget(most, DAY);
    let mine = Filter::default().account("aparat", name(account));
    let records: Vec<Record> = journal.entries(mine).try_collect().await.unwrap();
    let mut keys: Vec<usize> = (0..).take(records.len() + 1).collect();
    let number = |record: &Record| record.key().rsplit('-').next().unwrap().parse::<usize>().unwrap();
    for record in records.iter().filter(|it| it.state() == State::Done) {
        keys.retain(|key| *key != number(record));
    }
    let next = records.iter().map(number).max().map_or(0, |it| it + 1);
    for key in keys.into_iter().filter(|key| *key < next).chain(next..) {
        let id = format!("{account}-{key}");
        loop {
            match journal.run(&id, call(&aparat, account, key)).await {
                Ok(Entry::Done(_)) => break,
                Ok(Entry::NotDone(_))
                | Err(JournalError::AccountBusy { .. } | JournalError::RunningElsewhere { .. }) => {}
                Ok(Entry::InDoubt(doubt)) => settled(&doubt, &call(&aparat, account, key)).await,
                Err(JournalError::OverBudget { .. }) if key < next => break,
                Err(JournalError::OverBudget { .. }) => return,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// All orders stay open, as this operator knows: so what is likely is taken for certain.
async fn settled(doubt: &Doubt, call: &OrderCall) {
    loop {
        match doubt.reconcile(call).await {
            Ok(Verdict::Happened(_) | Verdict::DidNot) => return,
            Ok(Verdict::Likely(settled, _)) => return doubt.settle(settled).await.unwrap(),
            Ok(verdict) => eprintln!("{verdict:?}"),
            Err(JournalError::NotYet { .. } | JournalError::RunningElsewhere { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        tokio::time::sleep(SECOND / 20).await;
    }
}

/// Three of ten orders go wrong.
fn fault(random: &mut fastrand::Rng, request: &RecordedRequest) -> Option<Fault> {
    request.query_value("count")?;
    let late = Duration::from_millis(random.u64(1..80));
    Some(match random.u32(0..100) {
        0..6 => Fault::close(),
        6..12 => Fault::close().after_processing(),
        12..16 => Fault::answer(502, "<html>").after_processing(),
        16..20 => Fault::usual().cut(Point::HalfBody, Ending::Close),
        20..22 => Fault::stall().after_processing(),
        22..26 => Fault::answer(200, r#"{"status":false,"message":"token invalid"}"#),
        26..30 => Fault::reset().delayed(late),
        30..60 => Fault::usual().after_processing().delayed(late),
        60..80 => Fault::usual().delayed(late),
        _ => return None,
    })
}

struct Campaign {
    sandbox: Sandbox,
    folder: Folder,
    /// Orders that have arrived.
    arrived: Arc<AtomicUsize>,
    random: fastrand::Rng,
}

impl Campaign {
    async fn start(seed: u64) -> Self {
        let arrived = Arc::new(AtomicUsize::new(0));
        let (count, faults) = (Arc::clone(&arrived), Mutex::new(fastrand::Rng::with_seed(seed)));
        let sandbox = Sandbox::builder()
            .record_limit(1_000_000)
            .record_memory(1 << 30)
            .choose_fault(move |request| {
                if request.query_value("count").is_some() {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                fault(&mut faults.lock().unwrap(), request)
            });
        let sandbox = sandbox.start().await.unwrap();
        sandbox.aparat().set_order_duration(100_000 * SECOND);
        for account in 0..ACCOUNTS {
            sandbox.aparat().add_account(name(account), 1_000_000_000);
        }
        Self {
            sandbox,
            folder: Folder::new(),
            arrived,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    fn child(&self, budget: u64) -> std::process::Child {
        let file = self.folder.file().to_str().unwrap().to_owned();
        let variables = [
            ("JOURNAL_SANDBOX", self.sandbox.url()),
            ("JOURNAL_FILE", &file),
            ("JOURNAL_BUDGET", &budget.to_string()),
        ];
        command("crashes::campaign", &variables).spawn().unwrap()
    }

    /// Lets the campaign run until a random moment, half of the time just after an order has arrived. Whether it still ran.
    async fn kill(&mut self, budget: u64) -> bool {
        let mut child = self.child(budget);
        let before = self.arrived.load(Ordering::Relaxed);
        let wait = Duration::from_millis(self.random.u64(50..250));
        let on_arrival = self.random.bool();
        let orders = self.random.usize(1..8);
        for _ in 0..2000 {
            let arrived = self.arrived.load(Ordering::Relaxed) - before;
            if arrived > 0 && (!on_arrival || arrived >= orders) || child.try_wait().unwrap().is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if !on_arrival {
            tokio::time::sleep(wait).await;
        }
        let ran = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        ran
    }

    async fn entries(&self) -> Vec<Record> {
        let journal = self.folder.journal().await;
        journal
            .entries(Filter::default())
            .map(Result::unwrap)
            .collect()
            .await
    }

    /// How often each order was placed.
    fn placed(&self) -> HashMap<String, usize> {
        let mut placed = HashMap::new();
        for order in self.sandbox.aparat().orders() {
            *placed.entry(order.link().to_owned()).or_default() += 1;
        }
        placed
    }

    /// What is wrong; the entries in doubt may be either.
    fn judge(&self, entries: &[Record], budget: u64) -> String {
        let (mut wrong, mut known) = (String::new(), HashSet::new());
        let placed = self.placed();
        let mut spent = HashMap::<_, u64>::new();
        for entry in entries {
            let (account, key) = entry.key().split_once('-').unwrap();
            let link = link(account.parse().unwrap(), key.parse().unwrap());
            let count = placed.get(&link).copied().unwrap_or_default();
            if count > 1 || matches!((entry.state(), count), (State::Done, 0) | (State::NotDone, 1)) {
                let _ = writeln!(
                    wrong,
                    "{} is {} and was placed {count} times",
                    entry.key(),
                    entry.state()
                );
            }
            if entry.state() != State::NotDone {
                *spent.entry(entry.account().to_owned()).or_default() += entry.cost();
            }
            known.insert(link);
        }
        for (account, spent) in spent.iter().filter(|it| *it.1 > budget) {
            let _ = writeln!(wrong, "{account} has spent {spent} of {budget}");
        }
        for link in placed.keys().filter(|it| !known.contains(*it)) {
            let _ = writeln!(wrong, "{link} was placed and has no entry");
        }
        wrong
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_campaign_that_is_killed_again_and_again_places_each_order_once() {
    let kills: usize = variable("JOURNAL_KILLS").map_or(8, |it| it.parse().unwrap());
    let seed = variable("JOURNAL_SEED").map_or_else(|| fastrand::u64(..), |it| it.parse().unwrap());
    let mut campaign = Campaign::start(seed).await;
    let (mut killed, mut in_the_middle, mut budget) = (0, 0, 0);
    while killed < kills {
        budget += ALLOWANCE;
        if !campaign.kill(budget).await {
            continue;
        }
        killed += 1;
        let before = campaign.sandbox.requests();
        let entries = campaign.entries().await;
        let wrong = campaign.judge(&entries, budget);
        assert!(wrong.is_empty(), "seed {seed}, kill {killed}: {wrong}");
        let has_arrived = |entry: &Record| {
            let (account, key) = entry.key().split_once('-').unwrap();
            let link = link(account.parse().unwrap(), key.parse().unwrap());
            before.iter().any(|it| it.query_value("link") == Some(&link))
        };
        let in_doubt = entries
            .iter()
            .filter(|it| it.state() == State::InDoubt && it.ended().is_none());
        in_the_middle += usize::from(in_doubt.clone().any(has_arrived));
        campaign.sandbox.clear_requests();
    }
    // What is in doubt is settled, and nothing is ordered any more.
    assert!(campaign.child(0).wait().unwrap().success());
    let entries = campaign.entries().await;
    let wrong = campaign.judge(&entries, budget);
    let in_doubt = entries.iter().filter(|it| it.state() == State::InDoubt).count();
    let done: u64 = entries
        .iter()
        .filter(|it| it.state() == State::Done)
        .map(Record::cost)
        .sum();
    let balances = (0..ACCOUNTS).map(|it| campaign.sandbox.aparat().balance(&name(it)).unwrap());
    let spent: u64 = balances.map(|it| 1_000_000_000 - it).sum();
    println!(
        "seed {seed}: {killed} kills, {in_the_middle} of them in the middle of an order; {} entries",
        entries.len()
    );
    assert!(wrong.is_empty(), "seed {seed}: {wrong}");
    assert_eq!(
        (in_doubt, spent, campaign.folder.owners()),
        (0, done, 0),
        "seed {seed}"
    );
}
