//! The sandbox as a program: it listens until Ctrl-C or SIGTERM.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use payvand_sandbox::program::{self, Flags};

/// Something is wrong with the command.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let mut flags = match Flags::try_parse() {
        Ok(flags) => flags,
        Err(error) if error.use_stderr() => return fail(&in_two_lines(&error.to_string()), USAGE),
        Err(help) => help.exit(),
    };
    let builder = match flags.sandbox() {
        Ok(builder) => builder,
        Err(error) => return fail(&format!("error: {error}"), USAGE),
    };
    match program::run(flags, builder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("error: {error}"), 1),
    }
}

/// What is wrong and the tip, if there is one; the rest of clap's page is what `--help` shows.
fn in_two_lines(error: &str) -> String {
    let lines: Vec<&str> = error
        .lines()
        .filter(|line| line.starts_with("error:") || line.starts_with("  tip:"))
        .collect();
    lines.join("\n")
}

fn fail(error: &str, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::from(code)
}
