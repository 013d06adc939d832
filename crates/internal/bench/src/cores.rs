//! Which cores a measurement runs on.

/// Runs this on one core, with all threads and processes that it starts; where that cannot be set, on all of them.
///
/// Of two idle cores, one wakes the other for each request and each answer, which costs a client more CPU time than its
/// own work, whoever it is.
#[cfg(target_os = "linux")]
pub fn on_one_core<T>(run: impl FnOnce() -> T) -> T {
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;

    let this = Pid::from_raw(0);
    let all = sched_getaffinity(this).unwrap();
    let first = (0..CpuSet::count()).find(|core| all.is_set(*core).unwrap());
    let mut one = CpuSet::new();
    one.set(first.unwrap()).unwrap();
    sched_setaffinity(this, &one).unwrap();
    let outcome = run();
    sched_setaffinity(this, &all).unwrap();
    outcome
}

#[cfg(not(target_os = "linux"))]
pub fn on_one_core<T>(run: impl FnOnce() -> T) -> T {
    run()
}
