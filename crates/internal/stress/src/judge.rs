//! What must hold at the end. The truth is the sandbox's own record; the ledger is what the clients said of it.

mod book;
mod conduct;
mod limit;
mod links;
mod logins;
mod messages;
mod orders;
#[cfg(test)]
mod tests;

use payvand_leak_tests::Listener;
use payvand_sandbox::aparat::PlacedOrder;
use payvand_sandbox::podlink::StoredLink;

pub(crate) use book::Book;

use crate::lanes::{Lane, Settings, marked};
use crate::provider::Provider;
use crate::record::Arrival;
use crate::report::Line;
use crate::weather::Weather;

/// Everything that is known at the end.
#[derive(Debug)]
pub(crate) struct Evidence<'a> {
    pub(crate) settings: Settings,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) book: Book,
    pub(crate) arrivals: Vec<Arrival>,
    pub(crate) orders: Vec<PlacedOrder>,
    pub(crate) links: Vec<StoredLink>,
    /// The marks of all messages that were taken.
    pub(crate) messages: Vec<(u16, u32)>,
    pub(crate) provider: &'a Provider,
    pub(crate) weather: &'a Weather,
    pub(crate) elsewhere: &'a Listener,
}

impl<'a> Evidence<'a> {
    /// What the sandboxes hold now: they must have stopped.
    pub(crate) fn new(
        settings: Settings,
        book: Book,
        provider: &'a Provider,
        weather: &'a Weather,
        elsewhere: &'a Listener,
    ) -> Self {
        let mark = |body: &serde_json::Value| body.get("mark").and_then(|mark| marked(mark.as_str()?));
        let saba = provider.sandbox.sabapayamak().messages();
        let afzar = provider.sandbox.smsafzar().messages();
        let ageing = provider.ageing.smsafzar().messages();
        let messages = saba.iter().chain(&afzar).chain(&ageing);
        Self {
            settings,
            lanes: settings.lanes(),
            book,
            arrivals: provider.record.arrivals(),
            orders: provider.sandbox.aparat().orders(),
            links: provider.sandbox.podlink().links(),
            messages: messages.filter_map(|message| mark(message.body())).collect(),
            provider,
            weather,
            elsewhere,
        }
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        [
            orders::lines(self),
            links::lines(self),
            messages::lines(self),
            logins::lines(self),
            limit::lines(self),
            conduct::lines(self),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// How often each call's own thing is there.
fn counted(calls: impl Iterator<Item = (u16, u32)>) -> std::collections::BTreeMap<(u16, u32), usize> {
    let mut counts = std::collections::BTreeMap::new();
    for call in calls {
        *counts.entry(call).or_default() += 1;
    }
    counts
}
