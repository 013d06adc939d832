//! `docs/tracing.md`: what it lists is what the clients write, and the trace in it is theirs.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aparat_api::OrderKind;
use payvand_journal::Journal;
use smsafzar_auth::testing::{ScriptedTransport, Step};
use smsafzar_auth::{
    Client, Credentials, LoginLock, MemoryTokenStore, RateLimit, StoreError, StoredToken, TokenKey,
    TokenSource, TokenStore, async_trait,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Record};
use tracing::{Event, Id, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

const PAGE: &str = include_str!("../../../../docs/tracing.md");

fn tokens(answers: impl IntoIterator<Item = Step>) -> TokenSource {
    let smsafzar = Client::builder()
        .transport(ScriptedTransport::new(answers))
        .rate_limit(RateLimit::new(2, Duration::from_secs(1)))
        .build()
        .unwrap();
    let credentials = Credentials::builder()
        .username("username")
        .password("not-a-real-password");
    smsafzar.token_source(credentials.build().unwrap())
}

/// Its token is refused, the limit lets two requests leave in a second, and the server is busy once.
async fn a_call_with_trouble() {
    let login = |token: &str| Step::answer(200, format!(r#"{{"token":"not-a-real-token-{token}"}}"#));
    let tokens = tokens([
        login("1"),
        Step::answer(401, ""),
        login("2"),
        Step::answer(503, "").header("retry-after", "2"),
        Step::answer(200, r#"{"balance":1}"#),
    ]);
    let answer = tokens.authorized().get("account/balance").await.unwrap();
    assert_eq!(answer.attempts(), 2, "with the second token");
}

async fn a_login_that_fails() {
    tokens([Step::unknown()]).authorization().await.unwrap_err();
}

/// A store that fails, or in which another login always came between.
#[derive(Clone, Default)]
struct Store {
    tokens: MemoryTokenStore,
    fails: bool,
}

#[async_trait]
impl TokenStore for Store {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        self.tokens.load(key).await
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        if self.fails {
            return Err(StoreError::unavailable("connection refused"));
        }
        self.tokens.lock(key, time_to_live).await
    }

    async fn save(&self, _: &TokenKey, _: &StoredToken) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        self.tokens.remove(key, generation).await
    }
}

async fn logins_by_stores() {
    let login = || Step::answer(200, r#"{"token":"not-a-real-token"}"#);
    let tokens = MemoryTokenStore::new();
    for store in [tokens.clone(), tokens] {
        self::tokens([login()])
            .store(store)
            .authorization()
            .await
            .unwrap();
    }
    for fails in [true, false] {
        let store = Store {
            fails,
            ..Store::default()
        };
        self::tokens([login()])
            .store(store)
            .authorization()
            .await
            .unwrap();
    }
}

/// On a real file, so in real time.
async fn a_call_under_a_key() {
    tokio::time::resume();
    let taken = Step::answer(200, r#"{"status":true,"message":"ok","uniqid":"5f0000000001g"}"#);
    let aparat = aparat_api::Client::builder("not-a-real-token").transport(ScriptedTransport::new([taken]));
    let order = aparat
        .build()
        .unwrap()
        .order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100);
    let folder = std::env::temp_dir().join(format!("payvand-tracing-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let journal = Journal::open(folder.join("orders.sqlite")).await.unwrap();
    journal.run("one", order).await.unwrap();
    drop(journal);
    std::fs::remove_dir_all(folder).unwrap();
}

/// Notes each name with its fields.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<BTreeSet<String>>>);

impl Names {
    fn note(&self, metadata: &tracing::Metadata<'_>) {
        let fields = metadata.fields().iter().filter(|it| it.name() != "message");
        for name in fields.map(|it| format!("{} {}", metadata.name(), it.name())) {
            self.0.lock().unwrap().insert(name);
        }
        self.0.lock().unwrap().insert(metadata.name().to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Names {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.note(attributes.metadata());
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.note(event.metadata());
    }
}

/// The rows of the page's tables: `| name | field | … |`; a row without a name goes on with the one before.
fn documented() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut name = "";
    for row in PAGE.lines().filter_map(|line| line.strip_prefix("| ")) {
        let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`'));
        let (first, field) = (cells.next().unwrap(), cells.next().unwrap());
        if first == "span" || first == "event" {
            continue;
        }
        if !first.is_empty() {
            name = first;
            names.insert(name.to_owned());
        }
        if !field.is_empty() {
            names.insert(format!("{name} {field}"));
        }
    }
    names
}

#[tokio::test(start_paused = true)]
async fn the_page_lists_every_span_event_and_field() {
    let names = Names::default();
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(names.clone()));
    a_call_with_trouble().await;
    a_login_that_fails().await;
    logins_by_stores().await;
    a_call_under_a_key().await;
    assert_eq!(*names.0.lock().unwrap(), documented());
}

/// Writes one line for each span, what is recorded of it later, and each event, below that of the span that it is in.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

impl Lines {
    fn write(&self, depth: usize, begin: &str, record: impl FnOnce(&mut dyn Visit)) {
        let mut line = Line(format!("{}{begin}", "  ".repeat(depth)));
        record(&mut line);
        writeln!(self.0.lock().unwrap(), "{}", line.0).unwrap();
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let depth = context.span_scope(id).unwrap().count() - 1;
        self.write(depth, attributes.metadata().name(), |line| {
            attributes.record(line);
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let depth = context.span_scope(id).unwrap().count();
        self.write(depth, "=", |line| values.record(line));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let depth = context.event_scope(event).unwrap().count();
        self.write(depth, event.metadata().name(), |line| event.record(line));
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_trace_of_the_page_is_that_of_a_call() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::registry().with(lines.clone());
    let default = tracing::subscriber::set_default(subscriber);
    a_call_with_trouble().await;
    drop(default);
    let written = lines.0.lock().unwrap().clone();
    let shown = PAGE
        .split("```text\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    assert_eq!(shown, written, "\n{written}");
}
