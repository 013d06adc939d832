use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::decode::{KeptFields, Raw};
use http_core::http::Response;
use http_core::{Argument, Effect, Instant, Outgoing, Reason, check, require_runtime, within};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::budget::Reservation;
use crate::client::Client;
use crate::contract::{COUNT, ORDER, inferred};
use crate::error::{Error, ErrorBuilder};
use crate::observer::{OrderIntent, Watch};
use crate::order_kind::OrderKind;
use crate::response::{Answer, Status, read};

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

    async fn run(self) -> Result<Order, Error> {
        let deadline = self.client.http().deadline(self.timeout);
        let refuse = |error: ErrorBuilder| error.before_sending(&ORDER);
        self.check().map_err(refuse)?;
        require_runtime().map_err(refuse)?;
        let reservation = self.reserve().map_err(refuse)?;

        let mut watch = self.client.watch(OrderIntent {
            sequence: 0,
            kind: self.kind,
            link: self.link.clone(),
            count: self.count,
            reference: self.reference.clone(),
        });
        if watch.is_observed()
            && let Err(error) = self.record(deadline, &mut watch).await
        {
            let error = refuse(error);
            watch.failed(&error);
            return Err(error);
        }

        watch.sending();
        let spent = reservation.sending();
        let outcome = self.make(deadline).await;
        match &outcome {
            Ok(order) => watch.placed(order.id()),
            Err(error) => {
                if error.effect() == Effect::None {
                    spent.give_back();
                }
                watch.failed(error);
            }
        }
        outcome
    }

    /// Makes the call, whose arguments have been checked.
    async fn make(&self, deadline: Instant) -> Result<Order, Error> {
        let request = self.request_as_it_is();
        let request = request.map_err(|error| error.before_sending(&ORDER))?;
        let http = self.client.http();
        let decode = |response: &Response<Bytes>| read(response, http.redactor(), Order::read);
        http.call(&ORDER, request, deadline, decode).await
    }

    async fn record(&self, deadline: Instant, watch: &mut Watch) -> Result<(), ErrorBuilder> {
        let withheld = |detail| ErrorBuilder::withheld(detail).permanent();
        match within(deadline, watch.record_intent()).await {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(withheld("the observer could not record the order")
                .caused_by(&*error, self.client.http().redactor())),
            None => Err(withheld("the observer did not record the order in time")),
        }
    }

    fn query(&self) -> Result<Outgoing, ErrorBuilder> {
        self.check()?;
        self.request_as_it_is()
    }

    fn request_as_it_is(&self) -> Result<Outgoing, ErrorBuilder> {
        let count = self.count.to_string();
        let arguments = [
            ("link", self.link.as_str()),
            ("count", &count),
            ("type", self.kind.as_str()),
        ];
        self.client.query(&ORDER, &arguments)
    }

    fn check(&self) -> Result<(), ErrorBuilder> {
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

    fn reserve(&self) -> Result<Reservation, ErrorBuilder> {
        self.client.reserve(self.count).map_err(|left| {
            let detail = format!(
                "the count {} is more than the {left} that the budget has left",
                self.count
            );
            ErrorBuilder::withheld(detail).permanent()
        })
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
