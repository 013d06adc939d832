use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use payvand_redis::Redis;

static LAST: AtomicU32 = AtomicU32::new(0);

/// A Redis of the test's own, in a folder of its own. It ends when it is dropped.
pub(crate) struct Server {
    child: Option<Child>,
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
    options: Vec<String>,
}

impl Server {
    /// `None`, said on stderr, where there is no `redis-server` and nobody requires one.
    pub(crate) fn start(options: &[&str]) -> Option<Self> {
        let is_there = Command::new("redis-server").arg("--version").output().is_ok();
        if !is_there {
            let is_required = std::env::var_os("PAYVAND_REQUIRE_SERVERS").is_some();
            assert!(!is_required, "there is no redis-server");
            eprintln!("did not run: there is no redis-server (Debian: apt-get install redis-server)");
            return None;
        }
        let number = LAST.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("payvand-redis-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut server = Self {
            child: None,
            port: 0,
            folder,
            options: options.iter().map(|&it| it.to_owned()).collect(),
        };
        // Another process may take a port that was free.
        while server.child.is_none() {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            server.port = free.local_addr().unwrap().port();
            drop(free);
            server.run();
        }
        Some(server)
    }

    /// Starts it again, on the same port.
    pub(crate) fn run(&mut self) {
        let child = Command::new("redis-server")
            .args([
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--port",
                &self.port.to_string(),
            ])
            .arg("--dir")
            .arg(&self.folder)
            .args(&self.options)
            .stdout(Stdio::null())
            .spawn();
        self.child = Some(child.unwrap());
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if self.child.as_mut().unwrap().try_wait().unwrap().is_some() {
                self.child = None;
                return;
            }
            sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// With the data that it saved last.
    pub(crate) fn start_again(&mut self) {
        self.kill();
        self.run();
    }

    pub(crate) fn signal(&self, name: &str) {
        let process = self.child.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &process])
                .status()
                .unwrap()
                .success()
        );
    }

    pub(crate) fn redis(&self) -> Redis {
        Redis::open(&self.url()).unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Asks as its default user.
    pub(crate) fn ask<T: redis::FromRedisValue>(&self, command: &str) -> T {
        self.ask_as("", command)
    }

    /// With a login such as `user:password@`.
    pub(crate) fn ask_as<T: redis::FromRedisValue>(&self, login: &str, command: &str) -> T {
        let client = redis::Client::open(format!("redis://{login}127.0.0.1:{}", self.port)).unwrap();
        let mut words = command.split(' ');
        let mut command = redis::cmd(words.next().unwrap());
        command.arg(words.collect::<Vec<_>>());
        command.query(&mut client.get_connection().unwrap()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
