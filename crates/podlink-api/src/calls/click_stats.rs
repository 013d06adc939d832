use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::Response;
use http_core::{Redactor, Timestamp};
use serde::{Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::answer;
use crate::calls::visit::hash_parameter;
use crate::client::Client;
use crate::contract::{Code, Service};
use crate::contract::{LONGEST_DAY_SPAN, LONGEST_HOUR_SPAN, LONGEST_MINUTE_SPAN, LONGEST_MONTH_SPAN};
use crate::details::Reference;
use crate::envelope::payload_is_object;
use crate::error::{Error, Failure};
use crate::interval::Interval;
use crate::other;
use crate::parameters::Parameters;
use crate::wire::{Field, complain, wire_object};

impl Interval {
    /// The longest span that one question may have: 2 hours, 1 week, 1 month, 20 years.
    ///
    /// The document does not say how long its month and its year are. Here a month is 31 days and 20 years are 7305
    /// days (five leap days among them): the longest that each can be, so that nothing is refused which the
    /// provider might answer.
    pub const fn longest_span(self) -> Duration {
        match self {
            Self::Minute => LONGEST_MINUTE_SPAN,
            Self::Hour => LONGEST_HOUR_SPAN,
            Self::Day => LONGEST_DAY_SPAN,
            Self::Month => LONGEST_MONTH_SPAN,
        }
    }
}

impl Client {
    /// How often a link was clicked: when, from where, with what. Idempotent.
    ///
    /// Source: «دریافت آمار کلیک ها», product 46414.
    ///
    /// # Errors
    /// [`Code::Unauthorized`], [`Code::InvalidParameter`], [`Code::NotFound`], [`Code::Internal`];
    /// [`Code::HashMissing`], [`Code::SpanTooLong`] and [`Code::EmptySpan`] before anything is sent; and what the
    /// network can do.
    ///
    /// ```
    /// # use podlink_api::testing::{ScriptedTransport, Step};
    /// # use podlink_api::Client;
    /// use std::time::{Duration, SystemTime};
    /// use podlink_api::Interval;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), podlink_api::Error> {
    /// # let answer = r#"{"hasError":false,"result":{"result":{"error":false,"code":200,"result":{"totalCount":7,"clickIntervals":{"intervals":[1551398400000,1554076800000],"clicksCount":[1,6]}}}}}"#;
    /// # let script = ScriptedTransport::always(Step::answer(200, answer));
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script).build()?;
    /// let now = SystemTime::now();
    /// let week_ago = now - Duration::from_secs(7 * 24 * 60 * 60);
    /// let stats = pod.click_stats("sample20").interval(Interval::Day).from(week_ago).to(now).await?;
    /// for clicks in stats.clicks() {
    ///     println!("from {}: {}", clicks.since, clicks.count);
    /// }
    /// # assert_eq!(stats.clicks().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn click_stats(&self, hash: impl Into<String>) -> ClickStatsCall {
        ClickStatsCall::new(self.clone(), hash.into())
    }
}

/// Asks for a link's clicks; made by [`Client::click_stats`].
///
/// Whatever is left unset is left to the provider: months, and as long a span as it chooses. When both ends are set,
/// their span is checked against [`Interval::longest_span`] before anything is sent; with one end alone the document
/// does not say where the span ends, and nothing is checked.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct ClickStatsCall {
    client: Client,
    hash: String,
    interval: Option<Interval>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    timeout: Option<Duration>,
}

http_core::call!(ClickStatsCall => ClickStats, Error);

impl ClickStatsCall {
    pub(crate) fn new(client: Client, hash: String) -> Self {
        Self {
            client,
            hash,
            interval: None,
            from: None,
            to: None,
            timeout: None,
        }
    }

    /// How finely to count. The provider's default is by the month.
    ///
    /// Buckets begin at Gregorian minutes, hours, days and months **in UTC**: a bucket of a day runs from 3:30 to
    /// 3:30 in Tehran, and no bucket is a month of the Jalali calendar. For those, ask by the hour or day and add up.
    pub fn interval(mut self, interval: Interval) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Clicks from this moment on (a [`SystemTime`](std::time::SystemTime) or a [`Timestamp`]). The document gives no
    /// unit; milliseconds are sent, as answers have them.
    pub fn from(mut self, from: impl Into<Timestamp>) -> Self {
        self.from = Some(from.into());
        self
    }

    /// Clicks up to this moment.
    pub fn to(mut self, to: impl Into<Timestamp>) -> Self {
        self.to = Some(to.into());
        self
    }

    async fn run(self) -> Result<ClickStats, Error> {
        let parameters = self
            .parameters()
            .map_err(|failure| failure.before_sending(Service::ClickStats.operation()))?;
        self.client
            .post(Service::ClickStats, parameters, self.timeout, ClickStats::read)
            .await
    }

    fn parameters(&self) -> Result<Parameters, Failure> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            check_span(self.interval.unwrap_or(Interval::Month), from, to)?;
        }
        Ok(hash_parameter(&self.hash)?
            .with_some("kind", self.interval.map(Interval::as_str))
            .with_some("fromTimestamp", self.from.map(Timestamp::as_millis))
            .with_some("toTimestamp", self.to.map(Timestamp::as_millis)))
    }
}

fn check_span(interval: Interval, from: Timestamp, to: Timestamp) -> Result<(), Failure> {
    let span = i128::from(to.as_millis()) - i128::from(from.as_millis());
    let Ok(span) = u128::try_from(span) else {
        return Err(Failure::refused(
            Code::EmptySpan,
            "the span ends before it begins",
        ));
    };
    if span > interval.longest_span().as_millis() {
        let limit = match interval {
            Interval::Minute => "2 hours",
            Interval::Hour => "1 week",
            Interval::Day => "1 month (31 days)",
            Interval::Month => "20 years (7305 days)",
        };
        let detail = format!("clicks by the {interval} can be asked for at most {limit}");
        return Err(Failure::refused(Code::SpanTooLong { interval }, detail));
    }
    Ok(())
}

/// How often a link was clicked, and by whom.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClickStats {
    total_count: u64,
    content: Option<String>,
    is_url: Option<bool>,
    hash_url: Option<String>,
    create_time: Option<Timestamp>,
    clicks: Option<Buckets>,
    countries: Vec<Country>,
    referers: Vec<Share>,
    browsers: Vec<Share>,
    oses: Vec<Share>,
    other: Map<String, Value>,
    #[serde(skip)]
    reference: Reference,
}

wire_object! {
    ClickStats {
        required total_count = "totalCount",
        optional content = "urlOrContent",
        optional is_url = "isURL",
        optional hash_url = "hashURL",
        optional create_time = "createTime",
        optional clicks = "clickIntervals",
        list countries = "countries",
        list referers = "referers",
        list browsers = "browsers",
        list oses = "oses",
    } rest other local reference
}

payload_is_object!(ClickStats);

/// The clicks of one interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Clicks {
    /// When the interval begins: a Gregorian minute, hour, day or month in UTC.
    pub since: Timestamp,
    /// How many there were.
    pub count: u64,
}

/// How many clicks came from one referer, browser or operating system, under the provider's own name for it
/// (`Unknown` among them).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Share {
    /// The provider's name.
    pub name: String,
    /// How many clicks.
    pub count: u64,
}

wire_object! {
    Share {
        required name = "name",
        required count = "count",
    }
}

/// How many clicks came from one country.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Country {
    /// The provider's name.
    pub name: String,
    /// How many clicks.
    pub count: u64,
    /// The cities among them.
    pub cities: Vec<Share>,
}

wire_object! {
    Country {
        required name = "name",
        required count = "count",
        list cities = "cities",
    }
}

/// `clickIntervals`, paired.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
struct Buckets(Vec<Clicks>);

struct ClickIntervals {
    intervals: Vec<Timestamp>,
    counts: Vec<u64>,
}

wire_object! {
    ClickIntervals {
        list intervals = "intervals",
        list counts = "clicksCount",
    }
}

impl Field for Buckets {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let Some(ClickIntervals { intervals, counts }) = ClickIntervals::read(deserializer)? else {
            return Ok(None);
        };
        if intervals.len() != counts.len() {
            return Err(complain("not as many counts as intervals"));
        }
        let paired = intervals.into_iter().zip(counts);
        Ok(Some(Self(
            paired.map(|(since, count)| Clicks { since, count }).collect(),
        )))
    }
}

impl ClickStats {
    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, Failure> {
        let (mut stats, reference) = answer::read::<Self>(response, Service::ClickStats, redactor)?;
        other::clean(&mut stats.other, redactor);
        stats.reference = reference;
        Ok(stats)
    }

    /// All clicks of the span.
    pub fn total_count(&self) -> u64 {
        self.total_count
    }

    /// The clicks by interval, in the provider's order: `intervals` and `clicksCount`, paired. Intervals without a
    /// click may be missing. They begin at Gregorian minutes, hours, days and months in UTC.
    pub fn clicks(&self) -> &[Clicks] {
        self.clicks
            .as_ref()
            .map(|Buckets(clicks)| clicks.as_slice())
            .unwrap_or_default()
    }

    /// Where the clicks came from, as far as the provider knows.
    pub fn countries(&self) -> &[Country] {
        &self.countries
    }

    /// The pages that led to the link.
    pub fn referers(&self) -> &[Share] {
        &self.referers
    }

    /// The visitors' browsers.
    pub fn browsers(&self) -> &[Share] {
        &self.browsers
    }

    /// The visitors' operating systems.
    pub fn oses(&self) -> &[Share] {
        &self.oses
    }

    /// What was shortened.
    pub fn content(&self) -> Option<&str> {
        self.content.as_deref()
    }

    /// Whether that is an address.
    pub fn is_url(&self) -> Option<bool> {
        self.is_url
    }

    /// When the link was added.
    pub fn create_time(&self) -> Option<Timestamp> {
        self.create_time
    }

    /// `hashURL`, stray spaces taken off. The document's samples show internal addresses there; the public one is
    /// [`Client::short_url`].
    pub fn hash_url(&self) -> Option<&str> {
        self.hash_url.as_deref().map(str::trim)
    }

    /// The fields that the document does not have, an echo of a secret taken out.
    pub fn other(&self) -> &Map<String, Value> {
        &self.other
    }

    /// What the provider calls this exchange by.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }
}
