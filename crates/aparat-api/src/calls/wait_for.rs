use std::future::pending;
use std::time::Duration;

use http_core::{CallFuture, Instant, within};

use crate::calls::order_status::{OrderState, OrderStatus};
use crate::client::Client;
use crate::error::Error;

/// The first pause between two questions, and the one that no later pause exceeds.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// A clock cannot hold any time to come.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl Client {
    /// Asks for an order's state until nothing more will happen to it, or until this time is over, and gives the last
    /// answer: look whether its state [`is_final`](OrderState::is_final). It only reads.
    ///
    /// The first question is sent at once, the second after a second; then the pauses double, up to half a minute. The last
    /// one is sent when the time is over, and may take as long as any call.
    ///
    /// # Errors
    /// Those of [`order_status`](Self::order_status), at once if asking again cannot help, and else when the time is over.
    ///
    /// ```
    /// # use aparat_api::testing::{ScriptedTransport, Step};
    /// # use aparat_api::{Client, OrderState};
    /// # use std::time::Duration;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), aparat_api::Error> {
    /// # let script = ScriptedTransport::always(Step::answer(200, r#"{"status":"completed","message":""}"#));
    /// # let aparat = Client::builder("not-a-real-token").transport(script).build()?;
    /// let status = aparat.wait_for("5f0c1e2d3b4ag", Duration::from_secs(600)).await?;
    /// assert_eq!(status.state(), Some(&OrderState::Completed));
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for(&self, id: impl Into<String>, patience: Duration) -> CallFuture<OrderStatus, Error> {
        Box::pin(wait_for(self.clone(), id.into(), patience.min(LONGEST)))
    }
}

async fn wait_for(client: Client, id: String, patience: Duration) -> Result<OrderStatus, Error> {
    let until = Instant::now() + patience;
    let (mut pause, longest) = PAUSES;
    loop {
        let answer = client.order_status(&id).await;
        let may_go_on = match &answer {
            Ok(status) => !status.state().is_some_and(OrderState::is_final),
            Err(error) => error.is_retryable(),
        };
        if !may_go_on || Instant::now() >= until {
            return answer;
        }
        let asked = answer
            .as_ref()
            .err()
            .and_then(Error::retry_after)
            .unwrap_or_default();
        let next = (Instant::now() + pause.max(asked.min(LONGEST))).min(until);
        within(next, pending::<()>()).await;
        pause = longest.min(pause * 2);
    }
}
