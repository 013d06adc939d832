//! The processes beside this one.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The programs that cargo has built for this benchmark.
pub struct Programs {
    pub server: PathBuf,
    pub count: PathBuf,
}

/// The server; it goes with this value.
pub struct Server {
    process: Child,
    pub url: String,
}

impl Server {
    pub fn start(programs: &Programs) -> Self {
        let mut process = Command::new(&programs.server)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        Self {
            process,
            url: url.trim().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
