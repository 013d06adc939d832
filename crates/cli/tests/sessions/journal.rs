use std::time::Duration;

use aparat_api::OrderKind;
use payvand_journal::{Journal, State};
use payvand_sandbox::Fault;
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::podlink::Podlink;
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::smsafzar::Smsafzar;
use serde_json::json;

use crate::harness::User;

const ORDER: &str = "aparat order like https://www.aparat.com/v/a 100 --journal orders.sqlite";

#[tokio::test(flavor = "multi_thread")]
async fn one_order_by_a_journal() {
    let mut user = User::new().await;
    let aparat = user.sandbox.aparat();
    let id = || aparat.orders().last().unwrap().id().to_owned();
    user.run("aparat order like https://www.aparat.com/v/a 100 --key k")
        .fails(2, "--journal");
    let first = user.run(ORDER);
    let only = id();
    first.prints(&format!("Order  {only}\n"));
    user.run(ORDER).prints(&format!("Done before  {only}\n"));
    // A row that asks for the same is the same.
    user.file(
        "campaign.csv",
        "kind,link,count\nlike,https://www.aparat.com/v/a,100\n",
    );
    user.run("aparat run campaign.csv --journal orders.sqlite --quiet")
        .prints("Done         0\nDone before  1\n");
    assert_eq!(aparat.orders().len(), 1);
    let second = user.run(&format!("{ORDER} --key again --json")).json();
    assert_eq!(
        second,
        [json!({ "key": "again", "done_before": false, "id": id() })]
    );
    user.run(&format!("{ORDER} --key more --budget 250"))
        .fails(1, "the budget has 50 left");

    user.set("PAYVAND_APARAT_TOKEN", Aparat::POOR_TOKEN);
    assert_eq!(user.run(&format!("{ORDER} --key poor")).code, 1);
    user.set("PAYVAND_APARAT_TOKEN", Aparat::TOKEN);
    assert_eq!(user.run(&format!("{ORDER} --key poor")).code, 0);

    aparat.fail_next(Fault::reset().after_processing());
    user.run(&format!("{ORDER} --key lost"))
        .fails(3, "lost is in doubt");
    let placed = aparat.orders().len();
    user.run(&format!("{ORDER} --key lost"))
        .fails(3, "`--settle` asks the provider");
    let asked = user.run(&format!("{ORDER} --key lost --settle"));
    assert_eq!(asked.code, 3);
    assert!(
        asked.out.contains("lost is still in doubt: ") && asked.out.contains("may still be on its way"),
        "{}",
        asked.out
    );
    assert_eq!((placed, aparat.orders().len()), (4, 4));
}

/// A journal for each provider, with rows in doubt that are over: those of a program with no grace.
async fn journals_with_doubts(user: &User) {
    let sandbox = &user.sandbox;
    let (url, time) = (sandbox.url(), Duration::from_millis(400));
    let journal = async |name: &str| {
        let journal = Journal::open(user.home.join(name)).await.unwrap();
        journal.grace(Duration::ZERO)
    };

    let aparat = aparat_api::Client::builder(Aparat::TOKEN)
        .base_url(url)
        .timeout(time);
    let order = aparat
        .build()
        .unwrap()
        .order(OrderKind::Like, "https://www.aparat.com/v/a", 100);
    let orders = journal("aparat.sqlite").await.exclusive();
    sandbox.aparat().fail_next_where(
        |it| it.query_value("link").is_some(),
        Fault::reset().after_processing(),
    );
    assert_eq!(orders.run("k1", order).await.unwrap().state(), State::InDoubt);

    let pod = podlink_api::Client::builder(Podlink::TOKEN).api_key(Podlink::API_KEY);
    let pod = pod.base_url(url).timeout(time).build().unwrap();
    let link = podlink_api::Content::link("https://example.com");
    let links = journal("link.sqlite").await;
    sandbox.podlink().fail_next(Fault::reset());
    let add = pod.add_link(link).hash("mine");
    assert_eq!(links.run("k1", add).await.unwrap().state(), State::InDoubt);

    let saba = sabapayamak_api::Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER)
        .build()
        .unwrap();
    let tokens = sabapayamak_api::sabapayamak_auth::Client::builder()
        .base_url(url)
        .timeout(time);
    let tokens = tokens
        .build()
        .unwrap()
        .token_source(saba, sabapayamak_api::TokenDays::MIN);
    tokens.refresh().await.unwrap();
    let numbers: [payvand_persian::Mobile; 2] = ["09120000001", "09120000002"].map(|it| it.parse().unwrap());
    let saba = sabapayamak_api::Client::new(tokens).send("hi", numbers);
    sandbox.sabapayamak().fail_next(Fault::reset().after_processing());
    let messages = journal("sabapayamak.sqlite").await;
    let keys = ["k1", "k2"].map(str::to_owned);
    messages.run_many(keys.clone(), saba).await.unwrap();

    let afzar = smsafzar_api::Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD)
        .build()
        .unwrap();
    let tokens = smsafzar_api::smsafzar_auth::Client::builder()
        .base_url(url)
        .timeout(time);
    let tokens = tokens.build().unwrap().token_source(afzar);
    tokens.refresh().await.unwrap();
    let afzar = smsafzar_api::Client::new(tokens).send_bulk().from(Smsafzar::LINE);
    let afzar = numbers.iter().fold(afzar, |call, it| call.to(*it).text("hi"));
    sandbox.smsafzar().fail_next(Fault::reset().after_processing());
    let more_messages = journal("smsafzar.sqlite").await;
    more_messages.run_many(keys, afzar).await.unwrap();
    drop((orders, links, messages, more_messages));
    // Then nothing is on its way any more.
    tokio::time::sleep(time).await;
}

/// What the provider says of rows in doubt, and how sure that is.
#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_rows_in_doubt() {
    let user = User::new().await;
    let sandbox = &user.sandbox;
    journals_with_doubts(&user).await;
    user.file(
        "aparat.csv",
        "key,kind,link,count\nk1,like,https://www.aparat.com/v/a,100\n",
    );
    user.file("link.csv", "key,content,hash\nk1,https://example.com,mine\n");
    user.file(
        "people.csv",
        "key,mobile\nk1,09120000001\nk2,09120000002\nk3,09120000003\n",
    );
    let bulk = "sms bulk people.csv --text hi --via";
    for (command, file, code, verdicts, says) in [
        ("aparat run aparat.csv", "aparat", 0, &["happened"][..], "null"),
        ("link add --from link.csv", "link", 0, &["did_not"], "null"),
        (
            &format!("{bulk} sabapayamak"),
            "sabapayamak",
            3,
            &["likely_happened"; 2],
            "1 messages of these days",
        ),
        (
            &format!("{bulk} smsafzar --line {}", Smsafzar::LINE),
            "smsafzar",
            3,
            &["not_sure"; 2],
            "in its panel",
        ),
    ] {
        let before = (sandbox.aparat().orders().len(), sandbox.podlink().links().len());
        let settle = format!("{command} --journal {file}.sqlite --settle --json");
        let run = user.run(&settle);
        let verdicts_said: Vec<serde_json::Value> = run
            .out
            .lines()
            .map(|it| serde_json::from_str(it).unwrap())
            .collect();
        let said: Vec<_> = verdicts_said
            .iter()
            .map(|it| it["verdict"].as_str().unwrap())
            .collect();
        assert_eq!((run.code, &said[..]), (code, verdicts), "{run:?}");
        for line in &verdicts_said {
            assert!(line["cause"].to_string().contains(says), "{line}");
            assert_eq!(line["settled"], code == 0);
        }
        let listed = user.run(&format!("journal list {file}.sqlite --state in_doubt --json"));
        assert_eq!(listed.out.lines().count(), if code == 0 { 0 } else { 2 });
        assert_eq!(
            (sandbox.aparat().orders().len(), sandbox.podlink().links().len()),
            before
        );
    }
    assert_eq!(sandbox.sabapayamak().sent_messages().len(), 2);
    // What did not happen is done by the same command.
    user.run("link add --from link.csv --journal link.sqlite")
        .prints("Done  1\n");
    user.run("aparat run aparat.csv --journal aparat.sqlite")
        .prints("Done         0\nDone before  1\n");
}
