//! A slow network: what is sent arrives late, and never equally late.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::random::Random;

/// In milliseconds.
const LONGEST_DELAY: u64 = 150;

/// Listens, and passes on what comes to this address, for as long as the runtime lives. The address to use instead.
pub(crate) async fn delayed_path(to: SocketAddr, seed: u64) -> io::Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        for number in 0.. {
            if let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, to, Random::of(seed, "delay", &[number])));
            }
        }
    });
    Ok(url)
}

/// Whatever breaks on one side breaks on the other.
async fn carry(client: TcpStream, to: SocketAddr, mut random: Random) -> io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = TcpStream::connect(to).await?.into_split();
    let up = async {
        let mut piece = vec![0; 16 * 1024];
        loop {
            let length = from_client.read(&mut piece).await?;
            sleep(random.millis(0, LONGEST_DELAY)).await;
            if length == 0 {
                return to_server.shutdown().await;
            }
            to_server.write_all(&piece[..length]).await?;
        }
    };
    tokio::try_join!(up, tokio::io::copy(&mut from_server, &mut to_client)).map(drop)
}
