use std::collections::BTreeMap;

use http_core::{CallFuture, Timestamp};

use crate::calls::click_stats::{ClickStats, ClickStatsCall, Clicks, Country, Share};
use crate::error::Error;
use crate::interval::Interval;

impl ClickStatsCall {
    /// As many questions as the span needs, one after the other, and their answers as one: for a span that is longer than
    /// [`Interval::longest_span`]. A year by the day is twelve questions, by the minute 4,380.
    ///
    /// No interval is in two of them, as long as it is not a month; the last millisecond of each is given as its `to`. The
    /// timeout holds for each. Counts of the same interval, country, referer, browser or system are added up; what an answer
    /// has beside them is that of the first.
    ///
    /// # Errors
    /// Those of the call: one question that fails fails all. It only reads.
    ///
    /// ```
    /// # use podlink_api::testing::{ScriptedTransport, Step};
    /// # use podlink_api::Client;
    /// use std::time::{Duration, SystemTime};
    /// use podlink_api::Interval;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), podlink_api::Error> {
    /// # let answer = r#"{"hasError":false,"result":{"result":{"error":false,"code":200,"result":{"totalCount":7}}}}"#;
    /// # let script = ScriptedTransport::always(Step::answer(200, answer));
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script).build()?;
    /// let (now, day) = (SystemTime::now(), Duration::from_secs(24 * 60 * 60));
    /// let stats = pod.click_stats("sample20").interval(Interval::Day).from(now - 90 * day).to(now).send_in_parts().await?;
    /// # assert!(stats.total_count() > 7);
    /// # Ok(())
    /// # }
    /// ```
    pub fn send_in_parts(self) -> CallFuture<ClickStats, Error> {
        Box::pin(send_in_parts(self))
    }

    /// The end of the part that begins here, if the span goes on after it.
    fn part(&self, from: Timestamp) -> Option<Timestamp> {
        let interval = self.interval.unwrap_or(Interval::Month);
        let unit = match interval {
            Interval::Minute => 60_000,
            Interval::Hour => 3_600_000,
            Interval::Day => 86_400_000,
            Interval::Month => 1,
        };
        let longest = i64::try_from(interval.longest_span().as_millis()).ok()?;
        let end = from.as_millis().checked_add(longest)?;
        let last = end.div_euclid(unit).checked_mul(unit)?.checked_sub(1)?;
        (end < self.to?.as_millis()).then(|| Timestamp::from_millis(last))
    }
}

async fn send_in_parts(mut call: ClickStatsCall) -> Result<ClickStats, Error> {
    let mut before: Option<ClickStats> = None;
    loop {
        let end = call.from.and_then(|from| call.part(from));
        let part = end.map_or_else(|| call.clone(), |end| call.clone().to(end));
        let stats = part.await?;
        let all = match before {
            Some(before) => before.and(stats),
            None => stats,
        };
        let Some(end) = end else { return Ok(all) };
        before = Some(all);
        call.from = Some(Timestamp::from_millis(end.as_millis() + 1));
    }
}

impl ClickStats {
    fn and(mut self, other: Self) -> Self {
        self.total_count = self.total_count.saturating_add(other.total_count);
        let clicks = [self.clicks.take(), other.clicks].into_iter().flatten().flatten();
        let mut by_interval = BTreeMap::<_, u64>::new();
        for Clicks { since, count } in clicks {
            let sum = by_interval.entry(since).or_default();
            *sum = sum.saturating_add(count);
        }
        let clicks = by_interval
            .into_iter()
            .map(|(since, count)| Clicks { since, count });
        self.clicks = Some(clicks.collect());
        add(&mut self.countries, other.countries);
        add(&mut self.referers, other.referers);
        add(&mut self.browsers, other.browsers);
        add(&mut self.oses, other.oses);
        self
    }
}

/// What is counted by a name.
trait Named {
    fn name(&self) -> &str;
    fn add(&mut self, other: Self);
}

impl Named for Share {
    fn name(&self) -> &str {
        &self.name
    }

    fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
    }
}

impl Named for Country {
    fn name(&self) -> &str {
        &self.name
    }

    fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        add(&mut self.cities, other.cities);
    }
}

fn add<T: Named>(all: &mut Vec<T>, others: Vec<T>) {
    for other in others {
        match all.iter_mut().find(|it| it.name() == other.name()) {
            Some(known) => known.add(other),
            None => all.push(other),
        }
    }
}
