//! The service behind the gateway: its state, and what a call does to it. Knows nothing of HTTP or JSON.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, SystemTime};

use url::Url;

use super::account::Accounts;
use super::calendar::{DAY, duration, millis};
use super::click::Click;
use super::link::{Kind, Link};
use super::refusal::Refusal;
use crate::providers::bounded::{Bounded, ItemLimits};
use crate::providers::bounded_map::BoundedMap;

/// A call's parameters, by name; an empty one counts as missing.
pub(super) type Parameters = HashMap<String, String>;

#[derive(Debug)]
pub(super) struct Service {
    pub(super) accounts: Accounts,
    pub(super) lifetime: Duration,
    pub(super) longest_hash: usize,
    pub(super) largest_page: usize,
    /// By hash, in the order in which they were added.
    links: BoundedMap<Link>,
    /// The link of each click that is kept, by number.
    clicked: Bounded<u64>,
    /// What each account has shortened.
    contents: HashSet<(String, String)>,
    added: u64,
}

/// Where a visitor is taken.
#[derive(Debug, PartialEq)]
pub(super) enum Target {
    Redirect(String),
    Content(String),
}

impl Service {
    pub(super) fn new(limits: ItemLimits) -> Self {
        Self {
            accounts: Accounts::new(limits),
            lifetime: Duration::from_millis(730 * DAY.unsigned_abs()),
            longest_hash: 32,
            largest_page: 10_000,
            links: BoundedMap::new(limits),
            clicked: Bounded::new(limits),
            contents: HashSet::new(),
            added: 0,
        }
    }

    pub(super) fn links(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().map(|(_, link)| link)
    }

    pub(super) fn find(&self, hash: &str) -> Option<&Link> {
        self.links.get(hash)
    }

    pub(super) fn dropped_items(&self) -> u64 {
        self.accounts.dropped() + self.links.dropped() + self.clicked.dropped()
    }

    /// A link of this account.
    pub(super) fn owned(&self, owner: &str, hash: &str) -> Result<&Link, Refusal> {
        self.find(hash)
            .filter(|link| link.owner == owner)
            .ok_or(Refusal::NotFound)
    }

    pub(super) fn add(
        &mut self,
        owner: &str,
        parameters: &Parameters,
        now: SystemTime,
    ) -> Result<&Link, Refusal> {
        let content = given(parameters, "urlOrContent").ok_or(Refusal::ContentMissing)?;
        let kind = given(parameters, "shortenObjectKind")
            .and_then(Kind::parse)
            .ok_or(Refusal::InvalidParameter)?;
        // A file has any text in the document's own sample.
        if kind == Kind::Link && !Url::parse(content).is_ok_and(|url| url.has_host()) {
            return Err(Refusal::InvalidParameter);
        }
        let hash = match given(parameters, "hash") {
            Some(hash) => self.check_hash(hash)?.to_owned(),
            None => self.next_hash(),
        };
        if self.contents.contains(&(owner.to_owned(), content.to_owned())) {
            return Err(Refusal::ContentTaken);
        }
        let now = millis(now);
        self.keep(Link {
            owner: owner.to_owned(),
            is_custom: given(parameters, "hash").is_some(),
            hash: hash.clone(),
            content: content.to_owned(),
            kind,
            tags: split_tags(parameters.get("tags").map_or("", String::as_str)),
            created: now,
            expires: now.saturating_add(duration(self.lifetime)),
            is_active: true,
            clicks: VecDeque::new(),
            visits: 0,
        });
        self.find(&hash).ok_or(Refusal::Internal)
    }

    fn check_hash<'a>(&self, hash: &'a str) -> Result<&'a str, Refusal> {
        if hash.chars().count() > self.longest_hash {
            Err(Refusal::HashTooLong)
        } else if hash.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control()) {
            Err(Refusal::InvalidParameter)
        } else if self.links.contains(hash) {
            Err(Refusal::HashTaken)
        } else {
            Ok(hash)
        }
    }

    /// Six letters and digits that follow no visible order, the same in every sandbox.
    fn next_hash(&mut self) -> String {
        const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        loop {
            self.added += 1;
            // Odd and without a common divisor with 36^6: no two numbers meet in one round of them all.
            let mut rest = self.added.wrapping_mul(1_500_450_271) % 36_u64.pow(6);
            let mut hash = String::new();
            for _ in 0..6 {
                hash.push(char::from(
                    LETTERS[usize::try_from(rest % 36).unwrap_or_default()],
                ));
                rest /= 36;
            }
            if !self.links.contains(&hash) {
                return hash;
            }
        }
    }

    fn keep(&mut self, link: Link) {
        self.contents.insert((link.owner.clone(), link.content.clone()));
        let memory = link.memory();
        for gone in self.links.insert(link.hash.clone(), link, memory) {
            self.contents.remove(&(gone.owner, gone.content));
        }
    }

    pub(super) fn seed(&mut self, owner: &str, count: usize, now: SystemTime) {
        let created = millis(now);
        let expires = created.saturating_add(duration(self.lifetime));
        for _ in 0..count {
            let hash = self.next_hash();
            let number = self.links.added();
            let (kind, content) = match number % 3 {
                0 => (
                    Kind::Content,
                    format!("متن شمارهٔ {number} با «گیومه» و \"quotes\""),
                ),
                1 => (Kind::File, format!("https://example.com/files/{number}.pdf")),
                _ => (
                    Kind::Link,
                    format!("https://example.com/news/{number}?utm_source=sms&title=خبر"),
                ),
            };
            self.keep(Link {
                owner: owner.to_owned(),
                hash,
                is_custom: false,
                content,
                kind,
                tags: vec!["seed".to_owned(), format!("گروه{}", number % 10)],
                created,
                expires,
                is_active: true,
                clicks: VecDeque::new(),
                visits: 0,
            });
        }
    }

    pub(super) fn remove(&mut self, hash: &str) {
        if let Some(link) = self.links.remove(hash) {
            self.contents.remove(&(link.owner, link.content));
        }
    }

    /// Somebody opens a short link.
    pub(super) fn click(&mut self, hash: &str, click: Click) -> Result<Target, Refusal> {
        let number = self.links.number(hash).ok_or(Refusal::NotFound)?;
        let link = self
            .links
            .get_by_number(number)
            .filter(|link| link.works(click.at))
            .ok_or(Refusal::NotFound)?;
        let memory = click.memory();
        link.clicks.push_back(click);
        link.visits += 1;
        let target = match (link.kind, Url::parse(&link.content)) {
            (Kind::Link | Kind::File, Ok(url)) => Target::Redirect(url.into()),
            _ => Target::Content(link.content.clone()),
        };
        for oldest in self.clicked.push(number, memory) {
            if let Some(link) = self.links.get_by_number(oldest) {
                link.clicks.pop_front();
            }
        }
        Ok(target)
    }

    pub(super) fn set_active(&mut self, owner: &str, parameters: &Parameters) -> Result<(), Refusal> {
        let hash = given(parameters, "hash").ok_or(Refusal::HashMissing)?;
        let active = match given(parameters, "setStatus") {
            Some("active") => true,
            Some("deactive") => false,
            _ => return Err(Refusal::InvalidParameter),
        };
        self.owned(owner, hash)?;
        if let Some(link) = self.links.get_mut(hash) {
            link.is_active = active;
        }
        Ok(())
    }
}

pub(super) fn given<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters
        .get(name)
        .map(String::as_str)
        .filter(|value| !value.trim().is_empty())
}

/// A parameter that must be a number if it is there.
pub(super) fn number(parameters: &Parameters, name: &str) -> Result<Option<i64>, Refusal> {
    given(parameters, name)
        .map(|text| text.parse().map_err(|_| Refusal::InvalidParameter))
        .transpose()
}

/// The document joins with the Persian comma.
pub(super) fn split_tags(text: &str) -> Vec<String> {
    text.split('،')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(count: usize) -> Service {
        Service::new(ItemLimits {
            count,
            ..ItemLimits::default()
        })
    }

    #[test]
    fn the_newest_clicks_are_kept_and_all_are_counted() {
        let mut service = service(3);
        service.seed("t", 4, SystemTime::now());
        let hashes: Vec<_> = service.links().map(|link| link.hash.clone()).collect();
        assert_eq!((hashes.len(), service.contents.len()), (3, 3));
        for link in [0, 0, 1, 0, 0] {
            service.click(&hashes[link], Click::new(0, None, None)).unwrap();
        }
        let clicks = |hash: &str| {
            let link = service.find(hash).unwrap();
            (link.clicks.len(), link.visits)
        };
        assert_eq!([clicks(&hashes[0]), clicks(&hashes[1])], [(2, 4), (1, 1)]);
        assert_eq!(service.dropped_items(), 3);
        // The clicks of a link that was removed are those of no other one.
        service.remove(&hashes[0]);
        let click = Click::new(0, None, None);
        assert!(service.click(&hashes[2], click.clone()).is_ok());
        assert!(service.click(&hashes[2], click).is_ok());
        assert_eq!(service.find(&hashes[2]).unwrap().clicks.len(), 2);
    }

    #[test]
    fn hashes_never_come_twice() {
        let mut service = service(20_000);
        service.seed("t", 20_000, SystemTime::now());
        let hashes: HashSet<_> = service.links().map(|link| &link.hash).collect();
        assert_eq!(hashes.len(), 20_000);
    }

    #[test]
    fn what_is_removed_is_gone_and_the_rest_is_found() {
        let mut service = service(10);
        service.seed("t", 10, SystemTime::now());
        let hashes: Vec<_> = service.links().map(|link| link.hash.clone()).collect();
        service.remove(&hashes[3]);
        assert!(service.find(&hashes[3]).is_none());
        for hash in hashes.iter().filter(|hash| **hash != hashes[3]) {
            assert_eq!(&service.find(hash).unwrap().hash, hash);
        }
    }
}
