use aparat_api::{Call, Error, OrderCall};
use http_core::{Instant, async_trait};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::call::{Intent, IntentRow, JournalCall, Outcome, left, only_row};

/// What a journal keeps of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlacedOrder {
    pub(crate) id: Option<String>,
}

impl PlacedOrder {
    /// The provider's id, if the answer had one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

#[async_trait]
impl JournalCall for OrderCall {
    type Fields = PlacedOrder;
    type Failure = Error;

    const UNIT: &'static str = "orders";

    fn operation(&self) -> &'static str {
        Call::operation(self).name
    }

    fn intent(&self) -> Option<Intent> {
        let request = self.request().ok()?;
        let query = request.uri().query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes());
        let arguments: Vec<_> = pairs
            .filter(|(name, _)| ["link", "count", "type"].contains(&&**name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let argument = |wanted: &str| {
            let found = arguments.iter().find(|(name, _)| name == wanted);
            found.map_or("", |(_, value)| value)
        };
        let description = format!("an order, {} {}", argument("count"), argument("type"));
        let cost = argument("count").parse().ok()?;
        Intent::new(&request, vec![IntentRow::new(arguments, description, cost)])
    }

    fn deadline(&self) -> Instant {
        self.deadline()
    }

    async fn balance(&self, deadline: Instant) -> Result<Option<i64>, Error> {
        let account = self.client().account().timeout(left(deadline)).await?;
        Ok(account.balance())
    }

    async fn make(self, deadline: Instant) -> Vec<Outcome<PlacedOrder, Error>> {
        let outcome = self.timeout(left(deadline)).await;
        only_row(outcome, |order| PlacedOrder {
            id: order.id().map(str::to_owned),
        })
    }
}
