//! A client as plain as can be: one connection per call, everything read until the server closes.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io;

use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::Aparat;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::form_urlencoded::Serializer;

pub(crate) const LINK: &str = "https://www.aparat.com/v/abcd";

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| *key == name)
            .map(|(_, v)| v)
    }
}

/// Sends these bytes on a connection of their own; everything that comes back.
pub(crate) async fn exchange(sandbox: &Sandbox, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(sandbox.address()).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

pub(crate) async fn request(sandbox: &Sandbox, method: &str, target: &str) -> io::Result<Reply> {
    let request = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let answer = String::from_utf8(exchange(sandbox, request.as_bytes()).await?).unwrap();
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "no answer"));
    };
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok(Reply {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

pub(crate) fn target(query: &[(&str, &str)]) -> String {
    format!(
        "/aparat/api.php?{}",
        Serializer::new(String::new()).extend_pairs(query).finish()
    )
}

pub(crate) async fn call(sandbox: &Sandbox, query: &[(&str, &str)]) -> Reply {
    request(sandbox, "GET", &target(query)).await.unwrap()
}

pub(crate) async fn account(sandbox: &Sandbox) -> Reply {
    call(sandbox, &[("token", Aparat::TOKEN)]).await
}

pub(crate) fn order_query(count: &str) -> [(&str, &str); 4] {
    [
        ("token", Aparat::TOKEN),
        ("link", LINK),
        ("count", count),
        ("type", "like"),
    ]
}

pub(crate) async fn order(sandbox: &Sandbox, count: &str) -> Reply {
    call(sandbox, &order_query(count)).await
}

/// Like [`order`], for a call that may get no answer.
pub(crate) async fn try_order(sandbox: &Sandbox, count: &str) -> io::Result<Reply> {
    request(sandbox, "GET", &target(&order_query(count))).await
}

pub(crate) async fn status(sandbox: &Sandbox, id: &str) -> Reply {
    call(sandbox, &[("token", Aparat::TOKEN), ("uniqid", id)]).await
}
