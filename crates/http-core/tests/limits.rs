//! How many connections may wait for their next call.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{READ, build, builder, call};
use http_core::HttpClient;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::time::timeout;

/// Answers no request before there are as many as it waits for.
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
