use redis::{ErrorKind, ServerErrorKind};

/// Why Redis did not do what it was asked for. It quotes no address, key or password: `NOAUTH` and the like stand for what
/// a server said, whose own sentences may quote a command with all its arguments.
///
/// It is the source of the errors of a token store and of a shared limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedisError {
    /// The address is none, or needs the feature `rustls`.
    #[error(
        "the address of Redis is no usable URL such as redis://user:password@host:6379/0, rediss:// or unix://"
    )]
    Address,
    /// No connection, or it broke. What was asked for may have been done.
    #[error("Redis cannot be reached: {0}")]
    Unreachable(String),
    /// What was asked for may have been done, or may be done later.
    #[error("Redis did not answer in time")]
    NoAnswer,
    /// The key belongs to another node of a cluster. One connection goes to one node: give the address of the master
    /// that has the key's slot, or a Redis without a cluster.
    #[error("Redis is a cluster, and the key belongs to another of its nodes (MOVED)")]
    Moved,
    /// The server's word for why: `NOAUTH`, `WRONGPASS` (the login), `NOPERM` (the rights of the user), `OOM` (its memory is
    /// full), `READONLY` (a replica), `LOADING`, `MISCONF`, ….
    #[error("Redis refused: {0}")]
    Refused(String),
}

impl From<redis::RedisError> for RedisError {
    fn from(error: redis::RedisError) -> Self {
        match error.kind() {
            ErrorKind::Io => Self::Unreachable(error.to_string()),
            ErrorKind::InvalidClientConfig => Self::Address,
            ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::Ask) => Self::Moved,
            ErrorKind::AuthenticationFailed => Self::Refused("the login".to_owned()),
            _ => Self::Refused(
                error
                    .code()
                    .unwrap_or("an answer that nobody expected")
                    .to_owned(),
            ),
        }
    }
}

impl RedisError {
    /// Whether another connection may do better: the server may be another one by then.
    pub(crate) fn ends_connection(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::NoAnswer => true,
            Self::Refused(code) => matches!(&**code, "READONLY" | "MASTERDOWN" | "LOADING" | "NOAUTH"),
            Self::Address | Self::Moved => false,
        }
    }
}
