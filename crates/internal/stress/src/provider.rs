//! The sandboxes of a storm, with its accounts in them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use payvand_sandbox::Sandbox;

use crate::faults::Faults;
use crate::lanes::{Lane, LaneKind, Settings};
use crate::plan::purse;
use crate::record::Record;

/// So long tokens live where they age: replaced in the last tenth.
pub(crate) const SHORT_LIFE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) sandbox: Sandbox,
    /// Where tokens age. It has no weather.
    pub(crate) ageing: Sandbox,
    pub(crate) record: Record,
}

impl Provider {
    pub(crate) async fn start(settings: &Settings, elsewhere: &str) -> io::Result<Self> {
        let record = Record::default();
        let faults = Arc::new(Faults::new(settings, elsewhere));
        let sandbox = start(&faults, &record).await?;
        let ageing = start(&faults, &record).await?;
        ageing.smsafzar().set_token_life(SHORT_LIFE);
        for lane in settings.lanes() {
            open_account(
                settings,
                &lane,
                if lane.kind.is_sheltered() {
                    &ageing
                } else {
                    &sandbox
                },
            );
        }
        Ok(Self {
            sandbox,
            ageing,
            record,
        })
    }
}

async fn start(faults: &Arc<Faults>, record: &Record) -> io::Result<Sandbox> {
    let faults = Arc::clone(faults);
    let (at_arrival, at_answer) = (record.clone(), record.clone());
    let sandbox = Sandbox::builder()
        // The storm keeps its own.
        .record_limit(0)
        .record_answers()
        .choose_fault(move |request| {
            at_arrival.arrived(request, |arrival, earlier| faults.choose(arrival, earlier))
        })
        .observe(move |request| at_answer.answered(request))
        .start()
        .await?;
    // It is one limit for all accounts, and here every client has one of its own. The judge counts.
    sandbox.smsafzar().set_rate_limit(None);
    Ok(sandbox)
}

fn open_account(settings: &Settings, lane: &Lane, sandbox: &Sandbox) {
    let names = || {
        let sessions = (0..lane.most_sessions()).map(|session| lane.user_name(session));
        sessions.chain([lane.direct_user_name()])
    };
    match lane.kind {
        LaneKind::OrdersTogether | LaneKind::OrdersAlone | LaneKind::Runtimes => {
            let token = lane.aparat_token(settings);
            sandbox.aparat().add_account(token, purse(lane).balance);
        }
        LaneKind::Links => {
            let (token, key) = (lane.pod_token(settings), lane.pod_key(settings));
            sandbox.podlink().add_account(&token, &key);
        }
        LaneKind::Saba => {
            for name in names() {
                sandbox
                    .sabapayamak()
                    .add_account(name, lane.password(settings), "30001234");
            }
        }
        LaneKind::Afzar | LaneKind::Ageing | LaneKind::OneByOne | LaneKind::Unpolled => {
            for name in names() {
                sandbox
                    .smsafzar()
                    .add_account(name, lane.password(settings), "sms.smsafzar");
            }
        }
    }
}
