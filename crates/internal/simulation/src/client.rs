//! The client under test, and how its callers are: patient, gone, busy with something else, or in a
//! race.

use std::sync::Arc;

use http_core::{MemoryTokenStore, RateLimit, TokenStore, Transport};
use payvand_harness::{Arguments, CallFuture, Calls, ClientOptions};
use tokio::time::{sleep, timeout};

use crate::plan::{Manner, Plan};
use crate::world::{DIRECT, World};

pub(crate) struct Client {
    process: usize,
    pub(crate) calls: Box<dyn Calls>,
    direct: Box<dyn Calls>,
}

impl Client {
    /// Of the next process, and with the store that all processes share.
    pub(crate) fn new(world: &World, transport: Arc<dyn Transport>, store: &MemoryTokenStore) -> Self {
        let (process, conditions) = (world.begin_process(), &world.conditions);
        let store = || Arc::new(store.clone()) as Arc<dyn TokenStore>;
        let limit = conditions.most_a_second.map(RateLimit::per_second);
        let options = ClientOptions {
            retry: conditions.retry,
            timeout: Some(conditions.timeout),
            rate_limit: limit.unwrap_or(RateLimit::unlimited()),
            budget: Some(conditions.budget),
            transport: Some(transport),
            token_store: conditions.has_store.then(store),
            user_agent: Some(process.to_string()),
            ..ClientOptions::new("http://127.0.0.1")
        };
        let user_agent = Some(DIRECT.to_owned());
        let account = conditions.subject.account();
        let client = |options| conditions.subject.client(&account, &options);
        Self {
            process,
            calls: client(options.clone()),
            direct: client(ClientOptions {
                user_agent,
                ..options
            }),
        }
    }

    fn call(&self, name: &str, arguments: &Arguments) -> CallFuture {
        let is_direct = name == "authenticate";
        let calls = if is_direct { &self.direct } else { &self.calls };
        calls.call(name, arguments)
    }

    pub(crate) async fn make(self: Arc<Self>, world: Arc<World>, plan: Plan) {
        let (number, arguments) = world.begin(plan, "", self.process);
        let mut call = self.call(plan.call.name, &arguments);
        let outcome = match plan.manner {
            Manner::Patient => Some((&mut call).await),
            Manner::Dropped(after) => timeout(after, &mut call).await.ok(),
            Manner::Starved(after, time) => {
                if let Ok(outcome) = timeout(after, &mut call).await {
                    Some(outcome)
                } else {
                    sleep(time).await;
                    Some((&mut call).await)
                }
            }
            Manner::Raced => {
                let (rival, arguments) = world.begin(plan, "-rival", self.process);
                let mut of_rival = self.call(plan.call.name, &arguments);
                let (first, outcome, other) = tokio::select! {
                    biased;
                    outcome = &mut of_rival => (rival, outcome, number),
                    outcome = &mut call => (number, outcome, rival),
                };
                drop((call, of_rival));
                world.end(other, None);
                return world.end(first, Some(outcome));
            }
        };
        // A call that has ended holds nothing, and one that is dropped ends here.
        drop(call);
        world.end(number, outcome);
    }
}
