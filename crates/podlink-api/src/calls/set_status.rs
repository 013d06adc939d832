use std::time::Duration;

use http_core::Redactor;
use http_core::bytes::Bytes;
use http_core::http::Response;

use crate::calls::visit::hash_parameter;
use crate::client::Client;
use crate::contract::{Code, Service};
use crate::details::{Details, Level, SupportReference};
use crate::envelope::{self, Context, Leaf, Payload};
use crate::error::ErrorBuilder;
use crate::parameters::Parameters;
use crate::response;

impl Client {
    /// Lets a link work again. Idempotent.
    ///
    /// Source: «فعال یا غیرفعال سازی لینک», product 46413.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the hash or a missing API key, before anything is sent;
    /// [`Code::Unauthorized`], [`Code::InvalidParameters`], [`Code::HashMissing`], [`Code::NotFound`],
    /// [`Code::NotChanged`] when the provider answers `false`, [`Code::ServerFailure`], and what the network can do.
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
        self.set_status(hash.into(), true)
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
        self.set_status(hash.into(), false)
    }

    fn set_status(&self, hash: String, active: bool) -> SetStatusCall {
        SetStatusCall {
            client: self.clone(),
            hash,
            active,
            timeout: None,
        }
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

product_call!(SetStatusCall => (), Service::SetStatus);

impl SetStatusCall {
    fn parameters(&self) -> Result<Parameters, ErrorBuilder> {
        let status = if self.active { "active" } else { "deactive" };
        Ok(hash_parameter(&self.hash)?.with("setStatus", status))
    }

    fn answer(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<(), ErrorBuilder> {
        let Done(is_done, reference) = response::read(response, self.client.domain(), redactor)?;
        if is_done {
            return Ok(());
        }
        let details = Details {
            level: Some(Level::Result),
            ..Details::unread(reference)
        };
        Err(ErrorBuilder::api(Code::NotChanged, "result: false").details(details))
    }
}

/// `result: true`.
struct Done(bool, SupportReference);

impl Payload for Done {
    const SERVICE: Service = Service::SetStatus;

    fn read(_: &[envelope::Level<'_>], leaf: Leaf<'_>, context: Context<'_>) -> Result<Self, ErrorBuilder> {
        let is_done = leaf.value().truth().ok_or_else(|| leaf.unexpected(&context))?;
        Ok(Self(is_done, context.support_reference))
    }
}
