//! A short link.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::click::Click;
use crate::clock::unix_millis;
use crate::secrets::Secrets;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Link,
    Content,
    File,
}

impl Kind {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "link" => Some(Self::Link),
            "content" => Some(Self::Content),
            "file" => Some(Self::File),
            _ => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Content => "content",
            Self::File => "file",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) owner: String,
    pub(super) hash: String,
    pub(super) is_custom: bool,
    pub(super) content: String,
    pub(super) kind: Kind,
    pub(super) tags: Vec<String>,
    pub(super) created: i64,
    pub(super) expires: i64,
    pub(super) is_active: bool,
    /// The latest ones.
    pub(super) clicks: VecDeque<Click>,
    /// How many clicks there ever were.
    pub(super) visits: u64,
}

impl Link {
    pub(super) fn method(&self) -> &'static str {
        if self.is_custom { "custom" } else { "auto" }
    }

    /// Whether its short address leads anywhere.
    pub(super) fn works(&self, now: i64) -> bool {
        self.is_active && now < self.expires
    }

    /// About how much memory it takes, hash and clicks aside.
    pub(super) fn memory(&self) -> usize {
        let tags = self.tags.iter().map(|tag| tag.len() + size_of::<String>());
        // The owner and the content are kept once more, to find what was shortened already.
        2 * (self.owner.len() + self.content.len() + size_of::<String>())
            + self.hash.len()
            + tags.sum::<usize>()
    }
}

/// A link that has been added, as it stood when the sandbox was asked.
#[derive(Clone, Debug)]
pub struct StoredLink(Link);

impl StoredLink {
    pub(super) fn of(link: &Link) -> Self {
        let mut link = link.clone();
        link.clicks.make_contiguous();
        Self(link)
    }

    /// Its hash.
    pub fn hash(&self) -> &str {
        &self.0.hash
    }

    /// The token of the account that added it.
    pub fn owner(&self) -> &str {
        &self.0.owner
    }

    /// What was shortened.
    pub fn content(&self) -> &str {
        &self.0.content
    }

    /// `link`, `content` or `file`.
    pub fn kind(&self) -> &str {
        self.0.kind.as_str()
    }

    /// Whether the hash was chosen by whoever added it.
    pub fn is_custom(&self) -> bool {
        self.0.is_custom
    }

    /// Its tags.
    pub fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// Whether it is switched on.
    pub fn is_active(&self) -> bool {
        self.0.is_active
    }

    /// When it was added, by the sandbox's clock.
    pub fn added_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0.created).unwrap_or_default())
    }

    /// When it ends.
    pub fn expires_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0.expires).unwrap_or_default())
    }

    /// The clicks on it, oldest first: the latest ones, up to the [limit](crate::SandboxBuilder::item_limit).
    pub fn clicks(&self) -> &[Click] {
        self.0.clicks.as_slices().0
    }

    /// It as a JSON object, times in milliseconds since the Unix epoch. Serialising it does the same, with the token of
    /// its account hidden.
    pub fn to_json(&self, secrets: Secrets) -> Value {
        json!({
            "hash": self.hash(),
            "owner": secrets.secret(self.owner()),
            "content": self.content(),
            "kind": self.kind(),
            "is_custom": self.is_custom(),
            "tags": self.tags(),
            "is_active": self.is_active(),
            "added_at": unix_millis(self.added_at()),
            "expires_at": unix_millis(self.expires_at()),
            "clicks": self.clicks(),
        })
    }
}

impl Serialize for StoredLink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json(Secrets::Hidden).serialize(serializer)
    }
}
