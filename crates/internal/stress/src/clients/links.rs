//! Short links: made, visited, listed, switched and counted by many hands.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use podlink_api::{Client, Content, Error, Interval, OrderBy, Visit};
use tokio::task::JoinSet;

use super::hand::{Answered, Call, done};
use super::{Crew, client};
use crate::lanes::marked;
use crate::ledger::{Outcome, What};
use crate::plan::Plan;

/// Hashes of links that were added.
type Hashes = Arc<Mutex<VecDeque<String>>>;

const PAGE: u64 = 10;

pub(super) fn start(crew: &Crew, hands: &mut JoinSet<()>) {
    let builder =
        Client::builder(crew.lane.pod_token(&crew.settings)).api_key(crew.lane.pod_key(&crew.settings));
    let client = client!(crew, crew.places.sandbox.as_str(), builder);
    let hashes = Hashes::default();
    for _ in 0..crew.lane.hands {
        hands.spawn(work(crew.clone(), client.clone(), Arc::clone(&hashes)));
    }
}

async fn work(crew: Crew, pod: Client, hashes: Hashes) {
    while let Some(number) = crew.next_call() {
        let mut plan = Plan::of(&crew.settings, &crew.lane, number);
        let known = {
            let hashes: Vec<_> = lock(&hashes).iter().cloned().collect();
            plan.dice.pick(&hashes).cloned()
        };
        match known {
            Some(hash) if plan.what != What::Add => use_link(&crew, &pod, number, &mut plan, hash).await,
            _ => add(&crew, &pod, number, &mut plan, &hashes).await,
        }
    }
}

async fn add(crew: &Crew, pod: &Client, number: u32, plan: &mut Plan, hashes: &Hashes) {
    let address = format!("https://example.com/{}html", plan.mark);
    let content = match plan.dice.below(3) {
        0 => Content::link(address),
        1 => Content::file(address),
        _ => Content::text(format!("متن {address}")),
    };
    let mut call = pod.add_link(content).tags(["storm"]).timeout(plan.timing.timeout);
    match plan.dice.below(10) {
        0..4 => call = call.hash(format!("s{}x{number}", crew.lane.number)),
        // Of all who want it one gets it.
        4 => call = call.hash(format!("s{}", crew.lane.number)),
        _ => {}
    }
    let id_of = |link: &podlink_api::AddedLink| Answered::Done(Some(link.hash().to_owned()));
    let report = report(number, What::Add, plan, None);
    if let Outcome::Done { id: Some(hash) } = crew.make(report, call.send(), id_of).await.outcome {
        let mut hashes = lock(hashes);
        hashes.push_back(hash);
        if hashes.len() > 50 {
            hashes.pop_front();
        }
    }
}

async fn use_link(crew: &Crew, pod: &Client, number: u32, plan: &mut Plan, hash: String) {
    let timeout = plan.timing.timeout;
    let report = report(number, plan.what, plan, Some(hash.clone()));
    match plan.what {
        What::Visit => drop(
            crew.make(report, pod.visit(hash).timeout(timeout).send(), was_the_links)
                .await,
        ),
        What::Activate => drop(
            crew.make(report, pod.activate(hash).timeout(timeout).send(), done)
                .await,
        ),
        What::Deactivate => drop(
            crew.make(report, pod.deactivate(hash).timeout(timeout).send(), done)
                .await,
        ),
        What::ClickStats => {
            let hour_ago = SystemTime::now() - Duration::from_secs(3600);
            let call = pod.click_stats(hash).interval(Interval::Minute).from(hour_ago);
            drop(crew.make(report, call.timeout(timeout).send(), done).await);
        }
        What::ListAll => {
            let two_pages = two_pages(pod, timeout / 2);
            drop(crew.make(report, two_pages, done).await);
        }
        _ => {
            let call = pod.list_links().count(PAGE).order_by(OrderBy::VisitCount);
            drop(crew.make(report, call.timeout(timeout).send(), done).await);
        }
    }
}

/// The links of two pages, each of which has this time.
async fn two_pages(pod: &Client, timeout: Duration) -> Result<(), Error> {
    let mut links = pod.list_links().count(PAGE).timeout(timeout).stream();
    for _ in 0..=PAGE {
        match links.next().await {
            Some(link) => drop(link?),
            None => break,
        }
    }
    Ok(())
}

/// On the wire a gateway's redirect to some other site is no different from a link's own, so the library cannot tell
/// them apart. Whoever knows where the link leads can.
fn was_the_links(visit: &Visit) -> Answered {
    let (Visit::Redirect(target) | Visit::Content(target)) = visit;
    match marked(target) {
        Some(_) => Answered::Done(None),
        None => Answered::Oddly,
    }
}

fn report(number: u32, what: What, plan: &Plan, about: Option<String>) -> Call {
    Call {
        number,
        what,
        timing: plan.timing,
        about,
    }
}

fn lock(hashes: &Hashes) -> std::sync::MutexGuard<'_, VecDeque<String>> {
    hashes.lock().unwrap_or_else(PoisonError::into_inner)
}
