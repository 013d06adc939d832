//! The main call of each provider that may be repeated, by our client and by hand.

use http_core::{Login, TokenSource};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::answers::TOKEN;
use crate::by_hand::{USER_AGENT, beside};
use crate::contender::Contender;
use crate::links::Gateway;

/// Ours first.
pub type Contenders = Vec<Contender>;

/// What each provider's contenders do at the server of this address.
pub fn all(server: &str) -> [(&'static str, Contenders); 4] {
    [
        ("aparat-api: account", aparat(server)),
        ("podlink-api: 10 links", podlink(server)),
        ("sabapayamak-auth: credit", sabapayamak(server)),
        ("smsafzar-auth: balance", smsafzar(server)),
    ]
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
    let client = client.base_url(server).user_agent(USER_AGENT);
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
    let client = client.base_url(base).user_agent(USER_AGENT).build().unwrap();
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

fn sabapayamak(server: &str) -> Contenders {
    use sabapayamak_auth::{Client, Credentials, TokenDays};
    #[derive(Deserialize)]
    struct Credit {
        status: String,
        data: f64,
    }
    let base = format!("{server}/sabapayamak");
    let url = format!("{base}/api/v1/credit");
    let client = Client::builder().base_url(base).user_agent(USER_AGENT);
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password");
    let credentials = credentials.virtual_number("3000").build().unwrap();
    let tokens = client.build().unwrap();
    let tokens = tokens.token_source(credentials, TokenDays::new(15).unwrap());
    with_token("sabapayamak-auth", &tokens, "api/v1/credit", url, |it: Credit| {
        assert!(it.status == "200" && it.data > 12_500.0);
    })
}

fn smsafzar(server: &str) -> Contenders {
    use smsafzar_auth::{Client, Credentials, RateLimit};
    #[derive(Deserialize)]
    struct Balance {
        amount: i64,
    }
    let base = format!("{server}/smsafzar");
    let url = format!("{base}/account/balance");
    // Five calls a second would be all that is measured.
    let client = Client::builder().base_url(base).user_agent(USER_AGENT);
    let client = client.rate_limit(RateLimit::unlimited()).build().unwrap();
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password");
    let tokens = client.token_source(credentials.build().unwrap());
    with_token("smsafzar-auth", &tokens, "account/balance", url, |it: Balance| {
        assert_eq!(it.amount, 70);
    })
}

/// A GET with the token, which all but ours know.
fn with_token<L: Login, T: DeserializeOwned + 'static>(
    name: &str,
    tokens: &TokenSource<L>,
    path: &'static str,
    url: String,
    check: fn(T),
) -> Contenders {
    let calls = tokens.authorized();
    let ours = Contender::new(name, move || {
        let call = calls.get(path);
        async move { check(call.await.unwrap().json().unwrap()) }
    });
    beside(
        ours,
        move |it| {
            it.get(&url)
                .bearer_auth(TOKEN)
                .header("Accept", "application/json")
        },
        check,
    )
}
