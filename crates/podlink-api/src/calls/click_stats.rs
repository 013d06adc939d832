#[cfg(feature = "client")]
mod parts;

use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::{KeptFields, Object, Raw};
use http_core::http::Response;
use http_core::{Argument, Reason, Redactor, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::calls::visit::hash_parameter;
use crate::client::Client;
#[cfg(doc)]
use crate::contract::Code;
use crate::contract::Service;
use crate::contract::{LONGEST_DAY_SPAN, LONGEST_HOUR_SPAN, LONGEST_MINUTE_SPAN, LONGEST_MONTH_SPAN};
use crate::details::SupportReference;
use crate::envelope::{Context, Leaf, Level, Payload};
use crate::error::ErrorBuilder;
use crate::interval::Interval;
use crate::json_path::unreadable;
use crate::lenient;
use crate::parameters::Parameters;
use crate::response;

/// The longest span has 240 intervals. Of many more nobody should see a part as if it were all.
const MOST_INTERVALS: usize = 10_000;

const SPAN: Argument = Argument::new("span", "بازهٔ زمانی");

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
    /// How often a link was clicked: when, from where, with what. It only reads.
    ///
    /// Source: «دریافت آمار کلیک ها», product 46414.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the hash, the span or a missing API key, before anything
    /// is sent; [`Code::Unauthorized`](crate::Code::Unauthorized),
    /// [`Code::InvalidParameters`](crate::Code::InvalidParameters), [`Code::NotFound`](crate::Code::NotFound),
    /// [`Code::ServerFailure`](crate::Code::ServerFailure), and what the network can do.
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
        ClickStatsCall {
            client: self.clone(),
            hash: hash.into(),
            interval: None,
            from: None,
            to: None,
            timeout: None,
        }
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

product_call!(ClickStatsCall => ClickStats, Service::ClickStats);

impl ClickStatsCall {
    /// How finely to count. The provider's default is by the month.
    ///
    /// Buckets begin at Gregorian minutes, hours, days and months **in UTC**: a bucket of a day runs from 3:30 to
    /// 3:30 in Tehran, and no bucket is a month of the Jalali calendar. Hours do not add up to those either: a day in
    /// Tehran begins at 20:30 UTC. Ask for just its span, and take [`total_count`](ClickStats::total_count).
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

    /// Clicks up to this moment. A longer span than one question may have is for [`send_in_parts`](Self::send_in_parts).
    pub fn to(mut self, to: impl Into<Timestamp>) -> Self {
        self.to = Some(to.into());
        self
    }

    fn parameters(&self) -> Result<Parameters, ErrorBuilder> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            check_span(self.interval.unwrap_or(Interval::Month), from, to)?;
        }
        Ok(hash_parameter(&self.hash)?
            .with_some("kind", self.interval.map(Interval::as_str))
            .with_some("fromTimestamp", self.from.map(Timestamp::as_millis))
            .with_some("toTimestamp", self.to.map(Timestamp::as_millis)))
    }

    fn answer(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<ClickStats, ErrorBuilder> {
        response::read(response, self.client.domain(), redactor)
    }
}

fn check_span(interval: Interval, from: Timestamp, to: Timestamp) -> Result<(), ErrorBuilder> {
    let span = i128::from(to.as_millis()) - i128::from(from.as_millis());
    let Ok(span) = u128::try_from(span) else {
        return Err(ErrorBuilder::invalid_input(SPAN, Reason::EndsBeforeItBegins));
    };
    let most = interval.longest_span();
    if span > most.as_millis() {
        let reason = Reason::SpanTooLong { most };
        let limit = match interval {
            Interval::Minute => "2 hours",
            Interval::Hour => "1 week",
            Interval::Day => "1 month (31 days)",
            Interval::Month => "20 years (7305 days)",
        };
        let detail = format!("clicks by the {interval} can be asked for at most {limit}");
        return Err(ErrorBuilder::invalid_input(SPAN, reason).detail(detail));
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
    clicks: Option<Vec<Clicks>>,
    countries: Vec<Country>,
    referers: Vec<Share>,
    browsers: Vec<Share>,
    oses: Vec<Share>,
    unknown_fields: KeptFields,
    #[serde(skip)]
    support_reference: SupportReference,
}

impl Payload for ClickStats {
    const SERVICE: Service = Service::ClickStats;
    const KEYS: &'static [&'static str] = &[
        "totalCount",
        "clickIntervals",
        "countries",
        "referers",
        "browsers",
        "oses",
    ];

    fn read(_: &[Level<'_>], leaf: Leaf<'_>, context: Context<'_>) -> Result<Self, ErrorBuilder> {
        let mut object = leaf.payload(&context)?;
        let clicks = object.take_as("clickIntervals", Raw::object);
        let clicks = clicks.map(|intervals| Clicks::pair(&intervals));
        let wrong = |why: &str| unreadable(context.depth, ".clickIntervals", why);
        let shares = |object: &mut Object<'_>, key| object.take_list(key, Share::read).unwrap_or_default();
        Ok(Self {
            total_count: lenient::required(&mut object, "totalCount", Raw::whole_number, &context)?,
            content: object.take_as("urlOrContent", Raw::string_or_number),
            is_url: object.take_as("isURL", Raw::truth),
            hash_url: object.take_as("hashURL", Raw::string_or_number),
            create_time: object.take_as("createTime", Raw::timestamp),
            clicks: clicks.transpose().map_err(wrong)?,
            countries: object.take_list("countries", Country::read).unwrap_or_default(),
            referers: shares(&mut object, "referers"),
            browsers: shares(&mut object, "browsers"),
            oses: shares(&mut object, "oses"),
            unknown_fields: lenient::unknown(&object, &context)?,
            support_reference: context.support_reference,
        })
    }
}

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

impl Share {
    fn read(object: &mut Object<'_>) -> Option<Self> {
        Some(Self {
            name: object.take_as("name", Raw::string_or_number)?,
            count: object.take_as("count", Raw::whole_number)?,
        })
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

impl Country {
    fn read(object: &mut Object<'_>) -> Option<Self> {
        Some(Self {
            name: object.take_as("name", Raw::string_or_number)?,
            count: object.take_as("count", Raw::whole_number)?,
            cities: object.take_list("cities", Share::read).unwrap_or_default(),
        })
    }
}

impl Clicks {
    /// `intervals` and `clicksCount`, paired; a pair of which either cannot be read is left out.
    fn pair(intervals: &Object<'_>) -> Result<Vec<Self>, &'static str> {
        let list = |key| intervals.get(key).and_then(Raw::items).into_iter().flatten();
        let (mut intervals, mut counts) = (list("intervals"), list("clicksCount"));
        let mut clicks = Vec::new();
        for _ in 0..=MOST_INTERVALS {
            match (intervals.next(), counts.next()) {
                (Some(since), Some(count)) => clicks.extend(Self::read(since, count)),
                (None, None) => return Ok(clicks),
                _ => return Err("not as many counts as intervals"),
            }
        }
        Err("more than 10,000 intervals")
    }

    fn read(since: Raw<'_>, count: Raw<'_>) -> Option<Self> {
        let (since, count) = (since.timestamp()?, count.whole_number()?);
        Some(Self { since, count })
    }
}

impl ClickStats {
    /// All clicks of the span.
    pub fn total_count(&self) -> u64 {
        self.total_count
    }

    /// The clicks by interval, in the provider's order: `intervals` and `clicksCount`, paired. Intervals without a
    /// click may be missing. They begin at Gregorian minutes, hours, days and months in UTC. They are all that the
    /// provider sent: an answer with more than 10,000 of them is [`Kind::Decode`](crate::Kind::Decode).
    pub fn clicks(&self) -> &[Clicks] {
        self.clicks.as_deref().unwrap_or_default()
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

    /// The fields that the document does not have and those that could not be read, an echo of a secret taken out. They
    /// are kept as they were sent, and read when they are asked for.
    pub fn unknown_fields(&self) -> Map<String, Value> {
        self.unknown_fields.as_map().clone()
    }

    /// What the provider calls this exchange by.
    pub fn support_reference(&self) -> &SupportReference {
        &self.support_reference
    }
}
