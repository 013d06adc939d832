//! A slow network: what is sent arrives late, and never equally late.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::random::Random;

/// In milliseconds.
const LONGEST_DELAY: u64 = 150;

/// Listens, and passes on what comes to this address. It goes on until it is dropped.
#[derive(Debug)]
pub(crate) struct DelayedPath {
    address: SocketAddr,
    _task: JoinSet<()>,
}

impl DelayedPath {
    pub(crate) async fn to(target: SocketAddr, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut connections = JoinSet::new();
            for number in 0.. {
                while connections.try_join_next().is_some() {}
                let Ok((stream, _)) = listener.accept().await else {
                    continue;
                };
                connections.spawn(carry(stream, target, Random::of(seed, "delay", &[number])));
            }
        });
        Ok(Self { address, _task: task })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Whatever breaks on one side breaks on the other.
async fn carry(client: TcpStream, target: SocketAddr, mut random: Random) -> io::Result<()> {
    let upstream = TcpStream::connect(target).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_upstream, mut to_upstream) = upstream.into_split();
    let up = async {
        let mut piece = vec![0; 16 * 1024];
        loop {
            let length = from_client.read(&mut piece).await?;
            sleep(Duration::from_millis(random.below(LONGEST_DELAY))).await;
            if length == 0 {
                return to_upstream.shutdown().await;
            }
            to_upstream.write_all(&piece[..length]).await?;
        }
    };
    let down = async {
        tokio::io::copy(&mut from_upstream, &mut to_client).await?;
        // The provider has closed: nothing more will be taken.
        Err::<(), _>(io::Error::from(io::ErrorKind::ConnectionAborted))
    };
    tokio::try_join!(up, down).map(drop)
}
