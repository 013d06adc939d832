//! Two replicas of a notifier, which share the account's token and its limit of five requests a second: with Redis if there is
//! one at `REDIS_URL` (or on this machine), else the token by the file store, and the limit by halves. They send to the
//! sandbox in the same process.
//!
//! `cargo run -p payvand-redis --example replicas`

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;
use std::time::{Duration, Instant};

use payvand_redis::{Outage, Redis, RedisError, RedisRateLimit, RedisTokenStore};
use payvand_sandbox::Sandbox;
use payvand_sandbox::smsafzar::Smsafzar;
use smsafzar_api::smsafzar_auth::{Client as Login, Credentials, FileTokenStore, RateLimit, TokenSource};

const MESSAGES: usize = 4;

#[derive(Clone)]
enum Shared {
    Redis(Redis),
    Files(std::path::PathBuf),
}

impl Shared {
    async fn find() -> Result<Self, RedisError> {
        let url = std::env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
        let redis = Redis::open(&url)?.prefix("replicas-example");
        match redis.check().await {
            Ok(()) => Ok(Self::Redis(redis)),
            Err(error) => {
                println!("without Redis: {error}");
                Ok(Self::Files(std::env::temp_dir().join("payvand-replicas")))
            }
        }
    }

    /// What each replica does when it starts.
    fn tokens(&self, url: &str) -> Result<TokenSource, Box<dyn Error>> {
        let login = Login::builder().base_url(url);
        let credentials = Credentials::builder()
            .username(Smsafzar::USERNAME)
            .password(Smsafzar::PASSWORD)
            .build()?;
        Ok(match self {
            Self::Redis(redis) => {
                let limit = RedisRateLimit::new(redis, "smsafzar/notifier", 5, Duration::from_secs(1))
                    .outage(Outage::LocalShare(2));
                let login = login.shared_rate_limit(limit).build()?;
                login.token_source(credentials).store(RedisTokenStore::new(redis))
            }
            Self::Files(folder) => {
                let login = login.rate_limit(RateLimit::per_second(2)).build()?;
                login
                    .token_source(credentials)
                    .store(FileTokenStore::new(folder)?)
            }
        })
    }
}

async fn replica(name: &str, shared: Shared, url: String) -> Result<(), Box<dyn Error>> {
    let sms = smsafzar_api::Client::new(shared.tokens(&url)?);
    let begin = Instant::now();
    for number in 0..MESSAGES {
        let text = format!("سفارش {number} آماده است");
        sms.send(Smsafzar::LINE, "09120000000", text).await?;
        println!("{:?}: {name} has sent message {number}", begin.elapsed());
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let shared = Shared::find().await?;
    println!(
        "shared by {}",
        match &shared {
            Shared::Redis(redis) => format!("{redis:?}"),
            Shared::Files(folder) => format!("files in {}", folder.display()),
        }
    );
    let url = || sandbox.url().to_owned();
    let (one, other) = tokio::join!(
        replica("one", shared.clone(), url()),
        replica("the other", shared, url())
    );
    one.and(other)?;
    println!(
        "{} logins, {} requests too many",
        sandbox.smsafzar().logins(),
        sandbox.smsafzar().too_many()
    );
    assert_eq!(sandbox.smsafzar().sent_messages().len(), 2 * MESSAGES);
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
