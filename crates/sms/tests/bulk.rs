//! The rules of a bulk, with a provider that does as it is told, on a paused clock.

#![allow(clippy::unwrap_used)]

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream::unfold;
use http_core::{Argument, ErrorBuilder, Operation, Reason, Semantics, http};
use payvand_sms::{
    Bulk, Cause, ChunkLimits, ChunkSender, Kind, Language, Mobile, Outcome, Outcomes, Receipt, Row,
    RowOutcome, Scope, async_trait,
};
use proptest::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

static SEND: Operation = Operation::new("test.send", http::Method::POST, "send", Semantics::NonIdempotent);

const ANSWERS_AFTER: Duration = Duration::from_millis(50);

#[derive(Debug, Clone, PartialEq)]
struct Code(u16);

impl http_core::Code for Code {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        "refused".into()
    }
}

/// What becomes of a chunk.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Taken,
    Refused(u16),
    InDoubt,
    NotReached,
    InvalidLine,
    /// The first row is taken, the second refused with 27, the third in doubt, and so on.
    Mixed,
    /// The answer says nothing of the last row.
    Short,
}

use Fate::{InDoubt, InvalidLine, Mixed, NotReached, Refused, Short, Taken};

impl Fate {
    fn outcomes(self, rows: &[Row]) -> Vec<Outcome> {
        let taken = || Outcome::Sent(Receipt::new(None, Some("7".into())));
        let error = match self {
            Taken => return vec![taken(); rows.len()],
            Short => return vec![taken(); rows.len() - 1],
            InDoubt => return vec![Outcome::Unknown(Cause::Status(None)); rows.len()],
            Mixed => {
                let refused = || Outcome::Refused(Cause::Status(Some("27".into())));
                let in_doubt = || Outcome::Unknown(Cause::Status(Some("23".into())));
                let mixed = (0..rows.len()).map(|at| [taken, refused, in_doubt][at % 3]());
                return mixed.collect();
            }
            Refused(code) => ErrorBuilder::api(Code(code), "no"),
            NotReached => ErrorBuilder::withheld("no turn"),
            InvalidLine => ErrorBuilder::invalid_input(Argument::new("from", "خط"), Reason::Empty),
        };
        vec![Outcome::of_error(error.before_sending(&SEND)); rows.len()]
    }
}

#[derive(Debug, Clone)]
struct SentChunk {
    rows: Vec<Row>,
    left_at: Duration,
    is_over: bool,
}

#[derive(Clone)]
struct Provider {
    limits: ChunkLimits,
    /// What becomes of one chunk after the other, and then [`Taken`].
    fates: Vec<Fate>,
    start: Instant,
    chunks: Arc<Mutex<Vec<SentChunk>>>,
}

impl Provider {
    fn new(fates: &[Fate]) -> Self {
        Self {
            limits: ChunkLimits {
                most_rows: 100,
                is_one_text: false,
                at_once: None,
            },
            fates: fates.to_vec(),
            start: Instant::now(),
            chunks: Arc::default(),
        }
    }

    fn one_text(mut self) -> Self {
        self.limits.is_one_text = true;
        self
    }

    fn at_once(mut self, chunks: usize) -> Self {
        self.limits.at_once = Some(chunks);
        self
    }

    fn bulk(&self) -> Bulk {
        Bulk::new(self.clone())
    }

    /// How many rows each chunk had, and after how many milliseconds it left.
    fn left(&self) -> Vec<(usize, u128)> {
        let chunks = self.chunks.lock().unwrap();
        let left = chunks.iter().map(|it| (it.rows.len(), it.left_at.as_millis()));
        left.collect()
    }
}

#[async_trait]
impl ChunkSender for Provider {
    fn limits(&self) -> ChunkLimits {
        self.limits
    }

    async fn send_chunk(&self, rows: &[Row]) -> Vec<Outcome> {
        let number = {
            let mut chunks = self.chunks.lock().unwrap();
            chunks.push(SentChunk {
                rows: rows.to_vec(),
                left_at: self.start.elapsed(),
                is_over: false,
            });
            chunks.len() - 1
        };
        sleep(ANSWERS_AFTER).await;
        self.chunks.lock().unwrap()[number].is_over = true;
        self.fates.get(number).copied().unwrap_or(Taken).outcomes(rows)
    }

    fn scope(&self, refusal: &Cause) -> Scope {
        let code = refusal.error().and_then(|it| it.of::<Code>()?.code());
        match (code, refusal) {
            (Some(Code(1011)), _) => Scope::Account,
            (Some(Code(429 | 1001)), _) | (_, Cause::Status(_)) => Scope::Row,
            _ => Scope::Chunk,
        }
    }
}

fn mobile(number: usize) -> Mobile {
    format!("0912{number:07}").parse().unwrap()
}

/// This number of different numbers with one text.
fn rows(count: usize) -> impl Iterator<Item = Row> + Send + 'static {
    (0..count).map(|number| Row::new(mobile(number), "سلام"))
}

async fn all(mut outcomes: Outcomes) -> Vec<RowOutcome> {
    let mut all = Vec::new();
    while let Some(outcome) = outcomes.next().await {
        all.push(outcome);
    }
    assert!(outcomes.next().await.is_none(), "after its end it is over");
    all
}

/// The outcomes in the order of the rows: taken, refused, unknown, not sent.
fn letters(outcomes: &[RowOutcome]) -> String {
    let mut outcomes: Vec<_> = outcomes.iter().collect();
    outcomes.sort_by_key(|it| it.index());
    for (index, outcome) in (0..).zip(&outcomes) {
        assert_eq!(outcome.index(), index, "each row has one outcome");
    }
    let letters = outcomes.iter().map(|it| letter(it.outcome()));
    letters.collect()
}

fn letter(outcome: &Outcome) -> char {
    match outcome {
        Outcome::Sent(_) => 't',
        Outcome::Refused(_) => 'r',
        Outcome::Unknown(_) => 'u',
        Outcome::NotSent(_) => 'n',
        _ => '?',
    }
}

fn channel() -> (
    mpsc::UnboundedSender<Row>,
    impl Stream<Item = Row> + Send + 'static,
) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let rows = unfold(receiver, async |mut receiver| {
        Some((receiver.recv().await?, receiver))
    });
    (sender, rows)
}

#[tokio::test(start_paused = true)]
async fn a_chunk_leaves_when_it_is_full_or_no_more_rows_come() {
    for (count, expected) in [
        (0, vec![]),
        (1, vec![(1, 0)]),
        (100, vec![(100, 0)]),
        (250, vec![(100, 0), (100, 50), (50, 100)]),
    ] {
        let provider = Provider::new(&[]);
        let outcomes = all(provider.bulk().send_all(rows(count))).await;
        assert_eq!(letters(&outcomes), "t".repeat(count));
        assert_eq!(provider.left(), expected, "{count}");
        let in_order = (0..count as u64).eq(outcomes.iter().map(RowOutcome::index));
        assert!(in_order && (0..count).map(mobile).eq(outcomes.iter().map(RowOutcome::to)));
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_row_of_a_chunk_waits_for_200_ms_or_the_setting() {
    for (setting, expected) in [
        (None, [(2, 200), (1, 450)]),
        (Some(Duration::from_millis(120)), [(2, 120), (1, 370)]),
        (Some(Duration::MAX), [(3, 1000), (0, 0)]),
    ] {
        let provider = Provider::new(&[]);
        let bulk = provider.bulk();
        let bulk = setting.into_iter().fold(bulk, Bulk::max_wait);
        let (sender, stream) = channel();
        let outcomes = tokio::spawn(all(bulk.send_stream(stream)));
        sender.send(Row::new(mobile(1), "a")).unwrap();
        sleep(Duration::from_millis(100)).await;
        sender.send(Row::new(mobile(2), "b")).unwrap();
        sleep(Duration::from_millis(150)).await;
        sender.send(Row::new(mobile(3), "c")).unwrap();
        sleep(Duration::from_millis(750)).await;
        drop(sender);
        assert_eq!(letters(&outcomes.await.unwrap()), "ttt");
        let expected: Vec<_> = expected.into_iter().filter(|it| it.0 > 0).collect();
        assert_eq!(provider.left(), expected, "{setting:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_chunks_are_under_way_as_the_limit_lets_out_or_the_setting() {
    for (at_once, setting, expected) in [
        (None, None, [0, 50, 100, 150]),
        (Some(3), None, [0, 0, 0, 50]),
        (Some(3), Some(2), [0, 0, 50, 50]),
        (None, Some(4), [0, 0, 0, 0]),
        (None, Some(0), [0, 50, 100, 150]),
    ] {
        let mut provider = Provider::new(&[]);
        provider.limits.at_once = at_once;
        let bulk = setting.into_iter().fold(provider.bulk(), Bulk::concurrency);
        all(bulk.send_all(rows(400))).await;
        let expected: Vec<_> = expected.into_iter().map(|at| (100, at)).collect();
        assert_eq!(provider.left(), expected, "{at_once:?} {setting:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn rows_of_one_text_are_gathered_where_the_provider_takes_one() {
    let provider = Provider::new(&[]).one_text();
    let rows = (0..300).map(|number| (mobile(number), ["یک", "دو", "سه"][number % 3]));
    let outcomes = all(provider.bulk().send_all(rows)).await;
    assert_eq!(letters(&outcomes), "t".repeat(300));
    assert_eq!(provider.left(), [(100, 0), (100, 50), (100, 100)]);
}

/// However slow the provider is, no more than a thousand rows are read ahead, and only as far as that helps.
#[tokio::test(start_paused = true)]
async fn rows_are_read_as_they_are_needed() {
    for (provider, is_one_text, most) in [
        (Provider::new(&[]), false, 100 + 100 + 100),
        (Provider::new(&[]).one_text(), true, 1000 + 100 + 100),
    ] {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = {
            let read = Arc::clone(&read);
            (0..5000).map(move |number| {
                read.fetch_add(1, Ordering::Relaxed);
                let text = if is_one_text {
                    number.to_string()
                } else {
                    "a".to_owned()
                };
                (mobile(number), text)
            })
        };
        let mut outcomes = provider.bulk().send_all(counted);
        for given in 0..1000 {
            assert_eq!(letter(outcomes.next().await.unwrap().outcome()), 't');
            assert!(read.load(Ordering::Relaxed) - given <= most, "{given}");
        }
    }
}

/// The later rows of a number wait until the chunk with the one before has ended.
#[tokio::test(start_paused = true)]
async fn a_number_is_in_one_chunk_at_a_time() {
    let provider = Provider::new(&[InDoubt]).at_once(5);
    let rows = [
        (mobile(1), "a"),
        (mobile(1), "b"),
        (mobile(2), "c"),
        (mobile(1), "d"),
    ];
    let outcomes = all(provider.bulk().send_all(rows)).await;
    assert_eq!(letters(&outcomes), "utut");
    assert_eq!(provider.left(), [(2, 0), (1, 50), (1, 100)]);
}

#[tokio::test(start_paused = true)]
async fn each_row_has_what_its_chunk_says_of_it() {
    for (fate, expected) in [
        (Taken, "tttt"),
        (Refused(7), "rrrr"),
        (InDoubt, "uuuu"),
        (NotReached, "nnnn"),
        (Mixed, "trut"),
        (Short, "tttu"),
    ] {
        let outcomes = all(Provider::new(&[fate]).bulk().send_all(rows(4))).await;
        assert_eq!(letters(&outcomes), expected, "{fate:?}");
    }
    let no_text = [(mobile(1), "a"), (mobile(2), ""), (mobile(1), "")];
    let outcomes = all(Provider::new(&[]).bulk().send_all(no_text)).await;
    assert_eq!(letters(&outcomes), "tnn");
    let text = provider_text(&outcomes[0]);
    assert_eq!(text, "there is no text");
}

fn provider_text(outcome: &RowOutcome) -> String {
    outcome.outcome().cause().unwrap().to_string()
}

#[tokio::test(start_paused = true)]
async fn it_ends_early_where_going_on_is_senseless() {
    const EXPIRED: Fate = Refused(1011);
    for (fates, chunks) in [
        (&[EXPIRED][..], 1),
        (&[Taken, EXPIRED], 2),
        (&[InvalidLine], 1),
        (&[Refused(7), Refused(7), Refused(7)], 3),
        (&[Taken, Refused(7), Refused(8), Refused(8), Refused(8)], 5),
        // Not three in a row, not one code, not whole chunks, or a code of one moment.
        (&[Refused(7), Refused(7), Taken, Refused(7), Refused(7)], 9),
        (&[Refused(7), Refused(7), InDoubt, Refused(7)], 9),
        (&[Refused(7), Refused(8), Refused(7), Refused(8)], 9),
        (&[Mixed, Mixed, Mixed, Mixed], 9),
        (&[Refused(429), Refused(429), Refused(429), Refused(429)], 9),
        (&[Refused(1001), Refused(1001), Refused(1001), Refused(1001)], 9),
        (&[NotReached, NotReached, NotReached, NotReached], 9),
    ] {
        let provider = Provider::new(fates);
        let outcomes = all(provider.bulk().send_all(rows(900))).await;
        assert_eq!(provider.left().len(), chunks, "{fates:?}");
        let letters = letters(&outcomes);
        let sent: String = letters.chars().skip(chunks * 100).collect();
        assert_eq!(sent, "n".repeat(900 - chunks * 100), "{fates:?}");
        if let Some(last) = outcomes.iter().find(|it| it.index() == 899 && chunks < 9) {
            let Some(Cause::EndedEarly(why)) = last.outcome().cause() else {
                panic!("{last:?}")
            };
            assert_eq!(why.to_string(), provider_text(&outcomes[(chunks - 1) * 100]));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_at_an_early_end_comes_to_its_own() {
    let provider = Provider::new(&[Refused(1011), Mixed]).at_once(2);
    let outcomes = all(provider.bulk().send_all(rows(400))).await;
    let letters = letters(&outcomes);
    assert_eq!(provider.left().len(), 2);
    assert_eq!(
        [&letters[..2], &letters[100..104], &letters[200..202]],
        ["rr", "trut", "nn"]
    );
}

#[tokio::test(start_paused = true)]
async fn stopping_finishes_what_is_under_way_and_reports_the_rest() {
    let provider = Provider::new(&[]).at_once(2);
    let mut outcomes = provider.bulk().send_all(rows(1000));
    let first = outcomes.next().await.unwrap();
    outcomes.stop();
    assert!(matches!(outcomes.ended(), Some(Cause::Stopped)));
    let mut outcomes = all(outcomes).await;
    outcomes.push(first);
    let letters = letters(&outcomes);
    let chunks = provider.left().len();
    assert_eq!(
        letters,
        "t".repeat(chunks * 100) + &"n".repeat(1000 - chunks * 100)
    );
    assert!(chunks <= 4, "{chunks}");
    // Before it has begun, it sends nothing.
    let provider = Provider::new(&[]);
    let mut outcomes = provider.bulk().send_all(rows(3));
    outcomes.stop();
    assert_eq!(letters_of_rest(outcomes).await, "nnn");
    assert_eq!(provider.left(), []);
}

async fn letters_of_rest(outcomes: Outcomes) -> String {
    letters(&all(outcomes).await)
}

#[tokio::test(start_paused = true)]
async fn dropping_it_leaves_what_is_under_way() {
    let provider = Provider::new(&[]);
    let mut outcomes = provider.bulk().send_all(rows(250));
    for _ in 0..100 {
        outcomes.next().await.unwrap();
    }
    let second = tokio::time::timeout(Duration::from_millis(10), outcomes.next()).await;
    assert!(second.is_err());
    drop(outcomes);
    sleep(Duration::from_secs(10)).await;
    let chunks = provider.chunks.lock().unwrap();
    let over: Vec<_> = chunks.iter().map(|it| it.is_over).collect();
    assert_eq!(over, [true, false]);
}

/// A slow reader of the outcomes keeps no chunk waiting, and is not overrun either.
#[tokio::test(start_paused = true)]
async fn few_outcomes_wait_for_their_reader() {
    let provider = Provider::new(&[]);
    let mut outcomes = provider.bulk().send_all(rows(1000));
    let mut given = 0;
    while outcomes.next().await.is_some() {
        given += 1;
        sleep(Duration::from_millis(1)).await;
        let left = provider.left().len() * 100;
        assert!(left - given <= 300, "{left} {given}");
    }
    assert_eq!(given, 1000);
}

#[test]
fn without_a_runtime_nothing_is_sent() {
    let provider = {
        let runtime: Runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let _inside = runtime.enter();
        Provider::new(&[])
    };
    let mut outcomes = provider.bulk().send_all(rows(2));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..2 {
        let outcome = std::pin::Pin::new(&mut outcomes).poll_next(&mut context);
        let Poll::Ready(Some(outcome)) = outcome else {
            panic!("it waits for something")
        };
        assert_eq!(letter(outcome.outcome()), 'n');
        let error = outcome.outcome().cause().and_then(Cause::error).cloned();
        assert_eq!(error.unwrap().kind(), Kind::Configuration);
    }
    assert_eq!(provider.chunks.lock().unwrap().len(), 0);
}

#[test]
fn nothing_prints_a_text_or_a_number() {
    let row = Row::new(mobile(1_234_567), "محرمانه");
    let outcome = Outcome::NotSent(Cause::Stopped);
    let printed = format!(
        "{row:?} {outcome:?} {:?}",
        payvand_sms::Message::new("محرمانه").set("a", "محرمانه")
    );
    assert!(
        !printed.contains("محرمانه") && !printed.contains("1234567"),
        "{printed}"
    );
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        6 => Just(Taken), 3 => Just(InDoubt), 2 => Just(NotReached), 2 => Just(Mixed), 1 => Just(Short),
        2 => Just(Refused(7)), 1 => Just(Refused(429)), 1 => Just(Refused(1011)),
    ];
    prop::collection::vec(fate, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// In any mix of faults, numbers and texts: one outcome for each row, what the provider said of it; no row twice; a
    /// number's rows in their order, in one chunk at a time; chunks as the provider takes them.
    #[test]
    fn every_row_has_exactly_one_outcome(
        fates in fates(),
        rows in prop::collection::vec((0_usize..60, 0_usize..4, 0_u64..30), 0..400),
        is_one_text: bool,
        at_once in prop::option::of(1_usize..6),
        stop_after in prop::option::of(0_usize..300),
    ) {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let mut provider = Provider::new(&fates);
            provider.limits = ChunkLimits { most_rows: 20, is_one_text, at_once };
            // Each text says which row it is of, but where the provider takes one text.
            let rows: Vec<_> = rows.iter().enumerate().map(|(at, (number, text, pause))| {
                let text = if is_one_text { format!("{text}") } else { format!("{at}") };
                (Row::new(mobile(*number), text), Duration::from_millis(*pause))
            }).collect();
            let (sender, stream) = channel();
            let sending = rows.clone();
            tokio::spawn(async move {
                for (row, pause) in sending {
                    sleep(pause).await;
                    let _ = sender.send(row);
                }
            });
            let mut outcomes = provider.bulk().send_stream(stream);
            let mut given = Vec::new();
            while let Some(outcome) = outcomes.next().await {
                given.push(outcome);
                if Some(given.len()) == stop_after {
                    outcomes.stop();
                }
            }
            check(&provider, &rows.into_iter().map(|it| it.0).collect::<Vec<_>>(), &given);
        });
    }
}

fn check(provider: &Provider, rows: &[Row], given: &[RowOutcome]) {
    let letters: Vec<char> = letters(given).chars().collect();
    assert_eq!(letters.len(), rows.len());
    for outcome in given {
        assert_eq!(rows[usize::try_from(outcome.index()).unwrap()].to(), outcome.to());
    }
    // What the provider said of the rows of each number, in its order.
    let mut said = HashMap::<Mobile, Vec<(Row, char)>>::new();
    let chunks = provider.chunks.lock().unwrap();
    for (number, chunk) in chunks.iter().enumerate() {
        assert!(chunk.is_over && (1..=20).contains(&chunk.rows.len()));
        let numbers: HashSet<_> = chunk.rows.iter().map(Row::to).collect();
        assert_eq!(numbers.len(), chunk.rows.len(), "a number is twice in a chunk");
        let texts: HashSet<_> = chunk.rows.iter().map(Row::text).collect();
        assert!(texts.len() == 1 || !provider.limits.is_one_text);
        let at_once = chunks
            .iter()
            .filter(|other| other.left_at <= chunk.left_at && chunk.left_at < other.left_at + ANSWERS_AFTER);
        assert!(at_once.clone().count() <= provider.limits.at_once.unwrap_or(1));
        let others = at_once.filter(|it| !std::ptr::eq(*it, chunk));
        assert!(
            others
                .clone()
                .flat_map(|it| &it.rows)
                .all(|it| !numbers.contains(&it.to()))
        );
        let fate = provider.fates.get(number).copied().unwrap_or(Taken);
        let missing = std::iter::repeat(Outcome::Unknown(Cause::Status(None)));
        for (row, outcome) in chunk
            .rows
            .iter()
            .zip(fate.outcomes(&chunk.rows).into_iter().chain(missing))
        {
            said.entry(row.to())
                .or_default()
                .push((row.clone(), letter(&outcome)));
        }
    }
    for number in rows.iter().map(Row::to).collect::<HashSet<_>>() {
        let own = rows.iter().zip(&letters).filter(|it| it.0.to() == number);
        let said = said.remove(&number).unwrap_or_default();
        let sent: Vec<_> = own
            .clone()
            .take(said.len())
            .map(|(row, letter)| (row.clone(), *letter))
            .collect();
        assert_eq!(sent, said, "in their order, each once");
        assert!(
            own.skip(said.len()).all(|it| *it.1 == 'n'),
            "the rest is not sent"
        );
    }
    assert!(said.is_empty());
}

#[test]
fn outcomes_come_one_after_the_other_without_async_code() {
    let provider = Provider::new(&[Taken, Mixed]);
    let outcomes = provider.bulk().send_all(rows(203)).wait().unwrap();
    let expected = [
        "t".repeat(100),
        "tru".repeat(33),
        "t".to_owned(),
        "ttt".to_owned(),
    ];
    assert_eq!(letters(&outcomes.collect::<Vec<_>>()), expected.concat());

    // A call within a runtime, and a good end in between.
    let provider = Provider::new(&[]);
    let mut outcomes = provider.bulk().send_all(rows(300)).wait().unwrap();
    let read = Builder::new_current_thread().build().unwrap().block_on(async {
        let mut read = vec![outcomes.next().unwrap()];
        outcomes.stream().unwrap().stop();
        read.extend(outcomes);
        read
    });
    assert_eq!(letters(&read), ["t".repeat(100), "n".repeat(200)].concat());
    assert_eq!(provider.chunks.lock().unwrap().len(), 1);

    // Dropped in between, it sends nothing more.
    let provider = Provider::new(&[]);
    let mut outcomes = provider.bulk().send_all(rows(300)).wait().unwrap();
    assert!(outcomes.next().is_some());
    drop(outcomes);
    assert_eq!(provider.chunks.lock().unwrap().len(), 1);
}
