//! The other side: fixed answers over keep-alive connections, as fast as hyper gives them.

use std::cell::RefCell;
use std::convert::Infallible;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use payvand_leak_tests::tls::{Authority, TlsServer};
use tokio::net::TcpListener;

use crate::{answers, bulk};

const FLAG: &str = "--server";

static ACCEPTED: AtomicU64 = AtomicU64::new(0);

/// The server in a process of its own, so that nothing of it counts as the client's. It goes with this value.
pub struct Server {
    pub url: String,
    /// The same over TLS.
    pub tls_url: String,
    /// The certificate of the authority that vouches for it.
    pub authority: String,
    /// Its standard input ends when this process does.
    process: Child,
    output: RefCell<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts this program once more, which has to call [`run_if_asked`] first.
    pub fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg(FLAG)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let (url, tls_url, authority) = serde_json::from_str(&line).unwrap();
        Self {
            url,
            tls_url,
            authority,
            process,
            output: RefCell::new(output),
        }
    }

    /// How many connections it has accepted.
    pub fn connections(&self) -> u64 {
        let mut input = self.process.stdin.as_ref().unwrap();
        input.write_all(b"\n").unwrap();
        let mut line = String::new();
        self.output.borrow_mut().read_line(&mut line).unwrap();
        line.trim().parse().unwrap()
    }
}

/// Serves until standard input ends, if this process was started to do so. A line of it asks for the number of connections.
pub fn run_if_asked() {
    if !std::env::args().any(|argument| argument == FLAG) {
        return;
    }
    let url = start_thread();
    let (tls_url, authority) = start_tls_thread(&url);
    println!("{}", serde_json::json!([url, tls_url, authority]));
    for _ in std::io::stdin().lines() {
        println!("{}", ACCEPTED.load(Ordering::Relaxed));
    }
    std::process::exit(0);
}

/// Serves in a thread of its own, at the address that this returns.
pub fn start_thread() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    std::thread::spawn(move || runtime.block_on(serve(listener)));
    url
}

/// TLS in front of it, in another thread.
fn start_tls_thread(url: &str) -> (String, String) {
    let upstream: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
    let authority = Authority::new("bench");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(TlsServer::start(authority.issue("localhost"), upstream));
    let tls_url = format!("https://localhost:{}", server.address().port());
    std::thread::spawn(move || {
        let _server = server;
        runtime.block_on(std::future::pending::<()>());
    });
    (tls_url, authority.pem().to_owned())
}

async fn serve(listener: std::net::TcpListener) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        ACCEPTED.fetch_add(1, Ordering::Relaxed);
        stream.set_nodelay(true).unwrap();
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection);
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    // What is left of a request ends its connection.
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let mut response = Response::new(Full::new(match head.uri.path() {
        path if path.ends_with("/send/bulk") => bulk::answer(&body),
        path => answers::at(path),
    }));
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}
