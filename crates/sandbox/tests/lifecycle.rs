//! Starting, recording, stopping, restarting, and many at once.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{account, order};
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::http::Request;
use payvand_sandbox::podlink::Podlink;
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::{Fault, Reply, Sandbox};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn is_refused(address: std::net::SocketAddr) -> bool {
    TcpStream::connect(address)
        .await
        .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

/// The server has closed it; a connection that stays open fails the test instead of hanging it.
async fn is_closed(mut stream: TcpStream) -> bool {
    let end = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut [0; 1])).await;
    matches!(end, Ok(Ok(0)))
}

#[tokio::test]
async fn starts_on_loopback_in_milliseconds() {
    let start = Instant::now();
    let sandbox = Sandbox::start().await.unwrap();
    assert!(
        start.elapsed() < Duration::from_millis(250),
        "{:?}",
        start.elapsed()
    );
    assert!(sandbox.address().ip().is_loopback());
    assert_eq!(sandbox.url(), format!("http://{}", sandbox.address()));
    assert_eq!((sandbox.connections(), sandbox.request_count()), (0, 0));
}

#[tokio::test]
async fn records_a_request_as_it_came() {
    let sandbox = Sandbox::start().await.unwrap();
    let request = "POST /aparat/api.php?a=%D8%B3+b&a=2&c HTTP/1.1\r\nHost: localhost\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\n\
        content-length: 4\r\nconnection: close\r\n\r\n\0\u{7f}\r\n";
    common::exchange(&sandbox, request.as_bytes()).await.unwrap();
    let recorded = sandbox.requests().remove(0);
    assert_eq!(recorded.method(), "POST");
    assert_eq!(recorded.target(), "/aparat/api.php?a=%D8%B3+b&a=2&c");
    assert_eq!(recorded.path(), "/aparat/api.php");
    let pairs =
        [("a", "س b"), ("a", "2"), ("c", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(recorded.query(), pairs);
    assert_eq!(
        (recorded.query_value("a"), recorded.query_value("b")),
        (Some("س b"), None)
    );
    let names: Vec<_> = recorded
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
        .collect();
    assert_eq!(
        names,
        [
            "host=localhost",
            "x-b=1",
            "x-b=3",
            "x-a=2",
            "content-length=4",
            "connection=close"
        ]
    );
    assert_eq!(
        (recorded.header("X-A"), recorded.header("referer")),
        (Some("2"), None)
    );
    assert_eq!(&recorded.body()[..], b"\0\x7f\r\n");
    assert_eq!(
        (recorded.connection(), recorded.provider(), recorded.fault()),
        (1, Some("aparat"), None)
    );
    assert_eq!(recorded.status().unwrap().as_u16(), 405);
}

#[tokio::test]
async fn a_path_of_no_provider_is_recorded_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let reply = common::request(&sandbox, "GET", "/no/where?x=1").await.unwrap();
    assert_eq!(reply.status, 404);
    assert!(
        reply.body.contains("/no/where") && !reply.body.contains("x=1"),
        "{}",
        reply.body
    );
    assert_eq!(sandbox.requests()[0].provider(), None);
    assert_eq!(
        (sandbox.request_count(), sandbox.aparat().request_count()),
        (1, 0)
    );
}

#[tokio::test]
async fn the_record_is_bounded_and_can_be_cleared() {
    let sandbox = Sandbox::builder().record_limit(3).start().await.unwrap();
    for n in 0..5 {
        common::request(&sandbox, "GET", &format!("/{n}")).await.unwrap();
    }
    let paths: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| request.path().to_owned())
        .collect();
    assert_eq!(paths, ["/2", "/3", "/4"]);
    sandbox.clear_requests();
    assert!(sandbox.requests().is_empty());
    assert_eq!((sandbox.request_count(), sandbox.connections()), (5, 5));

    let sandbox = Sandbox::builder().record_limit(0).start().await.unwrap();
    account(&sandbox).await;
    assert!(sandbox.requests().is_empty());
    assert_eq!(
        (sandbox.request_count(), sandbox.aparat().request_count()),
        (1, 1)
    );
}

#[tokio::test]
async fn of_each_kind_the_newest_are_kept() {
    const LIMIT: usize = 10;
    let sandbox = Sandbox::builder().item_limit(LIMIT).without_socket();
    let (aparat, pod) = (sandbox.aparat(), sandbox.podlink());
    let (saba, afzar) = (sandbox.sabapayamak(), sandbox.smsafzar());
    let ask = async |target: &str, body: String| {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let request = Request::builder().method(method).uri(target);
        match sandbox.call(request.body(body.into()).unwrap()).await {
            Reply::Answer(answer) => String::from_utf8(answer.into_body().to_vec()).unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let order = format!(
        "/aparat/api.php?token={}&type=like&link=http://a.example&count=50",
        Aparat::TOKEN
    );
    let login = json!({
        "Username": Sabapayamak::USERNAME,
        "Password": Sabapayamak::PASSWORD,
        "VirtualNumber": Sabapayamak::VIRTUAL_NUMBER,
        "TokenValidDay": 1,
    });
    pod.seed_links(Podlink::TOKEN, 1);
    let short = format!("/{}", pod.links()[0].hash());

    let mut dropped = 0;
    for kind in [
        "order", "token", "click", "link", "account", "template", "number", "message", "fault",
    ] {
        for number in 0..=LIMIT {
            assert_eq!(sandbox.dropped_items(), dropped, "{kind} {number}");
            let name = format!("0912000{number:04}");
            match kind {
                "order" => drop(ask(&order, String::new()).await),
                "token" => drop(ask("/api/v1/user/authenticate", login.to_string()).await),
                "click" => drop(ask(&short, String::new()).await),
                // There is one already, as there are two accounts and a template.
                "link" if number > 0 => pod.seed_links(Podlink::TOKEN, 1),
                "account" if number > 1 => aparat.add_account(name, 7),
                "template" if number > 0 => afzar.add_template(name, "", ""),
                "number" => saba.refuse_number(&name, 27),
                "message" => afzar.receive(name, "", ""),
                "fault" => sandbox.fail_next(Fault::answer(503, number.to_string())),
                _ => {}
            }
        }
        dropped += 1;
        assert_eq!(sandbox.dropped_items(), dropped, "{kind}");
    }
    sandbox.clear_faults();
    let ids: Vec<_> = aparat
        .orders()
        .iter()
        .map(|order| order.id().to_owned())
        .collect();
    assert_eq!((ids.len(), aparat.balance(Aparat::TOKEN)), (LIMIT, None));
    let links: Vec<_> = pod
        .links()
        .iter()
        .map(|link| format!("/{}", link.hash()))
        .collect();
    assert_eq!((links.len(), links.contains(&short)), (LIMIT, false));
    assert!(ask(&short, String::new()).await.contains("no short link"));
    assert_eq!(
        (saba.logins(), afzar.received_messages().len()),
        (LIMIT as u64 + 1, LIMIT)
    );
    sandbox.reset();
    assert_eq!((sandbox.dropped_items(), aparat.orders().len()), (0, 0));
}

#[tokio::test]
async fn an_observer_sees_every_outcome() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let observe = move |request: &payvand_sandbox::RecordedRequest| {
        log.lock()
            .unwrap()
            .push(request.status().map(|status| status.as_u16()));
    };
    let sandbox = Sandbox::builder().observe(observe).start().await.unwrap();
    sandbox.fail_next(Fault::close());
    let _ = common::try_order(&sandbox, "100").await;
    account(&sandbox).await;
    common::request(&sandbox, "GET", "/no/where").await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [None, Some(200), Some(404)]);
}

#[tokio::test]
async fn keeps_connections_alive() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..3 {
        let url = format!("{}/aparat/api.php?token={}", sandbox.url(), Aparat::TOKEN);
        client.get(url).send().await.unwrap().text().await.unwrap();
    }
    assert_eq!((sandbox.connections(), sandbox.request_count()), (1, 3));
}

#[tokio::test]
async fn a_drop_ends_listener_and_connections() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address();
    let aparat = sandbox.aparat();
    let idle = TcpStream::connect(address).await.unwrap();
    sandbox.fail_next(Fault::delay(Duration::from_secs(3600)));
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(b"GET /a/b HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    while sandbox.request_count() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(sandbox);
    assert!(is_closed(idle).await);
    assert!(is_closed(busy).await);
    assert!(is_refused(address).await);
    assert_eq!(
        aparat.balance(Aparat::TOKEN),
        Some(100_000),
        "a handle outlives its sandbox"
    );
}

#[tokio::test]
async fn no_task_survives_a_drop() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let sandbox = Sandbox::start().await.unwrap();
    let _clients = [TcpStream::connect(sandbox.address()).await.unwrap()];
    while sandbox.connections() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(tasks() > before);
    drop(sandbox);
    let start = Instant::now();
    while tasks() > before {
        assert!(start.elapsed() < Duration::from_secs(5));
        tokio::task::yield_now().await;
    }
}

#[test]
fn it_can_be_dropped_outside_its_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let sandbox = runtime.block_on(Sandbox::start()).unwrap();
    drop(sandbox);
}

#[tokio::test]
async fn stop_and_restart_keep_the_port_and_the_state() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address();
    order(&sandbox, "100").await;
    let idle = TcpStream::connect(address).await.unwrap();
    while sandbox.connections() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    sandbox.stop().await;
    assert!(is_closed(idle).await);
    assert!(is_refused(address).await);
    sandbox.stop().await;

    sandbox.restart().await.unwrap();
    assert_eq!(
        (sandbox.address(), sandbox.url()),
        (address, &*format!("http://{address}"))
    );
    assert_eq!(account(&sandbox).await.json()["balance"], 99_900);
    assert_eq!(sandbox.aparat().orders().len(), 1);
    assert_eq!((sandbox.requests().len(), sandbox.connections()), (2, 3));
}

#[tokio::test]
async fn restarts_while_running_cut_every_connection() {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..20 {
        let connections = sandbox.connections();
        let idle = TcpStream::connect(sandbox.address()).await.unwrap();
        while sandbox.connections() == connections {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        sandbox.restart().await.unwrap();
        assert!(is_closed(idle).await);
        assert_eq!(account(&sandbox).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarts_from_many_tasks_take_turns() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..20 {
        let sandbox = Arc::clone(&sandbox);
        tasks.spawn(async move {
            if n % 3 == 0 {
                sandbox.stop().await;
            } else {
                sandbox.restart().await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    sandbox.restart().await.unwrap();
    assert_eq!(account(&sandbox).await.status, 200);
}

#[tokio::test]
async fn many_side_by_side_share_nothing() {
    let mut sandboxes = Vec::new();
    for _ in 0..50 {
        sandboxes.push(Sandbox::start().await.unwrap());
    }
    sandboxes[7].fail_next(Fault::answer(503, ""));
    sandboxes[8].advance(Duration::from_secs(3600));
    for (n, sandbox) in sandboxes.iter().enumerate() {
        assert_eq!(account(sandbox).await.status, if n == 7 { 503 } else { 200 });
        assert_eq!(sandbox.request_count(), 1);
    }
    assert!(sandboxes[8].now() > sandboxes[9].now() + Duration::from_secs(3000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_calls_at_once() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let sandbox = Arc::clone(&sandbox);
        tasks.spawn(async move { account(&sandbox).await.status });
    }
    assert!(tasks.join_all().await.into_iter().all(|status| status == 200));
    assert_eq!((sandbox.connections(), sandbox.request_count()), (300, 300));
}

#[tokio::test]
async fn listens_where_it_is_told() {
    let first = Sandbox::start().await.unwrap();
    let taken = Sandbox::builder()
        .listen(first.address())
        .start()
        .await
        .unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddrInUse);
    assert!(
        taken.to_string().contains(&first.address().to_string()),
        "{taken}"
    );

    let open = Sandbox::builder().listen("0.0.0.0:0".parse().unwrap());
    assert_eq!(open.start().await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn credentials_and_environment_work_as_printed() {
    let sandbox = Sandbox::start().await.unwrap();
    let credentials = sandbox.credentials();
    for account in credentials.iter().filter(|it| it.provider() == "aparat") {
        let (_, token) = account.variables()[0];
        assert_eq!(
            common::call(&sandbox, &[("token", token)]).await.json()["status"],
            true
        );
    }
    assert_eq!(
        sandbox.environment(),
        [
            ("PAYVAND_APARAT_BASE_URL", sandbox.url().to_owned()),
            ("PAYVAND_APARAT_TOKEN", "sandbox-aparat-token".to_owned()),
            ("PAYVAND_POD_BASE_URL", sandbox.url().to_owned()),
            ("PAYVAND_POD_TOKEN", "sandbox-pod-token".to_owned()),
            ("PAYVAND_POD_API_KEY", "sandbox-pod-api-key".to_owned()),
            ("PAYVAND_SABAPAYAMAK_BASE_URL", sandbox.url().to_owned()),
            ("PAYVAND_SABAPAYAMAK_USERNAME", "sandbox-saba".to_owned()),
            ("PAYVAND_SABAPAYAMAK_PASSWORD", "sandbox-saba-password".to_owned()),
            ("PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER", "30000000".to_owned()),
            ("PAYVAND_SMSAFZAR_BASE_URL", sandbox.url().to_owned()),
            ("PAYVAND_SMSAFZAR_USERNAME", "sandbox-afzar".to_owned()),
            ("PAYVAND_SMSAFZAR_PASSWORD", "sandbox-afzar-password".to_owned()),
            ("PAYVAND_SMSAFZAR_DOMAIN", "sms.smsafzar".to_owned()),
        ]
    );
}
