//! When going on is senseless.

use std::sync::Arc;

use http_core::Kind;

use crate::chunk_sender::{ChunkSender, Scope};
use crate::error::Error;
use crate::outcome::{Cause, Outcome};

/// This number of whole chunks in a row, refused with one code, ends the bulk.
const MOST_REFUSED: u32 = 3;

/// What the chunks so far say of those to come.
#[derive(Default)]
pub(crate) struct Judge {
    refused_with: Option<String>,
    in_a_row: u32,
}

impl Judge {
    /// Why the bulk ends with these outcomes of a chunk, if it does.
    pub(crate) fn end(&mut self, sender: &dyn ChunkSender, outcomes: &[Outcome]) -> Option<Cause> {
        let cause = outcomes.iter().filter_map(Outcome::cause).find(|cause| {
            let kind = cause.error().map(Error::kind);
            // The rows are checked before: it is the line, the settings or the runtime.
            matches!(kind, Some(Kind::InvalidInput { .. } | Kind::Configuration))
        });
        let refused = || refusals(outcomes).find(|cause| sender.scope(cause) == Scope::Account);
        let cause = cause.or_else(refused).or_else(|| self.in_a_row(sender, outcomes));
        cause.map(|cause| Cause::EndedEarly(Arc::new(cause.clone())))
    }

    fn in_a_row<'a>(&mut self, sender: &dyn ChunkSender, outcomes: &'a [Outcome]) -> Option<&'a Cause> {
        let first = refusals(outcomes).next();
        let code = first.and_then(Cause::code).filter(|code| {
            let is_of_chunk =
                |cause: &Cause| sender.scope(cause) == Scope::Chunk && cause.code().as_ref() == Some(code);
            refusals(outcomes).count() == outcomes.len() && refusals(outcomes).all(is_of_chunk)
        });
        self.in_a_row = match &code {
            None => 0,
            _ if code == self.refused_with => self.in_a_row + 1,
            Some(_) => 1,
        };
        self.refused_with = code;
        first.filter(|_| self.in_a_row >= MOST_REFUSED)
    }
}

fn refusals(outcomes: &[Outcome]) -> impl Iterator<Item = &Cause> {
    outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Refused(cause) => Some(cause),
        _ => None,
    })
}
