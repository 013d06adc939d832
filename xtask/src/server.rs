//! A server, as a child process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// Ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// The last address that it printed until it was ready.
    pub(crate) url: String,
    /// The lines `PAYVAND_X=value` of a sandbox, which make the clients use it; of several accounts the first.
    pub(crate) environment: BTreeMap<String, String>,
    lines: Receiver<String>,
}

impl Server {
    /// Starts it and waits for a line that contains `ready`.
    pub(crate) fn start(command: &mut Command, ready: &str) -> Result<Self> {
        let name = format!("{command:?}");
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = child.with_context(|| name.clone())?;
        let output = child.stdout.take().context("no output")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.try_for_each(|line| sender.send(line))
        });
        let mut server = Self {
            child,
            url: String::new(),
            environment: BTreeMap::new(),
            lines,
        };
        loop {
            // It may have to be built first.
            let line = server.lines.recv_timeout(Duration::from_secs(600));
            let line = line.with_context(|| format!("{name} did not print {ready:?}"))?;
            if let Some(url) = line.split_whitespace().find(|it| it.starts_with("http://")) {
                url.clone_into(&mut server.url);
            }
            if let Some((name, value)) = line.trim().split_once('=')
                && name.starts_with("PAYVAND_")
            {
                let first = server.environment.entry(name.to_owned());
                first.or_insert_with(|| value.to_owned());
            }
            if line.contains(ready) {
                return Ok(server);
            }
        }
    }

    /// What it printed since the last time. Waits a short time for the first line.
    pub(crate) fn printed(&self) -> Vec<String> {
        let first = self.lines.recv_timeout(Duration::from_secs(2)).ok();
        first.into_iter().chain(self.lines.try_iter()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn start(script: &str) -> Result<Server> {
        Server::start(Command::new("sh").args(["-c", script]), "Ready")
    }

    #[test]
    fn a_server_says_where_it_is_and_which_account_is_the_first() {
        let server = start(
            "echo GET http://x:1/y; echo it is at http://x:1; echo '  PAYVAND_A_URL=http://x/?a=b'; echo '  PAYVAND_TOKEN=rich'; \
             echo '  PAYVAND_TOKEN=poor'; echo OTHER=1; echo Ready.; echo GET /; exec sleep 600",
        );
        let server = server.unwrap();
        assert_eq!(server.url, "http://x:1");
        let expected = [("PAYVAND_A_URL", "http://x/?a=b"), ("PAYVAND_TOKEN", "rich")];
        let found = server.environment.iter().map(|(name, value)| (&**name, &**value));
        assert_eq!(found.collect::<Vec<_>>(), expected);
        assert_eq!(server.printed(), ["GET /"]);
    }

    #[test]
    fn a_server_that_ends_before_it_is_ready_is_an_error() {
        let error = start("echo no").unwrap_err().to_string();
        assert!(error.contains("did not print \"Ready\""), "{error}");
    }
}
