// What each token store does. The tests of every store include it: those of the core, and those of payvand-redis.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, timeout};

use super::{Secret, StoredToken, TokenKey, TokenStore};

pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn token(generation: u64, remaining: Option<Duration>) -> StoredToken {
    let secret = Secret::from(format!("not-a-real-token-{generation}"));
    StoredToken::new(generation, remaining, secret)
}

/// What each store does, whatever it is made of.
pub(crate) async fn keeps_the_rules(store: impl TokenStore + Clone, key: impl Fn(&str) -> TokenKey) {
    let (one, other) = (key("one"), key("other"));
    let secret_of = async |key| {
        store
            .load(key)
            .await
            .unwrap()
            .map(|it| it.secret.expose().to_owned())
    };
    let text = |generation| Some(format!("not-a-real-token-{generation}"));
    assert_eq!(secret_of(&one).await, None);

    let first = store.lock(&one, HOUR).await.unwrap();
    let generation = first.generation();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = u64::try_from(now.as_millis()).unwrap();
    assert!(
        (now - 60_000..=now).contains(&generation),
        "the time in milliseconds"
    );
    let waiting = store.lock(&one, HOUR);
    assert!(timeout(SECOND, waiting).await.is_err(), "locked");
    assert!(store.save(&one, &token(generation, Some(HOUR))).await.unwrap());
    drop(first);
    assert_eq!(secret_of(&one).await, text(generation));
    let loaded = store.load(&one).await.unwrap().unwrap();
    assert!(loaded.remaining.unwrap() <= HOUR && loaded.remaining.unwrap() > HOUR * 59 / 60);
    assert_eq!(secret_of(&other).await, None, "another account");
    drop(store.lock(&other, HOUR).await.unwrap());

    // While the next one logs in, the token of before stays.
    let second = store.lock(&one, HOUR).await.unwrap();
    assert!(second.generation() > generation);
    assert_eq!(secret_of(&one).await, text(generation));
    // Who was paused past his lock saves nothing.
    assert!(!store.save(&one, &token(generation, Some(HOUR))).await.unwrap());
    assert!(store.save(&one, &token(second.generation(), None)).await.unwrap());
    store.remove(&one, generation).await.unwrap();
    assert_eq!(secret_of(&one).await, text(second.generation()));
    assert_eq!(store.load(&one).await.unwrap().unwrap().remaining, None);
    store.remove(&one, second.generation()).await.unwrap();
    assert_eq!(secret_of(&one).await, None);
    assert!(
        store
            .save(&one, &token(second.generation(), Some(HOUR)))
            .await
            .unwrap(),
        "nobody locked since"
    );
    drop(second);

    // Nobody waits for longer than a lock lives, whoever forgot to drop it.
    let begin = Instant::now();
    let forgotten = store.lock(&one, HOUR).await.unwrap();
    let third = store.lock(&one, 3 * SECOND).await.unwrap();
    assert!(
        (3 * SECOND..5 * SECOND).contains(&begin.elapsed()),
        "{:?}",
        begin.elapsed()
    );
    assert!(
        !store
            .save(&one, &token(forgotten.generation(), Some(HOUR)))
            .await
            .unwrap()
    );
    drop(forgotten);
    assert!(
        store
            .save(&one, &token(third.generation(), Some(Duration::ZERO)))
            .await
            .unwrap()
    );
    assert_eq!(secret_of(&one).await, None, "no life left");
}
