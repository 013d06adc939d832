use serde::Serialize;

/// What the provider calls an exchange by: its support asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SupportReference {
    pub(crate) number: Option<String>,
    pub(crate) message_id: Option<String>,
}

impl SupportReference {
    /// `referenceNumber`; `None` if it was missing or empty.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// `messageId`, as text.
    pub fn message_id(&self) -> Option<&str> {
        self.message_id.as_deref()
    }
}

/// Which level of the answer spoke. The gateway wraps the answer of the service behind it, and each can refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    /// The gateway: `hasError`, `errorCode`.
    Gateway,
    /// The gateway's note of how the service answered: `statusCode`.
    ServiceStatus,
    /// The service itself: `error`, `code`.
    Service,
    /// What the service answered: `result: false`.
    Result,
}

http_core::string_enum!(Level {
    Gateway = "gateway",
    ServiceStatus = "service_status",
    Service = "service",
    Result = "result",
});

/// What else an answer carried that was a refusal, or that could not be understood:
/// [`Error::details`](crate::Error). It holds no secret.
///
/// ```
/// # use podlink_api::testing::{ScriptedTransport, Step};
/// # use podlink_api::{Client, Code, Level};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), podlink_api::Error> {
/// # let answer = r#"{"hasError":true,"referenceNumber":"1402-77","errorCode":21,"message":"no token"}"#;
/// # let script = ScriptedTransport::always(Step::answer(200, answer));
/// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script).build()?;
/// let Err(error) = pod.list_links().await else { return Ok(()) };
/// if let Some(details) = error.details() {
///     assert_eq!(details.level(), Some(Level::Gateway));
///     assert_eq!(details.support_reference().number(), Some("1402-77"));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Details {
    pub(crate) level: Option<Level>,
    pub(crate) support_reference: SupportReference,
    pub(crate) service_status: Option<i64>,
    pub(crate) developer_message: Option<String>,
}

impl Details {
    /// Of an answer that no level of refused, and that could not be understood.
    pub(crate) fn unread(support_reference: SupportReference) -> Self {
        Self {
            support_reference,
            ..Self::default()
        }
    }

    /// Which level refused; `None` if none did and the answer could not be understood.
    pub fn level(&self) -> Option<Level> {
        self.level
    }

    /// The numbers to tell the provider's support.
    pub fn support_reference(&self) -> &SupportReference {
        &self.support_reference
    }

    /// The gateway's `statusCode` for the service behind it, if it gave one.
    pub fn service_status(&self) -> Option<i64> {
        self.service_status
    }

    /// The service's `developerMessage`: more for you than for your users.
    pub fn developer_message(&self) -> Option<&str> {
        self.developer_message.as_deref()
    }
}
