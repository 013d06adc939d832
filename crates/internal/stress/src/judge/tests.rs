//! The judge itself: lies are seen, and a run without calls is no proof.

use super::*;
use crate::entry::Outcome;
use crate::faults::{REFUSED_TOKEN, REFUSED_TOKEN_IN_DOUBT, STALLED_LOGIN};
use crate::groups::{Conditions, Settings, marker};

const SETTINGS: Settings = Settings { calls: 2500, seed: 1 };
const SECOND: u64 = 1_000_000;

fn group(name: &str, conditions: Conditions) -> Group {
    let mut groups = SETTINGS.groups().into_iter();
    let is_it = |group: &Group| group.provider.name() == name && group.conditions == conditions;
    groups.find(is_it).expect("one of each")
}

fn ended(group: &Group, number: u32, call: &str, outcome: Outcome) -> Ended {
    Ended {
        group: group.number,
        session: 0,
        number,
        call: call.to_owned(),
        id: Some("hash".to_owned()),
        outcome,
        kind: None,
        millis: 1,
        timeout: 1000,
        unpolled: false,
        at: 3 * SECOND,
    }
}

fn arrival(group: &Group, call: &'static str, at: u64, token: &str) -> Arrival {
    Arrival {
        at,
        client: (group.number, 0),
        call,
        marked: Some((group.number, 0)),
        token: (!token.is_empty()).then(|| token.to_owned()),
        fault: None,
        is_good: false,
    }
}

fn effect(call: &'static str, key: &str, id: Option<&str>) -> Effect {
    let (key, id) = (key.to_owned(), id.map(str::to_owned));
    Effect { call, key, id }
}

/// What is said about the claim that begins so; "" if it holds.
fn said(
    claim: &str,
    ended: Vec<Ended>,
    effects: Vec<Effect>,
    arrivals: Vec<Arrival>,
    deaths: Vec<u64>,
) -> String {
    let groups = SETTINGS.groups();
    let mut evidence = Evidence {
        groups,
        ..Evidence::default()
    };
    evidence.ended = ended.into_iter().map(|it| ((it.group, it.number), it)).collect();
    (evidence.effects, evidence.arrivals) = (effects, arrivals);
    evidence.disturbances.deaths = deaths;
    let lines = evidence.lines();
    let line = lines
        .iter()
        .find(|line| line.claim.starts_with(claim))
        .expect("such a claim");
    let nothing = "nothing was tried";
    let violations = line.violations.iter().filter(|it| !it.ends_with(nothing));
    violations.cloned().collect::<Vec<_>>().join("\n")
}

#[test]
fn a_run_without_calls_proves_nothing() {
    for line in Evidence::default().lines() {
        assert!(!line.violations.is_empty(), "{line:?}");
    }
}

#[test]
fn lies_about_effects() {
    let aparat = group("aparat-api", Conditions::Faults);
    let (done, known) = ("what was reported", "nothing was done");
    let ordered = |id: &str| Outcome::Done {
        id: Some(id.to_owned()),
    };
    let key = marker((aparat.number, 0));
    let there = || effect("order", &key, Some("a"));
    for (outcome, effects, claim, holds) in [
        (ordered("a"), vec![there()], done, true),
        (ordered("b"), vec![there()], done, false),
        (ordered("a"), vec![], done, false),
        (ordered("a"), vec![there()], known, true),
        (ordered("a"), vec![there(), there()], known, false),
        (Outcome::NoEffect, vec![there()], known, false),
        (Outcome::NoEffect, vec![], known, true),
        (Outcome::Unknown, vec![there()], known, true),
        (Outcome::Dropped, vec![there(), there()], known, false),
        (
            Outcome::Dropped,
            vec![effect("order", "nobody", None)],
            known,
            false,
        ),
    ] {
        let ended = vec![ended(&aparat, 0, "order", outcome)];
        let said = said(claim, ended.clone(), effects, vec![], vec![]);
        assert_eq!(said.is_empty(), holds, "{claim}: {ended:?} {said}");
    }

    let podlink = group("podlink-api", Conditions::Faults);
    let visits = |outcome| {
        vec![
            ended(&podlink, 0, "visit", Outcome::Unknown),
            ended(&podlink, 1, "visit", outcome),
        ]
    };
    let clicks = |count| vec![effect("visit", "hash", None); count];
    let visited = || Outcome::Done { id: None };
    assert_eq!(said(known, visits(visited()), clicks(2), vec![], vec![]), "");
    assert_ne!(said(done, visits(visited()), clicks(0), vec![], vec![]), "");
    assert_ne!(
        said(known, visits(Outcome::NoEffect), clicks(2), vec![], vec![]),
        ""
    );

    let saba = group("sabapayamak-auth", Conditions::Faults);
    let message = |outcome| vec![ended(&saba, 0, "send_idempotent", outcome)];
    let twice = || vec![effect("send_idempotent", &marker((saba.number, 0)), None); 2];
    assert_eq!(
        said(known, message(Outcome::Unknown), twice(), vec![], vec![]),
        ""
    );
    assert_ne!(
        said(known, message(Outcome::NoEffect), twice(), vec![], vec![]),
        ""
    );
}

#[test]
fn what_is_sent_again() {
    let saba = group("sabapayamak-auth", Conditions::Faults);
    for (fault, is_good, token, holds) in [
        (Some(REFUSED_TOKEN), false, "two", true),
        (None, false, "two", true),
        (None, false, "one", false),
        (None, true, "two", false),
        (Some(REFUSED_TOKEN_IN_DOUBT), false, "two", false),
        (Some("processed, closed in the body"), false, "two", false),
        (Some("502"), false, "two", false),
        (Some("processed, stalled after the answer"), false, "two", true),
    ] {
        let first = Arrival {
            fault,
            is_good,
            ..arrival(&saba, "send", 1, "one")
        };
        let said = said(
            "what must not",
            vec![],
            vec![],
            vec![first, arrival(&saba, "send", 2, token)],
            vec![],
        );
        assert_eq!(said.is_empty(), holds, "{fault:?} {said}");
    }
}

#[test]
fn six_in_a_second() {
    let limited = group("smsafzar-auth", Conditions::Limited);
    for (last, holds) in [(SECOND - 1, false), (SECOND, true)] {
        let arrivals = [0, 0, 0, 0, 0, last].map(|at| arrival(&limited, "balance", at, "one"));
        let said = said("never a sixth", vec![], vec![], arrivals.into(), vec![]);
        assert_eq!(said.is_empty(), holds, "{said}");
    }
}

#[test]
fn logins() {
    let saba = group("sabapayamak-auth", Conditions::Faults);
    for (deaths, holds) in [(vec![], false), (vec![15], true), (vec![25], false)] {
        let login = arrival(&saba, "authenticate", 1, "");
        let uses = [
            arrival(&saba, "balance", 10, "one"),
            arrival(&saba, "balance", 20, "two"),
        ];
        let arrivals = [vec![login], uses.into()].concat();
        let said = said("one login for each", vec![], vec![], arrivals, deaths);
        assert_eq!(said.is_empty(), holds, "{said}");
    }

    let ageing = group("smsafzar-auth", Conditions::Ageing);
    for (fault, seconds, holds) in [
        (None, vec![0, 5, 10], true),
        (None, vec![0, 0, 1], false),
        (Some(STALLED_LOGIN), vec![0, 2], false),
        (Some(STALLED_LOGIN), vec![0, 4, 8], true),
    ] {
        let login = |at: &u64| Arrival {
            fault,
            ..arrival(&ageing, "authenticate", at * SECOND, "")
        };
        let said = said(
            "one login at",
            vec![],
            vec![],
            seconds.iter().map(login).collect(),
            vec![],
        );
        assert_eq!(said.is_empty(), holds, "{seconds:?} {said}");
    }

    // Another login stalls while the first one's token is good, or not any more.
    let login = |at, fault: Option<&'static str>| Arrival {
        is_good: fault.is_none(),
        fault,
        ..arrival(&ageing, "authenticate", at, "")
    };
    let waited = || vec![ended(&ageing, 0, "balance", Outcome::NoEffect)];
    for (made, holds) in [(SECOND, false), (0, false), (9 * SECOND, true)] {
        let mut logins = vec![login(made, None), login(2 * SECOND, Some(STALLED_LOGIN))];
        logins.sort_by_key(|login| login.at);
        let said = said("nobody waits for a refresh", waited(), vec![], logins, vec![]);
        assert_eq!(said.is_empty(), holds, "{made} {said}");
    }
}
