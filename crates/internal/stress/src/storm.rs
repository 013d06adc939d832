//! The storm: the provider and its weather here, the clients in a process of their own, and the judge at the end.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use payvand_leak_tests::{Listener, Reply};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::clients::Places;
use crate::judge::{Book, Evidence};
use crate::lanes::Settings;
use crate::provider::Provider;
use crate::report::Report;
use crate::road::Road;
use crate::weather::Weather;

/// So long the clients may report nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// A storm that has not begun.
#[derive(Debug)]
pub struct Storm {
    settings: Settings,
    program: PathBuf,
}

impl Storm {
    /// The program is `payvand-stress`, which is started once more for the clients.
    pub fn new(settings: Settings, program: impl Into<PathBuf>) -> Self {
        Self {
            settings,
            program: program.into(),
        }
    }

    /// Lets it rage, and judges.
    ///
    /// # Errors
    /// If a port cannot be listened on, or the clients cannot be started.
    pub async fn rage(self) -> io::Result<Report> {
        let start = Instant::now();
        let settings = self.settings;
        let elsewhere = Listener::start(|_| Reply::answer(200, r#"{"status":true}"#)).await;
        let elsewhere_url = format!("http://{}", elsewhere.address());
        let provider = Provider::start(&settings, &elsewhere_url).await?;
        let road = Road::to(provider.sandbox.address(), settings.seed).await?;
        let places = Places {
            sandbox: provider.sandbox.url().to_owned(),
            road: road.url(),
            ageing: provider.ageing.url().to_owned(),
            elsewhere: elsewhere_url,
        };
        let mut weather = Weather::default();
        let (over, is_over) = oneshot::channel();
        let clients = async {
            let book = self.clients(&places).await;
            drop(over);
            book
        };
        let (book, raged) = tokio::join!(clients, weather.rage(&settings, &provider.sandbox, is_over));
        let book = book?;
        raged?;
        // What waits to take effect has been given up by everybody, and ends with the server.
        provider.sandbox.stop().await;
        provider.ageing.stop().await;

        let evidence = Evidence::new(settings, book, &provider, &weather, &elsewhere);
        let lines = evidence.lines();
        let connections = provider.sandbox.connections() + provider.ageing.connections();
        let headline = vec![
            format!(
                "{} clients, {} hands; {} s",
                evidence.lanes.len(),
                evidence.lanes.iter().map(|lane| lane.hands).sum::<u32>(),
                start.elapsed().as_secs(),
            ),
            format!(
                "{} requests on {connections} connections; {} restarts, {} revocations of every token, {} jumps of the \
                 clock",
                evidence.arrivals.len(),
                weather.restarts.len(),
                weather.revocations,
                weather.jumps,
            ),
        ];
        Ok(Report {
            settings,
            headline,
            lines,
        })
    }

    /// Starts the clients, and reads what they report until they are done.
    async fn clients(&self, places: &Places) -> io::Result<Book> {
        let arguments = serde_json::to_string(&(self.settings, places))?;
        let mut process = Command::new(&self.program)
            .args(["--clients", &arguments])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = BufReader::new(output).lines();
        let mut book = Book::default();
        loop {
            let Ok(line) = timeout(SILENCE, lines.next_line()).await else {
                let silence = format!("nothing was heard of the clients for {SILENCE:?}");
                book.broken.push(silence);
                break;
            };
            match line? {
                Some(line) => book.take(&line),
                None => break,
            }
        }
        Ok(book)
    }
}
