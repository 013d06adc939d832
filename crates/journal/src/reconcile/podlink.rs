//! By the list of links, which is complete.

use std::time::Duration;

use futures_util::{TryStreamExt, future};
use http_core::{Timestamp, async_trait};
use podlink_api::{AddLinkCall, Link};

use crate::calls::podlink::{StoredLink, arguments};
use crate::error::JournalError;
use crate::filter::Filter;
use crate::reconcile::{Case, Looked, Reconcile, Verdict};
use crate::record::time;
use crate::settle::Settled;
use crate::state::State;

/// How far the provider's clock may be behind.
const SKEW: Duration = Duration::from_secs(10 * 60);

/// As many links as one page may have.
const PAGE: u64 = 1000;

#[async_trait]
impl Reconcile for AddLinkCall {
    async fn look(&self, case: &Case) -> Looked<StoredLink> {
        let arguments = arguments(self).ok_or("the call cannot be sent")?;
        let recorded = case.recorded().await?;
        // What another key of the journal has made is not of this one.
        let is_recorded = |link: &Link| recorded.iter().any(|it| it.hash() == Some(link.hash()));
        let wanted = Wanted::new(&arguments, case);
        let links = self.client().list_links().count(PAGE).stream();
        let links = links.try_filter(|link| future::ready(!is_recorded(link) && wanted.may_be(link)));
        Ok(wanted.judge(&links.try_collect::<Vec<_>>().await?))
    }
}

impl Case {
    /// What the journal keeps of the links that were made.
    async fn recorded(&self) -> Result<Vec<StoredLink>, JournalError> {
        let filter = Filter::default().account(&self.row.provider, &self.row.account);
        let done = self.journal.entries(filter.state(State::Done));
        done.try_filter_map(|record| future::ok(record.kept()))
            .try_collect()
            .await
    }
}

struct Wanted<'a> {
    content: &'a str,
    hash: Option<&'a str>,
    tags: Vec<&'a str>,
    since: Option<Timestamp>,
}

impl<'a> Wanted<'a> {
    fn new(arguments: &'a [(String, String)], case: &Case) -> Self {
        let argument = |wanted: &str| {
            let found = arguments.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| &**value)
        };
        Self {
            content: argument("urlOrContent").unwrap_or_default(),
            hash: argument("hash"),
            tags: argument("tags")
                .map(|it| it.split('،').map(str::trim).collect())
                .unwrap_or_default(),
            since: time(case.row.begun).checked_sub(SKEW).map(Timestamp::from),
        }
    }

    /// Links that have anything of it, so that the list is not held as a whole.
    fn may_be(&self, link: &Link) -> bool {
        let has_tag = link.tags().any(|tag| self.tags.contains(&tag));
        self.hash == Some(link.hash()) || has_tag || link.content() == Some(self.content)
    }

    fn is_it(&self, link: &Link) -> bool {
        let is_new = link.create_time().is_some_and(|it| Some(it) >= self.since);
        is_new && link.content() == Some(self.content)
    }

    fn judge(&self, links: &[Link]) -> Verdict<StoredLink> {
        let of = |link: &Link| StoredLink {
            hash: Some(link.hash().to_owned()),
        };
        if let Some(hash) = self.hash {
            return match links.iter().find(|link| link.hash() == hash) {
                None => Verdict::DidNot,
                Some(link) if self.is_it(link) => Verdict::Happened(of(link)),
                Some(_) => Verdict::NotSure(format!("the hash {hash:?} is that of an older or another link")),
            };
        }
        for tag in &self.tags {
            let mut tagged = links.iter().filter(|link| link.tags().any(|it| it == *tag));
            match (tagged.next(), tagged.next()) {
                (None, _) => return Verdict::DidNot,
                (Some(link), None) if self.is_it(link) => return Verdict::Happened(of(link)),
                _ => {}
            }
        }
        let same: Vec<_> = links.iter().filter(|link| self.is_it(link)).collect();
        let why = |what: &str| {
            format!("{what}, and without a hash or a tag of its own a link cannot be told from others")
        };
        match &same[..] {
            [] => Verdict::Likely(Settled::DidNot, why("no new link has this content")),
            [link] => {
                let hash = link.hash();
                Verdict::Likely(
                    Settled::Happened,
                    why(&format!("the new link {hash:?} has this content")),
                )
            }
            _ => Verdict::NotSure(why("several new links have this content")),
        }
    }
}
