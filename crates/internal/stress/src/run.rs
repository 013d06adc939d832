//! A run: the sandboxes behind TLS here, the clients in a process of their own, and the judge at the end.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use payvand_leak_tests::tls::{Authority, TlsServer};
use payvand_sandbox::{Fault, Sandbox};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use crate::judge::Evidence;
use crate::record::Record;
use crate::report::Report;
use crate::settings::{Group, Settings};

/// How long the clients may report nothing: longer is an error.
const SILENCE: Duration = Duration::from_secs(60);

/// Between two restarts of the sandbox with faults.
const RESTART: Duration = Duration::from_secs(2);

/// Makes all calls, and judges. The program is `payvand-stress`, which is started again for the clients.
///
/// # Errors
/// If a port cannot be listened on, or the clients cannot be started.
pub async fn run(settings: Settings, program: &Path) -> io::Result<Report> {
    let groups = settings.groups();
    let record = Record::new(settings);
    let faulty = sandbox(&groups, &record).await?;
    let sound = sandbox(&groups, &record).await?;
    for group in &groups {
        let sandbox = if group.on_runtimes { &sound } else { &faulty };
        group
            .provider
            .sandbox_side()
            .open(sandbox, &group.account(&settings));
    }
    let authority = Authority::new("stress");
    let faulty_front = TlsServer::start(authority.issue("localhost"), faulty.address()).await;
    let sound_front = TlsServer::start(authority.issue("localhost"), sound.address()).await;
    let url = |front: &TlsServer| format!("https://localhost:{}", front.address().port());
    let addresses = [url(&faulty_front), url(&sound_front), authority.pem().to_owned()];
    let parameters = serde_json::to_string(&(settings, addresses))?;
    let mut evidence = Evidence {
        groups,
        ..Evidence::default()
    };
    tokio::select! {
        ended = clients(program, &parameters, &mut evidence) => ended?,
        failed = restarts(&faulty) => failed?,
    }
    // What waits to take effect has been given up by everybody, and ends with the server.
    faulty.stop().await;
    sound.stop().await;
    for provider in payvand_harness::PROVIDERS {
        let side = provider.sandbox_side();
        evidence.effects.extend(side.effects(&faulty));
        evidence.effects.extend(side.effects(&sound));
    }
    evidence.arrivals = std::mem::take(&mut *record.arrivals());
    evidence.handshakes = faulty_front.greetings().len() + sound_front.greetings().len();
    let lines = evidence.lines();
    Ok(Report { settings, lines })
}

/// Closes all connections now and then, refuses new ones for a while, and takes some only to close them.
async fn restarts(sandbox: &Sandbox) -> io::Result<()> {
    loop {
        sleep(RESTART).await;
        sandbox.stop().await;
        sleep(RESTART / 20).await;
        sandbox.restart().await?;
        sandbox.fail_next_n(3, Fault::close_on_accept());
    }
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
    while let Some(line) = timeout(SILENCE, lines.next_line()).await?? {
        evidence.take(&line);
    }
    Ok(())
}

async fn sandbox(groups: &[Group], record: &Record) -> io::Result<Sandbox> {
    let (groups, record) = (groups.to_vec(), record.clone());
    Sandbox::builder()
        .record_limit(0)
        // It is judged by what is there: nothing may go.
        .item_limit(usize::MAX)
        .item_memory(usize::MAX)
        .choose_fault(move |request| record.arrived(&groups, request))
        .start()
        .await
}
