//! Answers that nobody should send, to every call of every client over a real connection: each gets a typed error or
//! the right answer, soon and in little memory, and never a panic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aparat_api::{Effect, Kind, OrderKind, RetryPolicy};
use flate2::Compression;
use flate2::write::GzEncoder;
use peak_alloc::PeakAlloc;
use podlink_api::Content;

/// The server is a thread of this process; its answers are made before anything is measured.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const CAP: usize = 64 * 1024;

/// A JSON value takes many times its text: `{"":0}` is a table of its own. Nothing takes more than a hundred times
/// (`SECURITY.md` says so), and the buffers around it some.
const TIMES_THE_CAP: usize = 128;

/// What a connection and its buffers hold besides, on both sides.
const BESIDES: usize = 2 * 1024 * 1024;

/// Longer than any call takes on a busy machine: only a call that hangs takes longer.
const DEADLINE: Duration = Duration::from_secs(60);

/// Answers every request with the same bytes, and closes.
struct Server {
    url: String,
    answer: Arc<Mutex<Arc<Vec<u8>>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::<Mutex<Arc<Vec<u8>>>>::default();
        let shared = Arc::clone(&answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let answer = Arc::clone(&shared.lock().unwrap());
                // The client closes when it has read enough.
                let _ = serve(stream.unwrap(), &answer);
            }
        });
        Self { url, answer }
    }

    fn set(&self, answer: Vec<u8>) {
        *self.answer.lock().unwrap() = Arc::new(answer);
    }
}

fn serve(mut stream: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut bytes = [0; 1024];
        match stream.read(&mut bytes)? {
            0 => return Ok(()),
            n => request.extend_from_slice(&bytes[..n]),
        }
    }
    stream.write_all(answer)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    // Closing over unread bytes would be a reset, which throws the answer away.
    while stream.read(&mut [0; 1024])? > 0 {}
    Ok(())
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        line.to_lowercase()
            .strip_prefix("content-length:")
            .map(str::to_owned)
    });
    length.is_none_or(|length| body.len() >= length.trim().parse().unwrap())
}

/// How a call ended.
type End = Result<(), (Kind, Effect)>;
type Call = Box<dyn Fn() -> Pin<Box<dyn Future<Output = End>>>>;

struct Row {
    name: &'static str,
    /// Its own success, as the provider sends it.
    good: &'static str,
    call: Call,
}

macro_rules! row {
    ($name:literal, $good:expr, $call:expr) => {
        Row {
            name: $name,
            good: $good,
            call: Box::new(move || {
                let call = $call;
                Box::pin(async move {
                    call.await
                        .map(drop)
                        .map_err(|error| (error.kind(), error.effect()))
                })
            }),
        }
    };
}

const APARAT: &str = r#"{"status":true,"message":"ok","uniqid":"fake0001","balance":9223372036854775808}"#;
const SABA: &str = r#"{"status":"200","data":{"Id":1,"Token":"not-a-real-token"},"errors":[]}"#;
const AFZAR: &str = r#"{"token":"not-a-real-token","credit":1}"#;
const LINK: &str =
    r#"{"hasError":false,"result":{"result":{"error":false,"code":200,"result":{"hash":"a"}}}}"#;
const PAGE: &str = r#"{"hasError":false,"result":{"result":{"error":false,"code":200,"result":{"totalCount":0,"linkVos":[]}}}}"#;
const TEXT: &str = r#"{"hasError":false,"result":{"result":{"error":false,"code":200,"result":"متن"}}}"#;
const DONE: &str = r#"{"hasError":false,"result":{"result":{"error":false,"code":200,"result":true}}}"#;
const STATS: &str =
    r#"{"hasError":false,"result":{"result":{"error":false,"code":200,"result":{"totalCount":7}}}}"#;

fn calls(url: &str) -> Vec<Row> {
    let aparat = aparat_api::Client::builder("not-a-real-token")
        .base_url(url)
        .max_body_size(CAP)
        .timeout(DEADLINE)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let pod = podlink_api::Client::builder("not-a-real-token")
        .api_key("not-a-real-key")
        .base_url(url)
        .max_body_size(CAP)
        .timeout(DEADLINE)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let saba = sabapayamak_auth::Client::builder()
        .base_url(url)
        .max_body_size(CAP)
        .timeout(DEADLINE)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let afzar = smsafzar_auth::Client::builder()
        .base_url(url)
        .max_body_size(CAP)
        .timeout(DEADLINE)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let days = sabapayamak_auth::TokenDays::new(15).unwrap();
    let saba_account = sabapayamak_auth::Credentials::builder()
        .username("someone")
        .password("not-a-real-password")
        .virtual_number("3000")
        .build()
        .unwrap();
    let afzar_account = smsafzar_auth::Credentials::builder()
        .username("someone")
        .password("not-a-real-password")
        .build()
        .unwrap();
    let (account, order, progress) = (aparat.clone(), aparat.clone(), aparat);
    let (add, visit, list, activate, deactivate, stats) = (
        pod.clone(),
        pod.clone(),
        pod.clone(),
        pod.clone(),
        pod.clone(),
        pod,
    );
    let saba_tokens = saba.token_source(saba_account.clone(), days);
    let afzar_tokens = afzar.token_source(afzar_account.clone());
    vec![
        row!("account", APARAT, account.account().send()),
        row!(
            "order",
            APARAT,
            order
                .order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100)
                .send()
        ),
        row!("order_status", APARAT, progress.order_status("fake0001").send()),
        row!("add_link", LINK, add.add_link(Content::text("x")).send()),
        row!("visit", TEXT, visit.visit("a").send()),
        row!("list_links", PAGE, list.list_links().send()),
        row!("activate", DONE, activate.activate("a").send()),
        row!("deactivate", DONE, deactivate.deactivate("a").send()),
        row!("click_stats", STATS, stats.click_stats("a").send()),
        row!(
            "sabapayamak login",
            SABA,
            saba.authenticate(&saba_account, days).send()
        ),
        row!("sabapayamak call", SABA, saba_tokens.authorized().get("a").send()),
        row!("smsafzar login", AFZAR, afzar.authenticate(&afzar_account).send()),
        row!("smsafzar call", AFZAR, afzar_tokens.authorized().post("a").send()),
    ]
}

/// The calls that have no effect, however they end.
const ONLY_READ: &[&str] = &["account", "order_status", "list_links", "click_stats"];

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

const OK: &[Option<Kind>] = &[None];
const TOO_LARGE: &[Option<Kind>] = &[Some(Kind::TooLarge)];
const DECODE: &[Option<Kind>] = &[Some(Kind::Decode)];
/// Of a call that answers with whatever came, and otherwise.
const OK_OR_DECODE: &[Option<Kind>] = &[None, Some(Kind::Decode)];
/// As the client understands gzip, or not.
const BOMB: &[Option<Kind>] = &[Some(Kind::TooLarge), Some(Kind::Decode)];

/// What is sent, made from the call's own success, and how a call may end on it.
type Strange = (&'static str, fn(&str) -> Vec<u8>, &'static [Option<Kind>]);

fn padded(good: &str, length: usize) -> Vec<u8> {
    let spaces = " ".repeat(length - good.len());
    answer("", format!("{}{spaces}}}", &good[..good.len() - 1]).as_bytes())
}

/// In front of the closing brace of the answer's object.
fn with_field(good: &str, field: &[u8]) -> Vec<u8> {
    let mut body = good.as_bytes()[..good.len() - 1].to_vec();
    body.extend_from_slice(b",\"more\":");
    body.extend_from_slice(field);
    body.push(b'}');
    answer("", &body)
}

fn filled(good: &str, item: &str) -> Vec<u8> {
    let count = (CAP - good.len() - 32) / (item.len() + 1);
    with_field(good, format!("[{}]", vec![item; count].join(",")).as_bytes())
}

#[rustfmt::skip]
const STRANGE: &[Strange] = &[
    ("as it should be",          |good| answer("", good.as_bytes()),                                       OK),
    // much
    ("up to the cap",            |good| padded(good, CAP),                                                 OK),
    ("a byte beyond the cap",    |good| padded(good, CAP + 1),                                             TOO_LARGE),
    ("a hundred times the cap",  |good| padded(good, CAP * 100),                                           TOO_LARGE),
    ("a bomb",                   |_| answer("content-encoding: gzip\r\n", &gzipped(&vec![b' '; CAP * 20])), BOMB),
    ("a bomb of JSON",           |good| answer("content-encoding: gzip\r\n", &gzipped(&padded(good, CAP * 20))), BOMB),
    ("many numbers",             |good| filled(good, "0"),                                                 OK),
    ("many lists",               |good| filled(good, "[]"),                                                OK),
    ("many small objects",       |good| filled(good, r#"{"":0}"#),                                         OK),
    ("many keys",                |good| filled(good, r#"{"a":0,"b":0,"c":0}"#),                            OK),
    ("one long text",            |good| with_field(good, format!("\"{}\"", "آ".repeat(CAP / 3)).as_bytes()), OK),
    ("one long number",          |good| with_field(good, "1".repeat(CAP / 2).as_bytes()),                  OK_OR_DECODE),
    // deep
    ("100,000 lists deep",       |_| deep("[", "]"),                                                       TOO_LARGE),
    ("30,000 lists deep",        |good| with_field(good, &nested(30_000, "[", "]")),                       OK_OR_DECODE),
    ("10,000 objects deep",      |good| with_field(good, &nested(5_000, "{\"a\":", "}")),                  OK_OR_DECODE),
    ("an open end of lists",     |_| answer("", &vec![b'['; CAP]),                                         OK_OR_DECODE),
    ("5,000 results deep",       |_| answer("", &nested(5_000, "{\"result\":", "}")),                      OK_OR_DECODE),
    // numbers
    ("beyond i64 and u64",       |good| with_field(good, b"[9223372036854775808,18446744073709551616,-9223372036854775809]"), OK),
    ("beyond f64",               |good| with_field(good, b"1e400"),                                        OK_OR_DECODE),
    // letters
    ("half a surrogate pair",    |good| with_field(good, br#""\ud800""#),                                  OK_OR_DECODE),
    ("NUL, escaped",             |good| with_field(good, br#""\u0000""#),                                  OK),
    ("NUL, raw",                 |good| with_field(good, b"\"\0\""),                                       OK_OR_DECODE),
    ("invalid UTF-8",            |good| with_field(good, b"\"\xff\xfe\xc0\x80\""),                         OK_OR_DECODE),
    ("UTF-16",                   |good| answer("", &good.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()), OK_OR_DECODE),
    // around it
    ("a byte order mark",        |good| answer("", format!("\u{feff}{good}").as_bytes()),                  OK),
    ("spaces around",            |good| answer("", format!(" \r\n\t{good}\r\n ").as_bytes()),              OK),
    ("junk ahead",               |good| answer("", format!("<br />\n<b>Warning</b>: x in y on line 1<br />\n{good}").as_bytes()), OK_OR_DECODE),
    ("junk behind",              |good| answer("", format!("{good}<!-- 0.1 s -->").as_bytes()),            OK_OR_DECODE),
    ("nothing but NUL",          |_| answer("", &vec![0; 1000]),                                           OK_OR_DECODE),
    // headers
    ("a header of 64 KiB",       |good| answer(&format!("x-y: {}\r\n", "z".repeat(64 * 1024)), good.as_bytes()), OK),
    ("retry-after of 64 KiB",    |good| answer(&format!("retry-after: {}\r\n", "9".repeat(64 * 1024)), good.as_bytes()), OK),
    ("10,000 headers",           |good| answer(&"x-y: z\r\n".repeat(10_000), good.as_bytes()),             DECODE),
    ("headers without end",      |_| [&b"HTTP/1.1 200 OK\r\n"[..], &b"x: y\r\n".repeat(150_000)].concat(), DECODE),
    ("one header without end",   |_| [&b"HTTP/1.1 200 OK\r\nx: "[..], &vec![b'y'; 1_000_000]].concat(),    DECODE),
];

fn nested(levels: usize, open: &str, close: &str) -> Vec<u8> {
    format!("{}0{}", open.repeat(levels), close.repeat(levels)).into_bytes()
}

fn deep(open: &str, close: &str) -> Vec<u8> {
    answer("", &nested(100_000, open, close))
}

#[tokio::test]
async fn whatever_comes_is_a_typed_error_or_the_right_answer_in_bounded_memory() {
    let server = Server::start();
    let rows = calls(&server.url);
    let mut most = (0, String::new());
    for Row { name, good, call } in &rows {
        // The token of an authorised call is there before the strange answers.
        server.set(answer("", good.as_bytes()));
        assert_eq!(call().await, Ok(()), "{name}");
        for (strange, make, ends) in STRANGE {
            server.set(make(good));
            HEAP.reset_peak_usage();
            let before = HEAP.current_usage();
            let end = tokio::time::timeout(DEADLINE * 2, call()).await.expect("it ends");
            let taken = HEAP.peak_usage().saturating_sub(before);

            let kind = end.err().map(|(kind, _)| kind);
            assert!(ends.contains(&kind), "{name}, {strange}: {kind:?}");
            if let Err((_, effect)) = end {
                let expected = if ONLY_READ.contains(name) {
                    Effect::None
                } else {
                    Effect::Unknown
                };
                assert_eq!(effect, expected, "{name}, {strange}");
            }
            assert!(
                taken < CAP * TIMES_THE_CAP + BESIDES,
                "{name}, {strange}: {taken} bytes"
            );
            most = most.max((taken, format!("{name}, {strange}")));
        }
    }
    println!("the most: {} bytes, {}; the cap: {CAP}", most.0, most.1);
}
