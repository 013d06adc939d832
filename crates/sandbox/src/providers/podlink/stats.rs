//! Click statistics: what really happened, counted.

use std::collections::BTreeMap;

use super::calendar::{DAY, HOUR, MINUTE, start_of_month};
use super::click::Click;
use super::link::Link;
use super::refusal::Refusal;
use super::service::{Parameters, Service, given, number};

pub(super) struct Stats<'a> {
    pub(super) link: &'a Link,
    pub(super) clicks: Vec<&'a Click>,
    /// The beginning of each interval that has a click, with their number.
    pub(super) intervals: BTreeMap<i64, u64>,
}

#[derive(Clone, Copy)]
enum Interval {
    Minute,
    Hour,
    Day,
    Month,
}

impl Interval {
    fn start(self, at: i64) -> i64 {
        let floor = |size: i64| at - at.rem_euclid(size);
        match self {
            Self::Minute => floor(MINUTE),
            Self::Hour => floor(HOUR),
            Self::Day => floor(DAY),
            Self::Month => start_of_month(at),
        }
    }

    fn longest_span(self) -> i64 {
        match self {
            Self::Minute => 2 * HOUR,
            Self::Hour => 7 * DAY,
            Self::Day => 31 * DAY,
            Self::Month => 7305 * DAY,
        }
    }
}

impl Service {
    /// The clicks from `fromTimestamp` to `toTimestamp`, both included; without one of them, of all time on that side.
    pub(super) fn stats(&self, owner: &str, parameters: &Parameters) -> Result<Stats<'_>, Refusal> {
        let hash = given(parameters, "hash").ok_or(Refusal::InvalidParameter)?;
        let interval = match given(parameters, "kind") {
            None | Some("month") => Interval::Month,
            Some("day") => Interval::Day,
            Some("hour") => Interval::Hour,
            Some("minute") => Interval::Minute,
            Some(_) => return Err(Refusal::InvalidParameter),
        };
        let (from, to) = (
            number(parameters, "fromTimestamp")?,
            number(parameters, "toTimestamp")?,
        );
        if let (Some(from), Some(to)) = (from, to) {
            let span = to.checked_sub(from).ok_or(Refusal::InvalidParameter)?;
            if !(0..=interval.longest_span()).contains(&span) {
                return Err(Refusal::InvalidParameter);
            }
        }
        let link = self.owned(owner, hash)?;
        let clicks: Vec<&Click> = link
            .clicks
            .iter()
            .filter(|click| from.is_none_or(|from| click.at >= from) && to.is_none_or(|to| click.at <= to))
            .collect();
        let mut intervals = BTreeMap::new();
        for click in &clicks {
            *intervals.entry(interval.start(click.at)).or_default() += 1;
        }
        Ok(Stats {
            link,
            clicks,
            intervals,
        })
    }
}

/// How many clicks each name has, the names in the order in which they were first seen.
pub(super) fn shares<'a>(clicks: &[&'a Click], name: fn(&'a Click) -> &'a str) -> Vec<(&'a str, u64)> {
    let mut shares: Vec<(&str, u64)> = Vec::new();
    for click in clicks {
        let name = name(click);
        match shares.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => shares.push((name, 1)),
        }
    }
    shares
}
