//! Invisible characters, which often come with copied text: no call that costs money or addresses something is made with
//! one. In texts they are allowed.

#![allow(clippy::unwrap_used, reason = "a test should fail loudly")]

use aparat_api::{Effect, Kind, OrderKind, Reason};
use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::podlink::Podlink;
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::smsafzar::Smsafzar;
use podlink_api::{Content, Service};

const MARKS: &str = "\u{AD}\u{61C}\u{180E}\u{200B}\u{200D}\u{200E}\u{200F}\u{202A}\u{202C}\u{202E}\u{2060}\u{2064}\u{2066}\
                     \u{2069}\u{FEFF}\u{2028}\u{E0020}\r\n\t\0";
const ZWNJ: char = '\u{200C}';
const LINK: &str = "https://www.aparat.com/v/abcd";

#[derive(Debug)]
struct Failed {
    kind: Kind,
    effect: Effect,
    attempts: u32,
    text: String,
}

macro_rules! failed {
    ($outcome:expr) => {
        $outcome.err().map(|error| Failed {
            kind: error.kind(),
            effect: error.effect(),
            attempts: error.attempts(),
            text: format!("{error} {error:?}"),
        })
    };
}

fn marked(text: &str, mark: char) -> [String; 3] {
    let (begin, end) = text.split_at(text.len() - 2);
    [
        format!("{mark}{text}"),
        format!("{begin}{mark}{end}"),
        format!("{text}{mark}"),
    ]
}

struct Clients {
    aparat: aparat_api::Client,
    pod: podlink_api::Client,
    saba: sabapayamak_auth::TokenSource,
    afzar: smsafzar_auth::TokenSource,
}

impl Clients {
    fn of(sandbox: &Sandbox) -> Self {
        let saba = sabapayamak_auth::Credentials::builder()
            .username(Sabapayamak::USERNAME)
            .password(Sabapayamak::PASSWORD)
            .virtual_number(Sabapayamak::VIRTUAL_NUMBER)
            .build();
        let afzar = smsafzar_auth::Credentials::builder()
            .username(Smsafzar::USERNAME)
            .password(Smsafzar::PASSWORD)
            .build();
        Self {
            aparat: aparat_api::Client::builder(Aparat::TOKEN)
                .base_url(sandbox.url())
                .build()
                .unwrap(),
            pod: podlink_api::Client::builder(Podlink::TOKEN)
                .api_key(Podlink::API_KEY)
                .base_url(sandbox.url())
                .build()
                .unwrap(),
            saba: sabapayamak_auth::Client::builder()
                .base_url(sandbox.url())
                .build()
                .unwrap()
                .token_source(saba.unwrap(), sabapayamak_auth::TokenDays::MIN),
            afzar: smsafzar_auth::Client::builder()
                .base_url(sandbox.url())
                .build()
                .unwrap()
                .token_source(afzar.unwrap()),
        }
    }

    /// Every argument of every call that names something, one after the other with this mark in it.
    async fn with(&self, mark: char, place: usize) -> Vec<(&'static str, Option<Failed>)> {
        let Self {
            aparat,
            pod,
            saba,
            afzar,
        } = self;
        let text = |text| marked(text, mark)[place].clone();
        let add = || pod.add_link(Content::link(LINK));
        vec![
            (
                "link",
                failed!(aparat.order(OrderKind::Like, text(LINK), 100).await),
            ),
            ("order id", failed!(aparat.order_status(text("5f0c1e2d")).await)),
            ("new hash", failed!(add().hash(text("sample20")).await)),
            ("visited hash", failed!(pod.visit(text("sample20")).await)),
            ("hash to switch on", failed!(pod.activate(text("sample20")).await)),
            (
                "hash to switch off",
                failed!(pod.deactivate(text("sample20")).await),
            ),
            ("hash to count", failed!(pod.click_stats(text("sample20")).await)),
            ("path", failed!(saba.authorized().post(text("sms/send")).await)),
            (
                "path of another",
                failed!(afzar.authorized().get(text("sms/send")).await),
            ),
        ]
    }
}

#[tokio::test]
async fn no_call_is_made_with_an_argument_that_has_one() {
    let sandbox = Sandbox::start().await.unwrap();
    let clients = Clients::of(&sandbox);
    for mark in MARKS.chars() {
        let name = format!("U+{:04X}", u32::from(mark));
        for place in 0..3 {
            for (argument, failed) in clients.with(mark, place).await {
                let failed = failed.unwrap_or_else(|| panic!("{argument} was taken with {name}"));
                let is_path = argument.starts_with("path");
                // In a path it counts as a space, and is not named.
                let is_space = is_path && (mark.is_whitespace() || mark.is_control());
                let kind = Kind::InvalidInput {
                    argument: match argument {
                        "link" | "order id" => argument,
                        _ if is_path => "path",
                        _ => "hash",
                    },
                    reason: if is_space {
                        Reason::Space
                    } else {
                        Reason::InvisibleCharacter(mark)
                    },
                };
                assert_eq!(
                    (failed.kind, failed.effect, failed.attempts),
                    (kind, Effect::None, 0),
                    "{argument} with {name}: {failed:?}"
                );
                assert!(failed.text.contains(&name) || is_space, "{argument}: {failed:?}");
            }
        }
    }
    assert_eq!((sandbox.request_count(), sandbox.connections()), (0, 0));
}

#[test]
fn no_client_is_built_with_a_setting_that_has_one() {
    let aparat = |token: String| failed!(aparat_api::Client::new(token));
    let pod = |token: String, key: String| failed!(podlink_api::Client::new(token, key));
    let key_for = |key: String| {
        let builder = podlink_api::Client::builder("fake-token").api_key("fake-key");
        failed!(builder.api_key_for(Service::Visit, key).build())
    };
    let saba = |username: String, number: String| {
        let builder = sabapayamak_auth::Credentials::builder().username(username);
        failed!(builder.password("fake").virtual_number(number).build())
    };
    let afzar = |username: String, domain: String| {
        let builder = smsafzar_auth::Credentials::builder().username(username);
        failed!(builder.password("fake").domain(domain).build())
    };
    for mark in MARKS.chars().chain([ZWNJ]) {
        for place in 0..3 {
            let text = || marked("fake-setting", mark)[place].clone();
            let fake = || "fake".to_owned();
            let mut failures = vec![
                ("a token", aparat(text())),
                ("POD's token", pod(text(), fake())),
                ("an API key", pod(fake(), text())),
                ("a product's API key", key_for(text())),
            ];
            if mark != ZWNJ {
                failures.extend([
                    ("a user name", saba(text(), fake())),
                    ("a virtual number", saba(fake(), text())),
                    ("another user name", afzar(text(), fake())),
                    ("a domain", afzar(fake(), text())),
                ]);
            }
            let name = format!("U+{:04X}", u32::from(mark));
            for (setting, failed) in failures {
                let failed = failed.unwrap_or_else(|| panic!("{setting} was taken with {name}"));
                assert_eq!((failed.kind, failed.effect), (Kind::Configuration, Effect::None));
                // For a token the error is a text.
                let in_words = mark.is_whitespace() || mark.is_control();
                assert!(failed.text.contains(&name) || in_words, "{setting}: {failed:?}");
                assert!(!failed.text.contains("setting"), "{failed:?}");
            }
        }
    }
}

#[test]
fn a_password_has_no_control_characters_and_else_anything() {
    for (password, is_taken) in [
        ("fake\n", false),
        ("fake\r\n", false),
        ("fa\0ke", false),
        ("fake\u{85}", false),
        ("\"fake\"", true),
        (" fake ", true),
        ("fake\u{200F}", true),
        ("رمز\u{200C}من", true),
    ] {
        let saba = sabapayamak_auth::Credentials::builder()
            .username("fake")
            .virtual_number("3000");
        let afzar = smsafzar_auth::Credentials::builder().username("fake");
        assert_eq!(saba.password(password).build().is_ok(), is_taken, "{password:?}");
        assert_eq!(afzar.password(password).build().is_ok(), is_taken, "{password:?}");
    }
}

/// What the sandbox received last.
fn received(sandbox: &Sandbox) -> String {
    let request = sandbox.requests().pop().unwrap();
    format!("{} {}", request.target(), String::from_utf8_lossy(request.body()))
}

#[tokio::test]
async fn spelling_and_texts_arrive_as_they_are() {
    let sandbox = Sandbox::start().await.unwrap();
    let Clients {
        aparat,
        pod,
        saba,
        afzar,
    } = Clients::of(&sandbox);
    let word = format!("می{ZWNJ}روم");
    let encoded = "%D9%85%DB%8C%E2%80%8C%D8%B1%D9%88%D9%85";

    let link = format!("https://www.aparat.com/v/{word}");
    aparat.order(OrderKind::Like, link, 100).await.unwrap();
    assert!(received(&sandbox).contains(encoded));
    let _ = aparat.order_status(&*word).await;
    assert!(received(&sandbox).contains(encoded));
    pod.add_link(Content::text("a")).hash(&*word).await.unwrap();
    assert!(received(&sandbox).contains(&format!("hash={encoded}")));
    pod.activate(&*word).await.unwrap();
    assert!(received(&sandbox).contains(&format!("hash={encoded}")));

    let text = "\u{202B}a\u{200F}\u{200D}\u{AD}";
    let encoded = "%E2%80%ABa%E2%80%8F%E2%80%8D%C2%AD";
    pod.add_link(Content::text(text)).tags([text]).await.unwrap();
    let body = received(&sandbox);
    assert!(body.contains(&format!("urlOrContent={encoded}&")) && body.contains(&format!("tags={encoded}")));
    pod.list_links().search(text).await.unwrap();
    assert!(received(&sandbox).contains(encoded));

    let message = saba.authorized().post("api/v1/message");
    let _ = message.json(&[text]).await;
    assert!(received(&sandbox).contains(text));
    let _ = afzar.authorized().get(format!("sms/send?text={text}")).await;
    assert!(received(&sandbox).contains(encoded));
}
