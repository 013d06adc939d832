//! Rows on their way into chunks.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::time::Duration;

use payvand_persian::Mobile;
use tokio::time::Instant;

use crate::chunk_sender::ChunkLimits;
use crate::row::Row;

/// The most rows that are read ahead to gather those of the same text.
const MOST_AHEAD: usize = 1000;

pub(crate) type Indexed = (u64, Row);

/// Rows that leave with one request.
pub(crate) struct Chunk {
    pub(crate) indexes: Vec<u64>,
    pub(crate) rows: Vec<Row>,
    since: Instant,
}

/// Rows that have not left yet. A number that is in a chunk, under way or not, is in no other: its later rows wait until
/// that chunk has ended.
pub(crate) struct Chunks {
    limits: ChunkLimits,
    full: VecDeque<Chunk>,
    open: VecDeque<Chunk>,
    /// The numbers that are in a chunk, and their later rows.
    later: HashMap<Mobile, VecDeque<Indexed>, BuildHasherDefault<Spread>>,
    count: usize,
}

impl Chunks {
    pub(crate) fn new(limits: ChunkLimits) -> Self {
        Self {
            limits,
            full: VecDeque::new(),
            open: VecDeque::new(),
            later: HashMap::default(),
            count: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether as many rows wait as may be read ahead.
    pub(crate) fn is_full(&self) -> bool {
        let ahead = if self.limits.is_one_text { MOST_AHEAD } else { 0 };
        self.count >= ahead.max(self.limits.most_rows)
    }

    pub(crate) fn add(&mut self, row: Indexed, now: Instant) {
        self.count += 1;
        match self.later.entry(row.1.to()) {
            Entry::Occupied(mut later) => later.get_mut().push_back(row),
            Entry::Vacant(place) => {
                place.insert(VecDeque::new());
                self.place(row, now);
            }
        }
    }

    /// The next chunk that may leave: a full one, or the oldest, if it has waited for long enough, if nothing more can be
    /// read, or at once.
    pub(crate) fn take(&mut self, now: Instant, max_wait: Duration, at_once: bool) -> Option<Chunk> {
        let must_leave = at_once || self.is_full() || self.due(max_wait).is_some_and(|due| due <= now);
        let oldest = |open: &mut VecDeque<Chunk>| open.pop_front().filter(|_| must_leave);
        let chunk = match self.full.pop_front() {
            None if must_leave => oldest(&mut self.open),
            full => full,
        }?;
        self.count -= chunk.rows.len();
        Some(chunk)
    }

    /// When the oldest chunk that is not full leaves.
    pub(crate) fn due(&self, max_wait: Duration) -> Option<Instant> {
        self.open.front().and_then(|it| it.since.checked_add(max_wait))
    }

    /// A chunk with these rows has ended: the next rows of their numbers may go into one.
    pub(crate) fn ended(&mut self, rows: &[Row], now: Instant) {
        for row in rows {
            let Entry::Occupied(mut later) = self.later.entry(row.to()) else {
                continue;
            };
            match later.get_mut().pop_front() {
                Some(next) => self.place(next, now),
                None => drop(later.remove()),
            }
        }
    }

    /// All rows that have not left, in their order.
    pub(crate) fn drain(&mut self) -> Vec<Indexed> {
        let chunks = self.full.drain(..).chain(self.open.drain(..));
        let rows = chunks.flat_map(|it| it.indexes.into_iter().zip(it.rows));
        let later = self.later.drain().flat_map(|it| it.1);
        let mut rows: Vec<_> = rows.chain(later).collect();
        rows.sort_by_key(|it| it.0);
        self.count = 0;
        rows
    }

    fn place(&mut self, (index, row): Indexed, now: Instant) {
        let fits = |chunk: &Chunk| {
            !self.limits.is_one_text || chunk.rows.first().is_none_or(|it| it.has_text_of(&row))
        };
        let place = self.open.iter().position(fits).unwrap_or_else(|| {
            self.open.push_back(Chunk {
                indexes: Vec::new(),
                rows: Vec::new(),
                since: now,
            });
            self.open.len() - 1
        });
        let Some(chunk) = self.open.get_mut(place) else {
            return;
        };
        chunk.indexes.push(index);
        chunk.rows.push(row);
        if chunk.rows.len() >= self.limits.most_rows {
            self.full.extend(self.open.remove(place));
        }
    }
}

/// Hashes the digits of a mobile number: a bulk has too few numbers for chosen ones to do harm.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32((*byte).into());
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
