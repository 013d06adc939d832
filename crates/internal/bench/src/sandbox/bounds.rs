//! Whether the sandbox holds more and more: a million requests, large bodies, idle connections.

use std::net::SocketAddr;

use bytes::Bytes;
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::sabapayamak::Sabapayamak;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use super::Program;
use super::keep_alive::KeepAlive;

const CONNECTIONS: usize = 32;
const BODY: usize = 16 * 1024;
const IDLE: usize = 2000;
const LARGE: usize = 64 * 1024 * 1024;

/// Prints what it holds, and fails if that grows by more than a tenth after a tenth of the requests, or if one of many
/// connections that were idle gets no answer.
pub fn run(requests: usize) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let program = Program::start();
    runtime.block_on(async {
        let send = send(program.address).await;
        load(program.address, &send, requests / 10).await;
        let early = program.resident();
        println!("{:>9} requests of 16 KiB: {early} KiB", requests / 10);
        load(program.address, &send, requests - requests / 10).await;
        println!("{requests:>9} requests of 16 KiB: {} KiB", program.resident());
        let large = post("/aparat/api.php", "", &"a".repeat(LARGE));
        let mut connection = KeepAlive::connect(program.address).await;
        for _ in 0..100 {
            connection.ask(&large).await;
        }
        let late = program.resident();
        println!("      100 requests of 64 MiB more: {late} KiB");
        let mut open = vec![connection];
        for _ in 0..IDLE {
            open.push(KeepAlive::connect(program.address).await);
        }
        println!("{IDLE:>9} idle connections more: {} KiB", program.resident());
        open.push(KeepAlive::connect(program.address).await);
        let balance = get(&format!("/aparat/api.php?token={}", Aparat::TOKEN));
        for connection in &mut open {
            let answer = connection.ask(&balance).await;
            assert!(answer.starts_with(b"HTTP/1.1 200"), "it answers still");
        }
        assert!(late * 10 <= early * 11, "{early} KiB became {late} KiB");
    });
}

fn get(target: &str) -> Bytes {
    format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").into()
}

fn post(target: &str, headers: &str, body: &str) -> Bytes {
    let length = body.len();
    format!("POST {target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
        .into()
}

/// A message with a long text, by an account that has logged in.
async fn send(address: SocketAddr) -> Bytes {
    let login = serde_json::json!({
        "Username": Sabapayamak::USERNAME,
        "Password": Sabapayamak::PASSWORD,
        "VirtualNumber": Sabapayamak::VIRTUAL_NUMBER,
        "TokenValidDay": 1,
    });
    let mut connection = KeepAlive::connect(address).await;
    let answer = connection
        .ask(&post("/api/v1/user/authenticate", "", &login.to_string()))
        .await;
    let answer = String::from_utf8_lossy(answer);
    let token = answer
        .split("\"Token\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let text = "a".repeat(BODY);
    let message = serde_json::json!({"Text": text, "Numbers": ["09120000000"]});
    let headers = format!("authorization: Bearer {token}\r\n");
    post("/api/v1/message", &headers, &message.to_string())
}

async fn load(address: SocketAddr, request: &Bytes, requests: usize) {
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let request = request.clone();
        tasks.spawn(async move {
            let mut connection = KeepAlive::connect(address).await;
            for _ in 0..requests / CONNECTIONS {
                let answer = connection.ask(&request).await;
                assert!(answer.starts_with(b"HTTP/1.1 200"));
            }
        });
    }
    tasks.join_all().await;
}
