//! The program: what it prints, and how it fails.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_payvand-sandbox"))
}

/// Killed at the end of the test, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start() -> (Running, impl Iterator<Item = String>, String) {
    let mut child = program()
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let first = lines.next().unwrap();
    let url = first
        .strip_prefix("payvand-sandbox listens on ")
        .unwrap_or_else(|| panic!("{first}"));
    (Running(child), lines, url.to_owned())
}

/// It fails, with one or two lines that say what is wrong.
fn assert_fails(output: &Output, expected: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{error}");
    assert!(output.stdout.is_empty());
    assert!(
        error.starts_with("error: ") && error.contains(expected),
        "{error}"
    );
    assert!(
        !error.contains("panicked") && !error.contains("RUST_BACKTRACE"),
        "{error}"
    );
    assert!(
        error.lines().next().unwrap().contains(expected),
        "the first line says it: {error}"
    );
}

#[test]
fn prints_what_a_client_needs_and_serves() {
    let (_running, mut lines, url) = start();
    let welcome: Vec<String> = lines
        .by_ref()
        .take_while(|line| !line.contains("Requests:"))
        .collect();
    let welcome = welcome.join("\n");
    for expected in [
        &*format!("PAYVAND_APARAT_BASE_URL={url}"),
        "PAYVAND_APARAT_TOKEN=sandbox-aparat-token\n",
        "PAYVAND_APARAT_TOKEN=sandbox-aparat-poor-token\n",
    ] {
        assert!(welcome.contains(expected), "{welcome}");
    }

    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream
        .write_all(b"GET /aparat/api.php?token=sandbox-aparat-token HTTP/1.1\r\nhost: s\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("\"balance\":100000"), "{answer}");
    let line = lines.find(|line| !line.is_empty()).unwrap();
    assert_eq!(line.trim(), "GET /aparat/api.php 200", "and nothing of the query");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it() {
    let (mut running, mut lines, _) = start();
    // It listens for the signal once it has told how to send it.
    lines.find(|line| line.contains("Ctrl-C")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(
        Command::new("kill")
            .args(["-INT", &running.0.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    assert!(running.0.wait().unwrap().success());
}

#[test]
fn bad_flags() {
    assert_fails(&program().arg("--lisen").output().unwrap(), "--lisen");
    assert_fails(
        &program()
            .args(["--listen", "127.0.0.1:0", "more"])
            .output()
            .unwrap(),
        "more",
    );
    assert_fails(&program().arg("--listen").output().unwrap(), "--listen");
    for address in ["localhost:4010", "127.0.0.1", "4010", ""] {
        let output = program().arg(format!("--listen={address}")).output().unwrap();
        assert_fails(&output, "--listen");
    }
}

#[test]
fn a_port_that_is_taken() {
    let (_running, _lines, url) = start();
    let address = url.strip_prefix("http://").unwrap();
    let output = program().args(["--listen", address]).output().unwrap();
    assert_fails(&output, &format!("cannot listen on {address}"));
}

#[test]
fn an_address_that_others_can_reach() {
    let output = program().args(["--listen", "0.0.0.0:0"]).output().unwrap();
    assert_fails(&output, "--allow-remote");
}

#[test]
fn help_and_version_are_no_errors() {
    for flag in ["--help", "--version"] {
        let output = program().arg(flag).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        assert!(String::from_utf8_lossy(&output.stdout).contains("payvand-sandbox"));
    }
}
