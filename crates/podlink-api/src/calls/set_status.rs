use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::Response;
use http_core::{Call, HttpClient, Operation, Outgoing, Redactor};

use crate::calls::visit::hash_parameter;
use crate::client::Client;
use crate::contract::{Code, Service};
use crate::details::{Details, Level};
use crate::envelope::Payload;
use crate::envelope::{self, Leaf};
use crate::error::{Error, ErrorBuilder};
use crate::json_path::Unreadable;
use crate::response::{self};

impl Client {
    /// Lets a link work again. Idempotent.
    ///
    /// Source: «فعال یا غیرفعال سازی لینک», product 46413.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the hash or a missing API key, before anything is sent;
    /// [`Code::Unauthorized`], [`Code::InvalidParameter`], [`Code::HashMissing`], [`Code::NotFound`],
    /// [`Code::NotChanged`] when the provider answers `false`, [`Code::Internal`], and what the network can do.
    ///
    /// ```
    /// # use podlink_api::testing::{ScriptedTransport, Step};
    /// # use podlink_api::Client;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), podlink_api::Error> {
    /// # let script = ScriptedTransport::always(Step::answer(200, r#"{"hasError":false,"result":{"result":"{\"error\":false,\"code\":200,\"result\":true}"}}"#));
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script).build()?;
    /// pod.activate("sample20").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn activate(&self, hash: impl Into<String>) -> SetStatusCall {
        SetStatusCall::new(self.clone(), hash.into(), true)
    }

    /// Stops a link: its short address leads nowhere until [`activate`](Self::activate). Idempotent.
    ///
    /// Source and errors: as for [`activate`](Self::activate).
    ///
    /// ```
    /// # use podlink_api::testing::{ScriptedTransport, Step};
    /// # use podlink_api::{Client, Code};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), podlink_api::Error> {
    /// # let script = ScriptedTransport::always(Step::answer(200, r#"{"hasError":false,"result":{"result":"{\"error\":false,\"code\":200,\"result\":false}"}}"#));
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script).build()?;
    /// match pod.deactivate("sample20").await {
    ///     Ok(()) => println!("stopped"),
    ///     Err(error) if error.code() == Some(&Code::NotChanged) => println!("the provider did not do it"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn deactivate(&self, hash: impl Into<String>) -> SetStatusCall {
        SetStatusCall::new(self.clone(), hash.into(), false)
    }
}

/// Switches a link on or off; made by [`Client::activate`] and [`Client::deactivate`].
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct SetStatusCall {
    client: Client,
    hash: String,
    active: bool,
    timeout: Option<Duration>,
}

http_core::call!(SetStatusCall => (), Error);

impl SetStatusCall {
    pub(crate) fn new(client: Client, hash: String, active: bool) -> Self {
        Self {
            client,
            hash,
            active,
            timeout: None,
        }
    }
}

impl Call for SetStatusCall {
    type Output = ();
    type Code = Code;

    fn operation(&self) -> &'static Operation {
        Service::SetStatus.operation()
    }

    fn http(&self) -> &HttpClient {
        self.client.http()
    }

    fn write(&self) -> Result<Outgoing, ErrorBuilder> {
        let status = if self.active { "active" } else { "deactive" };
        let parameters = hash_parameter(&self.hash)?.with("setStatus", status);
        self.client.request(Service::SetStatus, parameters)
    }

    fn decode(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<(), ErrorBuilder> {
        read(response, redactor)
    }
}

fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<(), ErrorBuilder> {
    let (Done(done), reference) = response::read(response, Service::SetStatus, redactor)?;
    if done {
        return Ok(());
    }
    let details = Details {
        level: Some(Level::Result),
        reference,
        ..Details::default()
    };
    Err(ErrorBuilder::api(Code::NotChanged, "result: false").details(details))
}

/// `result: true`.
struct Done(bool);

impl Payload for Done {
    fn read(_: &[envelope::Level<'_>], leaf: Leaf<'_>, _: &Redactor) -> Result<Self, Unreadable> {
        let Leaf::Value(value) = &leaf else {
            return Err(leaf.unexpected());
        };
        value.truth().map(Self).ok_or_else(|| leaf.unexpected())
    }
}
