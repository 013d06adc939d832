use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::{Raw, UnknownFields};
use http_core::http::Response;
use http_core::{Call, HttpClient, Operation, Outgoing, Reason, Redactor};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::calls::list_links::{LinkKind, word};
use crate::calls::visit::check_hash;
use crate::client::Client;
use crate::contract::{Code, Service};
use crate::details::Reference;
use crate::envelope::Payload;
use crate::envelope::{Leaf, Level};
use crate::error::{Error, ErrorBuilder};
use crate::json_path::Unreadable;
use crate::lenient;
use crate::parameters::Parameters;
use crate::response::{self};
use crate::short_domain::ShortDomain;
use crate::tags;

impl Client {
    /// Makes a short link to a link, a text or a file. **Not idempotent**: it is never sent twice by this library.
    /// When nobody can tell whether it arrived, it fails with [`Effect::Unknown`](crate::Effect::Unknown); look
    /// for the link in the list before adding it again. With a hash of your own, adding again is refused as
    /// [`Code::HashTaken`] if the first time took effect.
    ///
    /// Source: «افزودن لینک کوتاه», product 46410.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the content, the hash, a tag or a missing API key, before
    /// anything is sent; [`Code::Unauthorized`], [`Code::ContentMissing`], [`Code::InvalidParameter`],
    /// [`Code::HashTaken`], [`Code::HashTooLong`], [`Code::ContentTaken`], [`Code::Internal`], and what the network can
    /// do.
    ///
    /// ```
    /// # use podlink_api::testing::{ScriptedTransport, Step};
    /// # use podlink_api::{Client, Content};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), podlink_api::Error> {
    /// # let answer = r#"{"hasError":false,"result":{"result":"{\"error\":false,\"code\":200,\"result\":{\"hash\":\"sample20\"}}","statusCode":200}}"#;
    /// # let script = ScriptedTransport::always(Step::answer(200, answer));
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script).build()?;
    /// let link = pod
    ///     .add_link(Content::text("this is sample content"))
    ///     .hash("sample20")
    ///     .tags(["tag1", "tag2"])
    ///     .await?;
    /// assert_eq!(link.short_url(), "http://tilin.ir/sample20");
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_link(&self, content: Content) -> AddLinkCall {
        AddLinkCall::new(self.clone(), content)
    }
}

/// What to shorten. Source: the document's `urlOrContent` and `shortenObjectKind`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    kind: LinkKind,
    text: String,
}

impl Content {
    /// An address: whoever opens the short link is redirected to it.
    pub fn link(url: impl Into<String>) -> Self {
        Self {
            kind: LinkKind::Link,
            text: url.into(),
        }
    }

    /// A text: whoever opens the short link reads it.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            kind: LinkKind::Content,
            text: text.into(),
        }
    }

    /// A file, by its address. The document does not say how it differs from a link.
    pub fn file(url: impl Into<String>) -> Self {
        Self {
            kind: LinkKind::File,
            text: url.into(),
        }
    }
}

/// Adds a short link; made by [`Client::add_link`].
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct AddLinkCall {
    client: Client,
    content: Content,
    hash: Option<String>,
    tags: Vec<String>,
    timeout: Option<Duration>,
}

http_core::call!(AddLinkCall => AddedLink, Error);

impl AddLinkCall {
    pub(crate) fn new(client: Client, content: Content) -> Self {
        Self {
            client,
            content,
            hash: None,
            tags: Vec::new(),
            timeout: None,
        }
    }

    /// The hash that you want, Persian ones included. Unset, the provider chooses one.
    pub fn hash(mut self, hash: impl Into<String>) -> Self {
        self.hash = Some(hash.into());
        self
    }

    /// Tags to find the link by, added to those already set. They travel joined with `،`, so none may have a comma
    /// of either kind.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    fn parameters(&self) -> Result<Parameters, ErrorBuilder> {
        if self.content.text.trim().is_empty() {
            return Err(ErrorBuilder::invalid_input("content", Reason::Empty));
        }
        if self.hash.as_deref().is_some_and(|hash| hash.trim().is_empty()) {
            return Err(ErrorBuilder::invalid_input("hash", Reason::Empty).detail("leave it unset instead"));
        }
        self.hash.as_deref().map_or(Ok(()), check_hash)?;
        Ok(Parameters::default()
            .with("urlOrContent", self.content.text.as_str())
            .with("shortenObjectKind", self.content.kind.as_str())
            .with_some("hash", self.hash.as_deref())
            .with_some("tags", tags::join(&self.tags)?))
    }
}

impl Call for AddLinkCall {
    type Output = AddedLink;
    type Code = Code;

    fn operation(&self) -> &'static Operation {
        Service::AddLink.operation()
    }

    fn http(&self) -> &HttpClient {
        self.client.http()
    }

    fn write(&self) -> Result<Outgoing, ErrorBuilder> {
        self.client.request(Service::AddLink, self.parameters()?)
    }

    fn decode(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<AddedLink, ErrorBuilder> {
        let (mut link, reference) = response::read::<AddedLink>(response, Service::AddLink, redactor)?;
        link.about = About {
            domain: self.client.domain().clone(),
            reference,
        };
        Ok(link)
    }
}

/// A short link that the provider has made.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AddedLink {
    hash: String,
    content: Option<String>,
    kind: Option<LinkKind>,
    visit_count: Option<u64>,
    other: UnknownFields,
    #[serde(skip)]
    about: About,
}

/// What the answer's fields do not say.
#[derive(Debug, Clone, Default, PartialEq)]
struct About {
    domain: ShortDomain,
    reference: Reference,
}

impl Payload for AddedLink {
    const KEYS: &'static [&'static str] = &["hash", "urlOrContent", "shortenObjectKind", "visitCount"];

    fn read(_: &[Level<'_>], leaf: Leaf<'_>, redactor: &Redactor) -> Result<Self, Unreadable> {
        let Leaf::Payload(mut object) = leaf else {
            return Err(leaf.unexpected());
        };
        let hash = lenient::required(&mut object, "hash", Raw::string_or_digits)?;
        if hash.trim().is_empty() {
            return Err(Unreadable::new(".hash", "an empty text"));
        }
        Ok(Self {
            hash,
            content: object.take_as("urlOrContent", Raw::string_or_number),
            kind: object.take_as("shortenObjectKind", word),
            visit_count: object.take_as("visitCount", Raw::whole_number),
            other: lenient::others(&object, redactor)?,
            about: About::default(),
        })
    }
}

impl AddedLink {
    /// The hash: yours, or the one that the provider chose.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The short address to give away, the hash percent-encoded: `http://tilin.ir/{hash}`.
    pub fn short_url(&self) -> String {
        self.about.domain.address(&self.hash)
    }

    /// What was shortened, as the provider repeats it.
    pub fn content(&self) -> Option<&str> {
        self.content.as_deref()
    }

    /// What it is: a link, a text or a file.
    pub fn kind(&self) -> Option<&LinkKind> {
        self.kind.as_ref()
    }

    /// How often it has been visited: 0 for a new one.
    pub fn visit_count(&self) -> Option<u64> {
        self.visit_count
    }

    /// The fields that the document does not have and those that could not be read, an echo of a secret taken out. They
    /// are kept as they were sent, and read each time that they are asked for.
    pub fn other(&self) -> Map<String, Value> {
        self.other.to_map()
    }

    /// What the provider calls this exchange by.
    pub fn reference(&self) -> &Reference {
        &self.about.reference
    }
}
