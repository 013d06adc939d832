//! The sandbox's program, as a child of this one.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// Ends when it is dropped.
#[derive(Debug)]
pub(super) struct Sandbox {
    child: Child,
    environment: Vec<(String, String)>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Sandbox {
    pub(super) fn start(program: &Path) -> Result<Self> {
        let child = Command::new(program)
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| program.display().to_string())?;
        let mut sandbox = Self {
            child,
            environment: Vec::new(),
            requests: Arc::default(),
        };
        let output = sandbox.child.stdout.take().context("the sandbox has no output")?;
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let welcome: Vec<_> = lines
            .by_ref()
            .take_while(|line| !line.contains("Requests:"))
            .collect();
        sandbox.environment = environment(&welcome);
        ensure!(
            !sandbox.environment.is_empty(),
            "the sandbox tells no environment for the clients: {}",
            welcome.join("\n")
        );
        let requests = Arc::clone(&sandbox.requests);
        std::thread::spawn(move || {
            for line in lines.filter(|line| !line.trim().is_empty()) {
                lock(&requests).push(line.trim().to_owned());
            }
        });
        Ok(sandbox)
    }

    /// What points every client at it, with an account.
    pub(super) fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn request_count(&self) -> usize {
        lock(&self.requests).len()
    }

    /// The requests after the first `count`; waits a moment for one, since they are printed after they are answered.
    pub(super) fn requests_after(&self, count: usize) -> Vec<String> {
        for _ in 0..20 {
            if self.request_count() > count {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        lock(&self.requests).iter().skip(count).cloned().collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lock(requests: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    requests.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lines `  PAYVAND_X=value`. Of several accounts the first is taken.
fn environment(welcome: &[String]) -> Vec<(String, String)> {
    let mut environment: Vec<(String, String)> = Vec::new();
    let lines = welcome.iter().filter_map(|line| line.trim().split_once('='));
    for (name, value) in lines.filter(|(name, _)| name.starts_with("PAYVAND_")) {
        if environment.iter().all(|(there, _)| there != name) {
            environment.push((name.to_owned(), value.to_owned()));
        }
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_account() {
        let welcome = "payvand-sandbox listens on x\n\n  PAYVAND_A_BASE_URL=http://x/?a=b\n  PAYVAND_A_TOKEN=rich\n      \
                       A: enough\n  PAYVAND_A_TOKEN=poor\n";
        let welcome: Vec<_> = welcome.lines().map(str::to_owned).collect();
        assert_eq!(
            environment(&welcome),
            [
                ("PAYVAND_A_BASE_URL".to_owned(), "http://x/?a=b".to_owned()),
                ("PAYVAND_A_TOKEN".to_owned(), "rich".to_owned()),
            ]
        );
    }
}
