//! `--sandbox`: the sandbox that is running, or one for this command alone.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use http_core::Secret;
use payvand_sandbox::Sandbox;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::env_file::Variables;
use crate::failure::Failure;
use crate::settings;
use crate::words::{Words, words};

/// A sandbox on this machine answers at once.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where `payvand sandbox` writes its port.
pub(crate) const PORT_FILE: &str = "sandbox.port";

#[derive(Debug)]
pub(crate) struct LocalSandbox {
    pub(crate) url: String,
    pub(crate) variables: Variables,
    /// The one that this command has started; it ends with it.
    pub(crate) own: Option<Sandbox>,
}

impl LocalSandbox {
    pub(crate) async fn join_or_start() -> Result<Self, Failure> {
        if let Some(running) = Self::running().await {
            return Ok(running);
        }
        let sandbox = Sandbox::start()
            .await
            .map_err(|error| Failure::failed(Words::untranslated(error).after("sandbox")))?;
        let variables = sandbox.environment().into_iter();
        let variables = variables.map(|(name, value)| (name.to_owned(), Secret::from(value)));
        Ok(Self {
            url: sandbox.url().to_owned(),
            variables: variables.collect(),
            own: Some(sandbox),
        })
    }

    async fn running() -> Option<Self> {
        let file = settings::home().ok()?.join(PORT_FILE);
        let port: u16 = fs::read_to_string(file).ok()?.trim().parse().ok()?;
        let answer = timeout(PATIENCE, environment(port)).await.ok()??;
        let url = format!("http://127.0.0.1:{port}");
        let variables = answer.get("variables")?.as_object()?.iter();
        let variables: Option<BTreeMap<_, _>> = variables
            .map(|(name, value)| {
                let value = if name.ends_with("_BASE_URL") {
                    &url
                } else {
                    value.as_str()?
                };
                Some((name.clone(), Secret::from(value)))
            })
            .collect();
        Some(Self {
            variables: variables?,
            url,
            own: None,
        })
    }

    pub(crate) fn notice(&self) -> Words {
        let url = &self.url;
        if self.own.is_some() {
            words!(
                "A sandbox for this command alone, at {}: nothing is real. `payvand sandbox` keeps one running.",
                url
            )
        } else {
            words!("The sandbox at {}: nothing is real.", url)
        }
    }
}

/// What the sandbox at this port says of its environment; `None` if it is none.
async fn environment(port: u16) -> Option<Value> {
    let answer = exchange("GET /_sandbox/environment", "127.0.0.1", port).await?;
    let (_, body) = answer.strip_prefix("HTTP/1.1 200")?.split_once("\r\n\r\n")?;
    serde_json::from_str(body).ok()
}

/// What a server answers over plain HTTP, as far as it comes; `None` if there is none.
pub(crate) async fn exchange(request: &str, host: &str, port: u16) -> Option<String> {
    let mut stream = TcpStream::connect((host, port)).await.ok()?;
    let request = format!("{request} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    let _ = stream.take(64 * 1024).read_to_end(&mut answer).await;
    Some(String::from_utf8_lossy(&answer).into_owned())
}
