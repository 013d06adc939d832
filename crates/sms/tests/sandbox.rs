//! Against the sandbox, while three requests of ten go wrong: what became of the messages is what the outcomes say.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::stream::unfold;
use http_core::bytes::Bytes;
use http_core::http::{Request, Response};
use http_core::{CallOptions, Transport, TransportError};
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::sms::SentMessage;
use payvand_sandbox::smsafzar::Smsafzar;
use payvand_sandbox::{Ending, Fault, Point, RecordedRequest, Reply, Sandbox};
use payvand_sms::{Bulk, Failover, FailoverError, Mobile, Outcome, Row, RowOutcome, async_trait};
use sabapayamak_api::{TokenDays, sabapayamak_auth};
use serde_json::Value;
use smsafzar_api::{RateLimit, smsafzar_auth};

/// The provider's own words, at which nothing is sent.
const REFUSAL: &str = r#"{"errorCode":429,"errorMessage":"x"}"#;

fn is_send(request: &RecordedRequest) -> bool {
    request.path().starts_with("/messages/send") || request.path().ends_with("/message")
}

/// Three of ten sends go wrong. Which ones, their bodies say: a request that is made again has the same fault.
fn fault(request: &RecordedRequest) -> Option<Fault> {
    let mut hasher = DefaultHasher::new();
    request.body().hash(&mut hasher);
    let is_afzar = request.provider() == Some("smsafzar");
    match hasher.finish() % 100 {
        _ if !is_send(request) => None,
        0..6 => Some(Fault::close()),
        6..12 => Some(Fault::close().after_processing()),
        12..16 => Some(Fault::answer(502, "<html>").after_processing()),
        16..20 => Some(Fault::usual().cut(Point::HalfBody, Ending::Close)),
        20..24 => Some(Fault::answer(200, "<html>").after_processing()),
        24..30 if is_afzar => Some(Fault::answer(429, REFUSAL)),
        24..30 => Some(Fault::reset().after_processing()),
        _ => None,
    }
}

/// The numbers that a send is to.
fn recipients(request: &RecordedRequest) -> Vec<String> {
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let keys = ["recipientNumbers", "Numbers", "recipientNumber"];
    let numbers = keys.iter().find_map(|key| body.get(key)).unwrap();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    match numbers.as_array() {
        Some(numbers) => numbers.iter().map(text).collect(),
        None => vec![text(numbers)],
    }
}

/// The numbers of the sends that the record says nobody can know of.
fn in_doubt(sandbox: &Sandbox) -> BTreeSet<String> {
    let refusal = Fault::answer(429, REFUSAL);
    let requests = sandbox.requests();
    let is_doubtful =
        |it: &&RecordedRequest| is_send(it) && it.fault().is_some_and(|fault| *fault != refusal);
    requests.iter().filter(is_doubtful).flat_map(recipients).collect()
}

/// How often each number has got a message.
fn messages(sandbox: &Sandbox) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    let all = sandbox
        .smsafzar()
        .sent_messages()
        .into_iter()
        .chain(sandbox.sabapayamak().sent_messages());
    for message in all {
        *counts
            .entry(SentMessage::recipient(&message).to_owned())
            .or_default() += 1;
    }
    counts
}

fn afzar(login: smsafzar_auth::ClientBuilder, url: &str) -> smsafzar_api::Client {
    let login = login.base_url(url).build().unwrap();
    let credentials = smsafzar_api::Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    smsafzar_api::Client::new(login.token_source(credentials.build().unwrap()))
}

fn saba(login: sabapayamak_auth::ClientBuilder, sandbox: &Sandbox) -> sabapayamak_api::Client {
    let login = login.base_url(sandbox.url()).build().unwrap();
    let credentials = sabapayamak_api::Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER);
    let days = TokenDays::new(1).unwrap();
    sabapayamak_api::Client::new(login.token_source(credentials.build().unwrap(), days))
}

fn mobile(number: usize) -> Mobile {
    format!("0912{number:07}").parse().unwrap()
}

/// Sends this number of rows, which come in groups, and compares each outcome with what the sandbox has. How many rows were sent,
/// refused, unknown and not sent.
async fn compare(sandbox: &Sandbox, bulk: Bulk, count: usize, group: usize) -> [usize; 4] {
    let rows = unfold(0, move |number| async move {
        if number > 0 && number % group == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let row = Row::new(mobile(number), format!("سلام {}", number % 3));
        (number < count).then_some((row, number + 1))
    });
    let mut outcomes = bulk.send_stream(Box::pin(rows));
    let mut given = Vec::new();
    while let Some(row) = outcomes.next().await {
        given.push(row);
    }
    let indexes: BTreeSet<_> = given.iter().map(RowOutcome::index).collect();
    assert_eq!(
        (given.len(), indexes.len()),
        (count, count),
        "each row has one outcome"
    );
    let messages = messages(sandbox);
    let mut counts = [0; 4];
    let mut unknown = BTreeSet::new();
    for row in given {
        let number = row.to().to_string();
        let received = messages.get(&number).copied().unwrap_or(0);
        let (place, expected) = match row.outcome() {
            Outcome::Sent(receipt) => {
                assert!(receipt.id().is_some() && receipt.batch_id().is_some());
                (0, 1..=1)
            }
            Outcome::Refused(_) => (1, 0..=0),
            Outcome::Unknown(_) => (2, 0..=1),
            _ => (3, 0..=0),
        };
        assert!(expected.contains(&received), "{received}: {row:?}");
        counts[place] += 1;
        if place == 2 {
            unknown.insert(number);
        }
    }
    assert_eq!(unknown, in_doubt(sandbox));
    counts
}

/// A sandbox at which sends go wrong, and a client with a limit that the sandbox has too.
async fn afzar_over_sockets(limit: u32) -> (Sandbox, smsafzar_api::Client) {
    let sandbox = Sandbox::builder().choose_fault(fault).start().await.unwrap();
    sandbox.smsafzar().set_rate_limit(Some(limit as usize));
    let login = smsafzar_auth::Client::builder().rate_limit(RateLimit::per_second(limit));
    let client = afzar(login, sandbox.url());
    (sandbox, client)
}

#[tokio::test]
async fn each_of_500_rows_becomes_what_its_outcome_says() {
    let (sandbox, sms) = afzar_over_sockets(50).await;
    let bulk = sms.bulk(Smsafzar::LINE).max_wait(Duration::from_millis(1));
    let [sent, refused, unknown, not_sent] = compare(&sandbox, bulk, 500, 7).await;
    assert!(
        sent > 250 && unknown > 50 && refused > 0,
        "{sent} {refused} {unknown} {not_sent}"
    );
    assert_eq!(sandbox.smsafzar().too_many(), 0, "the limit holds");
}

#[tokio::test]
async fn each_recipient_of_sabapayamak_becomes_what_its_outcome_says() {
    let sandbox = Sandbox::builder().choose_fault(fault).start().await.unwrap();
    for number in (0..500).step_by(50) {
        sandbox
            .sabapayamak()
            .refuse_number(&mobile(number).to_string(), 27);
    }
    let sms = saba(sabapayamak_auth::Client::builder(), &sandbox);
    let bulk = sms.bulk().concurrency(4).max_wait(Duration::from_millis(1));
    let [sent, refused, unknown, not_sent] = compare(&sandbox, bulk, 500, 20).await;
    assert!(
        sent > 250 && unknown > 50 && refused > 0,
        "{sent} {refused} {unknown} {not_sent}"
    );
}

/// A minute or so, by the provider's real limit: `cargo xtask check --long` runs it.
#[tokio::test]
#[ignore = "takes half a minute"]
async fn each_of_10_000_rows_becomes_what_its_outcome_says() {
    let (sandbox, sms) = afzar_over_sockets(5).await;
    let counts = compare(&sandbox, sms.bulk(Smsafzar::LINE), 10_000, 100).await;
    println!("sent, refused, unknown, not sent: {counts:?}");
    assert!(counts[0] > 5000 && counts[2] > 500, "{counts:?}");
    assert_eq!(sandbox.smsafzar().too_many(), 0, "the limit holds");
}

/// The most memory that a process of its own needs to send this number of rows, in KiB.
#[cfg(target_os = "linux")]
async fn memory_of(rows: usize, sandbox: &Sandbox) -> usize {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args([
        "--ignored",
        "--exact",
        "--nocapture",
        "memory_does_not_grow_with_the_rows",
    ]);
    child
        .env("BULK_ROWS", rows.to_string())
        .env("BULK_URL", sandbox.url());
    let output = tokio::task::spawn_blocking(move || child.output())
        .await
        .unwrap()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}");
    let peak = printed.split("VmHWM:").nth(1);
    peak.and_then(|it| it.split_whitespace().next())
        .unwrap()
        .parse()
        .unwrap()
}

#[cfg(target_os = "linux")]
async fn send_all(rows: usize, url: &str) {
    let login = smsafzar_auth::Client::builder().rate_limit(RateLimit::unlimited());
    let sms = afzar(login, url);
    let rows = (0..rows).map(|number| Row::new(mobile(number), format!("سلام {number}")));
    let mut outcomes = sms.bulk(Smsafzar::LINE).send_all(rows);
    while let Some(row) = outcomes.next().await {
        assert!(
            row.outcome().receipt().is_some_and(|it| it.id().is_some()),
            "{row:?}"
        );
    }
}

/// Within a tenth. `cargo xtask check --long` runs it.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "takes many seconds without optimization"]
async fn memory_does_not_grow_with_the_rows() {
    if let (Ok(rows), Ok(url)) = (std::env::var("BULK_ROWS"), std::env::var("BULK_URL")) {
        send_all(rows.parse().unwrap(), &url).await;
        println!("{}", std::fs::read_to_string("/proc/self/status").unwrap());
        return;
    }
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.smsafzar().set_rate_limit(None);
    sandbox.smsafzar().set_balance(Smsafzar::USERNAME, u64::MAX / 2);
    let few = memory_of(1000, &sandbox).await;
    let many = memory_of(100_000, &sandbox).await;
    println!("at most {few} KiB for 1,000 rows, {many} KiB for 100,000");
    assert!(many * 10 <= few * 11, "{many} > 1.1 * {few}");
}

/// Calls the sandbox in process. Every thirteenth request does not leave.
struct InProcess {
    sandbox: Arc<Sandbox>,
    requests: AtomicU64,
}

impl InProcess {
    fn new(sandbox: &Arc<Sandbox>) -> Self {
        Self {
            sandbox: Arc::clone(sandbox),
            requests: AtomicU64::new(0),
        }
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % 13 == 12 {
            return Err(TransportError::not_sent("refused"));
        }
        match self.sandbox.call(request).await {
            Reply::Answer(answer) => Ok(answer),
            _ => Err(TransportError::unknown("the connection broke")),
        }
    }
}

/// Sends this number of codes, one after the other, by two providers; how many stopped in doubt.
async fn codes_over_two_providers(count: usize) -> usize {
    let sandbox = Sandbox::builder()
        .choose_fault(fault)
        .record_limit(4 * count)
        .without_socket();
    let sandbox = Arc::new(sandbox);
    sandbox.smsafzar().set_rate_limit(None);
    let login = smsafzar_auth::Client::builder().rate_limit(RateLimit::unlimited());
    let afzar = afzar(login.transport(InProcess::new(&sandbox)), sandbox.url());
    let saba = saba(
        sabapayamak_auth::Client::builder().transport(InProcess::new(&sandbox)),
        &sandbox,
    );
    for number in (0..count).step_by(3) {
        sandbox
            .sabapayamak()
            .refuse_number(&mobile(number).to_string(), 27);
    }
    let first = afzar.sender(Smsafzar::LINE).template(Smsafzar::TEMPLATE);
    let failover = Failover::new([Arc::new(first), Arc::new(saba)]);
    let mut outcomes = Vec::new();
    for number in 0..count {
        let code = number.to_string();
        let call = failover
            .template_or_text(format!("کد ورود شما: {code}"))
            .set("code", code);
        outcomes.push(call.to(mobile(number)).await);
    }
    assert_eq!((sandbox.dropped_items(), sandbox.dropped_requests()), (0, 0));
    let messages = messages(&sandbox);
    assert!(messages.values().all(|count| *count == 1), "nobody gets two");
    let mut stopped = BTreeSet::new();
    let mut by_provider = HashMap::<_, usize>::new();
    for (number, outcome) in outcomes.into_iter().enumerate() {
        let number = mobile(number).to_string();
        let is_there = messages.contains_key(&number);
        match outcome {
            Ok(taken) => {
                assert!(is_there);
                *by_provider.entry(taken.provider()).or_default() += 1;
            }
            Err(FailoverError::InDoubt { .. }) => {
                stopped.insert(number);
            }
            Err(error) => {
                assert!(!is_there, "{error}");
                *by_provider.entry("none").or_default() += 1;
            }
        }
    }
    assert_eq!(
        stopped,
        in_doubt(&sandbox),
        "it stops where nobody can tell, and nowhere else"
    );
    println!(
        "{} of {count} stopped in doubt, the others: {by_provider:?}",
        stopped.len()
    );
    assert!(
        ["smsafzar", "sabapayamak", "none"]
            .iter()
            .all(|it| by_provider.contains_key(it))
    );
    stopped.len()
}

#[tokio::test(start_paused = true)]
async fn nobody_gets_a_code_by_two_providers() {
    let stopped = codes_over_two_providers(600).await;
    assert!((100..250).contains(&stopped), "{stopped}");
}

/// `cargo xtask check --long` runs it.
#[tokio::test(start_paused = true)]
#[ignore = "takes many seconds without optimization"]
async fn nobody_of_10_000_gets_a_code_by_two_providers() {
    let stopped = codes_over_two_providers(10_000).await;
    assert!((2000..3500).contains(&stopped), "{stopped}");
}
