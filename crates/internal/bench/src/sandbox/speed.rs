//! How many requests a second the sandbox answers, beside a bare hyper server that returns the same bytes.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::{Sandbox, SandboxBuilder};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::Program;
use super::keep_alive::KeepAlive;

const CONNECTIONS: usize = 32;

/// Prints the figures, with what they should be.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub fn run(rounds: usize, requests: usize) {
    let request = request();
    let full = start_sandbox(Sandbox::builder);
    let off = start_sandbox(|| Sandbox::builder().record_limit(0));
    let is_streaming = listen_to_events(full);
    let bare = start_bare(answer_of(full, &request));
    let names = [
        "bare hyper",
        "sandbox, record, guard and stream",
        "sandbox without record and stream",
    ];
    let servers = [bare, full, off];

    let runtime = runtime();
    let mut times: [Vec<f64>; 3] = Default::default();
    for _ in 0..rounds {
        for (server, times) in servers.iter().zip(&mut times) {
            let time = runtime.block_on(load(*server, &request, requests));
            times.push(time.as_secs_f64());
        }
    }
    // Of each round, since what else runs on the machine changes from one to the next.
    let median_ratio = |of: usize| {
        let mut ratios: Vec<f64> = times[of]
            .iter()
            .zip(&times[1])
            .map(|(other, own)| other / own)
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    };
    for (name, times) in names.iter().zip(&times) {
        let fastest = times.iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "{name:<40} {:>9.0} requests a second at best",
            requests as f64 / fastest
        );
    }
    let (to_bare, to_off) = (median_ratio(0), median_ratio(2));
    println!("beside the bare server {to_bare:.2}, beside itself without record and stream {to_off:.2}");
    println!(
        "the event stream was {}",
        if is_streaming {
            "read all the time"
        } else {
            "NOT THERE"
        }
    );
    let ready = (0..20).map(|_| Program::start().ready_after).min().unwrap();
    println!("ready {ready:.1?} after the start of its process, at best of 20");
    println!("the aims: 0.7, 0.9 and 10 ms");
}

/// For the balance.
pub(super) fn request() -> Bytes {
    let target = format!("/aparat/api.php?token={}", Aparat::TOKEN);
    let request =
        format!("GET {target} HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\nuser-agent: bench/1.0\r\n\r\n");
    request.into()
}

pub(super) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

pub(super) fn start_sandbox(builder: impl FnOnce() -> SandboxBuilder + Send + 'static) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        runtime().block_on(async {
            let sandbox = builder().start().await.unwrap();
            sender.send(sandbox.address()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().unwrap()
}

/// A reader of the event stream that takes everything.
fn listen_to_events(address: SocketAddr) -> bool {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /_sandbox/events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while stream.read(&mut buffer).is_ok_and(|read| read > 0) {}
    });
    start.ends_with(b"200")
}

fn answer_of(address: SocketAddr, request: &Bytes) -> (HeaderValue, Bytes) {
    let answer = runtime().block_on(async {
        let mut connection = KeepAlive::connect(address).await;
        String::from_utf8(connection.ask(request).await.to_vec()).unwrap()
    });
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let kind = head
        .lines()
        .find_map(|line| line.strip_prefix("content-type: "))
        .unwrap();
    (kind.parse().unwrap(), Bytes::copy_from_slice(body.as_bytes()))
}

fn start_bare(answer: (HeaderValue, Bytes)) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let answer = answer.clone();
                let service = service_fn(move |request| bare(request, answer.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
    });
    receiver.recv().unwrap()
}

async fn bare(
    request: Request<Incoming>,
    (kind, body): (HeaderValue, Bytes),
) -> Result<Response<Full<Bytes>>, Infallible> {
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

pub(super) async fn load(address: SocketAddr, request: &Bytes, requests: usize) -> Duration {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(KeepAlive::connect(address).await);
    }
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for mut connection in connections {
        let request = request.clone();
        tasks.spawn(async move {
            for _ in 0..requests / CONNECTIONS {
                let answer = connection.ask(&request).await;
                assert!(answer.starts_with(b"HTTP/1.1 200"));
            }
        });
    }
    tasks.join_all().await;
    started.elapsed()
}
