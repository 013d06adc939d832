//! Our own accept loop around a well-kept HTTP library.
//!
//! The library does the normal way. For what no server library does, a connection's task can be told to take its
//! socket back from the library, in the middle of a request, and to treat it as the fault says.

pub(crate) mod app;
mod connections;
mod exchange;
pub(crate) mod guard;
pub(crate) mod in_process;
pub(crate) mod state;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::fault::raw_reply::RawReply;
use crate::server::app::App;
use crate::server::connections::{Activity, Connections, Phase};

/// Enough for a test that opens a thousand connections at once.
const BACKLOG: u32 = 1024;

/// The connection that a request came on.
#[derive(Debug)]
pub(crate) struct Peer {
    number: u64,
    take_over: mpsc::Sender<RawReply>,
    activity: Activity,
}

impl Peer {
    pub(crate) fn is(&self, phase: Phase) {
        self.activity.set(phase);
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Ends the connection in this way. Never returns: the connection's task drops the caller with everything else.
    pub(crate) async fn end<Never>(&self, raw_reply: RawReply) -> Never {
        // Full means that the connection is being ended already.
        let _ = self.take_over.try_send(raw_reply);
        std::future::pending().await
    }
}

/// A port of our own that refuses connections until it is listened on.
pub(crate) fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Without it a port cannot be used again for a minute after its connections were closed. On Windows the option
    // means something else: to take a port from another program.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// A running accept loop with all its connections. None survives its drop.
#[derive(Debug)]
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) fn start(socket: TcpSocket, app: Arc<App>) -> io::Result<(Self, SocketAddr)> {
        let listener = socket.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept_loop(listener, app, stopped));
        Ok((
            Self {
                stop: Some(stop),
                task,
            },
            address,
        ))
    }

    /// Returns when the listener and every connection are closed.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept_loop(listener: TcpListener, app: Arc<App>, mut stopped: oneshot::Receiver<()>) {
    let shared = &app.shared;
    let mut connections = Connections::new(shared.connection_limit);
    loop {
        tokio::select! {
            biased;
            _ = &mut stopped => break,
            () = connections.one_has_ended() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Asked before the connection is counted: a fault asked for after that is for a later one.
                    let may_fail = shared.faults.has_for_connection();
                    let number = shared.count_connection();
                    let activity = Activity::default();
                    let serve = serve(stream, number, may_fail, Arc::clone(&app), activity.clone());
                    connections.spawn(number, activity, serve);
                }
                // A client that has gone already, or no file descriptor is left: neither ends a server.
                Err(error) => {
                    if error.kind() != io::ErrorKind::ConnectionAborted {
                        connections.close_one();
                    }
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            },
        }
    }
    drop(listener);
    connections.close_all().await;
}

async fn serve(stream: TcpStream, number: u64, may_fail: bool, app: Arc<App>, activity: Activity) {
    if may_fail
        && !is_for_the_sandbox_itself(&stream).await
        && let Some(fault) = app.shared.faults.next_for_connection()
    {
        fault.pause().await;
        return drop(stream);
    }
    let _ = stream.set_nodelay(true);
    let (take_over, mut commands) = mpsc::channel(1);
    let peer = Peer {
        number,
        take_over,
        activity: activity.clone(),
    };
    let (app, peer) = (&*app, &peer);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| async move {
        Ok::<_, Infallible>(app.answer(request.map(Body::new), peer).await)
    });
    // Half-close: a client that closes its side right after sending has still sent the request, and it takes effect,
    // as it does at a real server. Without it the library drops such a request unseen.
    let mut connection = http1::Builder::new()
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let raw_reply = tokio::select! {
        biased;
        Some(raw_reply) = commands.recv() => raw_reply,
        _ = &mut connection => return,
    };
    activity.set(Phase::Ending);
    raw_reply.treat(connection.into_parts().io.into_inner()).await;
}

/// Whether the first request is one of the admin API or the page: a fault that stays would shut out who could remove it.
/// Looks without reading, and not for long.
async fn is_for_the_sandbox_itself(stream: &TcpStream) -> bool {
    let mut start = [0; 32];
    let length = timeout(Duration::from_millis(50), stream.peek(&mut start)).await;
    let length = length.ok().and_then(Result::ok).unwrap_or_default();
    let start = String::from_utf8_lossy(&start[..length]);
    let target = start.split(' ').nth(1);
    target.is_some_and(|it| it == "/" || it.starts_with("/_sandbox"))
}
