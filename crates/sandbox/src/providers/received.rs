use serde::Deserialize;

/// A message that somebody sent to a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Received {
    pub(crate) sender: String,
    pub(crate) line: String,
    pub(crate) text: String,
}
