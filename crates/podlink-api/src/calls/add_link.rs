use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::{KeptFields, Raw};
use http_core::http::Response;
use http_core::{Argument, Reason, Redactor};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::calls::list_links::{LinkKind, word};
use crate::calls::visit::{HASH, check_hash};
use crate::client::Client;
#[cfg(doc)]
use crate::contract::Code;
use crate::contract::Service;
use crate::details::SupportReference;
use crate::envelope::{Context, Leaf, Level, Payload};
use crate::error::ErrorBuilder;
use crate::json_path::unreadable;
use crate::lenient;
use crate::parameters::Parameters;
use crate::response;
use crate::short_domain::ShortDomain;
use crate::tags;

const CONTENT: Argument = Argument::new("content", "لینک یا متن");

impl Client {
    /// Makes a short link to a link, a text or a file. **Not idempotent**: it is never sent twice by this library.
    /// When nobody can tell whether it arrived, it fails with [`Effect::Unknown`](crate::Effect::Unknown); look
    /// for the link in the list before adding it again. With a hash of your own, adding again is refused as
    /// [`Code::HashTaken`](crate::Code::HashTaken) if the first time took effect.
    ///
    /// Source: «افزودن لینک کوتاه», product 46410.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the content, the hash, a tag or a missing API key, before
    /// anything is sent; [`Code::Unauthorized`](crate::Code::Unauthorized),
    /// [`Code::ContentMissing`](crate::Code::ContentMissing),
    /// [`Code::InvalidParameters`](crate::Code::InvalidParameters), [`Code::HashTaken`](crate::Code::HashTaken),
    /// [`Code::HashTooLong`](crate::Code::HashTooLong), [`Code::ContentTaken`](crate::Code::ContentTaken),
    /// [`Code::ServerFailure`](crate::Code::ServerFailure), and what the network can do.
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
        AddLinkCall {
            client: self.clone(),
            content,
            hash: None,
            tags: Vec::new(),
            timeout: None,
        }
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

product_call!(AddLinkCall => AddedLink, Service::AddLink);

impl AddLinkCall {
    /// The client that it was made by, to ask what became of it.
    #[doc(hidden)]
    pub fn client(&self) -> &Client {
        &self.client
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
            return Err(ErrorBuilder::invalid_input(CONTENT, Reason::Empty));
        }
        if self.hash.as_deref().is_some_and(|hash| hash.trim().is_empty()) {
            return Err(ErrorBuilder::invalid_input(HASH, Reason::Empty).detail("leave it unset instead"));
        }
        self.hash.as_deref().map_or(Ok(()), check_hash)?;
        Ok(Parameters::default()
            .with("urlOrContent", self.content.text.as_str())
            .with("shortenObjectKind", self.content.kind.as_str())
            .with_some("hash", self.hash.as_deref())
            .with_some("tags", tags::join(&self.tags)?))
    }

    fn answer(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<AddedLink, ErrorBuilder> {
        response::read(response, self.client.domain(), redactor)
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
    unknown_fields: KeptFields,
    #[serde(skip)]
    domain: ShortDomain,
    #[serde(skip)]
    support_reference: SupportReference,
}

impl Payload for AddedLink {
    const SERVICE: Service = Service::AddLink;
    const KEYS: &'static [&'static str] = &["hash", "urlOrContent", "shortenObjectKind", "visitCount"];

    fn read(_: &[Level<'_>], leaf: Leaf<'_>, context: Context<'_>) -> Result<Self, ErrorBuilder> {
        let mut object = leaf.payload(&context)?;
        let hash = lenient::required(&mut object, "hash", Raw::string_or_digits, &context)?;
        if hash.trim().is_empty() {
            return Err(unreadable(context.depth, ".hash", "an empty text"));
        }
        Ok(Self {
            hash,
            content: object.take_as("urlOrContent", Raw::string_or_number),
            kind: object.take_as("shortenObjectKind", word),
            visit_count: object.take_as("visitCount", Raw::whole_number),
            unknown_fields: lenient::unknown(&object, &context)?,
            domain: context.domain.clone(),
            support_reference: context.support_reference,
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
        self.domain.address(&self.hash)
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
    /// are kept as they were sent, and read when they are asked for.
    pub fn unknown_fields(&self) -> Map<String, Value> {
        self.unknown_fields.as_map().clone()
    }

    /// What the provider calls this exchange by.
    pub fn support_reference(&self) -> &SupportReference {
        &self.support_reference
    }
}
