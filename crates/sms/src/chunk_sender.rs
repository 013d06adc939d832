use http_core::async_trait;

use crate::outcome::{Cause, Outcome};
use crate::row::Row;

/// Sends chunks of a [`Bulk`](crate::Bulk): implemented by the provider crates.
#[async_trait]
pub trait ChunkSender: Send + Sync {
    /// What a chunk can be.
    fn limits(&self) -> ChunkLimits;

    /// Sends these rows with one request, no number among them twice, and says of each in their order what became of it.
    /// It never sends a row again whose effect is unknown.
    async fn send_chunk(&self, rows: &[Row]) -> Vec<Outcome>;

    /// Whom a refusal is about.
    fn scope(&self, refusal: &Cause) -> Scope;
}

/// What one request of a provider can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkLimits {
    /// The most rows.
    pub most_rows: usize,
    /// All rows have one text.
    pub is_one_text: bool,
    /// How many requests the client's limit lets out at once; `None` if it has no limit.
    pub at_once: Option<usize>,
}

/// Whom a refusal is about, and so whether going on makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// The account: whatever is sent after it is refused too, such as when it has expired.
    Account,
    /// Nobody knows. Three whole chunks in a row that are refused with one code are taken for the account's.
    Chunk,
    /// This chunk or this row alone, or this moment.
    Row,
}
