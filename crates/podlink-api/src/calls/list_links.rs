use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::{KeptFields, Object, Raw};
use http_core::http::Response;
use http_core::text::same;
use http_core::{Redactor, Timestamp};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::contract::Service;
use crate::details::{Details, SupportReference};
use crate::envelope::{Context, Leaf, Level, Payload};
use crate::error::ErrorBuilder;
use crate::excerpt;
use crate::json_path::{missing, other_type};
use crate::lenient;
use crate::parameters::Parameters;
use crate::response;
use crate::short_domain::ShortDomain;
use crate::tags;

impl Client {
    /// A page of the account's links, or all of them as a [stream](ListLinksCall::stream). It only reads.
    ///
    /// Source: «لیست لینک ها، متن ها، فایل ها», product 46412.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for a tag or a missing API key, before anything is sent;
    /// [`Code::Unauthorized`](crate::Code::Unauthorized), [`Code::InvalidParameters`](crate::Code::InvalidParameters),
    /// [`Code::ServerFailure`](crate::Code::ServerFailure), and what the network can do.
    ///
    /// ```
    /// # use podlink_api::testing::{ScriptedTransport, Step};
    /// # use podlink_api::Client;
    /// use podlink_api::OrderBy;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), podlink_api::Error> {
    /// # let answer = r#"{"hasError":false,"result":{"result":{"error":false,"code":200,"result":{"totalCount":1,"linkVos":[{"hash":"sample20","visitCount":3,"tags":"tag1,tag2"}]}}}}"#;
    /// # let script = ScriptedTransport::always(Step::answer(200, answer));
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script).build()?;
    /// let page = pod.list_links().count(50).order_by(OrderBy::VisitCount).await?;
    /// for link in page.links() {
    ///     println!("{} {:?}", link.short_url(), link.visit_count());
    /// }
    /// # assert_eq!(page.links().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_links(&self) -> ListLinksCall {
        ListLinksCall {
            client: self.clone(),
            wanted: Wanted::default(),
            timeout: None,
        }
    }
}

/// A page is asked for with at most this number of links.
const MOST_LINKS: u64 = 1000;

/// What a list is ordered by. Source: the document's `order_by`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderBy {
    /// The hash.
    Hash,
    /// When the link was added. The provider's default.
    CreateTime,
    /// When it ends.
    ExpireTime,
    /// How often it was visited.
    VisitCount,
}

http_core::string_enum!(OrderBy {
    Hash = "hash",
    CreateTime = "createTime",
    ExpireTime = "expireTime",
    VisitCount = "visitCount",
});

/// What a short link holds. Source: the document's `shortenObjectKind`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkKind {
    /// An address.
    Link,
    /// A text.
    Content,
    /// A file.
    File,
    /// A word that the document does not have.
    Other(String),
}

http_core::string_enum!(LinkKind { Link = "link", Content = "content", File = "file"; Other });

/// Who chose a hash. Source: the document's `hashGeneratedMethod`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashMethod {
    /// The provider, at random.
    Auto,
    /// Whoever added the link.
    Custom,
    /// A word that the document does not have.
    Other(String),
}

http_core::string_enum!(HashMethod { Auto = "auto", Custom = "custom"; Other });

/// The word of an answer, if it is a text and not empty.
pub(crate) fn word<T: for<'a> From<&'a str>>(value: Raw<'_>) -> Option<T> {
    let text = value.string().filter(|text| !text.is_empty())?;
    Some(T::from(&text))
}

/// Asks for links; made by [`Client::list_links`]. Awaited, it is one page; [`stream`](Self::stream) gives them all.
/// What is left unset is left to the provider's defaults, named with each parameter.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct ListLinksCall {
    client: Client,
    wanted: Wanted,
    pub(crate) timeout: Option<Duration>,
}

#[derive(Debug, Clone, Default)]
struct Wanted {
    offset: Option<u64>,
    count: Option<u64>,
    order_by: Option<OrderBy>,
    ascending: Option<bool>,
    search: Option<String>,
    date_from: Option<Timestamp>,
    date_to: Option<Timestamp>,
    hash_method: Option<HashMethod>,
    kind: Option<LinkKind>,
    filter_tags: Vec<String>,
    search_tags: Vec<String>,
}

product_call!(ListLinksCall => LinkPage, Service::ListLinks);

impl ListLinksCall {
    /// How many links to pass over. Default: 0.
    pub fn offset(mut self, offset: u64) -> Self {
        self.wanted.offset = Some(offset);
        self
    }

    /// How many links a page may have, at most 1,000; the provider may send fewer. Default: 10 for a page, 100 for a stream.
    pub fn count(mut self, count: u64) -> Self {
        self.wanted.count = Some(count);
        self
    }

    /// The order. Default: by the time of creation.
    pub fn order_by(mut self, order_by: OrderBy) -> Self {
        self.wanted.order_by = Some(order_by);
        self
    }

    /// Smallest, oldest or least visited first.
    pub fn ascending(mut self) -> Self {
        self.wanted.ascending = Some(true);
        self
    }

    /// Largest, newest or most visited first. The provider's default.
    pub fn descending(mut self) -> Self {
        self.wanted.ascending = Some(false);
        self
    }

    /// Only links with this text in them (`search_sub_string`). The document does not say in which fields.
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.wanted.search = Some(text.into());
        self
    }

    /// Only links from this moment on (a [`SystemTime`](std::time::SystemTime) or a [`Timestamp`]). The document gives
    /// no unit; milliseconds are sent, as answers have them.
    pub fn date_from(mut self, from: impl Into<Timestamp>) -> Self {
        self.wanted.date_from = Some(from.into());
        self
    }

    /// Only links up to this moment.
    pub fn date_to(mut self, to: impl Into<Timestamp>) -> Self {
        self.wanted.date_to = Some(to.into());
        self
    }

    /// Only links whose hash was chosen so.
    pub fn hash_method(mut self, method: HashMethod) -> Self {
        self.wanted.hash_method = Some(method);
        self
    }

    /// Only links that hold this.
    pub fn kind(mut self, kind: LinkKind) -> Self {
        self.wanted.kind = Some(kind);
        self
    }

    /// Only links with these tags («فیلتر بر اساس تگ ها»), added to those already set. No tag may have a comma.
    pub fn filter_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.wanted.filter_tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// Only links whose tags match these («سرچ در تگ ها»), added to those already set. No tag may have a comma.
    pub fn search_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.wanted.search_tags.extend(tags.into_iter().map(Into::into));
        self
    }

    pub(crate) fn first(&self) -> u64 {
        self.wanted.offset.unwrap_or(0)
    }

    pub(crate) fn page_size(&self) -> Option<u64> {
        self.wanted.count
    }

    fn parameters(&self) -> Result<Parameters, ErrorBuilder> {
        let it = &self.wanted;
        Ok(Parameters::default()
            .with_some("offset", it.offset)
            .with_some("count", it.count.map(|count| count.min(MOST_LINKS)))
            .with_some("order_by", it.order_by.map(OrderBy::as_str))
            .with_some("order_asc", it.ascending)
            .with_some("search_sub_string", it.search.as_deref())
            .with_some("date_from", it.date_from.map(Timestamp::as_millis))
            .with_some("date_to", it.date_to.map(Timestamp::as_millis))
            .with_some(
                "hashGeneratedMethod",
                it.hash_method.as_ref().map(HashMethod::as_str),
            )
            .with_some("shortenObjectKind", it.kind.as_ref().map(LinkKind::as_str))
            .with_some("filter_tags", tags::join(&it.filter_tags)?)
            .with_some("search_tags", tags::join(&it.search_tags)?))
    }

    fn answer(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<LinkPage, ErrorBuilder> {
        let page: LinkPage = response::read(response, self.client.domain(), redactor)?;
        let is_first = self.first() == 0 && self.page_size() != Some(0);
        if is_first && page.received == 0 && page.total_count > Some(0) {
            let error = ErrorBuilder::decode("$", "an empty first page of a list that has links");
            let error = error.details(Details::unread(page.support_reference)).try_again();
            return Err(error.excerpt_of(&excerpt::of(response)));
        }
        Ok(page)
    }
}

/// Some of the account's links. What stands in the list and is no link is left out; then the
/// whole list is kept in [`unknown_fields`](Self::unknown_fields), as `linkVos`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LinkPage {
    total_count: Option<u64>,
    links: Vec<Link>,
    unknown_fields: KeptFields,
    #[serde(skip)]
    support_reference: SupportReference,
    /// How many items the list had, links or not.
    #[serde(skip)]
    pub(crate) received: usize,
}

impl Payload for LinkPage {
    const SERVICE: Service = Service::ListLinks;
    const KEYS: &'static [&'static str] = &["linkVos", "totalCount"];

    fn read(_: &[Level<'_>], leaf: Leaf<'_>, context: Context<'_>) -> Result<Self, ErrorBuilder> {
        let mut object = match leaf {
            // Some products of the gateway answer with the list itself.
            Leaf::Value(list) if list.items().is_some() => Object::with("linkVos", list),
            leaf => leaf.payload(&context)?,
        };
        let total = object.get("totalCount").filter(|total| !total.is_empty());
        let number: Option<i128> = total.and_then(Raw::whole_number);
        if total.is_some() && number.is_none() {
            return Err(other_type(context.depth, "totalCount"));
        }
        let links = match object.take_list("linkVos", |object| Link::read(object, &context)) {
            Some(links) => links,
            None if object.get("linkVos").is_some() => return Err(other_type(context.depth, "linkVos")),
            // The list may be missing when there is nothing in it.
            None if number == Some(0) => Vec::new(),
            None => return Err(missing(context.depth, "linkVos")),
        };
        // A list with a bad item is still one of the others.
        let whole = object.others().find(|(key, _)| same(key, "linkVos"));
        let received = whole
            .and_then(|(_, list)| list.items())
            .map_or(links.len(), Iterator::count);
        Ok(Self {
            total_count: object.take_as("totalCount", Raw::whole_number),
            received,
            links,
            unknown_fields: lenient::unknown(&object, &context)?,
            support_reference: context.support_reference,
        })
    }
}

impl LinkPage {
    /// How many links match in all; `None` if the provider did not say.
    pub fn total_count(&self) -> Option<u64> {
        self.total_count
    }

    /// The links of this page.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The links of this page, given away.
    pub fn into_links(self) -> Vec<Link> {
        self.links
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

/// A short link as the list has it. Only its hash is certain; what else is missing or null is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Link {
    hash: String,
    content: Option<String>,
    kind: Option<LinkKind>,
    hash_url: Option<String>,
    create_time: Option<Timestamp>,
    expire_time: Option<Timestamp>,
    visit_count: Option<u64>,
    is_deleted: Option<bool>,
    hash_method: Option<HashMethod>,
    tags: Option<Tags>,
    unknown_fields: KeptFields,
    #[serde(skip)]
    domain: ShortDomain,
}

impl Link {
    pub(crate) fn read(object: &mut Object<'_>, context: &Context<'_>) -> Option<Self> {
        Some(Self {
            hash: object.take_as("hash", Raw::string_or_digits)?,
            content: object.take_as("urlOrContent", Raw::string_or_number),
            kind: object.take_as("shortenObjectKind", word),
            hash_url: object.take_as("hashURL", Raw::string_or_number),
            create_time: object.take_as("createTime", Raw::timestamp),
            expire_time: object.take_as("expireTime", Raw::timestamp),
            visit_count: object.take_as("visitCount", Raw::whole_number),
            is_deleted: object.take_as("isDeleted", Raw::truth),
            hash_method: object.take_as("hashGeneratedMethod", word),
            tags: object.take_as("tags", Raw::string_or_number).map(Tags),
            unknown_fields: lenient::unknown(object, context).ok()?,
            domain: context.domain.clone(),
        })
    }
}

/// The tags as they travel; they come apart when they are asked for.
#[derive(Debug, Clone, PartialEq)]
struct Tags(String);

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(tags::split(&self.0))
    }
}

impl Link {
    /// The hash.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The short address, the hash percent-encoded: `http://tilin.ir/{hash}`.
    pub fn short_url(&self) -> String {
        self.domain.address(&self.hash)
    }

    /// What was shortened: an address or a text.
    pub fn content(&self) -> Option<&str> {
        self.content.as_deref()
    }

    /// What it is: a link, a text or a file.
    pub fn kind(&self) -> Option<&LinkKind> {
        self.kind.as_ref()
    }

    /// `hashURL`, stray spaces taken off. The document does not say what it is, and its samples show no address of
    /// the short domain; the public one is [`short_url`](Self::short_url).
    pub fn hash_url(&self) -> Option<&str> {
        self.hash_url.as_deref().map(str::trim)
    }

    /// When the link was added.
    pub fn create_time(&self) -> Option<Timestamp> {
        self.create_time
    }

    /// When it ends. In the document's samples that is 730 days after it was added.
    pub fn expire_time(&self) -> Option<Timestamp> {
        self.expire_time
    }

    /// How often it was visited.
    pub fn visit_count(&self) -> Option<u64> {
        self.visit_count
    }

    /// Whether it is deleted. The document does not say whether a deactivated link counts as such.
    pub fn is_deleted(&self) -> Option<bool> {
        self.is_deleted
    }

    /// Who chose the hash.
    pub fn hash_method(&self) -> Option<&HashMethod> {
        self.hash_method.as_ref()
    }

    /// The tags, split at either comma.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        tags::split(self.tags.as_ref().map_or("", |Tags(text)| text))
    }

    /// The fields that the document does not have and those that could not be read, an echo of a secret taken out. They
    /// are kept as they were sent, and read when they are asked for.
    pub fn unknown_fields(&self) -> Map<String, Value> {
        self.unknown_fields.as_map().clone()
    }
}
