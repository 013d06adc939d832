//! A server that can stop at any point, which no mock server does.

#![allow(dead_code, unreachable_pub)]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
#[derive(Debug, Clone)]
pub enum Play {
    /// Closes the connection before it has read a byte.
    CloseUnread,
    /// Reads the request and closes.
    Close,
    /// Reads the request and resets the connection.
    Reset,
    /// Reads the request and never answers.
    Hang,
    /// Answers with these bytes and waits for the next request.
    Answer(Vec<u8>),
    /// Answers with these bytes and closes.
    Last(Vec<u8>),
}

impl Play {
    pub fn answer(status: &str, headers: &str, body: &str) -> Self {
        Self::Answer(
            format!(
                "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    }

    pub fn ok(body: &str) -> Self {
        Self::answer("200 OK", "", body)
    }

    pub fn last(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Last(bytes.into())
    }
}

pub struct Server {
    address: SocketAddr,
    seen: Arc<Seen>,
}

struct Seen {
    plays: Vec<Play>,
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
    played: AtomicUsize,
}

impl Server {
    /// Does these one after the other, and repeats the last one.
    pub async fn start(plays: impl IntoIterator<Item = Play>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen {
            plays: plays.into_iter().collect(),
            connections: AtomicUsize::new(0),
            requests: Mutex::default(),
            played: AtomicUsize::new(0),
        });
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address, seen }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Each request, every byte that came before its answer.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Seen>) {
    loop {
        let next = || {
            let turn = seen.played.fetch_add(1, Ordering::SeqCst);
            seen.plays[turn.min(seen.plays.len() - 1)].clone()
        };
        let turn = seen.played.load(Ordering::SeqCst).min(seen.plays.len() - 1);
        if matches!(seen.plays[turn], Play::CloseUnread) {
            next();
            return;
        }
        let mut request = Vec::new();
        while !request.windows(4).any(|window| window == b"\r\n\r\n") {
            let mut bytes = [0; 4096];
            match stream.read(&mut bytes).await {
                Ok(0) | Err(_) => return,
                Ok(n) => request.extend_from_slice(&bytes[..n]),
            }
        }
        seen.requests
            .lock()
            .unwrap()
            .push(String::from_utf8(request).unwrap());
        match next() {
            Play::CloseUnread | Play::Close => return,
            Play::Reset => {
                // Closing with unread bytes or with no linger sends a reset.
                let _ = stream.set_zero_linger();
                return;
            }
            Play::Hang => std::future::pending::<()>().await,
            Play::Answer(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Play::Last(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                // Unread bytes would turn the close into a reset, which throws the answer away.
                let _ = stream.read(&mut [0; 64]).await;
                return;
            }
        }
    }
}
