//! For account holders: makes one provider's calls that only read, and prints the keys and types of the answers, ready to
//! paste into an issue. No value of an answer, no secret and no error text of any library is printed.

#![allow(clippy::print_stdout, reason = "a program")]

mod ask;
mod outline;
mod provider;

use std::process::ExitCode;

use ask::NotAsked;
use provider::Provider;

const USAGE: &str = "\
Usage: cargo run -p payvand-probe -- PROVIDER [--login]

PROVIDER is one of aparat, podlink, sabapayamak, smsafzar. Secrets come from the environment, in the variables of the
client's `from_env`. Only calls that read are made, each once. sabapayamak and smsafzar need a login for that: one login,
which may end the token in use. It is made only with --login.";

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
    let Some(provider) = Provider::named(name) else {
        return usage();
    };
    if provider.logs_in() && !may_log_in {
        println!(
            "This provider needs a login, and that may end the token in use. If you accept this, add --login."
        );
        println!("Nothing was sent.");
        return ExitCode::from(2);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map(|runtime| runtime.block_on(provider.probe())) {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) | Err(_) => ExitCode::FAILURE,
        Ok(Err(NotAsked(why))) => {
            println!("Nothing was sent: {why}.");
            println!("Needed: {}", provider.variables().join(", "));
            ExitCode::from(2)
        }
    }
}

fn usage() -> ExitCode {
    println!("{USAGE}");
    ExitCode::from(2)
}
