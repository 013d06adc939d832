//! By the list of messages, where the service has one. A provider may alter a text, so nothing is certain.

use http_core::async_trait;

use crate::calls::sms::SentMessage;
use crate::reconcile::{Case, Looked, Reconcile};

#[cfg(feature = "smsafzar")]
macro_rules! panel_alone {
    ($($call:ty),+) => {
        $(#[async_trait]
        impl Reconcile for $call {
            async fn look(&self, _case: &Case) -> Looked<SentMessage> {
                Err("the service has no list of messages: look at the log of calls in its panel".into())
            }
        })+
    };
}

#[cfg(feature = "smsafzar")]
panel_alone!(
    smsafzar_api::SendCall,
    smsafzar_api::SendBulkCall,
    smsafzar_api::SendTemplateCall
);

#[cfg(feature = "sabapayamak")]
mod sabapayamak {
    use payvand_persian::{JalaliDate, Mobile};
    use sabapayamak_api::{SendCall, SentMessage as Listed};
    use serde_json::Value;

    use super::{Case, Looked, Reconcile, SentMessage, async_trait};
    use crate::reconcile::{NotSure, Verdict};
    use crate::settle::Settled;

    #[async_trait]
    impl Reconcile for SendCall {
        async fn look(&self, case: &Case) -> Looked<SentMessage> {
            match found(self, case).await? {
                0 => Err("no message of these days has this text and number".into()),
                count => Ok(Verdict::Likely(
                    Settled::Happened,
                    format!("{count} messages of these days have this text and number"),
                )),
            }
        }
    }

    /// How many messages of the days from intent to deadline and grace have the row's text and number.
    async fn found(call: &SendCall, case: &Case) -> Result<usize, NotSure> {
        let body: Value = serde_json::from_slice(call.request()?.body())?;
        let number = body["Numbers"][case.index]
            .as_str()
            .and_then(|it| it.parse::<Mobile>().ok());
        let text = body["Text"].as_str().unwrap_or_default();
        let first = JalaliDate::from_millis(case.row.begun)?;
        let last = JalaliDate::from_millis(case.row.until)?;
        let messages = call.client().messages(first, last).await?;
        let goes_to = |message: &Listed| {
            let mut numbers = message
                .deliveries()
                .iter()
                .map(|it| it.number()?.parse::<Mobile>().ok());
            number.is_some() && numbers.any(|it| it == number)
        };
        let same = messages
            .items()
            .iter()
            .filter(|it| it.body() == Some(text) && goes_to(it));
        Ok(same.count())
    }
}
