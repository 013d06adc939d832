//! Tokens in files: processes that start, are stopped and are killed, and files that must not be used.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Request, Response};
use payvand_http_core::{
    CallOptions, Effect, FileTokenStore, Kind, RetryPolicy, StoreError, TokenSource, Transport,
    TransportError, async_trait,
};
use serde_json::Value;
use tokio::time::sleep;

use crate::planned::{PlannedLogin, SECOND, TestError, builder, login, ms};

/// How many processes are killed; `check --long` says 200.
const KILLS: &str = "TOKEN_STORE_KILLS";

/// What another process is to do, and where.
const TASK: &str = "TOKEN_STORE_TASK";

/// Longer than what a disk writes in one piece.
const TOKEN_BYTES: usize = 8000;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "payvand-tokens-{}-{}",
            std::process::id(),
            LAST.fetch_add(1, Ordering::SeqCst)
        );
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn tokens(&self) -> PathBuf {
        self.0.join("tokens")
    }

    fn store(&self) -> FileTokenStore {
        FileTokenStore::new(self.tokens()).unwrap()
    }

    fn source(&self, user: &'static str, timeout: Duration) -> TokenSource<PlannedLogin> {
        let builder = builder().retry(RetryPolicy::never()).timeout(timeout);
        let http = builder.transport(Counting(self.0.clone())).build([]).unwrap();
        TokenSource::new(&http, login(user, "not-a-real-password")).store(self.store())
    }

    async fn ask(&self, user: &'static str) -> Result<String, TestError> {
        let header = self.source(user, 30 * SECOND).authorization().await?;
        Ok(header.to_str().unwrap().to_owned())
    }

    /// The one file whose name ends like this.
    fn file(&self, ending: &str) -> PathBuf {
        let files = fs::read_dir(self.tokens()).unwrap().map(|it| it.unwrap().path());
        let mut files = files.filter(|it| it.to_str().unwrap().ends_with(ending));
        let file = files.next().unwrap();
        assert_eq!(files.next(), None);
        file
    }

    fn logins(&self) -> usize {
        lines(&self.0.join("logins"))
    }

    fn start(&self, task: &str) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "file_store::another_process"])
            .env(TASK, format!("{task} {}", self.0.display()))
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        while !is_so(self) {
            sleep(ms(2)).await;
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).unwrap_or_default().lines().count()
}

fn append(path: &Path, line: &str) {
    use std::io::Write;
    let mut file = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    writeln!(file, "{line}").unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Counts the logins of all processes, one line each in a file. If there is a file `slow`, a login takes a moment; if
/// there is a file `stop`, it ends when that is gone.
struct Counting(PathBuf);

#[async_trait]
impl Transport for Counting {
    async fn send(&self, _: Request<Bytes>, _: &CallOptions) -> Result<Response<Bytes>, TransportError> {
        let logins = self.0.join("logins");
        append(&logins, "");
        let mut token = format!("not-a-real-token-{}-", lines(&logins));
        if self.0.join("slow").exists() {
            sleep(ms(300)).await;
        }
        while self.0.join("stop").exists() {
            sleep(ms(5)).await;
        }
        token.extend(std::iter::repeat_n('x', TOKEN_BYTES - token.len()));
        let answer = Response::builder().header("lives-ms", "3600000");
        Ok(answer.body(token.into()).unwrap())
    }
}

/// The token's number.
fn number(token: &str) -> u32 {
    assert_eq!(token.len(), "Bearer ".len() + TOKEN_BYTES);
    token.split('-').nth(4).unwrap().parse().unwrap()
}

#[tokio::test]
#[ignore = "the tests beside it start it, with a task"]
async fn another_process() {
    let Ok(task) = std::env::var(TASK) else { return };
    let (what, folder) = task.split_once(' ').unwrap();
    let folder = std::mem::ManuallyDrop::new(Folder(folder.into()));
    match what {
        "ask" => {
            let token = folder
                .source("user", 3600 * SECOND)
                .authorization()
                .await
                .unwrap();
            append(&folder.0.join("answers"), token.to_str().unwrap());
        }
        "write" => {
            let tokens = folder.source("user", 30 * SECOND);
            loop {
                tokens.refresh().await.unwrap();
            }
        }
        other => panic!("{other}?"),
    }
}

#[tokio::test]
async fn eight_processes_that_start_at_once_make_one_login() {
    let folder = Folder::new();
    append(&folder.0.join("slow"), "");
    let children: Vec<_> = (0..8).map(|_| folder.start("ask")).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let answers = fs::read_to_string(folder.0.join("answers")).unwrap();
    let numbers: Vec<_> = answers.lines().map(number).collect();
    assert_eq!((numbers, folder.logins()), (vec![1; 8], 1));
    assert_eq!(number(&folder.ask("user").await.unwrap()), 1);
    assert_eq!(mode(&folder.tokens()), 0o700);
    for file in fs::read_dir(folder.tokens()).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[tokio::test]
async fn who_is_killed_while_it_writes_leaves_a_whole_file_and_no_lock() {
    let kills: u64 = std::env::var(KILLS).map_or(10, |text| text.parse().unwrap());
    let folder = Folder::new();
    let mut last = 0;
    for kill in 0..kills {
        let before = folder.logins();
        let mut child = folder.start("write");
        // In the middle of a write, more often than not.
        folder.until(|it| it.logins() > before + 2).await;
        std::thread::sleep(Duration::from_micros(kill * 379 % 5000));
        child.kill().unwrap();
        child.wait().unwrap();

        let text = fs::read(folder.file(".json")).unwrap();
        let content: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(content["token"]["secret"].as_str().unwrap().len(), TOKEN_BYTES);
        let logins = folder.logins();
        let found = number(&folder.ask("user").await.unwrap());
        assert_eq!(folder.logins(), logins, "it takes what it finds");
        assert!(found > last && (found as usize) <= logins);
        last = found;
    }
    folder.source("user", 30 * SECOND).refresh().await.unwrap();
}

#[tokio::test]
async fn a_process_that_is_stopped_in_its_login_holds_others_up_for_the_life_of_a_lock_and_overwrites_nothing()
 {
    let folder = Folder::new();
    append(&folder.0.join("stop"), "");
    let mut child = folder.start("ask");
    folder.until(|it| it.logins() == 1).await;
    let signal = |name: &str| {
        let done = Command::new("kill")
            .args([name, &child.id().to_string()])
            .status();
        assert!(done.unwrap().success());
    };
    signal("-STOP");
    fs::remove_file(folder.0.join("stop")).unwrap();
    // Its own lock lives for a second, the other's for half an hour.
    let tokens = folder.source("user", 2 * SECOND);
    assert_eq!(number(tokens.authorization().await.unwrap().to_str().unwrap()), 2);
    signal("-CONT");
    assert!(child.wait().unwrap().success());
    let answers = fs::read_to_string(folder.0.join("answers")).unwrap();
    assert_eq!(answers.lines().map(number).collect::<Vec<_>>(), [1]);
    assert_eq!(number(&folder.ask("user").await.unwrap()), 2);
    assert_eq!(folder.logins(), 2);
}

#[tokio::test]
async fn what_others_may_use_and_what_is_a_link_is_refused_before_anything_is_sent() {
    let folder = Folder::new();
    let token = number(&folder.ask("user").await.unwrap());
    let tokens = folder.tokens();
    let refused = async |what: &str, why: &str| {
        let error = folder.ask("user").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Configuration, Effect::None),
            "{what}"
        );
        let text = error.to_string();
        assert!(
            text.contains("the token store does not use") && text.contains(why),
            "{what}: {text}"
        );
        assert_eq!(folder.logins(), 1, "{what}");
    };
    for ending in [".json", ".clock"] {
        let file = folder.file(ending);
        for wrong in [0o640, 0o620, 0o604, 0o602, 0o660] {
            chmod(&file, wrong);
            refused(&format!("{ending} {wrong:o}"), "others may use it").await;
        }
        chmod(&file, 0o600);
        let elsewhere = folder.0.join("elsewhere");
        fs::rename(&file, &elsewhere).unwrap();
        symlink(&elsewhere, &file).unwrap();
        refused(ending, "symbolic link").await;
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        refused(ending, "symbolic link").await;
        fs::remove_dir(&file).unwrap();
        fs::rename(&elsewhere, &file).unwrap();
    }

    // The folder, when a store is made as well.
    let made = async |what: &str| {
        let error: StoreError = FileTokenStore::new(&tokens).unwrap_err();
        assert!(error.to_string().contains("does not use"), "{what}: {error}");
        assert_eq!(TestError::from(error).kind(), Kind::Configuration);
    };
    let source = folder.source("user", 30 * SECOND);
    for wrong in [0o750, 0o705, 0o730, 0o703, 0o777] {
        chmod(&tokens, wrong);
        made(&format!("{wrong:o}")).await;
        assert_eq!(
            source.authorization().await.unwrap_err().kind(),
            Kind::Configuration
        );
    }
    chmod(&tokens, 0o700);
    let elsewhere = folder.0.join("elsewhere");
    fs::rename(&tokens, &elsewhere).unwrap();
    symlink(&elsewhere, &tokens).unwrap();
    made("a link").await;
    assert_eq!(
        source.authorization().await.unwrap_err().kind(),
        Kind::Configuration
    );
    fs::remove_file(&tokens).unwrap();
    fs::rename(&elsewhere, &tokens).unwrap();

    assert_eq!(number(&folder.ask("user").await.unwrap()), token);
    assert_eq!(folder.logins(), 1);
}

#[tokio::test]
async fn files_of_two_accounts_and_files_that_nobody_can_read_do_not_mix() {
    let folder = Folder::new();
    assert_eq!(number(&folder.ask("one").await.unwrap()), 1);
    let of_one = folder.file(".json");
    let kept = fs::read(&of_one).unwrap();
    fs::rename(&of_one, folder.0.join("one")).unwrap();
    assert_eq!(number(&folder.ask("two").await.unwrap()), 2);
    let of_two = folder.file(".json");
    // Under the other's name, as where their hashes meet.
    fs::write(&of_two, &kept).unwrap();
    assert_eq!(number(&folder.ask("two").await.unwrap()), 3);
    fs::rename(folder.0.join("one"), &of_one).unwrap();
    assert_eq!(number(&folder.ask("one").await.unwrap()), 1);
    assert_eq!(number(&folder.ask("two").await.unwrap()), 3);

    let text = String::from_utf8(kept).unwrap();
    for (logins, broken) in [
        String::new(),
        "{}".to_owned(),
        text[..text.len() / 2].to_owned(),
        text.replace(r#""format":1"#, r#""format":2"#),
        text.replace("not-a-real-token", r"not\na-real-token"),
        "x".repeat(1 << 20),
    ]
    .iter()
    .enumerate()
    {
        fs::write(&of_one, broken).unwrap();
        assert_eq!(number(&folder.ask("one").await.unwrap()) as usize, logins + 4);
    }
}

/// Where one is removed, who has it open and who makes it again both have the lock.
#[tokio::test]
async fn lock_files_stay_where_they_are() {
    let folder = Folder::new();
    folder.ask("user").await.unwrap();
    let files = || [".login.lock", ".write.lock"].map(|file| fs::metadata(folder.file(file)).unwrap().ino());
    let before = files();
    folder.source("user", 30 * SECOND).refresh().await.unwrap();
    assert_eq!((files(), folder.logins()), (before, 2));
}

#[tokio::test]
async fn without_its_folder_a_store_stops_no_call() {
    let folder = Folder::new();
    let tokens = folder.source("user", 30 * SECOND);
    fs::remove_dir_all(folder.tokens()).unwrap();
    tokens.authorization().await.unwrap();
    assert_eq!(folder.logins(), 1);
    // Where there cannot be one.
    let error = FileTokenStore::new(folder.0.join("logins")).unwrap_err();
    assert_eq!(TestError::from(error).kind(), Kind::Configuration);
}
