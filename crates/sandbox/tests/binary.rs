//! The program: what it prints, and how it fails.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

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

fn start_with(flags: &[&str]) -> (Running, impl Iterator<Item = String> + use<>) {
    let mut child = program()
        .args(["--listen", "127.0.0.1:0"])
        .args(flags)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    (Running(child), lines)
}

fn start() -> (Running, impl Iterator<Item = String>, String) {
    let (running, mut lines) = start_with(&[]);
    let first = lines.next().unwrap();
    let (url, rest) = first.split_once(' ').unwrap();
    assert!(
        url.starts_with("http://") && rest.contains("payvand-sandbox"),
        "{first}"
    );
    let url = url.to_owned();
    (running, lines, url)
}

/// With `--json`: what it printed.
fn start_for_a_program(flags: &[&str]) -> (Running, Value) {
    let (running, mut lines) = start_with(&[&["--json"], flags].concat());
    let line = serde_json::from_str(&lines.next().unwrap()).unwrap();
    (running, line)
}

fn get(url: &str, target: &str) -> String {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

const BALANCE: &str = "/aparat/api.php?token=sandbox-aparat-token";

/// It fails, with one or two lines that say what is wrong.
fn assert_fails(output: &Output, code: i32, expected: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
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

    let answer = get(&url, BALANCE);
    assert!(answer.contains("\"balance\":100000"), "{answer}");
    let line = lines.find(|line| !line.is_empty()).unwrap();
    assert_eq!(line.trim(), "GET /aparat/api.php 200", "and nothing of the query");
}

#[cfg(unix)]
#[test]
fn signals_end_it_in_good_order() {
    for signal in ["-INT", "-TERM"] {
        let (mut running, mut lines, url) = start();
        lines.find(|line| line.contains("Ctrl-C")).unwrap();
        let _idle = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        let id = running.0.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert!(running.0.wait().unwrap().success(), "{signal}");
    }
}

/// The system has no default for SIGTERM there, as for the first process of a container.
#[cfg(target_os = "linux")]
#[test]
fn sigterm_ends_it_as_process_1_too() {
    let alone = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["--pid", "--fork", "--mount-proc", program]);
        command
    };
    if !alone("true").output().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no process namespace can be made here");
        return;
    }
    let mut command = alone(env!("CARGO_BIN_EXE_payvand-sandbox"));
    let child = command
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn();
    let mut unshare = Running(child.unwrap());
    let mut lines = BufReader::new(unshare.0.stdout.take().unwrap()).lines();
    lines
        .find(|line| line.as_ref().unwrap().contains("Ctrl-C"))
        .unwrap()
        .unwrap();

    let id = unshare.0.id();
    let id = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/status", id.trim())).unwrap();
    let ids = status.lines().find(|line| line.starts_with("NSpid:")).unwrap();
    assert!(ids.ends_with("\t1"), "{ids}");
    let kill = Command::new("kill").args(["-TERM", id.trim()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(unshare.0.wait().unwrap().code(), Some(0));
}

#[test]
fn bad_flags() {
    assert_fails(&program().arg("--lisen").output().unwrap(), 2, "--lisen");
    assert_fails(
        &program()
            .args(["--listen", "127.0.0.1:0", "more"])
            .output()
            .unwrap(),
        2,
        "more",
    );
    assert_fails(&program().arg("--listen").output().unwrap(), 2, "--listen");
    for address in ["localhost:4010", "127.0.0.1", "4010", ""] {
        let output = program().arg(format!("--listen={address}")).output().unwrap();
        assert_fails(&output, 2, "--listen");
    }
    for (flags, expected) in [
        (&["--json", "--env"][..], "--env"),
        (&["--fault", "no such fault"], "--fault"),
        (&["--fault", "42"], "--fault"),
        (&["--fault", r#"{"fault": "closed", "chance": 2}"#], "--fault"),
        (&["--shape", "aparat"], "--shape"),
        (&["--shape", "aparat:no_such_switch"], "--shape"),
        (&["--shape", "smsafzar:numbers"], "--shape"),
        (&["--seed", "x"], "--seed"),
        (&["--order-duration=-1"], "--order-duration"),
        (&["--rate-limit=few"], "--rate-limit"),
        (&["--data", "/no/such/file"], "--data /no/such/file"),
    ] {
        assert_fails(&program().args(flags).output().unwrap(), 2, expected);
    }
}

#[test]
fn a_port_that_is_taken() {
    let (_running, _lines, url) = start();
    let address = url.strip_prefix("http://").unwrap();
    let output = program().args(["--listen", address]).output().unwrap();
    assert_fails(&output, 1, &format!("cannot listen on {address}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("--listen 127.0.0.1:0 takes a free port"),
        "{error}"
    );
}

#[test]
fn an_address_that_others_can_reach() {
    let output = program().args(["--listen", "0.0.0.0:0"]).output().unwrap();
    assert_fails(&output, 2, "--allow-remote");

    let mut child = program()
        .args(["--listen", "0.0.0.0:0", "--allow-remote"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _running = Running(child);
    let welcome: Vec<String> = lines
        .map(Result::unwrap)
        .take_while(|line| !line.contains("Requests:"))
        .collect();
    let url = welcome[0].split(' ').next().unwrap();
    let welcome = welcome.join("\n");
    assert!(!welcome.contains("0.0.0.0"), "{welcome}");
    assert!(welcome.contains("dangerously_allow_plain_http"), "{welcome}");
    assert!(
        welcome.contains(&format!("PAYVAND_POD_BASE_URL={url}\n")),
        "{welcome}"
    );
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!("GET {BALANCE} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn help_and_version_are_no_errors() {
    for flag in ["--help", "--version"] {
        let output = program().arg(flag).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        assert!(String::from_utf8_lossy(&output.stdout).contains("payvand-sandbox"));
    }
}

#[test]
fn what_other_programs_read() {
    let folder = std::env::temp_dir().join(format!("payvand-sandbox-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("port");
    let (mut running, line) = start_for_a_program(&["--port-file", file.to_str().unwrap()]);
    let url = line["url"].as_str().unwrap();
    assert_eq!(line["admin_url"], format!("{url}/_sandbox"));
    assert_eq!(line["environment"]["PAYVAND_POD_BASE_URL"], url);
    assert_eq!(
        line["accounts"][0]["variables"]["PAYVAND_APARAT_TOKEN"],
        "sandbox-aparat-token"
    );
    let port = std::fs::read_to_string(&file).unwrap();
    assert!(url.ends_with(&format!(":{}", port.trim_end())), "{url} {port}");
    if cfg!(unix) {
        let id = running.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        assert!(running.0.wait().unwrap().success());
        assert!(!file.exists());
    }
    std::fs::remove_dir_all(&folder).unwrap();

    let (_running, mut lines) = start_with(&["--env"]);
    let first = lines.next().unwrap();
    assert!(
        first.starts_with("export PAYVAND_APARAT_BASE_URL='http://127.0.0.1:"),
        "{first}"
    );
}

#[test]
fn what_is_there_at_the_start() {
    let file = std::env::temp_dir().join(format!("payvand-sandbox-data-{}.json", std::process::id()));
    let data = json!({
        "aparat": {"accounts": [{"token": "mine", "balance": 70}]},
        "podlink": {"accounts": [{"token": "mine", "api_key": "k", "links": 3}]},
        "sabapayamak": {"accounts": [{"username": "u", "password": "p", "virtual_number": "3000", "state": "inactive"}]},
        "smsafzar": {"templates": [{"id": "t", "text": "{code}", "line": "1000"}]},
    });
    std::fs::write(&file, data.to_string()).unwrap();
    let (_running, line) = start_for_a_program(&[
        "--data",
        file.to_str().unwrap(),
        "--shape",
        "aparat:content_type=application/json,status=number",
        "--fault",
        "sabapayamak:processed, closed",
        "--fault",
        "podlink:503",
        "--fault",
        r#"{"provider": "smsafzar", "call": "authenticate", "fault": {"what": {"answer": {"status": 502}}}}"#,
        "--order-duration",
        "0",
        "--rate-limit",
        "off",
    ]);
    std::fs::remove_file(&file).unwrap();
    let url = line["url"].as_str().unwrap();
    let order = "/aparat/api.php?token=mine&link=https://www.aparat.com/v/a&count=60&type=like";
    let answer = get(url, order);
    assert!(answer.contains("content-type: application/json\r\n"), "{answer}");
    assert!(answer.contains("\"status\":1"), "{answer}");
    let id = answer
        .split("\"uniqid\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let status = get(url, &format!("/aparat/api.php?token=mine&uniqid={id}"));
    assert!(status.contains("completed"), "{status}");
    assert!(get(url, "/aparat/api.php?token=mine").contains("\"balance\":10"));
    assert!(get(url, "/srv/sc/nzh/doServiceCall").starts_with("HTTP/1.1 503"));
    assert_eq!(get(url, "/api/v1/credit"), "");

    // It is there again after a reset.
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let reset = "POST /_sandbox/reset HTTP/1.1\r\nhost: localhost\r\nx-payvand-sandbox: 1\r\nconnection: close\r\n\r\n";
    stream.write_all(reset.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(get(url, "/aparat/api.php?token=mine").contains("\"balance\":70"));
    assert!(get(url, "/srv/sc/nzh/doServiceCall").starts_with("HTTP/1.1 503"));
    let settings = get(url, "/_sandbox/settings");
    assert!(settings.contains("\"order_seconds\":0.0"), "{settings}");
    assert!(settings.contains("\"rate_limit\":null"), "{settings}");
    assert!(get(url, "/account/balance").starts_with("HTTP/1.1 401"));

    let wrong = std::env::temp_dir().join(format!("payvand-sandbox-wrong-{}.json", std::process::id()));
    std::fs::write(&wrong, r#"{"aparat": {"acounts": []}}"#).unwrap();
    let output = program().arg("--data").arg(&wrong).output().unwrap();
    std::fs::remove_file(&wrong).unwrap();
    assert_fails(&output, 2, "acounts");
}

/// As many as the system has file descriptors for, and more.
#[cfg(unix)]
#[test]
fn silent_connections_shut_nobody_out() {
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -n 64 && exec \"$0\" --listen 127.0.0.1:0 --json"])
        .arg(env!("CARGO_BIN_EXE_payvand-sandbox"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _running = Running(child);
    let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let url = line["url"].as_str().unwrap();
    let address = url.strip_prefix("http://").unwrap();
    let mut used = TcpStream::connect(address).unwrap();
    let request = format!("GET {BALANCE} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let mut ask = move || {
        used.write_all(request.as_bytes()).unwrap();
        let mut answer = [0; 12];
        used.read_exact(&mut answer).unwrap();
        assert_eq!(answer, *b"HTTP/1.1 200");
        while !answer.ends_with(b"}") {
            used.read_exact(&mut answer[11..]).unwrap();
        }
    };
    ask();
    let silent: Vec<_> = (0..300).map(|_| TcpStream::connect(address).unwrap()).collect();
    assert!(get(url, BALANCE).starts_with("HTTP/1.1 200"));
    ask();
    drop(silent);
}
