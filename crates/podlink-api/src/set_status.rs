use std::time::Duration;

use http_core::Redactor;
use http_core::bytes::Bytes;
use http_core::http::Response;

use crate::envelope::Payload;
use crate::visit::hash_parameter;
use crate::wire::Scalar;
use crate::{Client, Code, Details, Error, Failure, Level, Service, answer};

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

    async fn run(self) -> Result<(), Error> {
        let status = if self.active { "active" } else { "deactive" };
        let parameters = hash_parameter(&self.hash)
            .map_err(|failure| failure.before_sending(Service::SetStatus.operation()))?
            .with("setStatus", status);
        self.client
            .post(Service::SetStatus, parameters, self.timeout, read)
            .await
    }
}

fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<(), Failure> {
    let (Done(done), reference) = answer::read(response, Service::SetStatus, redactor)?;
    if done {
        return Ok(());
    }
    let details = Details {
        level: Some(Level::Result),
        reference,
        ..Details::default()
    };
    Err(Failure::provider(Code::NotChanged, "result: false").details(details))
}

/// `result: true`.
struct Done(bool);

impl Payload for Done {
    fn of_bool(value: bool) -> Option<Self> {
        Some(Self(value))
    }

    fn of_number(number: i128) -> Option<Self> {
        <bool as Scalar>::of_number(number).map(Self)
    }

    fn of_text(text: &str) -> Option<Self> {
        <bool as Scalar>::of_text(text).map(Self)
    }
}
