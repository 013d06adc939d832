use http_core::{AuthorizedCall, Error, Instant, Login, async_trait};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::{Intent, IntentRow, JournalCall, Outcome, left, only_row};
use crate::calls::json::values;

/// A call of your own with a token, and what a journal calls it.
#[derive(Debug)]
pub struct DescribedCall<L: Login> {
    call: AuthorizedCall<L>,
    description: String,
}

impl<L: Login> DescribedCall<L> {
    /// The description is stored as it is: put no secret, no text and no number of a person into it.
    pub fn new(call: AuthorizedCall<L>, description: impl Into<String>) -> Self {
        Self {
            call,
            description: description.into(),
        }
    }
}

/// What a journal keeps of an answer that this library has no type for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Answered {
    status: Option<u16>,
}

impl Answered {
    /// The HTTP status of the answer.
    pub fn status(&self) -> Option<u16> {
        self.status
    }
}

#[async_trait]
impl<L: Login> JournalCall for DescribedCall<L> {
    type Fields = Answered;
    type Failure = Error<L::Code>;

    const UNIT: &'static str = "calls";

    fn operation(&self) -> &'static str {
        L::AUTHORIZED.name
    }

    fn intent(&self) -> Option<Intent> {
        let request = self.call.unsigned_request()?;
        let mut arguments = vec![
            ("method".to_owned(), request.method().to_string()),
            ("address".to_owned(), request.uri().to_string()),
        ];
        match serde_json::from_slice::<Value>(request.body()) {
            Ok(body) => values(&body, "body", &mut arguments),
            Err(_) => arguments.push((
                "body".to_owned(),
                String::from_utf8_lossy(request.body()).into_owned(),
            )),
        }
        Intent::new(&request, vec![IntentRow::new(arguments, &self.description, 1)])
    }

    fn deadline(&self) -> Instant {
        self.call.deadline()
    }

    async fn make(self, deadline: Instant) -> Vec<Outcome<Answered, Self::Failure>> {
        let outcome = self.call.timeout(left(deadline)).await;
        only_row(outcome, |answer| Answered {
            status: Some(answer.status().as_u16()),
        })
    }
}
