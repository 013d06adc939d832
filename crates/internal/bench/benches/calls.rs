//! Ours beside reqwest and serde, as ratios: one call after another, many in flight, and a long page decoded.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that went wrong should fail loudly"
)]

#[cfg(not(unix))]
fn main() {
    println!("This reads CPU times as Unix has them.");
}

#[cfg(unix)]
fn main() {
    payvand_bench::server::run_if_asked();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|it| it == "--bench") {
        println!("This takes minutes: run it with `cargo bench -p payvand-bench`.");
        return;
    }
    let mut words = arguments.iter().filter(|it| !it.starts_with('-'));
    let [title, contender] = [(); 2].map(|()| words.next().map_or("", String::as_str));
    run(title, contender, arguments.iter().any(|it| it == "--quick"));
}

#[cfg(unix)]
fn run(in_title: &str, in_name: &str, is_quick: bool) {
    use payvand_bench::contender::Contender;
    use payvand_bench::cores::on_one_core;
    use payvand_bench::{bulk, campaign, compare, decode, providers, server::Server};
    use tokio::runtime::{Builder, Runtime};

    compare::allow_many_sockets();
    let rounds = |usual| if is_quick { 3 } else { usual };
    let compare = |title: &str, runtime: &Runtime, server: &Server, mut contenders: Vec<Contender>, plan| {
        if title.contains(in_title) {
            contenders.retain(|it| it.name.contains(in_name));
            compare::compare(title, runtime, server, &contenders, plan);
        }
    };
    on_one_core(|| {
        let server = Server::start();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        compare(
            "bulk: 1,000 messages",
            &runtime,
            &server,
            bulk::contenders(&server.url),
            [rounds(60), 5, 1],
        );
        for (call, contenders, _) in providers::all(&server.url) {
            let title = format!("call: {}: {call}", contenders[0].name);
            compare(&title, &runtime, &server, contenders, [rounds(200), 100, 1]);
        }
        let waited = providers::waited(&server.url);
        compare("wait: account", &runtime, &server, waited, [rounds(200), 100, 1]);
        let orders = campaign::contenders(&server);
        compare(
            "campaign: orders over TLS",
            &runtime,
            &server,
            orders,
            [rounds(20), 500, 1],
        );
        compare(
            "decode: 10,000 links",
            &runtime,
            &server,
            decode::contenders(),
            [rounds(40), 1, 1],
        );
    });
    let server = Server::start();
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    for (how, in_flight) in [("load, 64", 64), ("load, 1,000", 1_000)] {
        for (call, contenders, _) in providers::all(&server.url) {
            let title = format!("{how}: {}: {call}", contenders[0].name);
            compare(
                &title,
                &runtime,
                &server,
                contenders,
                [rounds(15), 10_000, in_flight],
            );
        }
    }
}
