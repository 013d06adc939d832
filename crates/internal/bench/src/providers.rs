//! A call of each client that may be repeated, by our client and by hand.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::answers::TOKEN;
use crate::by_hand::{MAX_IDLE, USER_AGENT, beside};
use crate::contender::Contender;
use crate::links::Gateway;

/// Ours first.
pub type Contenders = Vec<Contender>;

/// A call, and how many allocations more than by reqwest used with care ours makes at most.
pub type Measured = (&'static str, Contenders, u64);

/// What each client's contenders do at the server of this address. Eight allocations more are the goal. Sabapayamak's and
/// SMSAfzar's answers are read as maps to find out whether they are refusals, each field for itself; the balance of
/// SMSAfzar's manual has two, and the SMS clients keep the whole answer.
pub fn all(server: &str) -> Vec<Measured> {
    let mut all = vec![("account", aparat(server), 8), ("10 links", podlink(server), 8)];
    all.extend(sabapayamak(server));
    all.extend(smsafzar(server));
    all
}

/// The same call, waited for and awaited.
pub fn waited(server: &str) -> Contenders {
    let client = aparat_api::Client::builder(TOKEN)
        .base_url(server)
        .build()
        .unwrap();
    let waiting = client.clone();
    let waited = Contender::new("aparat-api, .wait()", move || {
        let call = waiting.account();
        async move { assert_eq!(call.wait().unwrap().balance(), Some(100_000)) }
    });
    let awaited = Contender::new("aparat-api, .await", move || {
        let call = client.account();
        async move { assert_eq!(call.await.unwrap().balance(), Some(100_000)) }
    });
    vec![waited, awaited]
}

fn aparat(server: &str) -> Contenders {
    #[derive(Deserialize)]
    struct Account {
        status: bool,
        message: String,
        balance: i64,
    }
    let url = format!("{server}/aparat/api.php");
    let client = aparat_api::Client::builder(TOKEN);
    let client = client
        .base_url(server)
        .user_agent(USER_AGENT)
        .max_idle_connections(MAX_IDLE);
    let client = client.build().unwrap();
    let ours = Contender::new("aparat-api", move || {
        let call = client.account();
        async move { assert_eq!(call.await.unwrap().balance(), Some(100_000)) }
    });
    beside(
        ours,
        move |it| it.get(&url).query(&[("token", TOKEN)]),
        |it: Account| assert!(it.status && !it.message.is_empty() && it.balance == 100_000),
    )
}

fn podlink(server: &str) -> Contenders {
    let base = format!("{server}/podlink");
    let url = format!("{base}/srv/sc/nzh/doServiceCall");
    let client = podlink_api::Client::builder(TOKEN).api_key("not-a-real-key-0123456789abcdef");
    let client = client
        .base_url(base)
        .user_agent(USER_AGENT)
        .max_idle_connections(MAX_IDLE)
        .build()
        .unwrap();
    let ours = Contender::new("podlink-api", move || {
        let call = client.list_links().offset(0).count(10);
        async move { assert_eq!(call.await.unwrap().links().len(), 10) }
    });
    let form = [
        ("scProductId", "46412"),
        ("scApiKey", "not-a-real-key-0123456789abcdef"),
        ("offset", "0"),
        ("count", "10"),
    ];
    beside(
        ours,
        move |it| {
            let request = it.post(&url).header("_token_", TOKEN);
            request.header("_token_issuer_", "1").form(&form)
        },
        |it: Gateway| assert_eq!(it.links().len(), 10),
    )
}

fn sabapayamak(server: &str) -> [Measured; 2] {
    use sabapayamak_auth::{Client, Credentials, TokenDays};
    #[derive(Deserialize)]
    struct Credit {
        status: String,
        data: f64,
    }
    const PATH: &str = "api/v1/credit";
    let check = |it: Credit| assert!(it.status == "200" && it.data > 12_500.0);
    let base = format!("{server}/sabapayamak");
    let url = format!("{base}/{PATH}");
    let client = Client::builder()
        .base_url(base)
        .user_agent(USER_AGENT)
        .max_idle_connections(MAX_IDLE);
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password");
    let credentials = credentials.virtual_number("3000").build().unwrap();
    let tokens = client.build().unwrap();
    let tokens = tokens.token_source(credentials, TokenDays::new(15).unwrap());
    let calls = tokens.authorized();
    let by_path = Contender::new("sabapayamak-auth", move || {
        let call = calls.get(PATH);
        async move { check(call.await.unwrap().json().unwrap()) }
    });
    let sms = sabapayamak_api::Client::new(tokens);
    let typed = Contender::new("sabapayamak-api", move || {
        let call = sms.credit();
        async move { assert_eq!(call.await.unwrap().amount(), "12500.5") }
    });
    [
        ("credit", with_token(by_path, url.clone(), check), 20),
        ("credit", with_token(typed, url, check), 14),
    ]
}

fn smsafzar(server: &str) -> [Measured; 2] {
    use smsafzar_auth::{Client, Credentials, RateLimit};
    #[derive(Deserialize)]
    struct Balance {
        amount: i64,
    }
    const PATH: &str = "account/balance";
    let check = |it: Balance| assert_eq!(it.amount, 70);
    let base = format!("{server}/smsafzar");
    let url = format!("{base}/{PATH}");
    // Five calls a second would be all that is measured.
    let client = Client::builder()
        .base_url(base)
        .user_agent(USER_AGENT)
        .max_idle_connections(MAX_IDLE);
    let client = client.rate_limit(RateLimit::unlimited()).build().unwrap();
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password");
    let tokens = client.token_source(credentials.build().unwrap());
    let calls = tokens.authorized();
    let by_path = Contender::new("smsafzar-auth", move || {
        let call = calls.get(PATH);
        async move { check(call.await.unwrap().json().unwrap()) }
    });
    let sms = smsafzar_api::Client::new(tokens);
    let typed = Contender::new("smsafzar-api", move || {
        let call = sms.balance();
        async move { assert_eq!(call.await.unwrap().amount(), Some("70")) }
    });
    [
        ("balance", with_token(by_path, url.clone(), check), 9),
        ("balance", with_token(typed, url, check), 14),
    ]
}

/// Beside a GET with the token, which all but ours know.
fn with_token<T: DeserializeOwned + 'static>(ours: Contender, url: String, check: fn(T)) -> Contenders {
    let by_hand = move |it: &reqwest::Client| {
        let request = it.get(&url).bearer_auth(TOKEN);
        request.header("Accept", "application/json")
    };
    beside(ours, by_hand, check)
}
