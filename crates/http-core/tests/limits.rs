//! How many connections there can be: idle ones, and those that the system allows.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{READ, build, builder, call};
use payvand_http_core::HttpClient;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::time::timeout;

/// Answers only when it has as many requests as it waits for.
struct Server {
    url: String,
    opened: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
}

impl Server {
    async fn start(together: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            opened: Arc::default(),
            closed: Arc::default(),
        };
        let barrier = Arc::new(Barrier::new(together));
        let (opened, closed) = (Arc::clone(&server.opened), Arc::clone(&server.closed));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                opened.fetch_add(1, Ordering::SeqCst);
                let (barrier, closed) = (Arc::clone(&barrier), Arc::clone(&closed));
                tokio::spawn(async move {
                    serve(stream, &barrier).await;
                    closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    async fn until_closed(&self, number: usize) {
        while self.closed.load(Ordering::SeqCst) < number {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Until the client closes.
async fn serve(mut stream: TcpStream, barrier: &Barrier) {
    // A request comes in one piece, and each waits for its answer.
    while let Ok(1..) = stream.read(&mut [0; 4096]).await {
        barrier.wait().await;
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine";
        stream.write_all(answer).await.unwrap();
    }
}

async fn calls(client: &HttpClient, number: usize) {
    let calls: Vec<_> = (0..number)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { call(&client, &READ, None).await.unwrap() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), "fine");
    }
}

#[tokio::test]
async fn connections_above_the_most_idle_ones_are_closed_after_their_call() {
    for (set, most) in [(None, 64), (Some(3), 3), (Some(0), 0)] {
        let together = most + 2;
        let server = Server::start(together).await;
        let builder = builder(&server.url);
        let client = build(match set {
            Some(most) => builder.max_idle_connections(most),
            None => builder,
        });
        calls(&client, together).await;
        timeout(Duration::from_secs(10), server.until_closed(2))
            .await
            .unwrap();
        calls(&client, together).await;
        let opened = server.opened.load(Ordering::SeqCst);
        assert_eq!(opened, 2 * together - most, "{set:?}");
    }
}

/// In a process that may open few files.
#[cfg(target_os = "linux")]
mod open_files {
    use std::fs::File;
    use std::process::Command;

    use super::*;
    use common::WRITE;
    use common::server::{Play, Server};
    use payvand_http_core::{Effect, Kind, RetryPolicy};

    #[tokio::test]
    async fn too_many_are_named_and_nothing_is_sent() {
        const CHILD: &str = "PAYVAND_TEST_CHILD";
        if std::env::var_os(CHILD).is_some() {
            return without_a_file_to_open().await;
        }
        let child = Command::new("sh")
            .args([
                "-c",
                "ulimit -n 64; exec \"$0\" --exact open_files::too_many_are_named_and_nothing_is_sent",
            ])
            .arg(std::env::current_exe().unwrap())
            .env(CHILD, "1")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && text.contains("1 passed"), "{text}");
    }

    async fn without_a_file_to_open() {
        let server = Server::start([Play::ok("fine")]).await;
        // A name that must be resolved, and an address.
        let named = "https://provider.test".to_owned();
        for url in [server.url(), named] {
            let client = build(builder(&url).retry(RetryPolicy::never()));
            let mut files = Vec::new();
            while let Ok(file) = File::open("/dev/null") {
                files.push(file);
            }
            for operation in [&READ, &WRITE] {
                let error = call(&client, operation, None).await.unwrap_err();
                assert_eq!((error.kind(), error.effect()), (Kind::Connect, Effect::None));
                let text = error.to_string();
                assert!(
                    text.contains("too many open files") && text.contains("`ulimit -n`"),
                    "{url}: {error:?}"
                );
            }
        }
        assert_eq!(server.connections(), 0);
    }
}
