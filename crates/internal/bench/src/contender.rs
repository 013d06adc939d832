//! One way to do what is measured.

use std::pin::Pin;
use std::time::{Duration, Instant};

type Latencies = Pin<Box<dyn Future<Output = Vec<Duration>> + Send>>;

pub struct Contender {
    pub name: String,
    run: Box<dyn Fn(usize) -> Latencies>,
}

impl Contender {
    pub fn new<F, C>(name: impl Into<String>, call: F) -> Self
    where
        F: Fn() -> C + Clone + Send + 'static,
        C: Future<Output = ()> + Send + 'static,
    {
        let run = move |calls| -> Latencies {
            let call = call.clone();
            Box::pin(async move {
                let mut latencies = Vec::with_capacity(calls);
                for _ in 0..calls {
                    let start = Instant::now();
                    call().await;
                    latencies.push(start.elapsed());
                }
                latencies
            })
        };
        Self {
            name: name.into(),
            run: Box::new(run),
        }
    }

    /// A number of calls, one after the other, and how long each took.
    pub fn calls(&self, calls: usize) -> Latencies {
        (self.run)(calls)
    }
}
