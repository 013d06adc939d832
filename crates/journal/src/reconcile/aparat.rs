//! By the balance: the panel has no list of orders.

use aparat_api::{OrderCall, OrderState};
use futures_util::{StreamExt, TryStreamExt, future, stream};
use http_core::async_trait;

use crate::calls::aparat::PlacedOrder;
use crate::error::JournalError;
use crate::filter::Filter;
use crate::reconcile::{Case, Looked, NotSure, Reconcile, Verdict};
use crate::record::Record;
use crate::settle::Settled;
use crate::state::State;

/// How many entries of an account are looked through.
const MOST_EARLIER: i64 = 1000;

const NOT_EXCLUSIVE: &str = "the account was not exclusive, so others may have spent";

#[async_trait]
impl Reconcile for OrderCall {
    async fn look(&self, case: &Case) -> Looked<PlacedOrder> {
        let after = balance_after(self, case).await?;
        let Some(before) = case.row.balance else {
            return Err(format!("{NOT_EXCLUSIVE}; the balance after it is {after}").into());
        };
        // One order is under way at a time, and nothing else lowers the balance of an exclusive account.
        if after < before {
            return Ok(Verdict::Happened(PlacedOrder::default()));
        }
        let balances = format!("the balance was {before} before it and {after} after it");
        if after > before {
            return Err(format!("{balances}: the account got money back or was topped up").into());
        }
        // Unless an earlier order gave back just as much.
        match earlier_orders(self, case).await? {
            Earlier::Open => Ok(Verdict::DidNot),
            Earlier::Unknown => Ok(Verdict::Likely(
                Settled::DidNot,
                format!(
                    "{balances}, and there are earlier orders without an id, which may have given money back"
                ),
            )),
            Earlier::Changed => Err(format!(
                "{balances}, and an earlier order has come to an end, which may have given money back"
            )
            .into()),
        }
    }
}

impl Case {
    /// The next entry of the account.
    async fn next(&self) -> Result<Option<Record>, JournalError> {
        let mut rows = self.entries_after(self.row.number, 1).await?;
        Ok(rows.pop())
    }

    async fn entries_after(&self, after: i64, most: i64) -> Result<Vec<Record>, JournalError> {
        let filter = Filter::default().account(&self.row.provider, &self.row.account);
        let store = &self.journal.shared.store;
        store.read(move |it| Ok(it.page(&filter, after, most)?)).await
    }
}

/// Before the next order, or now if there is none.
async fn balance_after(call: &OrderCall, case: &Case) -> Result<i64, NotSure> {
    let of_next = |next: &Record| next.balance.filter(|_| next.begun >= case.row.until);
    if let Some(next) = case.next().await? {
        return Ok(of_next(&next).ok_or(NOT_EXCLUSIVE)?);
    }
    let now = call.client().account().await?.balance();
    let now = now.ok_or("the answer has no balance")?;
    match case.next().await? {
        // It may have lowered the balance that was read.
        Some(next) => Ok(of_next(&next).ok_or(NOT_EXCLUSIVE)?),
        None => Ok(now),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Earlier {
    /// None of them has come to an end.
    Open,
    /// Of some nobody knows.
    Unknown,
    /// One has come to an end, perhaps in between.
    Changed,
}

async fn earlier_orders(call: &OrderCall, case: &Case) -> Result<Earlier, NotSure> {
    let rows = case.entries_after(0, MOST_EARLIER).await?;
    if rows.last().is_some_and(|it| it.number < case.row.number) {
        return Ok(Earlier::Unknown);
    }
    let is_placed = |row: &Record| row.number < case.row.number && row.state != State::NotDone;
    let placed = rows.into_iter().filter(is_placed);
    let states = stream::iter(placed).map(|row| async move {
        let Some(id) = row.kept::<PlacedOrder>().and_then(|it| it.id) else {
            return Ok(Earlier::Unknown);
        };
        let status = call.client().order_status(id).await?;
        Ok::<_, NotSure>(match status.state() {
            Some(state) if state.is_final() => Earlier::Changed,
            Some(OrderState::Pending | OrderState::InProgress) => Earlier::Open,
            _ => Earlier::Unknown,
        })
    });
    let states = states.buffered(4);
    states
        .try_fold(Earlier::Open, |worst, it| future::ok(worst.max(it)))
        .await
}
