use std::fmt;

/// Why the sandbox cannot play a [`Fault`](crate::Fault) as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultError {
    /// No final answer has this status: it is below 200 or above 999.
    Status(u16),
    /// HTTP does not allow this header, or the sandbox sets it itself.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// The body could not be compressed, and why.
    GzipBomb(String),
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "Fault::answer cannot send the status {status}"),
            Self::Header { name, value } => write!(f, "Fault::header cannot send {name:?}: {value:?}"),
            Self::GzipBomb(why) => write!(f, "Fault::gzip_bomb: {why}"),
        }
    }
}

impl std::error::Error for FaultError {}
