use serde::Serialize;
use serde_json::Value;

/// A message that a live token has left.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReceivedMessage {
    pub(crate) username: String,
    pub(crate) body: Value,
}

impl ReceivedMessage {
    /// Whose token it was.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// What was sent.
    pub fn body(&self) -> &Value {
        &self.body
    }
}
