use std::ffi::OsString;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use payvand_sandbox::Sandbox;
use serde_json::Value;

/// A user of the program: a folder for settings, and a sandbox.
pub(crate) struct User {
    pub(crate) home: PathBuf,
    pub(crate) sandbox: Sandbox,
    environment: Vec<(String, String)>,
}

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl User {
    /// One whose environment has the accounts of the sandbox.
    pub(crate) async fn new() -> Self {
        let mut user = Self::without_accounts().await;
        let variables = user.sandbox.environment().into_iter();
        user.environment
            .extend(variables.map(|(name, value)| (name.to_owned(), value)));
        user
    }

    pub(crate) async fn without_accounts() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let home = format!("{}-{number}", std::process::id());
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(home);
        fs::create_dir_all(&home).unwrap();
        fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
        let sandbox = Sandbox::start().await.unwrap();
        // Each command is a process of its own, and knows nothing of those before it.
        sandbox.smsafzar().set_rate_limit(None);
        Self {
            home,
            sandbox,
            environment: Vec::new(),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(it, _)| it != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// A file in the user's folder, which nobody else may read.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.home.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn text_of(&self, name: &str) -> String {
        fs::read_to_string(self.home.join(name)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payvand"));
        command
            .args(words(arguments))
            .env_clear()
            .env("PAYVAND_HOME", &self.home)
            .envs(self.environment.iter().cloned())
            .current_dir(&self.home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Run {
        finish(self.command(arguments).spawn().unwrap())
    }

    pub(crate) fn run_with_input(&self, arguments: &str, input: &str) -> Run {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        finish(child)
    }

    /// Runs it on a terminal of 80 columns; each answer is typed once its question is there.
    pub(crate) fn run_on_terminal(&self, arguments: &str, answers: &[(&str, &str)]) -> Run {
        let size = nix::pty::Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pty = nix::pty::openpty(Some(&size), None).unwrap();
        let end = |fd: &OwnedFd| Stdio::from(fd.try_clone().unwrap());
        let mut child = self
            .command(arguments)
            .env("TERM", "xterm")
            .stdin(end(&pty.slave))
            .stdout(end(&pty.slave))
            .stderr(end(&pty.slave))
            .spawn()
            .unwrap();
        drop(pty.slave);
        let mut terminal = fs::File::from(pty.master);
        let mut screen = Vec::new();
        let mut answers = answers.iter();
        let mut next = answers.next();
        let mut seen = 0;
        let mut buffer = [0; 4096];
        // At the end of the last process on it a terminal gives an error.
        while let Ok(size @ 1..) = terminal.read(&mut buffer) {
            screen.extend_from_slice(&buffer[..size]);
            let text = String::from_utf8_lossy(&screen[seen..]).into_owned();
            if let Some((question, answer)) = next
                && text.contains(question)
            {
                seen = screen.len();
                if question.contains("Password") {
                    wait_until_it_hides_input(&terminal);
                }
                terminal.write_all(format!("{answer}\n").as_bytes()).unwrap();
                next = answers.next();
            }
        }
        Run {
            code: child.wait().unwrap().code().unwrap_or(-1),
            out: String::from_utf8(screen).unwrap().replace("\r\n", "\n"),
            err: String::new(),
        }
    }
}

/// A program that begins to hide what is typed forgets what was typed before.
fn wait_until_it_hides_input(terminal: &fs::File) {
    let shows = || {
        let flags = nix::sys::termios::tcgetattr(terminal).unwrap().local_flags;
        flags.contains(nix::sys::termios::LocalFlags::ECHO)
    };
    while shows() {
        thread::sleep(Duration::from_millis(5));
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.home);
    }
}

impl Run {
    /// It went well and had nothing else to say.
    #[track_caller]
    pub(crate) fn prints(self, out: &str) {
        assert_eq!((self.code, &*self.out, &*self.err), (0, out, ""));
    }

    #[track_caller]
    pub(crate) fn fails(self, code: i32, err: &str) {
        assert_eq!((self.code, &*self.out), (code, ""), "{}", self.err);
        assert!(self.err.contains(err), "{}", self.err);
    }

    /// It shows what is wrong as its result.
    #[track_caller]
    pub(crate) fn fails_with(self, code: i32, out: &str) {
        assert_eq!(self.code, code, "{}", self.err);
        assert!(self.out.contains(out), "{}", self.out);
    }

    /// The lines of standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<Value> {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The one object on standard error.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        serde_json::from_str(&self.err).unwrap()
    }
}

pub(crate) fn finish(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Waits until this is so; a test that waits for ever says nothing.
#[track_caller]
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(20), "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Words as a shell takes them apart, `'…'` being one.
fn words(line: &str) -> Vec<OsString> {
    let mut words = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.into());
        } else {
            words.extend(part.split_whitespace().map(Into::into));
        }
    }
    words
}
