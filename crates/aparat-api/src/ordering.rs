//! How an order is sent: its budget is reserved and its observer told before, and both after.

use std::sync::Arc;

use http_core::bytes::Bytes;
use http_core::http::Response;
use http_core::{Call as _, Effect, Instant, require_runtime, within};

use crate::budget::{Budget, Reservation};
use crate::calls::order::{Order, OrderCall};
use crate::client::{Client, ClientBuilder};
use crate::contract::ORDER;
use crate::error::{Error, ErrorBuilder};
use crate::observer::{OrderIntent, OrderObserver, Watch};

impl ClientBuilder {
    /// Records each order's intent before it is sent, and its outcome.
    #[deprecated = "`payvand-journal` records orders in a file, and knows after a crash what is in doubt"]
    #[must_use]
    pub fn observer(mut self, observer: impl OrderObserver) -> Self {
        self.spending.observer = Some(Arc::new(observer));
        self
    }

    /// The most likes, views and followers together that this client and its clones may ever order. An order over
    /// it is not sent, and [`Kind::Withheld`](crate::Kind::Withheld). A refused order gives its count back; one with an
    /// unknown effect does not.
    #[deprecated = "`Journal::budget` of `payvand-journal` holds for all processes, and gives back what was proved not ordered"]
    #[must_use]
    pub fn budget(mut self, total: u64) -> Self {
        self.spending.budget = Budget::new(total);
        self
    }
}

impl Client {
    /// How much may still be ordered before [`ClientBuilder::budget`] is used up; `None` without a budget.
    #[deprecated = "`Journal::budget` of `payvand-journal` holds for all processes"]
    pub fn budget_left(&self) -> Option<u64> {
        self.spending().budget.left()
    }
}

impl OrderCall {
    pub(crate) async fn run(&self) -> Result<Order, Error> {
        let deadline = self.client.http().deadline(self.timeout);
        let refuse = |error: ErrorBuilder| error.before_sending(&ORDER);
        self.check().map_err(refuse)?;
        require_runtime().map_err(refuse)?;
        let reservation = self.reserve().map_err(refuse)?;

        let mut watch = self.client.spending().watch(OrderIntent {
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
        let decode = |response: &Response<Bytes>| self.decode(response, http.redactor());
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

    fn reserve(&self) -> Result<Reservation, ErrorBuilder> {
        self.client.spending().budget.reserve(self.count).map_err(|left| {
            let detail = format!(
                "the count {} is more than the {left} that the budget has left",
                self.count
            );
            ErrorBuilder::withheld(detail).permanent()
        })
    }
}
