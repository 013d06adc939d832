/// What to order. Source: the document's argument `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderKind {
    /// Likes of a video.
    Like,
    /// Views of a video.
    View,
    /// Followers of a profile.
    Follow,
}

http_core::string_enum!(OrderKind {
    Like = "like",
    View = "view",
    Follow = "follow",
});
