//! An order over one connection of `hyper`: the call writes its request and reads its response.
//!
//! `cargo run -p payvand-any-http --example with_hyper` runs it against a sandbox that it starts itself.

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;

use aparat_api::bytes::Bytes;
use aparat_api::http::{HeaderValue, Request, Response, Uri, header};
use aparat_api::{Client, Order, OrderKind};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use payvand_sandbox::{Sandbox, aparat::Aparat};
use tokio::net::TcpStream;

async fn order(base_url: &str) -> Result<Order, Box<dyn Error>> {
    let aparat = Client::builder(Aparat::TOKEN).base_url(base_url).build()?;

    let call = aparat.order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100);
    let response = send(call.request()?).await?;
    Ok(call.read(&response)?)
}

/// A connection of its own for one request, which is sent once.
async fn send(mut request: Request<Bytes>) -> Result<Response<Bytes>, Box<dyn Error>> {
    let authority = request.uri().authority().ok_or("no host")?.clone();
    let port = authority.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((authority.host(), port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);

    // On the wire the host is a header, and the target is path and query alone.
    let host = HeaderValue::from_str(authority.as_str())?;
    request.headers_mut().insert(header::HOST, host);
    let target = request.uri().path_and_query().cloned();
    *request.uri_mut() = target.map_or_else(Uri::default, Uri::from);

    let (head, body) = sender.send_request(request.map(Full::new)).await?.into_parts();
    Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
}

#[cfg_attr(test, tokio::test)]
#[cfg_attr(not(test), tokio::main)]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;

    let order = order(sandbox.url()).await?;
    println!("placed, id {:?}", order.id());

    assert_eq!(sandbox.aparat().orders().len(), 1, "ordered exactly once");
    assert_eq!(sandbox.request_count(), 1);
    Ok(())
}
