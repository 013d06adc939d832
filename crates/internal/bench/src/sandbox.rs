//! The sandbox beside a bare server and mock servers, and what it holds after a million requests.

pub mod bounds;
mod keep_alive;
pub mod mocks;
pub mod speed;

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program in a process of its own. It ends with this value.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    /// From its start to the line that says where it listens.
    pub ready_after: Duration,
}

impl Program {
    /// Starts the program beside this one: `cargo build --release -p payvand-sandbox` makes it.
    pub fn start() -> Self {
        let own = std::env::current_exe().unwrap();
        let program = own.parent().unwrap().with_file_name("payvand-sandbox");
        let started = Instant::now();
        let mut child = Command::new(&program)
            .args(["--listen", "127.0.0.1:0", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let ready_after = started.elapsed();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        let url = line["url"].as_str().unwrap();
        Self {
            child,
            address: url.strip_prefix("http://").unwrap().parse().unwrap(),
            ready_after,
        }
    }

    /// What it has in memory, in KiB.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
