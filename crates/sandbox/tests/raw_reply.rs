//! What really goes over the wire when a fault speaks raw TCP, seen by a client that knows no HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod common;

use std::io::{ErrorKind, Read as _};
use std::time::{Duration, Instant};

use common::{LINK, account, call, order};
use flate2::read::GzDecoder;
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::{Cdn, Ending, Fault, Framing, Point, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than loopback takes, shorter than a person waits.
const A_MOMENT: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(10);
const HOUR: Duration = Duration::from_secs(3600);

/// Without the headers that no real server would leave out, so that every byte can be told beforehand.
const PLAIN: &str = "HTTP/1.1 200 OK\r\nx-y: z\r\ncontent-length: 6\r\n\r\nabcdef";

fn plain() -> Fault {
    Fault::answer(200, "abcdef").header("x-y", "z")
}

async fn send_order(sandbox: &Sandbox) -> TcpStream {
    let target = common::target(&common::order_query("100"));
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Everything that comes until the connection ends, and how it ends.
async fn rest(stream: &mut TcpStream) -> (String, Result<(), ErrorKind>) {
    let mut bytes = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut bytes))
        .await
        .expect("the connection ends");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (text, end.map(drop).map_err(|error| error.kind()))
}

async fn played(fault: Fault) -> String {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next(fault);
    let (text, end) = rest(&mut send_order(&sandbox).await).await;
    assert_eq!(end, Ok(()));
    text
}

async fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "it never came");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

#[tokio::test]
async fn an_answer_is_cut_where_the_fault_says() {
    #[rustfmt::skip]
    let table = [
        (Point::Start,      ""),
        (Point::StatusLine, "HTTP/1.1 200 OK\r\n"),
        (Point::HalfHead,   "HTTP/1.1 200 OK\r\nx-y: z\r\nconten"),
        (Point::Head,       "HTTP/1.1 200 OK\r\nx-y: z\r\ncontent-length: 6\r\n\r\n"),
        (Point::HalfBody,   "HTTP/1.1 200 OK\r\nx-y: z\r\ncontent-length: 6\r\n\r\nabc"),
        (Point::LastByte,   "HTTP/1.1 200 OK\r\nx-y: z\r\ncontent-length: 6\r\n\r\nabcde"),
        (Point::End,        PLAIN),
    ];
    for (point, expected) in table {
        assert_eq!(
            played(plain().cut(point, Ending::Close)).await,
            expected,
            "{point:?}"
        );
    }
}

#[tokio::test]
async fn a_body_is_framed_as_the_fault_says() {
    let chunked = "HTTP/1.1 200 OK\r\nx-y: z\r\ntransfer-encoding: chunked\r\n\r\n";
    let until_close = "HTTP/1.1 200 OK\r\nx-y: z\r\n\r\n";
    for (fault, head, body) in [
        (
            plain().framed(Framing::Chunked),
            chunked,
            "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n",
        ),
        (
            plain()
                .framed(Framing::Chunked)
                .cut(Point::HalfBody, Ending::Close),
            chunked,
            "3\r\nabc\r\n",
        ),
        (
            plain()
                .framed(Framing::Chunked)
                .cut(Point::LastByte, Ending::Close),
            chunked,
            "3\r\nabc\r\n3\r\ndef\r\n",
        ),
        (plain().framed(Framing::UntilClose), until_close, "abcdef"),
        (
            plain()
                .framed(Framing::UntilClose)
                .cut(Point::HalfBody, Ending::Close),
            until_close,
            "abc",
        ),
    ] {
        assert_eq!(played(fault.clone()).await, format!("{head}{body}"), "{fault:?}");
    }
    // An empty chunk would be the last one.
    for (body, chunks) in [("", "0\r\n\r\n"), ("a", "1\r\na\r\n0\r\n\r\n")] {
        let fault = Fault::answer(200, body)
            .header("x-y", "z")
            .framed(Framing::Chunked);
        assert_eq!(played(fault).await, format!("{chunked}{chunks}"));
        for point in [Point::HalfBody, Point::LastByte, Point::End] {
            let fault = Fault::answer(200, body)
                .framed(Framing::Length)
                .cut(point, Ending::Close);
            let sent = if point == Point::End { body } else { "" };
            assert!(
                played(fault).await.ends_with(&format!("\r\n\r\n{sent}")),
                "{point:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_providers_own_answer_is_what_gets_cut() {
    let sandbox = Sandbox::start().await.unwrap();
    let whole = order(&sandbox, "100").await;
    let length = whole.header("content-length").unwrap().parse::<usize>().unwrap();
    for (point, sent) in [
        (Point::HalfBody, length / 2),
        (Point::LastByte, length - 1),
        (Point::End, length),
    ] {
        sandbox
            .aparat()
            .fail_next(Fault::usual().cut(point, Ending::Close));
        let (text, _) = rest(&mut send_order(&sandbox).await).await;
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {length}")), "{head}");
        assert!(
            head.contains("content-type: text/html"),
            "the provider's headers: {head}"
        );
        assert_eq!(body.len(), sent);
        assert!(body.starts_with("{\"status\":true,"), "{body}");
    }
    assert_eq!(sandbox.aparat().orders().len(), 4, "each of them took effect");
    assert_eq!(sandbox.aparat().balance(Aparat::TOKEN), Some(99_600));
}

#[tokio::test]
async fn the_record_knows_the_status_that_the_client_saw() {
    let sandbox = Sandbox::start().await.unwrap();
    for (fault, status) in [
        (Fault::usual().cut(Point::Start, Ending::Close), None),
        (Fault::usual().cut(Point::StatusLine, Ending::Close), Some(200)),
        (Fault::answer(502, "x").framed(Framing::Chunked), Some(502)),
        (Fault::flood(Framing::Chunked, 10), Some(200)),
        (Fault::raw("HTTP/1.1 200 OK\r\n\r\n"), None),
    ] {
        sandbox.fail_next(fault.clone());
        let _ = rest(&mut send_order(&sandbox).await).await;
        let recorded = sandbox.requests().pop().unwrap();
        assert_eq!(
            recorded.status().map(|status| status.as_u16()),
            status,
            "{fault:?}"
        );
        assert_eq!(recorded.fault(), Some(&fault));
    }
}

#[tokio::test]
async fn a_reset_comes_after_the_bytes_before_it() {
    let sandbox = Sandbox::start().await.unwrap();
    for (point, bytes) in [(Point::Start, ""), (Point::HalfBody, &PLAIN[..PLAIN.len() - 3])] {
        sandbox.fail_next(plain().cut(point, Ending::Reset));
        let mut stream = send_order(&sandbox).await;
        let mut came = vec![0; bytes.len()];
        stream.read_exact(&mut came).await.unwrap();
        assert_eq!(String::from_utf8(came).unwrap(), bytes);
        assert_eq!(
            rest(&mut stream).await,
            (String::new(), Err(ErrorKind::ConnectionReset))
        );
    }
}

/// Silence, which only the client or the sandbox can end; and then it has ended for both.
#[tokio::test]
async fn a_stall_lasts_until_the_client_leaves_or_the_sandbox_stops() {
    let before = tasks();
    let sandbox = Sandbox::start().await.unwrap();
    let serving = tasks();
    for (fault, bytes) in [
        (Fault::stall(), ""),
        (
            plain().cut(Point::StatusLine, Ending::Stall),
            "HTTP/1.1 200 OK\r\n",
        ),
        (
            plain().cut(Point::HalfBody, Ending::Stall),
            &PLAIN[..PLAIN.len() - 3],
        ),
    ] {
        for client_leaves in [true, false] {
            sandbox.fail_next(fault.clone());
            let mut stream = send_order(&sandbox).await;
            let mut came = vec![0; bytes.len()];
            stream.read_exact(&mut came).await.unwrap();
            assert_eq!(String::from_utf8(came).unwrap(), bytes);
            let silence = timeout(A_MOMENT, stream.read(&mut [0; 1])).await;
            assert!(silence.is_err(), "{silence:?}");
            assert!(tasks() > serving);
            if client_leaves {
                drop(stream);
                until(|| tasks() == serving).await;
            } else {
                sandbox.restart().await.unwrap();
                assert_eq!(rest(&mut stream).await.0, "");
                until(|| tasks() == serving).await;
            }
        }
    }
    drop(sandbox);
    until(|| tasks() == before).await;
}

#[tokio::test]
async fn bytes_come_one_at_a_time() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next(plain().byte_by_byte(HOUR));
    let mut stream = send_order(&sandbox).await;
    let mut buffer = [0; 64];
    assert_eq!(stream.read(&mut buffer).await.unwrap(), 1);
    let silence = timeout(A_MOMENT, stream.read(&mut buffer)).await;
    assert!(silence.is_err(), "{silence:?}");

    let start = Instant::now();
    let pace = Duration::from_millis(2);
    let byte_by_byte = played(plain().byte_by_byte(pace)).await;
    assert_eq!(byte_by_byte, PLAIN);
    assert!(start.elapsed() >= pace * u32::try_from(PLAIN.len()).unwrap());

    let cut = plain()
        .byte_by_byte(Duration::ZERO)
        .cut(Point::HalfBody, Ending::Close);
    assert_eq!(played(cut).await, PLAIN[..PLAIN.len() - 3]);
    let usual = Fault::usual().byte_by_byte(Duration::ZERO);
    assert!(played(usual).await.ends_with('}'));
}

#[tokio::test]
async fn a_flood_is_as_long_as_asked_and_never_ends_well() {
    let most = 100_000;
    let spaces = " ".repeat(100_000);
    let flood = |framing| played(Fault::flood(framing, most));
    let (head, body) = ("HTTP/1.1 200 OK\r\n", " ".repeat(0x4000));
    assert_eq!(flood(Framing::UntilClose).await, format!("{head}\r\n{spaces}"));
    assert_eq!(
        flood(Framing::Length).await,
        format!("{head}content-length: 1099511627776\r\n\r\n{spaces}")
    );
    let chunk = format!("4000\r\n{body}\r\n");
    let rest = format!("6a0\r\n{}\r\n", " ".repeat(0x6a0));
    let chunks = flood(Framing::Chunked).await;
    assert_eq!(
        chunks,
        format!(
            "{head}transfer-encoding: chunked\r\n\r\n{}{rest}",
            chunk.repeat(100_000 / 0x4000)
        )
    );
}

#[tokio::test]
async fn a_flood_that_nobody_reads_waits_and_ends_with_the_sandbox() {
    let before = tasks();
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next_n(2, Fault::flood(Framing::Chunked, u64::MAX));
    let serving = tasks();
    let leaving = send_order(&sandbox).await;
    until(|| sandbox.request_count() == 1).await;
    drop(leaving);
    until(|| tasks() == serving).await;

    let _silent = send_order(&sandbox).await;
    until(|| sandbox.request_count() == 2).await;
    assert!(tasks() > serving);
    drop(sandbox);
    until(|| tasks() == before).await;
}

#[tokio::test]
async fn a_bomb_is_small_until_it_is_decoded() {
    let sandbox = Sandbox::start().await.unwrap();
    let decoded: u64 = 3_000_000;
    sandbox.fail_next(Fault::gzip_bomb(decoded));
    let target = common::target(&[("token", Aparat::TOKEN)]);
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let answer = common::exchange(&sandbox, request.as_bytes()).await.unwrap();
    let end_of_head = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    let (head, body) = answer.split_at(end_of_head);
    assert!(String::from_utf8_lossy(head).contains("content-encoding: gzip"));
    assert!(body.len() < 10_000, "{}", body.len());
    let mut text = String::new();
    GzDecoder::new(body).read_to_string(&mut text).unwrap();
    assert_eq!(text, " ".repeat(3_000_000));
}

#[tokio::test]
async fn any_bytes_and_bytes_around_an_answer() {
    assert_eq!(played(Fault::raw("SSH-2.0\r\n")).await, "SSH-2.0\r\n");
    assert_eq!(played(Fault::raw("")).await, "");
    assert_eq!(
        played(Fault::raw("HTTP/1.1 1\r\n\r\nabcd").cut(Point::HalfBody, Ending::Close)).await,
        "HTTP/1.1 1\r\n\r\nab"
    );
    assert_eq!(
        played(plain().preceded_by("HTTP/1.1 103 Early Hints\r\n\r\n")).await,
        format!("HTTP/1.1 103 Early Hints\r\n\r\n{PLAIN}")
    );
    assert_eq!(
        played(plain().followed_by(PLAIN)).await,
        format!("{PLAIN}{PLAIN}")
    );
    let cut = plain()
        .preceded_by("before ")
        .followed_by("after")
        .cut(Point::Start, Ending::Close);
    assert_eq!(played(cut).await, "before ");
}

#[tokio::test]
async fn pages_redirects_and_other_labels() {
    let sandbox = Sandbox::start().await.unwrap();
    for (cdn, server, words) in [
        (Cdn::ArvanCloud, "ArvanCloud", "ابر آروان"),
        (Cdn::Derak, "Derak.cloud", "کد خطا: 429"),
        (Cdn::Cloudflare, "cloudflare", "Ray ID"),
    ] {
        sandbox.fail_next(Fault::cdn_page(cdn, 429).header("retry-after", "3"));
        let reply = account(&sandbox).await;
        assert_eq!((reply.status, reply.header("server")), (429, Some(server)));
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(reply.header("retry-after"), Some("3"));
        assert!(reply.body.contains(words), "{}", reply.body);
    }
    sandbox.fail_next(Fault::redirect(307, "https://elsewhere.invalid/a"));
    let reply = account(&sandbox).await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (307, Some("https://elsewhere.invalid/a"))
    );
    sandbox.fail_next(
        Fault::usual()
            .header("content-type", "image/png")
            .header("x-y", "z"),
    );
    let reply = account(&sandbox).await;
    assert_eq!(
        reply.head.matches("content-type").count(),
        1,
        "in place of the provider's own"
    );
    assert_eq!(reply.header("content-type"), Some("image/png"));
    assert_eq!(
        (reply.header("x-y"), &reply.json()["balance"]),
        (Some("z"), &100_000.into())
    );
}

#[tokio::test]
async fn delays_come_before_the_first_byte() {
    let sandbox = Sandbox::start().await.unwrap();
    let cut = || plain().cut(Point::HalfBody, Ending::Close);
    sandbox.fail_next(cut().delayed(HOUR).after_processing());
    sandbox.fail_next(cut().delayed(HOUR));
    for placed in [1, 1] {
        let mut stream = send_order(&sandbox).await;
        until(|| sandbox.aparat().orders().len() == placed).await;
        let silence = timeout(A_MOMENT, stream.read(&mut [0; 1])).await;
        assert!(silence.is_err(), "{silence:?}");
    }
    assert_eq!(sandbox.request_count(), 2);
}

#[tokio::test]
async fn the_next_request_on_a_connection_that_was_good_before() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let target = common::target(&[("token", Aparat::TOKEN)]);
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut byte = [0];
    while byte != *b"}" {
        stream.read_exact(&mut byte).await.unwrap();
    }
    sandbox.fail_next(plain().cut(Point::HalfBody, Ending::Close));
    stream.write_all(request.as_bytes()).await.unwrap();
    assert_eq!(
        rest(&mut stream).await,
        (PLAIN[..PLAIN.len() - 3].to_owned(), Ok(()))
    );
    let connections: Vec<_> = sandbox
        .requests()
        .iter()
        .map(payvand_sandbox::RecordedRequest::connection)
        .collect();
    assert_eq!(connections, [1, 1]);
}

/// Each fault by its name: the request takes effect if the name says so, and the fault is used once.
#[tokio::test]
async fn all_faults_do_what_their_names_say() {
    let faults = Fault::all();
    let mut names: Vec<_> = faults.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), faults.len(), "no name stands twice");

    let before = tasks();
    let mut sandboxes = Vec::new();
    for (name, fault) in faults {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.fail_next(fault);
        let stream = send_order(&sandbox).await;
        sandboxes.push((name, sandbox, stream));
    }
    for (name, sandbox, _) in &sandboxes {
        let reads = u64::from(*name != "closed before reading");
        until(|| (sandbox.request_count(), sandbox.connections()) == (reads, 1)).await;
        if name.starts_with("processed") {
            until(|| !sandbox.aparat().orders().is_empty()).await;
        }
    }
    tokio::time::sleep(A_MOMENT).await;
    for (name, sandbox, _) in &sandboxes {
        let placed = usize::from(name.starts_with("processed"));
        assert_eq!(sandbox.aparat().orders().len(), placed, "{name}");
        let next = call(
            sandbox,
            &[
                ("token", Aparat::TOKEN),
                ("link", LINK),
                ("count", "50"),
                ("type", "view"),
            ],
        )
        .await;
        assert_eq!(
            (next.status, next.json()["status"] == true),
            (200, true),
            "{name}"
        );
    }
    let streams: Vec<_> = sandboxes.into_iter().map(|(_, _, stream)| stream).collect();
    until(|| tasks() == before).await;
    drop(streams);
}
