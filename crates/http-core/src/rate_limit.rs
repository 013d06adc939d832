use std::num::NonZeroU32;
use std::time::Duration;

/// How many requests a provider takes in a time.
///
/// The limit holds at the *server*, however slow the network between: of all requests before it, a request leaves
/// only when no more than `count - 1` are under way or have been completed less than `per` ago. So no window of
/// that length can see one arrival too many. The one exception is a request that was given up on its way, because
/// its future was dropped, its deadline passed or its connection broke: it counts as completed then, and what has left
/// may still arrive at the server later.
///
/// It is shared by a client's clones, and first come, first served among the callers that react: one whose future is
/// not polled, as in a `select!` that went another way, is passed over when it leaves a free place unused for 25 ms, and
/// has its old place in the queue when it is polled again. Under a limit each attempt is a task on its caller's tokio
/// runtime, so that it ends without its caller; it is aborted with it.
///
/// ```
/// # use payvand_http_core::RateLimit;
/// # use std::time::Duration;
/// assert_eq!(RateLimit::per_second(5), RateLimit::new(5, Duration::from_secs(1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RateLimit(pub(crate) Option<Limit>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Limit {
    pub(crate) count: NonZeroU32,
    pub(crate) per: Duration,
}

impl RateLimit {
    /// At most `count` requests in any window of this length; 0 counts as 1.
    pub const fn new(count: u32, per: Duration) -> Self {
        let count = match NonZeroU32::new(count) {
            Some(count) => count,
            None => NonZeroU32::MIN,
        };
        Self(Some(Limit { count, per }))
    }

    /// At most `count` requests in any second.
    pub const fn per_second(count: u32) -> Self {
        Self::new(count, Duration::from_secs(1))
    }

    /// No limit.
    pub const fn unlimited() -> Self {
        Self(None)
    }
}
