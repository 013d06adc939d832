//! Messages, which cost money too.

use std::collections::BTreeMap;

use super::{Evidence, counted};
use crate::ledger::{Outcome, What};
use crate::report::Line;

pub(super) fn lines(evidence: &Evidence<'_>) -> Vec<Line> {
    vec![once_or_not(evidence), again_with_another_token(evidence)]
}

fn once_or_not(evidence: &Evidence<'_>) -> Line {
    let mut claim = Line::new("messages reported as sent exist once, those with effect none do not");
    let exist = counted(evidence.messages.iter().copied());
    for (call, times) in &exist {
        let may_be_repeated = evidence
            .book
            .ended
            .get(call)
            .is_some_and(|it| it.what == What::RepeatableMessage);
        claim.check(*times == 1 || may_be_repeated, || {
            format!("{call:?} exists {times} times")
        });
    }
    let (mut sent, mut not_sent, mut in_doubt) = (0, 0, 0);
    for (call, ended) in evidence.book.of(What::Message) {
        let exists = exist.contains_key(&call);
        match ended.outcome {
            Outcome::Done { .. } => {
                sent += 1;
                claim.check(exists, || {
                    format!("{call:?} was reported as sent and does not exist")
                });
            }
            Outcome::NoEffect => {
                not_sent += 1;
                claim.check(!exists, || {
                    format!("{call:?} exists, and was told to have no effect: {ended:?}")
                });
            }
            _ => in_doubt += 1,
        }
    }
    for (call, ended) in evidence.book.of(What::RepeatableMessage) {
        claim.check(
            ended.outcome != Outcome::NoEffect || !exist.contains_key(&call),
            || format!("{call:?} may be repeated, exists, and was told to have no effect: {ended:?}"),
        );
    }
    let rest = format!(
        ", {not_sent} with effect none, {in_doubt} in doubt; {} exist",
        exist.len()
    );
    claim.counts(sent, "reported", &rest)
}

fn again_with_another_token(evidence: &Evidence<'_>) -> Line {
    let mut claim = Line::new("a message is sent again only after its token was refused, with another one");
    let mut tokens: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for arrival in evidence
        .arrivals
        .iter()
        .filter(|arrival| arrival.what == What::Message)
    {
        let tokens = tokens.entry((arrival.lane, arrival.call)).or_default();
        claim.check(!tokens.contains(&&arrival.token), || {
            format!(
                "{}, {:?} arrived twice with one token",
                arrival.lane, arrival.call
            )
        });
        tokens.push(&arrival.token);
    }
    let again = tokens.values().filter(|tokens| tokens.len() > 1).count();
    claim.counts(
        tokens.len(),
        "arrived",
        &format!(", {again} of them again with another token"),
    )
}
