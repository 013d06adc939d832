//! CPU time, user and system, as the operating system counts it.

pub use system::{allow_many_sockets, of_this_process, of_this_thread};

#[cfg(unix)]
mod system {
    use std::time::Duration;

    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    use nix::time::{ClockId, clock_gettime};

    /// What all threads of this process have used so far.
    pub fn of_this_process() -> Duration {
        Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).unwrap())
    }

    /// What this thread has used so far.
    pub fn of_this_thread() -> Duration {
        Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap())
    }

    /// A thousand calls in flight are a thousand sockets.
    pub fn allow_many_sockets() {
        let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
    }
}

/// So that the workspace's tests build everywhere.
#[cfg(not(unix))]
mod system {
    use std::time::Duration;

    const WHY: &str = "the bench reads CPU times as Unix has them";

    pub fn of_this_process() -> Duration {
        panic!("{WHY}")
    }

    pub fn of_this_thread() -> Duration {
        panic!("{WHY}")
    }

    pub fn allow_many_sockets() {}
}
