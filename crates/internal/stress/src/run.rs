//! A run: the sandboxes and their disturbances here, the clients in a process of their own, and the judge at the end.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use payvand_harness::PROVIDERS;
use payvand_sandbox::Sandbox;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::delay::delayed_path;
use crate::disturbances::Disturbances;
use crate::faults::Faults;
use crate::groups::SHORT_LIFE;
use crate::groups::{Conditions, Group, Settings};
use crate::judge::Evidence;
use crate::record::Record;
use crate::report::Report;

/// How long the clients may report nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// Makes all calls, and judges. The program is `payvand-stress`, which is started again for the clients.
///
/// # Errors
/// If a port cannot be listened on, or the clients cannot be started.
pub async fn run(settings: Settings, program: &Path) -> io::Result<Report> {
    let start = Instant::now();
    let groups = settings.groups();
    let faults = Arc::new(Faults::new(settings.seed));
    let record = Record::default();
    let disturbed = sandbox(&groups, &faults, &record).await?;
    let sheltered = sandbox(&groups, &faults, &record).await?;
    for group in &groups {
        let is_disturbed = group.conditions == Conditions::Faults;
        let sandbox = if is_disturbed { &disturbed } else { &sheltered };
        let side = group.provider.sandbox_side();
        side.set_token_life(&sheltered, SHORT_LIFE);
        for session in 0..group.sessions() {
            side.open(sandbox, &group.account(&settings, session));
        }
    }
    let delayed = delayed_path(sheltered.address(), settings.seed).await?;
    let addresses = [disturbed.url().to_owned(), delayed, sheltered.url().to_owned()];
    let parameters = serde_json::to_string(&(settings, addresses))?;
    let mut evidence = Evidence {
        groups,
        ..Evidence::default()
    };
    let mut disturbances = Disturbances::default();
    let (over, is_over) = oneshot::channel();
    let clients = async {
        let ended = clients(program, &parameters, &mut evidence).await;
        drop(over);
        ended
    };
    let (ended, disturbed_all_along) =
        tokio::join!(clients, disturbances.go_on(&settings, &disturbed, is_over));
    ended.and(disturbed_all_along)?;
    // What waits to take effect has been given up by everybody, and ends with the server.
    disturbed.stop().await;
    sheltered.stop().await;

    for provider in PROVIDERS {
        let side = provider.sandbox_side();
        evidence.effects.extend(side.effects(&disturbed));
        evidence.effects.extend(side.effects(&sheltered));
    }
    evidence.arrivals = record.arrivals();
    evidence.disturbances = disturbances;
    let (groups, seconds) = (evidence.groups.len(), start.elapsed().as_secs());
    let headline = format!(
        "{groups} groups, {} requests, {seconds} s",
        evidence.arrivals.len()
    );
    let lines = evidence.lines();
    Ok(Report {
        settings,
        headline,
        lines,
    })
}

/// Starts the clients, and reads what they report until they are done.
async fn clients(program: &Path, parameters: &str, evidence: &mut Evidence) -> io::Result<()> {
    let mut process = Command::new(program)
        .args(["--clients", parameters])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut lines = BufReader::new(output).lines();
    loop {
        let Ok(line) = timeout(SILENCE, lines.next_line()).await else {
            let silence = format!("nothing was heard of the clients for {SILENCE:?}");
            evidence.broken.push(silence);
            return Ok(());
        };
        match line? {
            Some(line) => evidence.take(&line),
            None => return Ok(()),
        }
    }
}

async fn sandbox(groups: &[Group], faults: &Arc<Faults>, record: &Record) -> io::Result<Sandbox> {
    let (groups, faults) = (groups.to_vec(), Arc::clone(faults));
    let (at_arrival, at_answer) = (record.clone(), record.clone());
    Sandbox::builder()
        // The run keeps its own.
        .record_limit(0)
        .record_answers()
        .choose_fault(move |request| {
            at_arrival.arrived(&groups, request, |group, arrival, earlier| {
                faults.choose(group, arrival, earlier)
            })
        })
        .observe(move |request| at_answer.answered(request))
        .start()
        .await
}
