use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode;
use http_core::http::{Response, header};
use http_core::{Argument, Reason, Redactor, check};
use serde::Serialize;
use url::Url;

use crate::client::Client;
use crate::contract::{Code, Service};
use crate::envelope::{Context, Leaf, Level, Payload, names_a_verdict};
use crate::error::ErrorBuilder;
use crate::excerpt;
use crate::json_path::unreadable;
use crate::parameters::Parameters;
use crate::response;

pub(crate) const HASH: Argument = Argument::new("hash", "کد لینک");

impl Client {
    /// Visits a short link as its reader would: the target of a link, or the text. **It counts as a click, and is
    /// not idempotent**; the redirect is not followed.
    ///
    /// Source: «دیدن لینک، متن، فایل», product 46411.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the hash or a missing API key, before anything is sent;
    /// [`Code::InvalidParameters`], [`Code::NotFound`], [`Code::ServerFailure`], and what the network can do.
    ///
    /// ```
    /// # use podlink_api::testing::{ScriptedTransport, Step};
    /// # use podlink_api::Client;
    /// use podlink_api::Visit;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), podlink_api::Error> {
    /// # let script = ScriptedTransport::always(Step::answer(302, "").header("location", "https://example.com/long"));
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script).build()?;
    /// match pod.visit("sample20").await? {
    ///     Visit::Redirect(url) => assert_eq!(url, "https://example.com/long"),
    ///     Visit::Content(text) => println!("{text}"),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn visit(&self, hash: impl Into<String>) -> VisitCall {
        VisitCall {
            client: self.clone(),
            hash: hash.into(),
            timeout: None,
        }
    }
}

/// What a visitor of a short link gets. A file cannot be told from a link on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Visit {
    /// The link leads to this address. It has not been followed.
    Redirect(String),
    /// The link holds this text.
    Content(String),
}

/// Visits a short link; made by [`Client::visit`].
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct VisitCall {
    client: Client,
    hash: String,
    timeout: Option<Duration>,
}

product_call!(VisitCall => Visit, Service::Visit);

impl VisitCall {
    fn parameters(&self) -> Result<Parameters, ErrorBuilder> {
        hash_parameter(&self.hash)
    }

    fn answer(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<Visit, ErrorBuilder> {
        if response.status().is_redirection() {
            let location = response.headers().get(header::LOCATION);
            let location = location.and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
            let target = location.and_then(|location| target(location, redactor));
            return target.map(Visit::Redirect).ok_or_else(|| {
                ErrorBuilder::status("a redirect that is not the link's own")
                    .excerpt_of(&excerpt::of(response))
            });
        }
        match bare_text(response) {
            Some(text) => Ok(Visit::Content(redactor.redact(text).into_owned())),
            None => response::read(response, self.client.domain(), redactor),
        }
    }
}

/// A gateway's own pages end like this, and no domain does.
const PAGES: [&str; 8] = ["asp", "aspx", "cgi", "do", "htm", "html", "jsp", "php"];

/// The parameter that three calls begin with.
pub(crate) fn hash_parameter(hash: &str) -> Result<Parameters, ErrorBuilder> {
    if hash.trim().is_empty() {
        return Err(ErrorBuilder::invalid_input(HASH, Reason::Empty));
    }
    check_hash(hash)?;
    Ok(Parameters::default().with("hash", hash))
}

/// A hash may be in Persian, but nothing in it may be invisible: it is read out and typed.
pub(crate) fn check_hash(hash: &str) -> Result<(), ErrorBuilder> {
    check::argument(hash).map_err(|reason| ErrorBuilder::invalid_input(HASH, reason))
}

impl Payload for Visit {
    const SERVICE: Service = Service::Visit;
    const IS_TEXT: bool = true;

    fn read(levels: &[Level<'_>], leaf: Leaf<'_>, context: Context<'_>) -> Result<Self, ErrorBuilder> {
        if let Some(location) = levels.iter().find_map(Level::redirect::<Self>) {
            let target = target(&location, context.redactor).map(Self::Redirect);
            return target.ok_or_else(|| unreadable(context.depth, "", "a redirect to no absolute address"));
        }
        match leaf.text() {
            Some(text) => Ok(Self::Content(context.redactor.redact(&text).into_owned())),
            None => Err(unreadable(context.depth, "", "neither a text nor a redirect")),
        }
    }
}

/// The gateway may hand on a text without any envelope. A page or XML may as well be a gateway's own.
fn bare_text(response: &Response<Bytes>) -> Option<&str> {
    let text = decode::text::<Code>(response).ok()?;
    let is_text = !(text.is_empty() || text.starts_with(['{', '[', '"', '<']) || names_a_verdict(text));
    let body = std::str::from_utf8(response.body()).ok()?;
    (is_text && response.status().is_success()).then(|| body.trim_start_matches('\u{FEFF}'))
}

/// A link leads to an absolute address, or to one without its `http://`. A relative one, or one that ends where the calls
/// go, is a gateway's own (to a login page, or from http to https); so is one that carries a secret of the client's. A
/// secret that may as well be a word of the address says nothing, and is taken out.
fn target(location: &str, redactor: &Redactor) -> Option<String> {
    let location = location.trim();
    let url = Url::parse(location).ok().or_else(|| without_scheme(location))?;
    let is_gateway = url
        .path()
        .trim_matches('/')
        .ends_with(Service::Visit.operation().path);
    (!is_gateway && !redactor.finds_long(location)).then(|| redactor.redact(location).into_owned())
}

/// `example.com/a`, which is a page of this name to a browser, and what somebody shortened who left `http://` out.
fn without_scheme(location: &str) -> Option<Url> {
    let host = location.split(['/', '?', '#']).next()?;
    let (name, domain) = host.rsplit_once('.')?;
    let is_page = PAGES.iter().any(|page| domain.eq_ignore_ascii_case(page));
    if name.trim_matches('.').is_empty()
        || domain.is_empty()
        || is_page
        || !domain.chars().all(char::is_alphabetic)
    {
        return None;
    }
    Url::parse(&format!("http://{location}")).ok()
}
