//! By the list of messages, where the service has one. A provider may alter a text, so nothing is certain.

use http_core::async_trait;

use crate::calls::sms::SentMessage;
use crate::reconcile::{Case, Reconcile, Verdict};

#[cfg(feature = "smsafzar")]
macro_rules! panel_alone {
    ($($call:ty),+) => {
        $(#[async_trait]
        impl Reconcile for $call {
            async fn look(&self, _case: &Case) -> Verdict<SentMessage> {
                let why = "the service has no list of messages: look at the log of calls in its panel";
                Verdict::NotSure(why.to_owned())
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

    use super::{Case, Reconcile, SentMessage, Verdict, async_trait};
    use crate::record::Record;
    use crate::settle::Settled;

    #[async_trait]
    impl Reconcile for SendCall {
        async fn look(&self, case: &Case) -> Verdict<SentMessage> {
            match found(self, case).await {
                Ok(0) => Verdict::NotSure("no message of these days has this text and number".to_owned()),
                Ok(count) => Verdict::Likely(
                    Settled::Happened,
                    format!("{count} messages of these days have this text and number"),
                ),
                Err(why) => Verdict::NotSure(why),
            }
        }
    }

    /// How many messages of the days from intent to deadline and grace have the row's text and number.
    async fn found(call: &SendCall, case: &Case) -> Result<usize, String> {
        let request = call.request().map_err(|error| error.to_string())?;
        let body: Value = serde_json::from_slice(request.body()).map_err(|error| error.to_string())?;
        let number = body["Numbers"][case.index]
            .as_str()
            .and_then(|it| it.parse::<Mobile>().ok());
        let text = body["Text"].as_str().unwrap_or_default();
        let [first, last] = days(&case.row).map_err(|error| error.to_string())?;
        let messages = call.client().messages(first, last).await;
        let messages = messages.map_err(|error| error.to_string())?;
        let goes_to = |message: &Listed| {
            let numbers = message
                .deliveries()
                .iter()
                .filter_map(|it| it.number()?.parse().ok());
            numbers.into_iter().any(|it: Mobile| Some(it) == number)
        };
        let same = messages
            .items()
            .iter()
            .filter(|it| it.body() == Some(text) && goes_to(it));
        Ok(same.count())
    }

    fn days(row: &Record) -> Result<[JalaliDate; 2], payvand_persian::DateError> {
        Ok([
            JalaliDate::from_millis(row.begun)?,
            JalaliDate::from_millis(row.until)?,
        ])
    }
}
