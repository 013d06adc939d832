use http_core::async_trait;
use payvand_persian::Mobile;

use crate::message::Message;
use crate::outcome::Outcome;

/// Sends one message by one provider: implemented by the provider crates, for [`Failover`](crate::Failover).
#[async_trait]
pub trait Sender: Send + Sync {
    /// The provider's name, such as `smsafzar`.
    fn provider(&self) -> &'static str;

    /// Sends a message, once, by the template that this sender has, else as a text, and says what became of it.
    async fn send(&self, message: &Message, to: Mobile) -> Outcome;
}
