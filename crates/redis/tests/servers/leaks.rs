//! No secret in what is printed and logged, and no sealed token in what Redis is asked to do.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use http_core::{Instant, Sealed, SharedRateLimit, TokenStore};
use payvand_leak_tests::LeakSearch;
use payvand_redis::{Redis, RedisRateLimit, RedisTokenStore};
use smsafzar_auth::testing::{ScriptedTransport, Step};
use smsafzar_auth::{Client, Credentials};

use crate::server::Server;

const PASSWORD: &str = "kR4!store-pass.Wz8";
const TOKEN: &str = "tOk3n7hGq2pLx9vRz4";
/// Not in need of escaping in a URL.
const OF_REDIS: &str = "rEd15-pAss.w0rd-Qk7";

fn search() -> LeakSearch {
    let secrets = [
        ("the password", PASSWORD),
        ("the token", TOKEN),
        ("Redis' password", OF_REDIS),
    ];
    LeakSearch::start(secrets, ["payvand_redis"])
}

/// All that a server is asked to do until it ends.
fn monitor(server: &Server) -> JoinHandle<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    write!(stream, "AUTH {OF_REDIS}\r\nMONITOR\r\n").unwrap();
    let mut first = [0; 10];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"+OK\r\n+OK\r\n");
    spawn(move || {
        let mut seen = Vec::new();
        let _ = stream.read_to_end(&mut seen);
        seen
    })
}

/// What is said and logged of a login, a limit and a server that ends.
async fn seen(search: &LeakSearch, make: impl AsyncFn(&Redis, &LeakSearch)) -> Vec<u8> {
    let Some(mut server) = Server::start(&["--requirepass", OF_REDIS]) else {
        return Vec::new();
    };
    let monitored = monitor(&server);
    let redis = Redis::open(&format!("redis://:{OF_REDIS}@127.0.0.1:{}", server.port)).unwrap();
    make(&redis, search).await;
    server.kill();
    make(&redis, search).await;
    search.saw("Debug", format!("{redis:?}"));
    monitored.join().unwrap()
}

async fn log_in(store: impl TokenStore + std::fmt::Debug, search: &LeakSearch) {
    let login = Step::answer(200, format!(r#"{{"token":"{TOKEN}"}}"#));
    let client = Client::builder()
        .transport(ScriptedTransport::always(login))
        .build()
        .unwrap();
    let credentials = Credentials::builder().username("smsuser17").password(PASSWORD);
    search.saw("Debug", format!("{store:?}"));
    let tokens = client.token_source(credentials.build().unwrap()).store(store);
    tokens.authorization().await.unwrap();
    tokens.refresh().await.unwrap();
    search.saw("Debug", format!("{tokens:?} {:?}", tokens.status()));
}

async fn take(redis: &Redis, search: &LeakSearch) {
    let limit = RedisRateLimit::new(redis, "test", 1, Duration::ZERO).send_window(Duration::ZERO);
    let permit = limit.acquire(Instant::now() + Duration::from_secs(2)).await;
    search.saw("a limit", format!("{limit:?} {permit:?}"));
    if let Err(error) = permit {
        search.saw("an error", format!("{error} {error:?}"));
    }
}

#[tokio::test]
async fn redis_sees_a_sealed_token_never_and_another_one_it_does() {
    let search = search();
    let sealed = seen(&search, async |redis, search| {
        log_in(Sealed::new(RedisTokenStore::new(redis), [7; 32]), search).await;
        take(redis, search).await;
    });
    let sealed = sealed.await;
    if sealed.is_empty() {
        return;
    }
    assert!(String::from_utf8_lossy(&sealed).contains(r#""HSET" "payvand:{"#));
    search.saw("what Redis was asked", sealed);
    assert_eq!((search.leaks(), search.unheard()), (vec![], vec![]));

    // A search that finds nothing here would prove nothing.
    let plain = seen(&search, async |redis, search| {
        log_in(RedisTokenStore::new(redis), search).await;
    })
    .await;
    search.saw("what Redis was asked", plain);
    assert_eq!(search.leaks().len(), 1);
}
