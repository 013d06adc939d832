use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use url::Position;

/// One hyper connection: no pool, no URL, nothing decoded.
#[derive(Clone)]
pub(super) struct Floor {
    connection: Arc<Mutex<SendRequest<Full<Bytes>>>>,
    request: Request<Full<Bytes>>,
}

impl Floor {
    /// Sends what reqwest would send for this request.
    pub(super) async fn new(request: &reqwest::Request) -> Self {
        let url: &Url = request.url();
        let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
        let stream = TcpStream::connect((host, port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (connection, driver) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(driver);

        let body = request
            .body()
            .and_then(reqwest::Body::as_bytes)
            .unwrap_or_default();
        let mut parts = Request::builder()
            .method(request.method())
            .uri(&url[Position::BeforePath..Position::AfterQuery])
            .header(http::header::HOST, format!("{host}:{port}"))
            .header(http::header::ACCEPT, "*/*")
            .header(http::header::USER_AGENT, super::USER_AGENT)
            .body(Full::new(Bytes::copy_from_slice(body)))
            .unwrap();
        parts.headers_mut().extend(request.headers().clone());
        Self {
            connection: Arc::new(Mutex::new(connection)),
            request: parts,
        }
    }

    pub(super) async fn call(&self) {
        let mut connection = self.connection.lock().await;
        connection.ready().await.unwrap();
        let response = connection.send_request(self.request.clone()).await.unwrap();
        assert!(response.status().is_success());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!body.is_empty());
    }
}
