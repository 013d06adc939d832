//! The wall clock and the randomness of pauses. Both are the machine's, unless a simulation has replaced them on its
//! thread.

use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

/// What the wall clock shows.
pub(crate) struct WallClock;

impl WallClock {
    pub(crate) fn now() -> SystemTime {
        #[cfg(feature = "testing")]
        if let Some(now) = replaced::with(|it| (it.now)()) {
            return now;
        }
        SystemTime::now()
    }
}

/// The standard library's hash keys are random enough to spread clients apart.
pub(crate) fn random_bits() -> u64 {
    #[cfg(feature = "testing")]
    if let Some(bits) = replaced::with(|it| (it.random)()) {
        return bits;
    }
    RandomState::new().hash_one(())
}

#[cfg(feature = "testing")]
pub use replaced::Simulated;

#[cfg(feature = "testing")]
mod replaced {
    use std::cell::RefCell;
    use std::fmt;
    use std::time::SystemTime;

    thread_local! {
        static REPLACED: RefCell<Option<Replaced>> = const { RefCell::new(None) };
    }

    pub(super) struct Replaced {
        pub(super) now: Box<dyn Fn() -> SystemTime>,
        pub(super) random: Box<dyn FnMut() -> u64>,
    }

    /// While this lives, all clients on its thread take the wall clock's time and the bits of their random pauses from
    /// these functions, so that a run can be repeated. Neither may make a call of its own.
    #[must_use = "it ends when it is dropped"]
    pub struct Simulated(());

    impl Simulated {
        /// Replaces both on this thread.
        pub fn new(now: impl Fn() -> SystemTime + 'static, random: impl FnMut() -> u64 + 'static) -> Self {
            let (now, random) = (Box::new(now), Box::new(random));
            REPLACED.set(Some(Replaced { now, random }));
            Self(())
        }
    }

    impl Drop for Simulated {
        fn drop(&mut self) {
            let _ = REPLACED.try_with(RefCell::take);
        }
    }

    impl fmt::Debug for Simulated {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Simulated")
        }
    }

    pub(super) fn with<T>(read: impl FnOnce(&mut Replaced) -> T) -> Option<T> {
        REPLACED.with_borrow_mut(|it| it.as_mut().map(read))
    }
}
