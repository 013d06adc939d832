use std::net::SocketAddr;

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that makes one request after the other, by hand: no client library counts.
pub(super) struct KeepAlive {
    stream: TcpStream,
    read: Vec<u8>,
}

impl KeepAlive {
    pub(super) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            read: Vec::new(),
        }
    }

    /// The whole answer, which says its length.
    pub(super) async fn ask(&mut self, request: &Bytes) -> &[u8] {
        self.stream.write_all(request).await.unwrap();
        self.read.clear();
        while !self.is_whole() {
            let read = self.stream.read_buf(&mut self.read).await.unwrap();
            assert!(read > 0, "closed: {}", String::from_utf8_lossy(&self.read));
        }
        &self.read
    }

    fn is_whole(&self) -> bool {
        let Some(head) = find(&self.read, b"\r\n\r\n") else {
            return false;
        };
        let length = find(&self.read[..head], b"content-length: ").unwrap();
        let digits = self.read[length..].split(|byte| *byte == b'\r').next().unwrap();
        let length: usize = str::from_utf8(digits).unwrap().parse().unwrap();
        self.read.len() >= head + length
    }
}

/// Where the pattern ends, in any letter case.
fn find(text: &[u8], pattern: &[u8]) -> Option<usize> {
    let mut windows = text.windows(pattern.len());
    windows
        .position(|it| it.eq_ignore_ascii_case(pattern))
        .map(|start| start + pattern.len())
}
