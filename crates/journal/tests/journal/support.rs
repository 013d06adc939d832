use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aparat_api::{Client, OrderCall, OrderKind};
use payvand_journal::{Entry, Journal, PlacedOrder};
use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::Aparat;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const LINK: &str = "https://www.aparat.com/v/abcd";

pub(crate) type OrderEntry = Entry<PlacedOrder, aparat_api::Error>;

/// A folder that goes with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("journal-{}-{number}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("orders.sqlite")
    }

    pub(crate) async fn journal(&self) -> Journal {
        Journal::open(self.file()).await.unwrap()
    }

    /// Another process, with this journal and this sandbox.
    pub(crate) fn child(&self, test: &str, sandbox: &str) -> Child {
        let file = self.file();
        let variables = [
            ("JOURNAL_SANDBOX", sandbox),
            ("JOURNAL_FILE", file.to_str().unwrap()),
        ];
        command(test, &variables).spawn().unwrap()
    }

    /// How many lock files of owners there are.
    pub(crate) fn owners(&self) -> usize {
        self.lock_files().len()
    }

    pub(crate) fn remove_owners(&self) {
        self.lock_files()
            .iter()
            .for_each(|it| fs::remove_file(it).unwrap());
    }

    fn lock_files(&self) -> Vec<PathBuf> {
        let paths = fs::read_dir(&self.0).unwrap().map(|it| it.unwrap().path());
        paths
            .filter(|it| it.to_str().unwrap().contains("-owner-"))
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A client of a sandbox.
pub(crate) fn client(url: &str) -> Client {
    let client = Client::builder(Aparat::TOKEN).base_url(url).timeout(5 * SECOND);
    client.build().unwrap()
}

pub(crate) fn order(client: &Client, count: u32) -> OrderCall {
    client.order(OrderKind::Like, LINK, count)
}

/// How many orders there are in the sandbox.
pub(crate) fn placed(sandbox: &Sandbox) -> usize {
    sandbox.aparat().orders().len()
}

pub(crate) async fn until(condition: impl Fn() -> bool) {
    for _ in 0..2000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not come to that");
}

/// This test binary as another process, which runs the test of this name with these variables.
pub(crate) fn command(test: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command.envs(variables.iter().copied());
    command.stdout(Stdio::null()).stderr(Stdio::inherit());
    command
}

pub(crate) fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}

pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
