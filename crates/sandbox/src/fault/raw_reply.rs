//! What is done to a connection's socket once it has been taken back from the library.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

use crate::fault::cut::Ending;

/// A flood that its client neither reads nor leaves is over then.
const LONGEST_FLOOD: Duration = Duration::from_secs(60);

const FLOOD_BLOCK: u64 = 16 * 1024;

/// On some systems a reset throws away what has arrived before it and was not read yet.
const BEFORE_RESET: Duration = Duration::from_millis(20);

/// Sends some bytes and ends the connection.
#[derive(Clone, Debug)]
pub(crate) struct RawReply {
    pub(crate) bytes: Bytes,
    /// The pause after each byte, if they go one by one.
    pub(crate) pace: Option<Duration>,
    pub(crate) flood: Option<Flood>,
    pub(crate) ending: Ending,
}

/// Spaces, after the bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flood {
    pub(crate) chunked: bool,
    pub(crate) most: u64,
}

impl RawReply {
    pub(crate) async fn treat(self, mut stream: TcpStream) {
        if self.send(&mut stream).await.is_err() {
            return;
        }
        match self.ending {
            Ending::Stall => until_it_leaves(&mut stream).await,
            Ending::Close => {
                let _ = stream.shutdown().await;
            }
            Ending::Reset => {
                if !self.bytes.is_empty() {
                    sleep(BEFORE_RESET).await;
                }
                // Deprecated because a positive time blocks on drop; zero does not. `set_zero_linger` would ask for a
                // newer tokio than the workspace does.
                #[allow(deprecated)]
                let _ = stream.set_linger(Some(Duration::ZERO));
            }
        }
    }

    async fn send(&self, stream: &mut TcpStream) -> io::Result<()> {
        match self.pace {
            None => stream.write_all(&self.bytes).await?,
            Some(pace) => {
                for byte in &self.bytes {
                    stream.write_all(&[*byte]).await?;
                    // Even a sleep of no time takes a millisecond.
                    if pace.is_zero() {
                        yield_now().await;
                    } else {
                        sleep(pace).await;
                    }
                }
            }
        }
        match self.flood {
            None => Ok(()),
            Some(flood) => timeout(LONGEST_FLOOD, flood.send(stream)).await?,
        }
    }
}

impl Flood {
    async fn send(self, stream: &mut TcpStream) -> io::Result<()> {
        let block = self.block(FLOOD_BLOCK);
        let mut left = self.most;
        while left >= FLOOD_BLOCK {
            stream.write_all(&block).await?;
            left -= FLOOD_BLOCK;
        }
        if left > 0 {
            stream.write_all(&self.block(left)).await?;
        }
        Ok(())
    }

    fn block(self, length: u64) -> Vec<u8> {
        let spaces: Vec<u8> = (0..length).map(|_| b' ').collect();
        if self.chunked {
            [format!("{length:x}\r\n").as_bytes(), &spaces, b"\r\n"].concat()
        } else {
            spaces
        }
    }
}

/// A client that closes only its own direction counts as gone: it cannot be told from one that closed both.
async fn until_it_leaves(stream: &mut TcpStream) {
    let mut ignored = [0; 1024];
    while matches!(stream.read(&mut ignored).await, Ok(1..)) {}
}
