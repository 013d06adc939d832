//! The main idempotent call of each provider, by our client and by what it is compared with.

mod aparat;
mod floor;
pub(crate) mod podlink;
mod reqwest_with_care;
pub(crate) mod sabapayamak;
pub(crate) mod smsafzar;
mod with_token;

use crate::contender::Contender;

/// Our client first, then those it is compared with.
pub struct Provider {
    pub name: &'static str,
    pub call: &'static str,
    pub contenders: Vec<Contender>,
}

impl Provider {
    /// The one of this name.
    pub fn find(&self, contender: &str) -> &Contender {
        self.contenders.iter().find(|it| it.name == contender).unwrap()
    }
}

/// Every provider, calling the server at `url`.
pub async fn all(url: &str) -> Vec<Provider> {
    vec![
        aparat::provider(url).await,
        podlink::provider(url).await,
        sabapayamak::provider(url).await,
        smsafzar::provider(url).await,
    ]
}

/// Nothing but the header of a token that is there.
pub fn token_that_is_there(url: &str) -> Contender {
    let tokens = sabapayamak::tokens(url);
    Contender::new("authorization", move || {
        let tokens = tokens.clone();
        async move { assert!(tokens.authorization().await.unwrap().is_sensitive()) }
    })
}

/// What all send as their user agent.
const USER_AGENT: &str = "my-program/1.0.0";
