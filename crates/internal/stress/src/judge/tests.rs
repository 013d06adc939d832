//! The judge itself: lies are seen, and a quiet day is no proof.

use std::time::{Duration, SystemTime};

use payvand_leak_tests::Reply;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::*;
use crate::lanes::LaneKind;
use crate::ledger::{Ended, Outcome, What, micros};
use crate::plan::Plan;
use crate::record::Plain;

const SETTINGS: Settings = Settings { calls: 2500, seed: 1 };

/// A provider, and what the judge says of such a book and such arrivals beside those that it sees itself.
struct Court {
    provider: Provider,
    elsewhere: Listener,
    weather: Weather,
    book: Book,
    arrivals: Vec<Arrival>,
}

impl Court {
    async fn new() -> Self {
        let elsewhere = Listener::start(|_| Reply::Nothing).await;
        let provider = Provider::start(&SETTINGS, "http://127.0.0.1:1")
            .await
            .expect("two ports");
        Self {
            provider,
            elsewhere,
            weather: Weather::default(),
            book: Book::default(),
            arrivals: Vec::new(),
        }
    }

    /// What is said about a claim that begins so.
    fn hears(&mut self, claim: &str) -> String {
        let book = std::mem::take(&mut self.book);
        let mut evidence = Evidence::new(SETTINGS, book, &self.provider, &self.weather, &self.elsewhere);
        evidence.arrivals.append(&mut self.arrivals);
        let lines = evidence.lines();
        let line = lines
            .into_iter()
            .find(|line| line.claims(claim))
            .expect("such a claim");
        line.violations().join("\n")
    }

    fn ended(&mut self, lane: &Lane, call: u32, what: What, outcome: Outcome, at: u64) {
        let ended = Ended {
            lane: lane.number,
            call,
            what,
            outcome,
            about: None,
            kind: None,
            millis: 1,
            timeout: 1000,
            unpolled: false,
            at,
        };
        self.book.ended.insert((lane.number, call), ended);
    }

    /// Places the order of a call, as a client would.
    async fn order(&self, lane: &Lane, call: u32) {
        let order = Plan::of(&SETTINGS, lane, call).order();
        let request = format!(
            "GET /aparat/api.php?token={}&link={}&count={}&type={} HTTP/1.1\r\nhost: x\r\nuser-agent: {}\r\n\r\n",
            lane.aparat_token(&SETTINGS),
            order.link,
            order.count,
            order.kind.as_str(),
            lane.user_agent()
        );
        self.sends(&request).await;
    }

    async fn sends(&self, request: &str) {
        let mut stream = TcpStream::connect(self.provider.sandbox.address())
            .await
            .expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        // Some faults answer nothing.
        let _ = timeout(Duration::from_millis(300), stream.read(&mut [0; 1024])).await;
    }
}

fn lane(kind: LaneKind) -> Lane {
    SETTINGS
        .lanes()
        .into_iter()
        .find(|lane| lane.kind == kind)
        .expect("one of each kind")
}

/// A call whose order the provider places, whatever the fault.
async fn placed(court: &Court, lane: &Lane) -> u32 {
    for call in 0.. {
        court.order(lane, call).await;
        if court
            .provider
            .sandbox
            .aparat()
            .orders()
            .iter()
            .any(|it| marked(it.link()) == Some((lane.number, call)))
        {
            return call;
        }
    }
    unreachable!()
}

#[tokio::test]
async fn a_quiet_day_proves_nothing() {
    let court = Court::new().await;
    let evidence = Evidence::new(
        SETTINGS,
        Book::default(),
        &court.provider,
        &court.weather,
        &court.elsewhere,
    );
    for line in evidence.lines() {
        let is_about_what_is_there = line.claims("balances add up");
        assert_eq!(line.violations().is_empty(), is_about_what_is_there, "{line:?}");
    }
}

#[tokio::test]
async fn lies_about_orders() {
    let together = lane(LaneKind::OrdersTogether);
    let mut court = Court::new().await;
    let call = placed(&court, &together).await;
    let id = court.provider.sandbox.aparat().orders()[0].id().to_owned();
    let done = Outcome::Done { id: Some(id) };

    court.ended(&together, call, What::Order, done.clone(), 0);
    assert_eq!(court.hears("every order that was reported"), "");
    court.ended(&together, call, What::Order, done.clone(), 0);
    assert!(
        court
            .hears("every order that exists")
            .contains("was never recorded")
    );
    court.ended(&together, call, What::Order, Outcome::NoEffect, 0);
    assert!(court.hears("no order with effect none").contains("exists"));
    court.ended(&together, call, What::Order, Outcome::NoEffect, 0);
    assert!(
        court
            .hears("balances")
            .contains("0 by the client's own reckoning")
    );
    court.ended(&together, call + 1, What::Order, done.clone(), 0);
    assert!(
        court
            .hears("every order that was reported")
            .contains("does not exist")
    );
    court.ended(&together, call, What::Order, Outcome::Done { id: None }, 0);
    assert!(
        court
            .hears("every order that was reported")
            .contains("was reported as None")
    );

    court.ended(&together, call, What::Order, done.clone(), 0);
    court
        .book
        .intents
        .insert((together.number, call), (1, micros(SystemTime::now())));
    assert!(
        court
            .hears("every order that exists")
            .contains("before it was recorded")
    );

    court.order(&together, call).await;
    court.ended(&together, call, What::Order, done, 0);
    assert!(court.hears("no order exists twice").contains("arrived 2 times"));
}

fn arrival(lane: &Lane, what: What, at: u64, call: u32) -> Arrival {
    Arrival {
        at,
        lane: lane.number,
        what,
        call: Some(call),
        about: None,
        session: Some(lane.user_name(0)),
        token: Some("Bearer one".to_owned()),
        fault: None,
        answer: None,
    }
}

#[tokio::test]
async fn a_message_that_is_sent_by_url() {
    let lane = lane(LaneKind::Saba);
    for target in [
        "/api/v1/message?UserName=a&Password=b",
        "/API/v1/messag%65/",
        "/api/v1%2Fmessage",
    ] {
        let mut court = Court::new().await;
        court.ended(&lane, 0, What::ByUrl, Outcome::NoEffect, 0);
        assert_eq!(court.hears("nothing was sent by URL"), "");
        let request = format!(
            "GET {target} HTTP/1.1\r\nhost: x\r\nuser-agent: {}\r\n\r\n",
            lane.user_agent()
        );
        court.sends(&request).await;
        assert!(
            court.hears("nothing was sent by URL").contains("1 requests"),
            "{target}"
        );
    }
}

#[tokio::test]
async fn six_in_a_second() {
    let afzar = lane(LaneKind::Afzar);
    let mut court = Court::new().await;
    let awaited = (Outcome::NoEffect, Some("Provider"));
    let dropped = (Outcome::Dropped, None);
    let broken = (Outcome::Unknown, Some("Interrupted"));
    // How the fifth call ended; when the sixth arrived, and whether a seventh did with it.
    for ((outcome, kind), last, seventh, seen) in [
        (awaited.clone(), 999_999, false, true),
        (awaited, 1_000_000, false, false),
        (dropped.clone(), 999_999, false, false),
        (broken.clone(), 999_999, false, false),
        // A late arrival hides none of the others.
        (dropped, 999_999, true, true),
        (broken, 999_999, true, true),
    ] {
        for call in 0..6 + u32::from(seventh) {
            let at = if call < 5 { 0 } else { last };
            court.arrivals.push(arrival(&afzar, What::Balance, at, call));
            let outcome = if call == 4 {
                outcome.clone()
            } else {
                Outcome::NoEffect
            };
            court.ended(&afzar, call, What::Balance, outcome, at);
            if call == 4 {
                let ended = court.book.ended.get_mut(&(afzar.number, call)).expect("it ended");
                ended.kind = kind.map(str::to_owned);
            }
        }
        let heard = court.hears("never a sixth arrival");
        assert_eq!(
            heard.contains("six arrivals within 999999 µs"),
            seen,
            "{kind:?} {last} {seventh}: {heard}"
        );
    }
}

#[tokio::test]
async fn tokens() {
    let saba = lane(LaneKind::Saba);
    let mut court = Court::new().await;
    let login = Arrival {
        token: None,
        call: None,
        ..arrival(&saba, What::Login, 1, 0)
    };
    let first = arrival(&saba, What::Balance, 10, 0);
    let second = Arrival {
        token: Some("Bearer two".to_owned()),
        ..arrival(&saba, What::Balance, 20, 1)
    };
    for (death, seen) in [(None, true), (Some(15), false), (Some(25), true)] {
        court.arrivals = vec![login.clone(), first.clone(), second.clone()];
        court.weather.deaths = death.into_iter().collect();
        assert_eq!(
            court.hears("one login").contains("only 0 lives ended"),
            seen,
            "{death:?}"
        );
    }

    let refused = Arrival {
        answer: Some(Plain::TokenRefused),
        ..first.clone()
    };
    court.arrivals = vec![login.clone(), refused.clone(), first.clone()];
    assert!(court.hears("no refused token").contains("brought a token again"));

    // Other calls bring it again and again, though it has worked and was refused.
    let good = Arrival {
        answer: Some(Plain::Good(None)),
        ..arrival(&saba, What::Balance, 9, 9)
    };
    court.arrivals = vec![login, good, refused];
    let later = (0..=3 * saba.hands).map(|n| arrival(&saba, What::Balance, 100 + u64::from(n), 100 + n));
    court.arrivals.extend(later);
    court.ended(&saba, 0, What::Balance, Outcome::NoEffect, 11);
    assert!(
        court
            .hears("no refused token")
            .contains("arrivals with a token after it was refused")
    );
}
