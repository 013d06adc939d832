use http_core::{Instant, async_trait};
use podlink_api::{AddLinkCall, Call, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::call::{Intent, IntentRow, JournalCall, Outcome, left, only_row};

/// What tells a link from others. `scProductId` and the key do not.
const ARGUMENTS: [&str; 4] = ["urlOrContent", "shortenObjectKind", "hash", "tags"];

/// What a journal keeps of a short link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredLink {
    pub(crate) hash: Option<String>,
}

impl StoredLink {
    /// The hash: yours, or the one that the provider chose. `None` if the entry was settled without it.
    pub fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }
}

/// The arguments of a call, in whichever style they are sent.
pub(crate) fn arguments(call: &AddLinkCall) -> Option<Vec<(String, String)>> {
    let request = call.request().ok()?;
    let mut found = Vec::new();
    for (name, value) in form_urlencoded::parse(request.body()) {
        if name == "body" {
            let body: Map<String, Value> = serde_json::from_str(&value).ok()?;
            let texts = body
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
            found.extend(texts);
        } else {
            found.push((name.into_owned(), value.into_owned()));
        }
    }
    found.retain(|(name, _)| ARGUMENTS.contains(&&**name));
    Some(found)
}

#[async_trait]
impl JournalCall for AddLinkCall {
    type Fields = StoredLink;
    type Failure = Error;

    const UNIT: &'static str = "links";

    fn operation(&self) -> &'static str {
        Call::operation(self).name
    }

    fn intent(&self) -> Option<Intent> {
        let row = IntentRow::new(arguments(self)?, "a link", 1);
        Intent::new(&self.request().ok()?, vec![row])
    }

    fn deadline(&self) -> Instant {
        self.deadline()
    }

    async fn make(self, deadline: Instant) -> Vec<Outcome<StoredLink, Error>> {
        let outcome = self.timeout(left(deadline)).await;
        only_row(outcome, |link| StoredLink {
            hash: Some(link.hash().to_owned()),
        })
    }
}
