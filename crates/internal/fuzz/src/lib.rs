//! Strange bytes for everything that reads what others sent, and what must hold whatever these bytes are. Test
//! equipment, not published.
//!
//! Each function here is a fuzz target: it takes any bytes and panics when a promise is broken. `fuzz_targets` gives
//! them to libFuzzer; `tests/seeds.rs` plays the seeds, and each finding there ever was, on stable.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "all of it is test equipment: a panic is a finding"
)]

mod aparat;
mod exchange;
mod jwt;
mod podlink;
mod redact;
mod retry_after;
mod sabapayamak;
mod secrets;
mod smsafzar;
mod text;
mod verdict;

use std::process::ExitCode;

pub use aparat::aparat;
pub use jwt::jwt;
pub use podlink::podlink;
pub use redact::redact;
pub use retry_after::retry_after;
pub use sabapayamak::sabapayamak;
pub use smsafzar::smsafzar;
pub use text::text;

/// Takes any bytes, and panics when a promise is broken.
pub type Target = fn(&[u8]);

/// Every target, by the name of its program and of its folder of seeds.
pub const TARGETS: [(&str, Target); 8] = [
    ("aparat", aparat),
    ("jwt", jwt),
    ("podlink", podlink),
    ("redact", redact),
    ("retry_after", retry_after),
    ("sabapayamak", sabapayamak),
    ("smsafzar", smsafzar),
    ("text", text),
];

/// Plays the files that the command line names, such as a finding: an ordinary program, for an ordinary debugger.
pub fn play(target: Target) -> ExitCode {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    if files.is_empty() {
        eprintln!("name the files to play");
        return ExitCode::FAILURE;
    }
    for file in files {
        match std::fs::read(&file) {
            Ok(bytes) => target(&bytes),
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                return ExitCode::FAILURE;
            }
        }
        println!("{}: as it should be", file.display());
    }
    ExitCode::SUCCESS
}
