//! For account holders: makes one provider's calls that only read, and prints the keys and types of the answers, ready to
//! paste into an issue. No value of an answer, no secret and no error text of any library is printed.

#![allow(clippy::print_stdout, reason = "a program")]

mod ask;
mod outline;

use std::process::ExitCode;

use ask::{Asker, NotAsked};
use payvand_harness::{PROVIDERS, Probe, ProviderHarness};
use time::OffsetDateTime;

fn main() -> ExitCode {
    // A panic message may quote what was read.
    std::panic::set_hook(Box::new(|_| {
        println!("The probe itself failed; please report that.");
    }));
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let (name, may_log_in) = match arguments[..] {
        [name] => (name, false),
        [name, "--login"] | ["--login", name] => (name, true),
        _ => return usage(),
    };
    // An argument may be a secret by mistake, so it is not repeated.
    let Some(probe) = probes().find(|it| it.name == name) else {
        return usage();
    };
    if probe.logs_in && !may_log_in {
        println!(
            "This provider needs a login, and that may end the token in use. If you accept this, add --login."
        );
        println!("Nothing was sent.");
        return ExitCode::from(2);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map(|runtime| runtime.block_on(run(&probe))) {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) | Err(_) => ExitCode::FAILURE,
        Ok(Err(NotAsked(why))) => {
            println!("Nothing was sent: {why}.");
            let needed: Vec<_> = probe.variables.iter().map(|it| it.0).collect();
            println!("Needed: {}", needed.join(", "));
            ExitCode::from(2)
        }
    }
}

fn probes() -> impl Iterator<Item = Probe> {
    PROVIDERS.into_iter().filter_map(ProviderHarness::probe)
}

fn usage() -> ExitCode {
    let names: Vec<_> = probes().map(|it| it.name).collect();
    let with_login = probes().filter(|it| it.logs_in).map(|it| it.name);
    let (names, with_login) = (names.join(", "), with_login.collect::<Vec<_>>().join(" and "));
    println!(
        "\
Usage: cargo run -p payvand-probe -- PROVIDER [--login]

PROVIDER is one of {names}. Secrets come from the environment, in the variables of the
client's `from_env`. Only calls that read are made, each once. {with_login} need a login for that: one login,
which may end the token in use. It is made only with --login."
    );
    ExitCode::from(2)
}

/// Makes the calls and prints the report. Whether all were answered.
async fn run(probe: &Probe) -> Result<bool, NotAsked> {
    let mut asker = Asker::new()?;
    let calls = (probe.calls)();
    let calls = calls.ok_or(NotAsked("a variable is missing, or its value cannot be right"))?;
    print_head(probe);
    let mut token = None;
    for (number, call) in calls.iter().enumerate() {
        if number > 0 && probe.logs_in && token.is_none() {
            break;
        }
        let given = asker.ask(call, token.clone()).await;
        token = given.or(token);
    }
    println!("\nEvery value was removed. Please read this once more before you paste it.");
    Ok(asker.all_answered)
}

fn print_head(probe: &Probe) {
    let (version, today) = (env!("CARGO_PKG_VERSION"), OffsetDateTime::now_utc().date());
    println!("payvand-probe {version}, {today} UTC");
    let variable = probe.address;
    if std::env::var_os(variable).is_some() {
        println!("Not an observation of the provider: {variable} names another address.");
    }
    if probe.logs_in {
        println!("It logs in once, which may end the token in use.");
    }
}
