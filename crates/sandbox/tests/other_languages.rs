//! Programs in other languages: those of docs/test-your-app.md, the samples of the providers' documents, and POD's own
//! client. Only the base address is changed. `cargo xtask check` runs those whose languages are there.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Killed at the end of the test, however it ends.
struct Sandbox {
    child: Child,
    url: String,
}

impl Sandbox {
    fn start(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_payvand-sandbox"))
            .args(["--listen", "127.0.0.1:0", "--json"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let url = line["url"].as_str().unwrap().to_owned();
        Self { child, url }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn assert_runs(command: &mut Command, flags: &[&str]) {
    let sandbox = Sandbox::start(flags);
    let output = command.env("SANDBOX_URL", &sandbox.url).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let [said, error] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{command:?}\n{said}\n{error}");
}

/// The page's program in this language, in a file.
fn of_the_page(language: &str, extension: &str) -> PathBuf {
    let page = include_str!("../../../docs/test-your-app.md");
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    let (program, _) = rest.split_once("```").unwrap();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("test-your-app.{extension}"));
    fs::write(&file, program).unwrap();
    file
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples")
        .join(name)
}

#[test]
#[ignore = "needs Python: `cargo xtask check app-python`"]
fn python() {
    assert_runs(Command::new("python3").arg(of_the_page("python", "py")), &[]);
}

#[test]
#[ignore = "needs Node: `cargo xtask check app-node`"]
fn node() {
    assert_runs(Command::new("node").arg(of_the_page("javascript", "mjs")), &[]);
}

#[test]
#[ignore = "needs PHP: `cargo xtask check app-php`"]
fn php() {
    assert_runs(Command::new("php").arg(of_the_page("php", "php")), &[]);
    assert_runs(Command::new("php").arg(sample("login.php")), &[]);
}

#[test]
#[ignore = "needs a JDK: `cargo xtask check --long sample-java`"]
fn java() {
    assert_runs(Command::new("java").arg(sample("Login.java")), &[]);
}

/// With the packages that `cargo xtask check samples` installs.
#[test]
#[ignore = "needs packages: `cargo xtask check --long samples`"]
fn samples() {
    let python = std::env::var_os("SAMPLES_PYTHON").unwrap();
    assert_runs(Command::new(&python).arg(sample("login.py")), &[]);
    let shape = ["--shape", "podlink:nesting=object,visit_in_envelope"];
    assert_runs(Command::new(&python).arg(sample("pod.py")), &shape);

    let packages = PathBuf::from(std::env::var_os("SAMPLES_AXIOS").unwrap());
    let packages = packages
        .ancestors()
        .find(|it| it.ends_with("node_modules"))
        .unwrap();
    let mut node = Command::new("node");
    node.env("NODE_PATH", packages).arg(sample("login.cjs"));
    assert_runs(&mut node, &[]);
}
