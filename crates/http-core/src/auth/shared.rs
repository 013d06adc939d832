use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Wake, Waker};

type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A future that everyone who waits for it polls: it goes on while at least one of them is polled, and is dropped with
/// the last clone.
pub(crate) struct Shared<T> {
    inner: Arc<Inner<T>>,
    waiter: u64,
}

struct Inner<T> {
    progress: Mutex<Progress<T>>,
    waiters: Arc<Waiters>,
    last_waiter: AtomicU64,
    /// Somebody found it being polled by another, and has to be woken when that poll is over: the other one may not be
    /// polled again.
    is_missed: AtomicBool,
}

enum Progress<T> {
    Running(Work<T>),
    Done(T),
}

/// Wakes everybody: nobody knows who is still polled.
#[derive(Default)]
struct Waiters(Mutex<BTreeMap<u64, Waker>>);

impl<T: Clone> Shared<T> {
    pub(crate) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            inner: Arc::new(Inner {
                progress: Mutex::new(Progress::Running(Box::pin(work))),
                waiters: Arc::default(),
                last_waiter: AtomicU64::new(0),
                is_missed: AtomicBool::new(false),
            }),
            waiter: 0,
        }
    }

    /// The output, if there is one already.
    pub(crate) fn peek(&self) -> Option<T> {
        match &*self.inner.try_lock()? {
            Progress::Done(output) => Some(output.clone()),
            Progress::Running(_) => None,
        }
    }

    /// Whether both are clones of one future.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Whether there is no other clone, so that nobody waits.
    pub(crate) fn is_parked(&self) -> bool {
        self.clones() == 1
    }

    /// How many there are, this one included.
    pub(crate) fn clones(&self) -> usize {
        Arc::strong_count(&self.inner)
    }
}

impl<T> Inner<T> {
    fn try_lock(&self) -> Option<MutexGuard<'_, Progress<T>>> {
        match self.progress.try_lock() {
            Ok(progress) => Some(progress),
            Err(TryLockError::Poisoned(progress)) => Some(progress.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn lock_or_be_woken(&self) -> Option<MutexGuard<'_, Progress<T>>> {
        self.try_lock().or_else(|| {
            self.is_missed.store(true, Ordering::SeqCst);
            // The other poll may have ended just before the flag was set.
            self.try_lock()
        })
    }
}

impl<T: Clone> Future for Shared<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let inner = &*self.inner;
        inner.waiters.lock().insert(self.waiter, cx.waker().clone());
        let Some(mut progress) = inner.lock_or_be_woken() else {
            return Poll::Pending;
        };
        let output = match &mut *progress {
            Progress::Done(output) => return Poll::Ready(output.clone()),
            Progress::Running(work) => {
                let waker = Waker::from(Arc::clone(&inner.waiters));
                work.as_mut().poll(&mut Context::from_waker(&waker))
            }
        };
        if let Poll::Ready(output) = &output {
            *progress = Progress::Done(output.clone());
        }
        drop(progress);
        if inner.is_missed.swap(false, Ordering::SeqCst) || output.is_ready() {
            Arc::clone(&inner.waiters).wake();
        }
        output
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            waiter: self.inner.last_waiter.fetch_add(1, Ordering::Relaxed) + 1,
        }
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        self.inner.waiters.lock().remove(&self.waiter);
    }
}

impl Waiters {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Waker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut *self.lock());
        for waker in wakers.into_values() {
            waker.wake();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::future::poll_fn;
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Wakes(AtomicUsize);

    impl Wakes {
        fn take(&self) -> usize {
            self.0.swap(0, Ordering::SeqCst)
        }
    }

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn poll<T: Clone>(shared: &mut Shared<T>, count: &Arc<Wakes>) -> Poll<T> {
        let waker = Waker::from(Arc::clone(count));
        Pin::new(shared).poll(&mut Context::from_waker(&waker))
    }

    #[test]
    fn who_waits_is_woken_by_the_work_and_by_its_end_and_who_has_left_is_not() {
        let stage = Arc::new(AtomicUsize::new(0));
        let inner = Arc::new(Mutex::new(None::<Waker>));
        let mut first = Shared::new({
            let (stage, inner) = (Arc::clone(&stage), Arc::clone(&inner));
            poll_fn(move |cx| {
                *inner.lock().unwrap() = Some(cx.waker().clone());
                match stage.load(Ordering::SeqCst) {
                    2 => Poll::Ready("done"),
                    _ => Poll::Pending,
                }
            })
        });
        let (mut second, mut gone) = (first.clone(), first.clone());
        let wakes: [Arc<Wakes>; 3] = Default::default();
        assert!(poll(&mut first, &wakes[0]).is_pending());
        assert!(poll(&mut second, &wakes[1]).is_pending());
        assert!(poll(&mut gone, &wakes[2]).is_pending());
        drop(gone);
        assert!(!first.is_parked() && first.peek().is_none());

        inner.lock().unwrap().take().unwrap().wake();
        assert_eq!(wakes.each_ref().map(|it| it.take()), [1, 1, 0]);
        assert!(poll(&mut first, &wakes[0]).is_pending());
        assert!(poll(&mut second, &wakes[1]).is_pending());
        stage.store(2, Ordering::SeqCst);
        // Nobody was told, and one finds it out.
        assert_eq!(poll(&mut second, &wakes[1]), Poll::Ready("done"));
        assert_eq!(wakes[0].take(), 1);
        assert_eq!(first.peek(), Some("done"));
        assert_eq!(poll(&mut first, &wakes[0]), Poll::Ready("done"));
        drop(second);
        assert!(first.is_parked());
    }

    /// The one who is polling it now may never be polled again.
    #[test]
    fn who_finds_it_being_polled_is_woken_when_that_poll_is_over() {
        let other = Arc::new(Mutex::new(None::<Shared<()>>));
        let of_other = Arc::new(Wakes::default());
        let mut first = Shared::new({
            let (other, of_other) = (Arc::clone(&other), Arc::clone(&of_other));
            poll_fn(move |_| {
                let mut other = other.lock().unwrap();
                assert!(poll(other.as_mut().unwrap(), &of_other).is_pending());
                assert_eq!(of_other.take(), 0);
                Poll::Pending
            })
        });
        *other.lock().unwrap() = Some(first.clone());
        assert!(poll(&mut first, &Arc::default()).is_pending());
        assert_eq!(of_other.take(), 1);
    }
}
