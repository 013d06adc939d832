//! Counting allocations, in a process of its own: a counting allocator would slow down what is timed elsewhere.

use std::collections::BTreeMap;
use std::process::Command;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::process::{Programs, Server};

/// What one call allocated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Allocations {
    pub count: u64,
    pub bytes: u64,
}

/// By provider and contender.
pub type Counted = BTreeMap<String, BTreeMap<String, Allocations>>;

/// What decoding an answer needs beside the answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    pub peak: u64,
    /// Twice the inner text and the decoded value.
    pub bound: u64,
}

/// Counts the calls of every provider.
pub fn of_calls(programs: &Programs, server: &Server) -> Counted {
    count(programs, &["calls", &server.url])
}

/// Counts what an authorization from memory allocates.
pub fn of_token(programs: &Programs, server: &Server) -> Allocations {
    count(programs, &["token", &server.url])
}

/// Measures decoding, by the form of the answer.
pub fn of_decoding(programs: &Programs) -> BTreeMap<String, Memory> {
    count(programs, &["decode"])
}

fn count<T: DeserializeOwned>(programs: &Programs, arguments: &[&str]) -> T {
    let output = Command::new(&programs.count).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}
