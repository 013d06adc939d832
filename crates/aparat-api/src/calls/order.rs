use std::time::Duration;

use http_core::decode::{KeptFields, Raw};
use http_core::{Argument, Outgoing, Reason, check};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::contract::{COUNT, ORDER, inferred};
use crate::error::{Error, ErrorBuilder};
use crate::order_kind::OrderKind;
use crate::response::{Answer, Status};

const LINK: Argument = Argument::new("link", "لینک");
const ORDER_COUNT: Argument = Argument::new("count", "تعداد");

impl Client {
    /// Orders `count` (50 to 7000) likes or views for a video, or followers for a profile, by its absolute URL.
    ///
    /// **It spends money.** It is never sent twice by this library: when nobody can tell whether it arrived, it
    /// fails with [`Effect::Unknown`](crate::Effect::Unknown). Keep one order in flight per token, compare the
    /// balance before and after, and otherwise ask the provider's support: the unique id was in the lost answer.
    ///
    /// Source: «نحوه سفارش».
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the link or the count, and
    /// [`Kind::Withheld`](crate::Kind::Withheld) by the budget or the observer, before anything is sent; every
    /// [`Code`](crate::Code), and what the network can do.
    ///
    /// ```
    /// # use aparat_api::testing::{ScriptedTransport, Step};
    /// # use aparat_api::{Client, Effect, OrderKind};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), aparat_api::Error> {
    /// # let script = ScriptedTransport::new([Step::unknown()]);
    /// # let aparat = Client::builder("not-a-real-token").transport(script).build()?;
    /// match aparat.order(OrderKind::View, "https://www.aparat.com/v/abcd", 500).await {
    ///     Ok(order) => println!("placed: {:?}", order.id()),
    ///     Err(error) if error.effect() == Effect::None => println!("nothing was ordered: {error}"),
    ///     Err(error) => println!("look at the balance before ordering again: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn order(&self, kind: OrderKind, link: impl Into<String>, count: u32) -> OrderCall {
        OrderCall {
            client: self.clone(),
            kind,
            link: link.into(),
            count,
            reference: None,
            timeout: None,
        }
    }
}

/// Places an order; made by [`Client::order`].
///
/// It spends money and is never sent twice. Put it on a task of its own (`tokio::spawn(call.send())`): if its
/// future is dropped once it has begun to send, nobody can tell any more whether the order was placed.
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct OrderCall {
    pub(crate) client: Client,
    pub(crate) kind: OrderKind,
    pub(crate) link: String,
    pub(crate) count: u32,
    pub(crate) reference: Option<String>,
    pub(crate) timeout: Option<Duration>,
}

http_core::call!(OrderCall => Order, Error, run);

impl OrderCall {
    /// The client that it was made by, to ask what became of it.
    #[doc(hidden)]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Your own name for the order, told to the observer and never sent.
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    fn query(&self) -> Result<Outgoing, ErrorBuilder> {
        self.check()?;
        self.request_as_it_is()
    }

    /// The request of a call whose arguments have been checked.
    pub(crate) fn request_as_it_is(&self) -> Result<Outgoing, ErrorBuilder> {
        let count = self.count.to_string();
        let arguments = [
            ("link", self.link.as_str()),
            ("count", &count),
            ("type", self.kind.as_str()),
        ];
        self.client.query(&ORDER, &arguments)
    }

    pub(crate) fn check(&self) -> Result<(), ErrorBuilder> {
        check::link(&self.link).map_err(|reason| ErrorBuilder::invalid_input(LINK, reason))?;
        if self.client.checks_count() && !COUNT.contains(&self.count) {
            let (least, most) = COUNT.into_inner();
            let reason = Reason::OutOfRange {
                least: least.into(),
                most: most.into(),
            };
            return Err(ErrorBuilder::invalid_input(ORDER_COUNT, reason));
        }
        Ok(())
    }
}

panel_call!(OrderCall => Order, ORDER);

/// An order that the provider took.
///
/// The document promises `status` and `message`, and a unique id without naming its key; everything else that came
/// is in [`fields`](Self::fields).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Order {
    id: Option<String>,
    message: Option<String>,
    fields: KeptFields,
}

impl Order {
    fn read(answer: Answer<'_>) -> Result<Self, ErrorBuilder> {
        if let Some(refusal) = answer.refusal() {
            return Err(refusal);
        }
        if answer.status != Status::Success || answer.contradicts_itself() {
            return Err(answer.without_status());
        }
        let id = answer.find(inferred::ID, Raw::identifier);
        let id = id.map(|id| answer.redacted(&id));
        let (message, fields) = answer.into_kept();
        Ok(Self { id, message, fields })
    }

    /// The provider's unique id, for [`Client::order_status`]. Its key is an inference: an order without a
    /// recognised id is placed all the same.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The provider's words.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Everything that the provider sent, an echo of the token taken out.
    pub fn fields(&self) -> &Map<String, Value> {
        self.fields.as_map()
    }
}
