use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, sleep_until};

/// Forwards to this port, and every byte comes this much later, in both directions. Its own port.
pub(crate) async fn start(to: u16, later: Duration) -> u16 {
    start_to(Arc::new(to.into()), later).await
}

/// The same, and new connections go to the port that is in there then.
pub(crate) async fn start_to(to: Arc<AtomicU16>, later: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let Ok(far) = TcpStream::connect(("127.0.0.1", to.load(Ordering::SeqCst))).await else {
                continue;
            };
            let ((near_reads, near_writes), (far_reads, far_writes)) = (near.into_split(), far.into_split());
            tokio::spawn(forward(near_reads, far_writes, later));
            tokio::spawn(forward(far_reads, near_writes, later));
        }
    });
    port
}

async fn forward(
    mut from: impl AsyncRead + Unpin + Send + 'static,
    mut to: impl AsyncWrite + Unpin + Send + 'static,
    later: Duration,
) {
    let (sender, mut receiver) = unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((at, bytes)) = receiver.recv().await {
            sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let _ = sender.send((Instant::now() + later, buffer[..length].to_vec()));
    }
}
