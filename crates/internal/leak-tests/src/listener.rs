//! Hosts that are not the provider: a redirect's target, a proxy. They write down whatever reaches them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// What a [`Listener`] does once it has read the head of a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answers with this, head and body, and closes.
    Answer(String),
    /// Says that a tunnel stands, and makes one to this address, whatever was asked for.
    Tunnel(SocketAddr),
    /// Closes.
    Nothing,
}

impl Reply {
    /// An answer with this status and body.
    pub fn answer(status: u16, body: &str) -> Self {
        let length = body.len();
        Self::Answer(format!(
            "HTTP/1.1 {status} Listener\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ))
    }
}

/// A port on loopback that reads the heads of requests, keeps them, and replies as it was told. Gone when dropped.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    heard: Arc<Mutex<Heard>>,
    task: AbortHandle,
}

#[derive(Debug, Default)]
struct Heard {
    /// Everything that came, tunnels included, connection by connection.
    bytes: Vec<Vec<u8>>,
}

impl Listener {
    /// Starts one that replies so to the text of a request's head.
    pub async fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (reply, heard_here) = (Arc::new(reply), Arc::clone(&heard));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let heard = Arc::clone(&heard_here);
                lock(&heard).bytes.push(Vec::new());
                let number = lock(&heard).bytes.len() - 1;
                let reply = Arc::clone(&reply);
                tokio::spawn(async move {
                    let hear = |bytes: &[u8]| lock(&heard).bytes[number].extend_from_slice(bytes);
                    // A client that goes away in the middle is no failure of this side.
                    let _ = serve(stream, &*reply, hear).await;
                });
            }
        })
        .abort_handle();
        Self { address, heard, task }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> usize {
        lock(&self.heard).bytes.len()
    }

    /// Everything that it was sent, connection by connection.
    pub fn heard(&self) -> Vec<String> {
        let heard = lock(&self.heard);
        heard
            .bytes
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    reply: &(dyn Fn(&str) -> Reply + Send + Sync),
    hear: impl Fn(&[u8]),
) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut chunk = [0; 4096];
        let length = stream.read(&mut chunk).await?;
        if length == 0 {
            return Ok(());
        }
        hear(&chunk[..length]);
        request.extend_from_slice(&chunk[..length]);
    }
    match reply(&String::from_utf8_lossy(&request)) {
        Reply::Answer(answer) => {
            stream.write_all(answer.as_bytes()).await?;
            stream.shutdown().await
        }
        Reply::Nothing => Ok(()),
        Reply::Tunnel(to) => {
            let upstream = TcpStream::connect(to).await?;
            stream.write_all(b"HTTP/1.1 200 Tunnel\r\n\r\n").await?;
            tunnel(stream, upstream, hear).await
        }
    }
}

/// Carries bytes both ways until either side is done, and hears those of the client.
async fn tunnel(client: TcpStream, upstream: TcpStream, hear: impl Fn(&[u8])) -> io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_upstream, mut to_upstream) = upstream.into_split();
    let up = async {
        let mut chunk = [0; 4096];
        loop {
            match from_client.read(&mut chunk).await? {
                0 => return to_upstream.shutdown().await,
                length => {
                    hear(&chunk[..length]);
                    to_upstream.write_all(&chunk[..length]).await?;
                }
            }
        }
    };
    let down = tokio::io::copy(&mut from_upstream, &mut to_client);
    tokio::try_join!(up, down).map(|_| ())
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}
