use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::Response;
use http_core::text::fold;
use http_core::{Call, HttpClient, Operation, Outgoing, Reason, Redactor, check};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::contract;
use crate::contract::Code;
use crate::contract::inferred;
use crate::error::{Error, ErrorBuilder};
use crate::response::{Answer, Status, text};

impl Client {
    /// How far an order is. Idempotent.
    ///
    /// Source: «وضعیت سفارش».
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the id, before anything is sent;
    /// [`Code::WrongArgument`](crate::Code::WrongArgument) for an id that is not this token's,
    /// [`Code::InvalidToken`](crate::Code::InvalidToken), and what the network can do.
    ///
    /// ```
    /// # use aparat_api::testing::{ScriptedTransport, Step};
    /// # use aparat_api::{Client, OrderState};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), aparat_api::Error> {
    /// # let script = ScriptedTransport::always(Step::answer(200, r#"{"status":"completed","message":""}"#));
    /// # let aparat = Client::builder("not-a-real-token").transport(script).build()?;
    /// let status = aparat.order_status("5f0c1e2d3b4ag").await?;
    /// assert_eq!(status.state(), Some(&OrderState::Completed));
    /// # Ok(())
    /// # }
    /// ```
    pub fn order_status(&self, id: impl Into<String>) -> OrderStatusCall {
        OrderStatusCall {
            client: self.clone(),
            id: id.into(),
            timeout: None,
        }
    }
}

/// Asks how far an order is; made by [`Client::order_status`].
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct OrderStatusCall {
    pub(crate) client: Client,
    pub(crate) id: String,
    pub(crate) timeout: Option<Duration>,
}

http_core::call!(OrderStatusCall => OrderStatus, Error);

impl Call for OrderStatusCall {
    type Output = OrderStatus;
    type Code = Code;

    fn operation(&self) -> &'static Operation {
        &contract::ORDER_STATUS
    }

    fn http(&self) -> &HttpClient {
        self.client.http()
    }

    fn write(&self) -> Result<Outgoing, ErrorBuilder> {
        let invalid = |reason| ErrorBuilder::invalid_input("order id", reason);
        if self.id.trim().is_empty() {
            return Err(invalid(Reason::Empty));
        }
        check::argument(&self.id).map_err(invalid)?;
        self.client.query(self.operation(), &[("uniqid", &self.id)])
    }

    fn decode(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<OrderStatus, ErrorBuilder> {
        OrderStatus::read(response, redactor)
    }
}

/// What the provider says about an order.
///
/// The document promises `status` and `message` and shows no answer; everything else that came is in
/// [`fields`](Self::fields).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OrderStatus {
    message: Option<String>,
    state: Option<OrderState>,
    fields: Map<String, Value>,
}

impl OrderStatus {
    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let text = text(response)?;
        let answer = Answer::read(&text, response, redactor)?;
        let state = state(&answer);
        if state.is_none()
            && let Some(refusal) = answer.refusal()
        {
            return Err(refusal);
        }
        let understood = state.is_some() || answer.status == Status::Success;
        if !understood || !answer.is_http_success() {
            return Err(answer.without_status(response));
        }
        let state = state.map(|state| match state {
            OrderState::Other(word) => OrderState::Other(answer.redacted(&word)),
            known => known,
        });
        let (message, fields) = answer.into_kept();
        Ok(Self {
            message,
            state,
            fields,
        })
    }

    /// The provider's words.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// How far the order is. The document names no states, so this is an inference: `None` if the answer has no
    /// word for it.
    pub fn state(&self) -> Option<&OrderState> {
        self.state.as_ref()
    }

    /// Everything that the provider sent, an echo of the token taken out.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

/// The state stands in a `status`, under a key of its own, or is the message. A `status` that says yes or no is no
/// state; a failure's own words are asked before it is read as one.
fn state(answer: &Answer<'_>) -> Option<OrderState> {
    let refused = answer
        .message
        .as_deref()
        .and_then(crate::message::code_of)
        .is_some();
    if refused {
        return None;
    }
    let failed = matches!(answer.status, Status::Failure { .. });
    answer
        .statuses()
        .take(if failed { 1 } else { usize::MAX })
        .find_map(|status| match Status::of(Some(status)) {
            Status::Word(word) if !word.is_empty() => Some(OrderState::from(word.as_str())),
            _ => status.string().as_deref().and_then(OrderState::known),
        })
        .or_else(|| {
            let key = if failed {
                None
            } else {
                answer.text(inferred::STATE)
            };
            key.as_deref().map(OrderState::from)
        })
        .or_else(|| answer.message.as_deref().and_then(OrderState::known))
}

/// How far an order is. The words for it are inferred, in English and Persian; any other is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderState {
    /// Accepted, not begun.
    Pending,
    /// Being delivered.
    InProgress,
    /// Delivered in full.
    Completed,
    /// Called off.
    Canceled,
    /// Not delivered.
    Failed,
    /// The provider's own word.
    Other(String),
}

const WORDS: [(OrderState, &str, &[&str]); 5] = [
    (
        OrderState::Pending,
        "pending",
        &["pending", "queued", "waiting", "درانتظار", "درصف", "درصفانتظار"],
    ),
    (
        OrderState::InProgress,
        "in_progress",
        &[
            "inprogress",
            "processing",
            "running",
            "درحالانجام",
            "درحالپردازش",
            "درحالاجرا",
        ],
    ),
    (
        OrderState::Completed,
        "completed",
        &[
            "completed",
            "complete",
            "done",
            "finished",
            "انجامشد",
            "انجامشده",
            "تکمیلشد",
            "تکمیلشده",
            "تکمیل",
        ],
    ),
    (
        OrderState::Canceled,
        "canceled",
        &["canceled", "cancelled", "لغوشد", "لغوشده"],
    ),
    (OrderState::Failed, "failed", &["failed", "ناموفق"]),
];

impl OrderState {
    fn known(text: &str) -> Option<Self> {
        let folded = fold(text);
        WORDS
            .iter()
            .find(|(_, _, words)| words.contains(&folded.as_str()))
            .map(|(state, ..)| state.clone())
    }

    /// Whether nothing more will happen to the order. An unknown state is no end.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Canceled | Self::Failed)
    }

    /// The state in one English word, or the provider's own.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            known => WORDS
                .iter()
                .find(|(state, ..)| state == known)
                .map_or("", |(_, name, _)| name),
        }
    }
}

impl From<&str> for OrderState {
    fn from(text: &str) -> Self {
        Self::known(text).unwrap_or_else(|| Self::Other(text.trim().to_owned()))
    }
}

http_core::string_enum!(@open OrderState);
