//! Logins, rights, and what a server says that nobody must read.

use std::time::Duration;

use http_core::{Instant, SharedRateLimit, TokenStore};
use payvand_redis::{Redis, RedisError, RedisRateLimit, RedisTokenStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::server::Server;
use crate::tokens::key_of;

const SECOND: Duration = Duration::from_secs(1);

/// Everything that can be asked, once; the first failure.
async fn everything(redis: &Redis) -> Result<(), RedisError> {
    let (store, key) = (RedisTokenStore::new(redis), key_of("user").await);
    let limit = RedisRateLimit::new(redis, "test/user", 5, SECOND / 10).send_window(SECOND / 2);
    let cause = |error: &(dyn std::error::Error + 'static)| {
        error
            .source()
            .unwrap()
            .downcast_ref::<RedisError>()
            .unwrap()
            .clone()
    };
    let lock = store.lock(&key, SECOND).await.map_err(|it| cause(&it))?;
    for life in [None, Some(SECOND)] {
        let token = crate::tokens::token(lock.generation(), life);
        assert!(store.save(&key, &token).await.map_err(|it| cause(&it))?);
    }
    drop(lock);
    store.load(&key).await.map_err(|it| cause(&it))?.unwrap();
    let lock = store.lock(&key, SECOND).await.map_err(|it| cause(&it))?;
    store
        .remove(&key, lock.generation())
        .await
        .map_err(|it| cause(&it))?;
    for _ in 0..7 {
        let permit = limit.acquire(Instant::now() + 10 * SECOND).await;
        limit.complete(permit.map_err(|it| cause(&it))?).await;
    }
    limit.pause(SECOND / 10).await;
    Ok(())
}

/// The line of the README, for this user.
fn rights(user: &str) -> String {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("ACL SETUSER payvand on >PASSWORD").unwrap();
    let (rights, _) = rest.split_once("```").unwrap();
    let rights: Vec<_> = rights.split_whitespace().collect();
    format!("ACL SETUSER {user} on >not-a-real-password {}", rights.join(" "))
}

#[tokio::test]
async fn the_rights_of_the_readme_are_enough_and_a_missing_one_has_its_name() {
    let Some(server) = Server::start(&[]) else { return };
    for user in ["payvand", "silent", "weak"] {
        server.ask::<()>(&rights(user));
    }
    // Nobody notices an older Redis, but everything works.
    server.ask::<()>("ACL SETUSER silent -info");
    server.ask::<()>("ACL SETUSER weak -hget -zadd");
    let as_user = |login: &str| Redis::open(&format!("redis://{login}@127.0.0.1:{}/0", server.port)).unwrap();
    for user in ["payvand", "silent"] {
        assert_eq!(
            everything(&as_user(&format!("{user}:not-a-real-password"))).await,
            Ok(()),
            "{user}"
        );
    }
    // Both kinds know of each other.
    for user in ["payvand", "silent"] {
        assert_eq!(
            everything(&as_user(&format!("{user}:not-a-real-password"))).await,
            Ok(()),
            "{user}"
        );
    }
    for (login, error) in [
        (
            "weak:not-a-real-password",
            RedisError::Refused("NOPERM".to_owned()),
        ),
        ("payvand:wrong", RedisError::Login),
        ("nobody:wrong", RedisError::Login),
    ] {
        assert_eq!(everything(&as_user(login)).await, Err(error), "{login}");
    }
}

/// Answers every command like this.
async fn server_that_says(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                    let said = String::from_utf8_lossy(&buffer[..length]).into_owned();
                    let answer = if said.contains("INFO") {
                        "$12\r\nrun_id:abcde\r\n"
                    } else {
                        answer
                    };
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn an_error_quotes_no_address_no_password_and_no_sentence_of_a_server() {
    let moved = server_that_says("-MOVED 3999 127.0.0.1:6381\r\n").await;
    let quotes =
        server_that_says("-ERR unknown command 'EVALSHA', with args beginning with: 'not-a-real-secret'\r\n")
            .await;
    let nonsense = server_that_says("+not-a-real-secret\r\n").await;
    for (port, kind) in [
        (moved, RedisError::Moved),
        (quotes, RedisError::Refused("ERR".to_owned())),
        (
            nonsense,
            RedisError::Refused("an answer that nobody expected".to_owned()),
        ),
        (
            1,
            RedisError::Unreachable("Connection refused (os error 111)".to_owned()),
        ),
    ] {
        let redis = Redis::open(&format!("redis://127.0.0.1:{port}")).unwrap();
        assert_eq!(everything(&redis).await.unwrap_err(), kind);
    }
    let with_password = "redis://not-a-real-user:not-a-real-secret@127.0.0.1:1/0";
    let redis = Redis::open(with_password).unwrap();
    let error = everything(&redis).await.unwrap_err();
    let limit = RedisRateLimit::new(&redis, "test", 5, SECOND);
    let printed = format!(
        "{redis:?} {error:?} {error} {limit:?} {:?}",
        RedisTokenStore::new(&redis)
    );
    assert!(!printed.contains("not-a-real"), "{printed}");
    for wrong in [
        "not-a-real-secret",
        "redis://not-a-real-secret@:x",
        "http://not-a-real-secret@host",
        "redis://h/not-a-real-secret",
    ] {
        let error = Redis::open(wrong).unwrap_err();
        assert_eq!(error, RedisError::Address);
        assert!(!format!("{error} {error:?}").contains("not-a-real"), "{error:?}");
    }
}
