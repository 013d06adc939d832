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
    /// User or password are wrong, or none is wanted.
    #[error("Redis refused the login")]
    Login,
    /// The key belongs to another node of a cluster. One connection goes to one node: give the address of the master
    /// that has the key's slot, or a Redis without a cluster.
    #[error("Redis is a cluster, and the key belongs to another of its nodes (MOVED)")]
    Moved,
    /// The server's word for why: `NOAUTH` (a password is wanted), `NOPERM` (the rights of the user), `OOM` (its memory is
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
            ErrorKind::AuthenticationFailed => Self::Login,
            _ => {
                // In a script the code says nothing: Redis 6 and 7, and later ones.
                let beginnings = ["The user executing the script", "ACL failure in script"];
                let detail = error.detail().unwrap_or_default();
                let lacks_rights = beginnings.iter().any(|it| detail.starts_with(it));
                let code = error.code().unwrap_or("an answer that nobody expected");
                Self::Refused(if lacks_rights { "NOPERM" } else { code }.to_owned())
            }
        }
    }
}

impl RedisError {
    /// Whether another connection may do better: the server may be another one by then.
    pub(crate) fn ends_connection(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::NoAnswer => true,
            Self::Refused(code) => matches!(&**code, "READONLY" | "MASTERDOWN" | "LOADING" | "NOAUTH"),
            Self::Address | Self::Login | Self::Moved => false,
        }
    }
}
