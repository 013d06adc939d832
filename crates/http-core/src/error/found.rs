use std::time::Duration;

use http::StatusCode;

use crate::error::cause::Cause;
use crate::error::code::Code;
use crate::error::kind::{Effect, Kind};

/// What is known of a failure, of one attempt alone.
#[derive(Debug)]
pub(crate) struct Found<C: Code> {
    pub(crate) kind: Kind,
    pub(crate) effect: Effect,
    pub(crate) code: Option<C>,
    pub(crate) message: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) details: Option<C::Details>,
    pub(crate) path: Option<String>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) excerpt: Option<String>,
    pub(crate) source: Option<Cause>,
    /// The provider said "try again" in a way that the HTTP status does not show.
    pub(crate) try_again: bool,
    /// Trying again cannot help, whatever the table says.
    pub(crate) permanent: bool,
    /// The answer says that the token is not accepted.
    pub(crate) token_refused: bool,
}
