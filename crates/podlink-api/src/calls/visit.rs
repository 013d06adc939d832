use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::{Response, header};
use http_core::{Redactor, check};
use serde::Serialize;
use url::Url;

use crate::answer;
use crate::answer::TextOrRedirect;
use crate::client::Client;
use crate::contract::{Code, Service};
use crate::error::{Error, Failure};
use crate::evidence;
use crate::parameters::Parameters;

impl Client {
    /// Visits a short link as its reader would: the target of a link, or the text. **It counts as a click, and is
    /// not idempotent**; the redirect is not followed.
    ///
    /// Source: «دیدن لینک، متن، فایل», product 46411.
    ///
    /// # Errors
    /// [`Code::InvalidParameter`], [`Code::NotFound`], [`Code::Internal`]; [`Code::HashMissing`] before anything
    /// is sent; and what the network can do.
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
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn visit(&self, hash: impl Into<String>) -> VisitCall {
        VisitCall::new(self.clone(), hash.into())
    }
}

/// What a visitor of a short link gets. A file cannot be told from a link on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

http_core::call!(VisitCall => Visit, Error);

impl VisitCall {
    pub(crate) fn new(client: Client, hash: String) -> Self {
        Self {
            client,
            hash,
            timeout: None,
        }
    }

    async fn run(self) -> Result<Visit, Error> {
        let parameters = hash_parameter(&self.hash)
            .map_err(|failure| failure.before_sending(Service::Visit.operation()))?;
        self.client
            .post(Service::Visit, parameters, self.timeout, Visit::read)
            .await
    }
}

/// The parameter that three calls begin with.
pub(crate) fn hash_parameter(hash: &str) -> Result<Parameters, Failure> {
    if hash.trim().is_empty() {
        return Err(Failure::refused(Code::HashMissing, "the hash is empty"));
    }
    check_hash(hash)?;
    Ok(Parameters::default().with("hash", hash))
}

/// A hash may be in Persian, but nothing in it may be invisible: it is read out and typed.
pub(crate) fn check_hash(hash: &str) -> Result<(), Failure> {
    check::argument("the hash", hash).map_err(|why| Failure::refused(Code::InvalidParameter, why))
}

impl Visit {
    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, Failure> {
        if response.status().is_redirection() {
            let location = response.headers().get(header::LOCATION);
            let location = location.and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
            return location
                .and_then(|location| target(location, redactor))
                .map(Self::Redirect)
                .ok_or_else(|| {
                    Failure::status("a redirect that is not the link's own")
                        .excerpt_of(&evidence::of(response))
                });
        }
        match answer::read_text(response, Service::Visit, redactor)? {
            TextOrRedirect::Text(text) => Ok(Self::Content(redactor.redact(&text).into_owned())),
            TextOrRedirect::Redirect(location) => {
                target(&location, redactor).map(Self::Redirect).ok_or_else(|| {
                    Failure::decode("$.result.header", "a redirect to no absolute address")
                        .excerpt_of(&evidence::of(response))
                })
            }
        }
    }
}

/// A link leads to an absolute address. A relative one, or one that ends where the calls go, is a gateway's own
/// (to a login page, or from http to https); so is one that carries a secret of the client's. A secret that may as well
/// be a word of the address says nothing, and is taken out.
fn target(location: &str, redactor: &Redactor) -> Option<String> {
    let location = location.trim();
    let url = Url::parse(location).ok()?;
    let is_gateway = url
        .path()
        .trim_matches('/')
        .ends_with(Service::Visit.operation().path);
    (!is_gateway && !redactor.finds_long(location)).then(|| redactor.redact(location).into_owned())
}
