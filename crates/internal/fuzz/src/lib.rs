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

mod answers;
mod exchange;
mod jwt;
mod redact;
mod retry_after;
mod text;

/// Takes any bytes, and panics when a promise is broken.
pub type Target = fn(&[u8]);

/// Every target, by the name of its program and of its folder of seeds.
pub const TARGETS: [(&str, Target); 5] = [
    ("answers", answers::answers),
    ("jwt", jwt::jwt),
    ("redact", redact::redact),
    ("retry_after", retry_after::retry_after),
    ("text", text::text),
];

/// The program of the target that it is named after: libFuzzer's, or one that plays files.
#[macro_export]
macro_rules! program {
    () => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::target(env!("CARGO_BIN_NAME"))(data));

        #[cfg(not(fuzzing))]
        fn main() {
            $crate::play($crate::target(env!("CARGO_BIN_NAME")));
        }
    };
}

/// The target of this name.
pub fn target(name: &str) -> Target {
    let (_, target) = TARGETS.into_iter().find(|(it, _)| *it == name).unwrap();
    target
}

/// Plays the files that the command line names, such as a finding: an ordinary program, for an ordinary debugger.
pub fn play(target: Target) {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    assert!(!files.is_empty(), "name the files to play");
    for file in files {
        target(&std::fs::read(&file).expect("a file that can be read"));
        println!("{}: as it should be", file.display());
    }
}
