//! The stream of events, over a socket.

use std::time::Duration;

use payvand_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::api::{change, order};

struct Stream(BufReader<TcpStream>);

impl Stream {
    async fn open(sandbox: &Sandbox) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        // So the network holds little for who does not read.
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(sandbox.address()).await.unwrap();
        let request = format!(
            "GET /_sandbox/events HTTP/1.1\r\nhost: {}\r\n\r\n",
            sandbox.address()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut stream = Self(BufReader::new(stream));
        while !stream.line().await.starts_with(": payvand-sandbox") {}
        stream
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        let read = timeout(Duration::from_secs(20), self.0.read_line(&mut line));
        assert_ne!(
            read.await.expect("nothing more comes").unwrap(),
            0,
            "it has ended"
        );
        line
    }

    async fn next(&mut self) -> (String, Value) {
        loop {
            let line = self.line().await;
            if let Some(name) = line.strip_prefix("event: ") {
                let data = self.line().await;
                let data = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
                return (name.trim_end().to_owned(), data);
            }
        }
    }
}

#[tokio::test]
async fn what_happens_is_heard_by_all_who_listen() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut streams = [Stream::open(&sandbox).await, Stream::open(&sandbox).await];
    order(&sandbox).await;
    change(&sandbox, "POST", "/faults", json!({"fault": "stalled"})).await;
    order(&sandbox).await;
    change(&sandbox, "POST", "/clock/advance", json!({"seconds": 1})).await;
    for stream in &mut streams {
        let (name, request) = stream.next().await;
        assert_eq!(name, "request");
        assert_eq!(
            (&request["call"], &request["status"]),
            (&json!("order"), &json!(200))
        );
        assert!(!request.to_string().contains("token"), "{request}");
        assert_eq!(
            stream.next().await,
            ("change".to_owned(), json!({"resource": "faults"}))
        );
        let (_, request) = stream.next().await;
        assert_eq!(
            (&request["fault"], &request["status"]),
            (&json!("no answer, stalled"), &Value::Null)
        );
        assert_eq!(
            stream.next().await,
            ("change".to_owned(), json!({"resource": "clock"}))
        );
    }
    drop(streams);
    sandbox.stop().await;
}

/// However much the network's buffers hold: none is missing that nobody speaks of.
#[tokio::test]
async fn who_reads_late_is_told_how_many_events_were_lost() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = Stream::open(&sandbox).await;
    let total = 3_000;
    for _ in 0..total {
        order(&sandbox).await;
    }
    sandbox.clear_requests();
    let (mut heard, mut lost) = (0, 0);
    while heard + lost < total {
        let (name, data) = stream.next().await;
        match &*name {
            "request" => {
                heard += 1;
                assert_eq!(data["number"], heard + lost);
            }
            "lost" => lost += data["events"].as_u64().unwrap(),
            other => panic!("{other}"),
        }
    }
    assert_eq!(heard + lost, total);
    println!("{lost} of {total} were lost");
}
