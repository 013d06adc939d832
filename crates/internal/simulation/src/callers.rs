//! Callers as they are: patient, gone, busy with something else, or in a race.

use std::sync::Arc;

use tokio::time::{sleep, timeout};

use crate::plan::{Manner, Plan};
use crate::subjects::{Client, Told};
use crate::world::World;

pub(crate) async fn make(world: Arc<World>, client: Arc<dyn Client>, plan: Plan) {
    let (number, arguments) = world.begin(&plan, "");
    let mut call = client.call(plan.call.name, &arguments);
    let told = match plan.manner {
        Manner::Patient => (&mut call).await,
        Manner::Dropped(after) => match timeout(after, &mut call).await {
            Ok(told) => told,
            Err(_) => Told::dropped(),
        },
        Manner::Starved(after, time) => {
            if let Ok(told) = timeout(after, &mut call).await {
                told
            } else {
                sleep(time).await;
                (&mut call).await
            }
        }
        Manner::Raced => {
            let (rival, arguments) = world.begin(&plan, "-rival");
            let mut of_rival = client.call(plan.call.name, &arguments);
            let first;
            let other = tokio::select! {
                biased;
                told = &mut of_rival => { first = told; (rival, number) }
                told = &mut call => { first = told; (number, rival) }
            };
            drop((call, of_rival));
            world.end(other.1, Told::dropped());
            return world.end(other.0, first);
        }
    };
    // A call that has ended holds nothing, and one that is dropped ends here.
    drop(call);
    world.end(number, told);
}
