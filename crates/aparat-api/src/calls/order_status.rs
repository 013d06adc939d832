use std::time::Duration;

use http_core::decode::{KeptFields, Raw};
use http_core::text::fold;
use http_core::{Argument, Outgoing, Reason, check};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::contract::{ORDER_STATUS, inferred};
use crate::error::{Error, ErrorBuilder};
use crate::message;
use crate::response::{Answer, Status};

const ORDER_ID: Argument = Argument::new("order id", "شناسهٔ سفارش");

impl Client {
    /// How far an order is. It only reads.
    ///
    /// Source: «وضعیت سفارش».
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the id, before anything is sent;
    /// [`Code::InvalidParameters`](crate::Code::InvalidParameters) for an id that is not this token's,
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

panel_call!(OrderStatusCall => OrderStatus, ORDER_STATUS);

impl OrderStatusCall {
    fn query(&self) -> Result<Outgoing, ErrorBuilder> {
        let invalid = |reason| ErrorBuilder::invalid_input(ORDER_ID, reason);
        if self.id.trim().is_empty() {
            return Err(invalid(Reason::Empty));
        }
        check::argument(&self.id).map_err(invalid)?;
        self.client.query(&ORDER_STATUS, &[("uniqid", &self.id)])
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
    fields: KeptFields,
}

impl OrderStatus {
    fn read(answer: Answer<'_>) -> Result<Self, ErrorBuilder> {
        let state = state(&answer);
        if state.is_none()
            && let Some(refusal) = answer.refusal()
        {
            return Err(refusal);
        }
        let understood = state.is_some() || answer.status == Status::Success;
        if !understood || !answer.is_http_success() {
            return Err(answer.without_status());
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
        self.fields.as_map()
    }
}

/// The state stands in a `status`, under a key of its own, or is the message. A `status` that says yes or no is no
/// state; a failure's own words are asked before it is read as one.
fn state(answer: &Answer<'_>) -> Option<OrderState> {
    let message = answer.message.as_deref();
    if message.and_then(message::code_of).is_some() {
        return None;
    }
    let failed = matches!(answer.status, Status::Failure { .. });
    let mut statuses = answer.statuses().take(if failed { 1 } else { usize::MAX });
    let in_status = statuses.find_map(|status| match Status::of(status) {
        Status::Word(word) if !word.is_empty() => Some(OrderState::from(word.as_str())),
        _ => status.string().as_deref().and_then(OrderState::known),
    });
    let in_key = || answer.find(inferred::STATE, Raw::text).filter(|_| !failed);
    in_status
        .or_else(|| in_key().as_deref().map(OrderState::from))
        .or_else(|| message.and_then(OrderState::known))
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

/// The words for each state, folded.
const WORDS: [(OrderState, &str); 5] = [
    (
        OrderState::Pending,
        "pending queued waiting درانتظار درصف درصفانتظار",
    ),
    (
        OrderState::InProgress,
        "inprogress processing running درحالانجام درحالپردازش درحالاجرا",
    ),
    (
        OrderState::Completed,
        "completed complete done finished انجامشد انجامشده تکمیلشد تکمیلشده تکمیل",
    ),
    (OrderState::Canceled, "canceled cancelled لغوشد لغوشده"),
    (OrderState::Failed, "failed ناموفق"),
];

impl OrderState {
    fn known(text: &str) -> Option<Self> {
        let folded = fold(text);
        let mut states = WORDS.iter();
        let found = states.find(|(_, words)| words.split(' ').any(|word| word == folded));
        found.map(|(state, _)| state.clone())
    }

    /// Whether nothing more will happen to the order. An unknown state is no end.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Canceled | Self::Failed)
    }

    /// The state in one English word, or the provider's own.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for OrderState {
    fn from(text: &str) -> Self {
        Self::known(text).unwrap_or_else(|| Self::Other(text.trim().to_owned()))
    }
}

http_core::string_enum!(@open OrderState);
