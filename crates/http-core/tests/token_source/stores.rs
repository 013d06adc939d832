//! Tokens in a store that several sources share, each as a process of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use payvand_http_core::{
    Effect, HttpClient, Instant, Kind, LoginLock, MemoryTokenStore, RetryPolicy, Scheme, Sealed, Secret,
    StoreError, StoredToken, Token, TokenKey, TokenSource, TokenStore, async_trait,
};
use tokio::time::{advance, sleep};

use crate::planned::{
    Counts, Gate, HOUR, Plan, PlannedLogin, SECOND, Trouble, ask, builder, fails, header_of, http_of, lives,
    login, ms, poll_once, post, token,
};

type Tokens = TokenSource<PlannedLogin>;

fn shared_http(gate: &Gate, plans: &[Plan], otherwise: Plan) -> (HttpClient, Arc<Counts>) {
    let builder = builder().retry(RetryPolicy::never()).timeout(32 * SECOND);
    http_of(builder, gate.clone(), plans, otherwise)
}

fn process(http: &HttpClient, store: impl TokenStore) -> Tokens {
    TokenSource::new(http, login("user", "not-a-real-password")).store(store)
}

#[tokio::test(start_paused = true)]
async fn sources_that_start_at_once_make_one_login_and_later_ones_none() {
    let store = MemoryTokenStore::new();
    let (http, counts) = shared_http(&Gate::default(), &[], lives(SECOND, HOUR));
    let first = (0..8).map(|_| {
        let tokens = process(&http, store.clone());
        tokio::spawn(async move { tokens.authorization().await.unwrap() })
    });
    for answer in first.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), token(1));
    }
    let later = process(&http, store.clone());
    assert_eq!(later.authorization().await.unwrap(), token(1));
    assert_eq!(counts.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_from_a_store_lives_as_long_as_it_had_left() {
    let store = MemoryTokenStore::new();
    let (http, counts) = shared_http(&Gate::default(), &[], lives(Duration::ZERO, HOUR));
    process(&http, store.clone()).authorization().await.unwrap();
    for (passed, expected, logins) in [(1800, 1, 1), (1700, 1, 1), (100, 2, 2), (3599, 2, 2), (1, 3, 3)] {
        advance(passed * SECOND).await;
        // In the last tenth it is taken, and replaced by the next who asks.
        let answer = process(&http, store.clone()).authorization().await.unwrap();
        assert_eq!(
            (answer, counts.begun()),
            (header_of(expected), logins),
            "after {passed} s"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_takes_the_token_by_which_another_replaced_its_own() {
    let store = MemoryTokenStore::new();
    let (http, counts) = shared_http(&Gate::default(), &[], lives(ms(100), HOUR));
    let [one, other] = [(); 2].map(|()| process(&http, store.clone()));
    for tokens in [&one, &other] {
        assert_eq!(tokens.authorization().await.unwrap(), token(1));
    }
    advance(3400 * SECOND).await;
    for tokens in [&one, &other] {
        assert_eq!(tokens.authorization().await.unwrap(), token(2));
    }
    assert_eq!(counts.begun(), 2);
}

/// A revoked token does not come back, whoever held it last.
#[tokio::test(start_paused = true)]
async fn after_a_refusal_the_store_is_asked_before_a_login() {
    let gate = Gate::default();
    let store = MemoryTokenStore::new();
    let (http, counts) = shared_http(&gate, &[], lives(SECOND, HOUR));
    let sources = [(); 4].map(|()| process(&http, store.clone()));
    for tokens in &sources {
        post(tokens, 1).await.remove(0).unwrap();
    }
    gate.revoke_to(1);
    for tokens in &sources {
        post(tokens, 2)
            .await
            .into_iter()
            .for_each(|answer| drop(answer.unwrap()));
    }
    assert_eq!(counts.begun(), 2);
    // Late, and about a token that nobody has any more.
    sources[3].refused(&header_of(1));
    let fresh = process(&http, store.clone());
    assert_eq!(fresh.authorization().await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_leaves_the_store_even_if_no_login_follows() {
    let gate = Gate::default();
    let store = MemoryTokenStore::new();
    let plans = [lives(SECOND, HOUR), fails(SECOND, Trouble::Broken)];
    let (http, counts) = shared_http(&gate, &plans, lives(SECOND, HOUR));
    let tokens = process(&http, store.clone());
    post(&tokens, 1).await.remove(0).unwrap();
    gate.revoke_to(1);
    post(&tokens, 1).await.remove(0).unwrap_err();
    let fresh = process(&http, store.clone());
    assert_eq!(fresh.authorization().await.unwrap(), token(3));
    assert_eq!(counts.begun(), 3);
}

/// A store that forgets what it is told: a backup that was played back, say.
#[derive(Clone)]
struct Stuck(StoredToken);

#[async_trait]
impl TokenStore for Stuck {
    async fn load(&self, _: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        Ok(Some(self.0.clone()))
    }

    async fn lock(&self, _: &TokenKey, _: Duration) -> Result<LoginLock, StoreError> {
        Ok(LoginLock::new(8, ()))
    }

    async fn save(&self, _: &TokenKey, _: &StoredToken) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn remove(&self, _: &TokenKey, _: u64) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_not_taken_back_by_its_generation_or_by_its_text() {
    let stored = |generation| {
        let secret = Secret::from("not-a-real-token-0");
        Stuck(StoredToken::new(generation, None, secret))
    };
    // From the store itself, whose generation it has.
    let gate = Gate::default();
    let (http, counts) = shared_http(&gate, &[], lives(SECOND, HOUR));
    post(&process(&http, stored(7)), 1).await.remove(0).unwrap();
    assert_eq!(counts.begun(), 1);
    // By hand, in a store that has it too.
    let (http, counts) = shared_http(&gate, &[], lives(SECOND, HOUR));
    let seed = Token::new(
        Secret::from("not-a-real-token-0"),
        Scheme::Bearer,
        Instant::now(),
        None,
    )
    .unwrap();
    let tokens = TokenSource::new(&http, login("user", "not-a-real-password"));
    let tokens = tokens.with_token(seed).store(stored(7));
    post(&tokens, 1).await.remove(0).unwrap();
    assert_eq!(counts.begun(), 1);
    assert_eq!(
        gate.state.lock().unwrap().requests["Bearer not-a-real-token-0"],
        2
    );
    // An older one, after a newer one of the same source was refused.
    gate.revoke_to(1);
    post(&tokens, 1).await.remove(0).unwrap();
    assert_eq!(counts.begun(), 2);
    assert_eq!(
        gate.state.lock().unwrap().requests["Bearer not-a-real-token-0"],
        2
    );
}

#[tokio::test(start_paused = true)]
async fn a_login_that_outlasts_its_lock_holds_nobody_up_for_longer_and_overwrites_nothing() {
    let store = MemoryTokenStore::new();
    let plans = [lives(20 * SECOND, HOUR), lives(SECOND, HOUR)];
    let (http, counts) = shared_http(&Gate::default(), &plans, lives(SECOND, HOUR));
    let [slow, waiting, late] = [(); 3].map(|()| process(&http, store.clone()));
    let begin = Instant::now();
    let slow = tokio::spawn(async move { slow.authorization().await });
    sleep(10 * SECOND).await;
    assert_eq!(waiting.authorization().await.unwrap(), token(2));
    // Half of the timeout, counted from the other's lock, and a login.
    assert_eq!(begin.elapsed(), 17 * SECOND);
    assert_eq!(slow.await.unwrap().unwrap(), token(1));
    assert_eq!(begin.elapsed(), 20 * SECOND);
    assert_eq!(late.authorization().await.unwrap(), token(2));
    assert_eq!(counts.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn of_many_who_wait_for_a_stalled_login_one_takes_over() {
    let store = MemoryTokenStore::new();
    let plans = [lives(30 * SECOND, HOUR), lives(SECOND, HOUR)];
    let (http, counts) = shared_http(&Gate::default(), &plans, lives(SECOND, HOUR));
    let stalled = process(&http, store.clone());
    let mut stalled = Box::pin(stalled.authorization());
    assert!(poll_once(&mut stalled).is_none());
    let begin = Instant::now();
    let waiting = (0..8).map(|_| {
        let tokens = process(&http, store.clone());
        tokio::spawn(async move { tokens.authorization().await.unwrap() })
    });
    for answer in waiting.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), token(2));
    }
    assert_eq!((begin.elapsed(), counts.begun()), (17 * SECOND, 2));
}

#[tokio::test(start_paused = true)]
async fn who_leaves_a_login_lets_others_log_in_at_once() {
    let store = MemoryTokenStore::new();
    let (http, counts) = shared_http(&Gate::default(), &[], lives(5 * SECOND, HOUR));
    let [left, other] = [(); 2].map(|()| process(&http, store.clone()));
    let mut asking = [(); 2].map(|()| {
        let left = left.clone();
        Box::pin(async move { left.authorization().await })
    });
    for future in &mut asking {
        for _ in 0..10 {
            assert!(poll_once(future).is_none());
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(counts.begun(), 1);
    let [one, two] = asking;
    drop(one);
    let begin = Instant::now();
    let mut waiting = Box::pin(other.authorization());
    assert!(poll_once(&mut waiting).is_none());
    assert_eq!(counts.begun(), 1, "somebody waits for the login still");
    drop(two);
    assert_eq!(waiting.await.unwrap(), token(2));
    assert_eq!(begin.elapsed(), 5 * SECOND);
    // Who comes back gets the other's token, or his own; the store keeps the newer one.
    left.authorization().await.unwrap();
    assert_eq!(
        process(&http, store.clone()).authorization().await.unwrap(),
        token(2)
    );
}

#[tokio::test(start_paused = true)]
async fn accounts_do_not_mix() {
    let store = MemoryTokenStore::new();
    let (http, counts) = shared_http(&Gate::default(), &[], lives(SECOND, HOUR));
    let elsewhere = |base_url| {
        let builder = builder().base_url(base_url).retry(RetryPolicy::never());
        http_of(builder, Gate::default(), &[], lives(SECOND, HOUR))
    };
    let of = |http: &HttpClient, user| {
        TokenSource::new(http, login(user, "not-a-real-password")).store(store.clone())
    };
    for user in ["user", "user2", "user\",\"2", ""] {
        of(&http, user).authorization().await.unwrap();
        of(&http, user).authorization().await.unwrap();
    }
    assert_eq!(counts.begun(), 4);
    for address in [
        "https://other.example",
        "https://api.example:8443",
        "https://api.example/below",
    ] {
        let (http, counts) = elsewhere(address);
        of(&http, "user").authorization().await.unwrap();
        assert_eq!(counts.begun(), 1, "{address}");
    }
}

/// Answers as it is told to, or not at all.
#[derive(Clone)]
struct Broken {
    inner: MemoryTokenStore,
    how: &'static str,
    is_repaired: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
}

impl Broken {
    async fn fail(&self, what: &str) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.is_repaired.load(Ordering::SeqCst) || !self.how.ends_with(what) {
            return Ok(());
        }
        match self.how.split_once(' ').unwrap().0 {
            "silent" => std::future::pending().await,
            "slow" => {
                sleep(SECOND).await;
                Ok(())
            }
            "misused" => Err(StoreError::configuration("others may read it")),
            _ => Err(StoreError::unavailable("connection refused")),
        }
    }
}

#[async_trait]
impl TokenStore for Broken {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        self.fail("load").await?;
        self.inner.load(key).await
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        self.fail("lock").await?;
        self.inner.lock(key, time_to_live).await
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError> {
        self.fail("save").await?;
        self.inner.save(key, token).await
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        self.inner.remove(key, generation).await
    }
}

fn broken(how: &'static str) -> Broken {
    Broken {
        inner: MemoryTokenStore::new(),
        how,
        is_repaired: Arc::default(),
        asked: Arc::default(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_stops_no_call() {
    for (how, seconds) in [
        ("failing load", 1),
        ("failing lock", 1),
        ("failing save", 1),
        ("silent load", 3),
        ("silent lock", 19),
        ("silent save", 3),
    ] {
        let store = broken(how);
        let (http, counts) = shared_http(&Gate::default(), &[], lives(SECOND, HOUR));
        let tokens = process(&http, store.clone());
        let begin = Instant::now();
        for answer in ask(&tokens, 10).await {
            assert_eq!(answer.unwrap(), token(1), "{how}");
        }
        assert_eq!((begin.elapsed(), counts.begun()), (seconds * SECOND, 1), "{how}");
        let asked = store.asked.load(Ordering::SeqCst);
        tokens.authorization().await.unwrap();
        assert_eq!(
            store.asked.load(Ordering::SeqCst),
            asked,
            "a token in memory needs no store"
        );
        // Its pauses are its own.
        tokens.refresh().await.unwrap();
        assert_eq!(counts.begun(), 2, "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_must_not_be_used_fails_the_call_until_it_is_repaired() {
    let store = broken("misused load");
    let (http, counts) = shared_http(&Gate::default(), &[], lives(SECOND, HOUR));
    let tokens = process(&http, store.clone());
    for _ in 0..2 {
        let error = post(&tokens, 1).await.remove(0).unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Configuration, Effect::None)
        );
        assert!(error.to_string().contains("others may read it"), "{error}");
    }
    assert_eq!(counts.begun(), 0);
    store.is_repaired.store(true, Ordering::SeqCst);
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
}

#[tokio::test(start_paused = true)]
async fn a_login_that_takes_all_its_time_is_not_lost_to_a_silent_store() {
    let plans = [lives(ms(31_995), HOUR)];
    let (http, counts) = shared_http(&Gate::default(), &plans, lives(SECOND, HOUR));
    let tokens = process(&http, broken("silent save"));
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    assert_eq!(counts.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_fresh_token_on_demand_is_a_login_also_where_the_store_has_a_token() {
    let store = MemoryTokenStore::new();
    let (http, counts) = shared_http(&Gate::default(), &[], lives(SECOND, HOUR));
    process(&http, store.clone()).authorization().await.unwrap();
    let sources = [(); 8].map(|()| process(&http, store.clone()));
    let refreshes = sources
        .clone()
        .map(|tokens| tokio::spawn(async move { tokens.refresh().await }));
    for refresh in refreshes {
        refresh.await.unwrap().unwrap();
    }
    // The others waited for it.
    assert_eq!(counts.begun(), 2);
    for tokens in &sources {
        assert_eq!(tokens.authorization().await.unwrap(), token(2));
    }

    // One that begins while the source only asks the store.
    let slow = Broken {
        inner: store,
        ..broken("slow load")
    };
    let tokens = process(&http, slow);
    let asking = tokio::spawn({
        let tokens = tokens.clone();
        async move { tokens.authorization().await }
    });
    tokio::task::yield_now().await;
    tokens.refresh().await.unwrap();
    assert_eq!(asking.await.unwrap().unwrap(), token(2));
    assert_eq!(
        (tokens.authorization().await.unwrap(), counts.begun()),
        (header_of(3), 3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_sealed_token_is_absent_for_a_wrong_password_and_for_another_key() {
    let (key, old_key) = ([1; 32], [2; 32]);
    let memory = MemoryTokenStore::new();
    let (http, counts) = shared_http(
        &Gate::default(),
        &[lives(SECOND, HOUR), fails(SECOND, Trouble::WrongPassword)],
        lives(SECOND, HOUR),
    );
    let of = |password, store: Sealed<MemoryTokenStore>| {
        TokenSource::new(&http, login("user", password)).store(store)
    };
    let sealed = Sealed::new(memory.clone(), old_key);
    assert_eq!(
        of("right-password", sealed.clone())
            .authorization()
            .await
            .unwrap(),
        token(1)
    );
    // The right user with a wrong password gets an error, and takes nothing away.
    let error = of("wrong-password", sealed.clone())
        .authorization()
        .await
        .unwrap_err();
    assert_eq!(error.message(), Some("wrong, says login 2"));
    assert_eq!(
        of("right-password", sealed).authorization().await.unwrap(),
        token(1)
    );

    // While the key is replaced, both open; the new one seals.
    let both = Sealed::new(memory.clone(), key).previous_key(old_key);
    let tokens = of("right-password", both);
    assert_eq!(tokens.authorization().await.unwrap(), token(1));
    assert_eq!(counts.begun(), 2);
    tokens.refresh().await.unwrap();
    let new = Sealed::new(memory.clone(), key);
    assert_eq!(of("right-password", new).authorization().await.unwrap(), token(3));
    assert_eq!(
        of("right-password", Sealed::new(memory.clone(), [3; 32]))
            .authorization()
            .await
            .unwrap(),
        token(4)
    );
    // A token that is not sealed is none.
    let (http, _) = shared_http(&Gate::default(), &[], lives(SECOND, HOUR));
    let plain = MemoryTokenStore::new();
    process(&http, plain.clone()).authorization().await.unwrap();
    assert_eq!(
        process(&http, Sealed::new(plain, key))
            .authorization()
            .await
            .unwrap(),
        token(2)
    );
}
