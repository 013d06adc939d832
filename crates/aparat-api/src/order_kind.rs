use std::fmt;

use serde::Serialize;

/// What to order. Source: the document's argument `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderKind {
    /// Likes of a video.
    Like,
    /// Views of a video.
    View,
    /// Followers of a profile.
    Follow,
}

impl OrderKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::View => "view",
            Self::Follow => "follow",
        }
    }
}

impl fmt::Display for OrderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
