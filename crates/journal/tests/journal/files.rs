//! Disks that are full, files that cannot be written, are damaged, or are no journal.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Client, OrderKind};
use payvand_journal::{Effect, Entry, Journal, JournalError, State, StorageError};
use payvand_sandbox::{Fault, Sandbox};

use crate::support::{Folder, LINK, SECOND, client, order, placed, until, variable};

/// A disk of 256 KiB, which needs the right to mount one.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Folder) -> Option<Self> {
        let path = folder.file().with_file_name("disk");
        fs::create_dir(&path).unwrap();
        let disk = Self(path);
        let is_mounted = disk.run("mount", &["-t", "tmpfs", "-o", "size=256k", "tmpfs"]);
        is_mounted.then_some(disk).or_else(|| {
            println!("not run: it needs the right to mount a disk");
            None
        })
    }

    fn run(&self, program: &str, args: &[&str]) -> bool {
        let status = Command::new(program).args(args).arg(&self.0).status();
        status.is_ok_and(|it| it.success())
    }

    fn file(&self) -> PathBuf {
        self.0.join("orders.sqlite")
    }

    fn fill(&self) {
        let mut filler = File::create(self.0.join("filler")).unwrap();
        while filler.write_all(&[0; 1024]).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.run("umount", &["-l"]);
    }
}

fn storage(error: JournalError) -> StorageError {
    assert_eq!(error.effect(), Effect::None);
    match error {
        JournalError::Storage(error) => error,
        other => panic!("{other}"),
    }
}

async fn refused(path: &Path) -> StorageError {
    storage(Journal::open(path).await.unwrap_err())
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_sent_and_an_outcome_is_not_lost() {
    let folder = Folder::new();
    let Some(disk) = Disk::mount(&folder) else {
        return;
    };
    let sandbox = Sandbox::start().await.unwrap();
    let aparat = client(sandbox.url());
    let journal = Journal::open(disk.file()).await.unwrap();
    journal.run("first", order(&aparat, 100)).await.unwrap();
    let requests = sandbox.request_count();
    disk.fill();
    for _ in 0..2 {
        let error = journal.run("a", order(&aparat, 100)).await.unwrap_err();
        assert!(matches!(storage(error), StorageError::Full(_)));
    }
    assert_eq!(sandbox.request_count(), requests);
    // What is known can be read.
    let known = journal.run("first", order(&aparat, 100)).await;
    assert!(matches!(known, Ok(Entry::Done(_))), "{known:?}");
    disk.free();

    sandbox.fail_next(Fault::usual().after_processing().delayed(SECOND));
    let running = tokio::spawn({
        let (journal, call) = (journal.clone(), order(&aparat, 100));
        async move { journal.run("a", call).await }
    });
    until(|| placed(&sandbox) == 2).await;
    disk.fill();
    let error = running.await.unwrap().unwrap_err();
    let id = sandbox.aparat().orders()[1].id().to_owned();
    assert!(error.to_string().contains(&id), "{error}");
    assert_eq!(error.effect(), Effect::Unknown);
    let JournalError::NotRecorded { outcome, source } = error else {
        panic!("{error}")
    };
    let rows: Vec<_> = outcome.rows().collect();
    assert_eq!(rows, [("a", State::Done, Some(&*format!(r#"{{"id":"{id}"}}"#)))]);
    assert!(
        matches!(*source, JournalError::Storage(StorageError::Full(_))),
        "{source}"
    );
    disk.free();
    let again = journal.run("a", order(&aparat, 100).timeout(SECOND / 10)).await;
    let is_open = matches!(
        again,
        Ok(Entry::InDoubt(_)) | Err(JournalError::RunningElsewhere { .. })
    );
    assert!(is_open, "{again:?}");
    drop(journal);
    let journal = Journal::open(disk.file()).await.unwrap();
    assert_eq!(journal.entry("a").await.unwrap().unwrap().state(), State::InDoubt);
    assert_eq!(placed(&sandbox), 2);
}

#[tokio::test]
async fn what_cannot_be_written_is_not_opened() {
    let folder = Folder::new();
    let Some(disk) = Disk::mount(&folder) else {
        return;
    };
    drop(Journal::open(disk.file()).await.unwrap());
    assert!(disk.run("mount", &["-o", "remount,ro"]));
    let error = refused(&disk.file()).await;
    assert!(matches!(error, StorageError::ReadOnly(_)), "{error}");
    let error = refused(&disk.0.join("new.sqlite")).await;
    assert!(matches!(error, StorageError::ReadOnly(_)), "{error}");
}

/// A process that may write no large file.
#[tokio::test]
#[ignore = "run by other tests"]
async fn fills_a_file() {
    let Some(url) = variable("JOURNAL_SANDBOX") else {
        return;
    };
    let journal = Journal::open(variable("JOURNAL_FILE").unwrap()).await.unwrap();
    for key in 0.. {
        match journal.run(key.to_string(), order(&client(&url), 100)).await {
            Ok(entry) => assert!(matches!(entry, Entry::Done(_)), "{entry:?}"),
            // The intent was not stored, or what became of the call was not.
            Err(error @ (JournalError::Storage(_) | JournalError::NotRecorded { .. })) => {
                fs::write(
                    variable("JOURNAL_FILE").unwrap() + "-end",
                    format!("{key} {error}"),
                )
                .unwrap();
                return;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_cannot_be_stored_is_not_sent() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let program = std::env::current_exe().unwrap();
    let script = format!(
        "trap '' XFSZ; ulimit -f 400; exec '{}' --exact files::fills_a_file --ignored",
        program.display()
    );
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script])
        .env("JOURNAL_SANDBOX", sandbox.url())
        .env("JOURNAL_FILE", folder.file());
    assert!(shell.output().unwrap().status.success());
    let end = fs::read_to_string(folder.file().with_file_name("orders.sqlite-end")).unwrap();
    let keys: usize = end.split(' ').next().unwrap().parse().unwrap();
    let was_sent = usize::from(end.contains("could not be stored"));
    assert_eq!(placed(&sandbox), keys + was_sent, "{end}");
    assert!(keys > 0);
}

#[tokio::test]
async fn what_is_no_journal_is_refused() {
    let folder = Folder::new();
    let path = |name: &str| folder.file().with_file_name(name);
    fs::write(
        path("text"),
        "no database, but longer than its header\n".repeat(10),
    )
    .unwrap();
    let sql = |name: &str, sql: &str| {
        rusqlite::Connection::open(path(name))
            .unwrap()
            .execute_batch(sql)
            .unwrap();
    };
    sql("other", "CREATE TABLE people (name TEXT)");
    drop(Journal::open(path("newer")).await.unwrap());
    sql("newer", "PRAGMA user_version = 99");
    fs::create_dir(path("folder")).unwrap();
    for name in ["text", "other"] {
        let error = refused(&path(name)).await;
        assert!(matches!(error, StorageError::NotAJournal(_)), "{name}: {error}");
    }
    let error = refused(&path("newer")).await;
    assert!(
        matches!(error, StorageError::NewerVersion { found: 99, known: 1 }),
        "{error}"
    );
    for name in ["folder", "nowhere/orders.sqlite"] {
        let error = refused(&path(name)).await;
        assert!(matches!(error, StorageError::Other(_)), "{name}: {error}");
    }
    // A name that means something else to SQLite is a name here.
    let journal = Journal::open(path(":memory:")).await.unwrap();
    assert!(journal.in_doubt().await.unwrap().is_empty());
    assert!(path(":memory:").exists());
}

fn scripted(url: &str, steps: impl IntoIterator<Item = Step>) -> (Client, ScriptedTransport) {
    let script = ScriptedTransport::new(steps);
    let client = Client::builder("not-a-real-token").base_url(url);
    (client.transport(script.clone()).build().unwrap(), script)
}

#[tokio::test]
async fn a_damaged_file_sends_nothing() {
    let folder = Folder::new();
    let placed = Step::answer(200, r#"{"status":true,"uniqid":"1"}"#);
    let (aparat, _) = scripted("http://127.0.0.1:4010", vec![placed; 40]);
    let journal = folder.journal().await;
    for key in 0..40 {
        journal.run(key.to_string(), order(&aparat, 100)).await.unwrap();
    }
    drop(journal);
    let mut file = File::options()
        .read(true)
        .write(true)
        .open(folder.file())
        .unwrap();
    let size = file.seek(SeekFrom::End(0)).unwrap();
    file.seek(SeekFrom::Start(4096)).unwrap();
    let garbage: Vec<u8> = (4096..size).map(|it| it.to_le_bytes()[0] ^ 0xa5).collect();
    file.write_all(&garbage).unwrap();
    drop(file);
    let (aparat, script) = scripted("http://127.0.0.1:4010", []);
    let error = match Journal::open(folder.file()).await {
        Ok(journal) => journal.run("a", order(&aparat, 100)).await.unwrap_err(),
        Err(error) => error,
    };
    let error = storage(error);
    assert!(matches!(error, StorageError::Corrupt(_)), "{error}");
    assert!(script.requests().is_empty());
}

/// Writes the golden file again, after a change of the format: `cargo test -p payvand-journal --test journal writes_the_golden --
/// --ignored`, and keep the files of older versions.
#[tokio::test]
#[ignore = "writes a file of the repository"]
async fn writes_the_golden_file() {
    let path = Path::new(GOLDEN);
    let _ = fs::remove_file(path);
    let journal = Journal::open(path).await.unwrap();
    golden(&journal, true).await;
}

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/version-1.sqlite");

/// Runs what the golden file has; only the first time is anything sent.
async fn golden(journal: &Journal, first: bool) {
    let steps = [
        Step::answer(200, r#"{"status":true,"uniqid":"golden-1"}"#),
        Step::unknown(),
        Step::answer(200, r#"{"status":false,"message":"token invalid"}"#),
    ];
    let (aparat, script) = scripted("http://127.0.0.1:4010", steps);
    let call = || aparat.order(OrderKind::Like, LINK, 100);
    let done = journal.run("done", call()).await.unwrap();
    let Entry::Done(done) = done else {
        panic!("{done:?}")
    };
    assert_eq!(done.id(), Some("golden-1"));
    let doubt = journal.run("in doubt", call()).await.unwrap();
    assert!(matches!(doubt, Entry::InDoubt(_)), "{doubt:?}");
    if first {
        let refused = journal.run("not done", call()).await.unwrap();
        assert!(matches!(refused, Entry::NotDone(_)), "{refused:?}");
    } else {
        assert!(script.requests().is_empty());
        let error = journal.run("done", order(&aparat, 200)).await.unwrap_err();
        assert!(matches!(error, JournalError::KeyReused { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_file_of_version_1_opens() {
    let folder = Folder::new();
    fs::copy(GOLDEN, folder.file()).unwrap();
    let journal = folder.journal().await;
    golden(&journal, false).await;
    let record = journal.entry("not done").await.unwrap().unwrap();
    assert_eq!((record.state(), record.cost()), (State::NotDone, 100));
    assert_eq!(journal.in_doubt().await.unwrap().len(), 1);
}

#[tokio::test]
async fn numbers_of_people_stay_text_and_the_file_is_its_owners_alone() {
    let folder = Folder::new();
    let placed = Step::answer(200, r#"{"status":true,"uniqid":"09120000000"}"#);
    let (aparat, _) = scripted("http://127.0.0.1:4010", [placed]);
    let journal = folder.journal().await.account("+989120000000");
    let entry = journal.run("09120000000", order(&aparat, 100)).await.unwrap();
    let Entry::Done(order) = entry else {
        panic!("{entry:?}")
    };
    assert_eq!(order.id(), Some("09120000000"));
    let record = journal.entry("09120000000").await.unwrap().unwrap();
    assert_eq!((record.key(), record.account()), ("09120000000", "+989120000000"));
    #[cfg(unix)]
    for entry in fs::read_dir(folder.file().parent().unwrap()).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }

    let file = rusqlite::Connection::open(folder.file()).unwrap();
    let sql =
        "SELECT group_concat(DISTINCT type) FROM sqlite_schema, pragma_table_info(sqlite_schema.name) AS c";
    let sql = sql.replace("DISTINCT type", "DISTINCT c.type")
        + " WHERE sqlite_schema.sql LIKE 'CREATE TABLE %STRICT%'";
    let types: String = file.query_row(&sql, [], |row| row.get(0)).unwrap();
    let mut types: Vec<_> = types.split(',').collect();
    types.sort_unstable();
    assert_eq!(types, ["BLOB", "INTEGER", "TEXT"]);
    let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%STRICT%'";
    assert_eq!(file.query_row(tables, [], |row| row.get::<_, i64>(0)), Ok(0));
}

#[test]
fn the_texts_of_a_message_are_nowhere_in_the_file() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::start().await.unwrap();
        let login = smsafzar_api::smsafzar_auth::Client::builder()
            .base_url(sandbox.url())
            .build()
            .unwrap();
        let credentials = smsafzar_api::Credentials::builder()
            .username("sandbox-afzar")
            .password("sandbox-afzar-password");
        let sms = smsafzar_api::Client::new(login.token_source(credentials.build().unwrap()));
        let journal = folder.journal().await;
        let aparat = client(sandbox.url());
        journal.run("order", order(&aparat, 100)).await.unwrap();
        for fault in [
            Fault::usual(),
            Fault::close(),
            Fault::answer(400, r#"{"errorCode":1001,"errorMessage":"شماره 09120000000"}"#),
        ] {
            sandbox.fail_next_where(|it| it.path().contains("/send"), fault);
            let key = journal.content_key(["09120000000", "رمز شما ۱۲۳۴ است"], 0);
            let _ = journal
                .run(key, sms.send("10001234", "09120000000", "رمز شما ۱۲۳۴ است"))
                .await;
        }
        let token = sms.tokens().authorization().await.unwrap();
        let token = token.to_str().unwrap().trim_start_matches("Bearer ").to_owned();
        let secrets = [
            payvand_sandbox::aparat::Aparat::TOKEN,
            "sandbox-afzar-password",
            &token,
            "9120000000",
            "رمز شما",
        ];
        for ending in ["", "-wal"] {
            let mut path = folder.file().into_os_string();
            path.push(ending);
            let mut bytes = Vec::new();
            File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
            for secret in secrets {
                let is_there = bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
                assert!(!is_there, "{secret} in {ending}");
            }
            if ending == "-wal" {
                assert!(
                    bytes.windows(12).any(|it| it == b"aparat.order"),
                    "nothing is in the log"
                );
            }
        }
    });
}
