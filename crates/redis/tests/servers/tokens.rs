//! Tokens: what every store promises, and what users of two machines see.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_core::{LoginLock, Sealed, Secret, StoreError, StoredToken, TokenKey, TokenStore, async_trait};
use payvand_redis::{Redis, RedisTokenStore};
use payvand_sandbox::smsafzar::Smsafzar;
use payvand_sandbox::{Fault, Sandbox};
use smsafzar_auth::testing::{ScriptedTransport, Step};
use smsafzar_auth::{Client, Credentials, TokenSource};
use tokio::time::{Instant, timeout};

use crate::server::Server;

#[path = "../../../http-core/tests/common/store_rules.rs"]
mod store_rules;

pub(crate) use store_rules::token;
use store_rules::{HOUR, SECOND};

/// A store that keeps the last key that it was asked with.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<Option<TokenKey>>>);

#[async_trait]
impl TokenStore for Keys {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        *self.0.lock().unwrap() = Some(key.clone());
        Err(StoreError::configuration("enough"))
    }
    async fn lock(&self, _: &TokenKey, _: Duration) -> Result<LoginLock, StoreError> {
        unreachable!()
    }
    async fn save(&self, _: &TokenKey, _: &StoredToken) -> Result<bool, StoreError> {
        unreachable!()
    }
    async fn remove(&self, _: &TokenKey, _: u64) -> Result<(), StoreError> {
        unreachable!()
    }
}

fn credentials(user: &str) -> Credentials {
    let builder = Credentials::builder()
        .username(user)
        .password("not-a-real-password");
    builder.build().unwrap()
}

/// The key of this user's account.
pub(crate) async fn key_of(user: &str) -> TokenKey {
    let transport = ScriptedTransport::new([Step::answer(500, "")]);
    let client = Client::builder().transport(transport).build().unwrap();
    let keys = Keys::default();
    let tokens = client.token_source(credentials(user)).store(keys.clone());
    tokens.authorization().await.unwrap_err();
    let key = keys.0.lock().unwrap().take();
    key.unwrap()
}

async fn keys() -> impl Fn(&str) -> TokenKey {
    let keys = [("one", key_of("one").await), ("other", key_of("other").await)];
    move |user| keys.iter().find(|(name, _)| *name == user).unwrap().1.clone()
}

#[tokio::test]
async fn a_redis_keeps_the_rules_of_stores() {
    let Some(server) = Server::start(&[]) else { return };
    let plain = RedisTokenStore::new(&server.redis());
    let sealed = RedisTokenStore::new(&server.redis().prefix("sealed"));
    tokio::join!(
        store_rules::keeps_the_rules(plain, keys().await),
        store_rules::keeps_the_rules(Sealed::new(sealed, [7; 32]), keys().await),
    );
}

fn machine(redis: &Redis, sandbox: &Sandbox) -> TokenSource {
    let client = Client::builder().base_url(sandbox.url()).build().unwrap();
    let credentials = Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    client
        .token_source(credentials.build().unwrap())
        .store(RedisTokenStore::new(redis))
}

#[tokio::test]
async fn machines_that_start_at_once_log_in_once_and_do_not_wait_for_one_whose_login_failed() {
    let Some(server) = Server::start(&[]) else { return };
    let sandbox = Sandbox::start().await.unwrap();
    // The first one fails.
    sandbox.fail_next(Fault::answer(400, r#"{"errorCode":1001,"errorMessage":"x"}"#));
    let begin = Instant::now();
    let machines = (0..8).map(|_| {
        let tokens = machine(&server.redis(), &sandbox);
        tokio::spawn(async move { tokens.authorization().await })
    });
    let mut answers = Vec::new();
    for answer in machines.collect::<Vec<_>>() {
        answers.push(answer.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|it| it.is_err()).count(), 1);
    answers.retain(Result::is_ok);
    let first = answers[0].as_ref().unwrap();
    assert!(answers.iter().all(|it| it.as_ref().unwrap() == first));
    assert_eq!(sandbox.smsafzar().logins(), 1);
    // Half of the timeout is what a lock lives.
    assert!(begin.elapsed() < 10 * SECOND);
    let later = machine(&server.redis(), &sandbox);
    assert_eq!(&later.authorization().await.unwrap(), first);
    assert_eq!(sandbox.smsafzar().logins(), 1);
}

#[tokio::test]
async fn where_redis_lost_its_data_an_old_login_saves_nothing_over_a_newer_one() {
    let Some(server) = Server::start(&[]) else { return };
    let (store, key) = (RedisTokenStore::new(&server.redis()), key_of("user").await);
    let old = store.lock(&key, HOUR).await.unwrap();
    server.ask::<()>("FLUSHALL");
    assert!(!store.save(&key, &token(old.generation(), None)).await.unwrap());
    let new = store.lock(&key, HOUR).await.unwrap();
    assert!(new.generation() > old.generation());
    drop(old);
    assert!(!store.save(&key, &token(0, None)).await.unwrap());
    assert!(
        store
            .save(&key, &token(new.generation(), Some(Duration::MAX)))
            .await
            .unwrap()
    );
    assert!(store.load(&key).await.unwrap().unwrap().remaining > Some(1000 * HOUR));
}

#[test]
fn a_lock_lasts_for_as_long_as_its_process() {
    let Some(server) = Server::start(&[]) else { return };
    let process = tokio::runtime::Runtime::new().unwrap();
    let other = tokio::runtime::Runtime::new().unwrap();
    let (store, key) = (
        RedisTokenStore::new(&server.redis()),
        other.block_on(key_of("user")),
    );
    std::mem::forget(process.block_on(store.lock(&key, HOUR)).unwrap());
    let lock = async |patience| timeout(patience, store.lock(&key, HOUR)).await;
    assert!(other.block_on(lock(3 * SECOND)).is_err());
    process.shutdown_background();
    drop(other.block_on(lock(30 * SECOND)).unwrap().unwrap());
}
