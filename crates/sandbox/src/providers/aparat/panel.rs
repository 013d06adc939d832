//! The panel's state, and what a call does to it. Knows nothing of HTTP or JSON.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use super::order::{Order, OrderState};
use crate::providers::bounded::ItemLimits;
use crate::providers::bounded_map::BoundedMap;

/// The query's arguments as PHP sees them: the last of a name counts.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) token: Option<String>,
    pub(super) link: Option<String>,
    pub(super) count: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) uniqid: Option<String>,
}

impl Arguments {
    pub(super) fn parse(query: &str) -> Self {
        let mut arguments = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let argument = match &*name {
                "token" => &mut arguments.token,
                "link" => &mut arguments.link,
                "count" => &mut arguments.count,
                "type" => &mut arguments.kind,
                "uniqid" => &mut arguments.uniqid,
                _ => continue,
            };
            *argument = Some(value.into_owned());
        }
        arguments
    }
}

#[derive(Debug, PartialEq)]
pub(super) enum Success {
    Account { balance: u64 },
    Ordered { id: String },
    Progress { state: OrderState, delivered: u64 },
}

/// The five errors of the document.
#[derive(Debug, PartialEq)]
pub(super) enum Refusal {
    TokenInvalid,
    InvalidRequest,
    WrongArgument,
    CountOutOfRange(RangeInclusive<u64>),
    CountAboveBalance,
}

impl Refusal {
    /// The document's own words, its slips included; only the range's numbers follow the settings.
    pub(super) fn text(&self) -> Cow<'static, str> {
        let text = match self {
            Self::TokenInvalid => "token invalid",
            Self::InvalidRequest => "invalid request",
            Self::WrongArgument => "ارگومان وارد شده اشتباه است",
            Self::CountOutOfRange(range) => {
                let text = format!(
                    "تعداد وارد شده غیر مجاز است لطفا در بازه {} تا {} وارد کنید",
                    range.start(),
                    range.end()
                );
                return text.into();
            }
            Self::CountAboveBalance => {
                "تعداد سفارش داده شده از مقدار حساب شما بیشتر است . لظفا حساب خود را شارژ کنید"
            }
        };
        text.into()
    }
}

/// How an order's unique id is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum IdKind {
    /// Thirteen characters, as PHP's `uniqid` makes them, with a letter that is not a hex digit as in the document.
    #[default]
    Text,
    /// A number wider than 32 bits.
    Number,
}

#[derive(Debug)]
pub(super) struct Panel {
    pub(super) count_range: RangeInclusive<u64>,
    pub(super) order_duration: Duration,
    /// The balances, by token.
    accounts: BoundedMap<u64>,
    orders: BoundedMap<Order>,
}

impl Panel {
    pub(super) fn new(limits: ItemLimits) -> Self {
        Self {
            count_range: 50..=7000,
            order_duration: Duration::from_secs(10),
            accounts: BoundedMap::new(limits),
            orders: BoundedMap::new(limits),
        }
    }

    pub(super) fn set_account(&mut self, token: String, balance: u64) {
        self.accounts.insert(token, balance, 0);
    }

    pub(super) fn balance(&self, token: &str) -> Option<u64> {
        self.accounts.get(token).copied()
    }

    pub(super) fn accounts(&self) -> impl Iterator<Item = (&str, &u64)> {
        self.accounts.iter()
    }

    pub(super) fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter().map(|(_, order)| order)
    }

    pub(super) fn dropped_items(&self) -> u64 {
        self.accounts.dropped() + self.orders.dropped()
    }

    pub(super) fn call(
        &mut self,
        arguments: &Arguments,
        ids: IdKind,
        now: SystemTime,
    ) -> Result<Success, Refusal> {
        let token = arguments.token.as_deref().ok_or(Refusal::TokenInvalid)?;
        let balance = self.balance(token).ok_or(Refusal::TokenInvalid)?;
        let Arguments {
            link,
            count,
            kind,
            uniqid,
            ..
        } = arguments;
        if [link, count, kind, uniqid]
            .into_iter()
            .flatten()
            .any(String::is_empty)
        {
            return Err(Refusal::InvalidRequest);
        }
        match (link, count, kind, uniqid) {
            (None, None, None, None) => Ok(Success::Account { balance }),
            (None, None, None, Some(id)) => self.progress(token, id, now),
            (Some(link), Some(count), Some(kind), None) => {
                let count = self.check(link, count, kind)?;
                let left = balance.checked_sub(count).ok_or(Refusal::CountAboveBalance)?;
                let order = Order {
                    id: self.next_id(ids),
                    token: token.to_owned(),
                    link: link.clone(),
                    count,
                    kind: kind.clone(),
                    placed_at: now,
                    duration: self.order_duration,
                };
                let id = order.id.clone();
                self.set_account(token.to_owned(), left);
                let memory = order.id.len() + order.token.len() + order.link.len() + order.kind.len();
                self.orders.insert(id.clone(), order, memory);
                Ok(Success::Ordered { id })
            }
            _ => Err(Refusal::InvalidRequest),
        }
    }

    /// Never given twice: it counts the orders.
    fn next_id(&self, kind: IdKind) -> String {
        let number = self.orders.added() + 1;
        match kind {
            IdKind::Text => format!("5f{number:010x}g"),
            IdKind::Number => format!("6{number:012}"),
        }
    }

    /// The count, if everything about the order is right but perhaps the balance.
    fn check(&self, link: &str, count: &str, kind: &str) -> Result<u64, Refusal> {
        let count: i128 = count.parse().map_err(|_| Refusal::InvalidRequest)?;
        if !matches!(kind, "like" | "view" | "follow") || !is_web_address(link) {
            return Err(Refusal::WrongArgument);
        }
        let in_range = u64::try_from(count)
            .ok()
            .filter(|count| self.count_range.contains(count));
        in_range.ok_or_else(|| Refusal::CountOutOfRange(self.count_range.clone()))
    }

    fn progress(&self, token: &str, id: &str, now: SystemTime) -> Result<Success, Refusal> {
        let order = self.orders.get(id);
        let order = order
            .filter(|order| order.token == token)
            .ok_or(Refusal::WrongArgument)?;
        Ok(Success::Progress {
            state: order.state(now),
            delivered: order.delivered(now),
        })
    }
}

fn is_web_address(link: &str) -> bool {
    Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
