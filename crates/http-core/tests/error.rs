//! What people read when a call fails; it has no secret in it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::error::Error as _;
use std::time::Duration;

use common::{READ, Refused, TOKEN, WRITE, build, builder, call, over};
use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{Request, Response};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{
    Argument, CallOptions, Effect, Error, ErrorBuilder, HttpClient, Kind, Language, Outgoing, Reason,
    RetryPolicy, Transport, TransportError, async_trait,
};

const COUNT: Argument = Argument::new("count", "تعداد");

async fn failed(step: Step) -> Error<Refused> {
    call(&over(&ScriptedTransport::always(step)), &WRITE, None)
        .await
        .unwrap_err()
}

fn chain(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(error.source(), |link| (*link).source())
        .map(ToString::to_string)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn reads_like_this() {
    for (step, text) in [
        (
            Step::unknown(),
            "test.write: the connection broke (effect unknown)",
        ),
        (
            Step::not_sent(),
            "test.write: no connection: scripted: not sent; check the network and the base URL (3 attempts)",
        ),
        (Step::hang(), "test.write: the deadline passed (effect unknown)"),
        (
            Step::answer(200, "refused no money"),
            "test.write: the provider refused: no money (Refused, HTTP 200)",
        ),
        (
            Step::answer(502, "<html>"),
            "test.write: not the provider's answer: no answer of the provider's own (HTTP 502, effect unknown)",
        ),
        (
            Step::answer(200, "broken answer"),
            "test.write: the answer is not what the contract says: not a status at $.status (HTTP 200, effect \
             unknown)",
        ),
        (
            Step::answer(200, vec![b'x'; 9 * 1024 * 1024]),
            "test.write: the answer is too large: more than 4194304 bytes (effect unknown)",
        ),
    ] {
        assert_eq!(failed(step).await.to_string(), text);
    }
}

#[tokio::test(start_paused = true)]
async fn debugs_like_this() {
    let step = Step::answer(429, format!("<html> {TOKEN} </html>")).header("retry-after", "7");
    assert_eq!(
        format!("{:?}", failed(step).await),
        "test.write: not the provider's answer: no answer of the provider's own (HTTP 429, effect unknown) Error { \
         kind: Status, effect: Unknown, retry_after: 7s, excerpt: \"<html> [redacted] </html>\" }"
    );
    assert_eq!(
        format!("{:?}", failed(Step::unknown()).await),
        "test.write: the connection broke (effect unknown) Error { kind: Interrupted, effect: Unknown, \
         source: \"scripted: no answer\" }"
    );
}

#[tokio::test(start_paused = true)]
async fn answers_its_questions() {
    let error = failed(Step::answer(403, "refused no money").header("retry-after", "7")).await;
    assert_eq!(error.kind(), Kind::Api);
    assert_eq!(error.effect(), Effect::None);
    assert_eq!(error.code(), Some(&Refused));
    assert_eq!(error.message(), Some("no money"));
    assert_eq!(
        error.details().map(Vec::as_slice),
        Some(["one field", "another"].as_slice())
    );
    assert_eq!(error.http_status().unwrap(), 403);
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!((error.json_path(), error.excerpt()), (None, None));
    assert!(error.source().is_none());
    assert_eq!(error.describe(Language::Persian), "سرویس نپذیرفت.");

    let copy = error.clone();
    assert_eq!(format!("{copy:?}"), format!("{error:?}"));
    let boxed: Box<dyn std::error::Error + Send + Sync> = Box::new(copy);
    assert_eq!(boxed.to_string(), error.to_string());
}

#[test]
fn a_failure_before_sending_counts_no_attempt() {
    let reason = Reason::OutOfRange {
        least: 50,
        most: 7000,
    };
    let error = ErrorBuilder::<Refused>::invalid_input(COUNT, reason).before_sending(&WRITE);
    assert_eq!(
        error.to_string(),
        "test.write: not sent: the count must be from 50 to 7000"
    );
    let kind = Kind::InvalidInput {
        argument: "count",
        reason,
    };
    assert_eq!((error.kind(), error.effect()), (kind, Effect::None));
    assert_eq!((error.attempts(), error.is_retryable()), (0, false));
    assert_eq!(
        error.describe(Language::Persian),
        "درخواست ارسال نشد: تعداد باید بین ۵۰ تا ۷۰۰۰ باشد."
    );
}

#[tokio::test(start_paused = true)]
async fn every_kind_has_a_sentence_in_both_languages() {
    let mut sentences = Vec::new();
    for step in [
        Step::unknown(),
        Step::not_sent(),
        Step::hang(),
        Step::answer(502, ""),
    ] {
        let error = failed(step).await;
        sentences.push(error.describe(Language::English).into_owned());
        let persian = error.describe(Language::Persian);
        assert!(
            persian.chars().any(|c| ('ا'..='ی').contains(&c)) && !persian.is_ascii(),
            "{persian}"
        );
        sentences.push(persian.into_owned());
    }
    sentences.sort();
    sentences.dedup();
    assert_eq!(sentences.len(), 8);
}

#[test]
fn an_effect_and_a_language_go_to_their_words_and_back() {
    for (effect, word) in [(Effect::None, "none"), (Effect::Unknown, "unknown")] {
        assert_eq!((effect.to_string().as_str(), word.parse()), (word, Ok(effect)));
        let json = serde_json::to_value(effect).unwrap();
        assert_eq!(json, word);
        assert_eq!(serde_json::from_value::<Effect>(json).unwrap(), effect);
    }
    for (language, word) in [(Language::English, "en"), (Language::Persian, "fa")] {
        assert_eq!(
            (language.to_string().as_str(), word.parse()),
            (word, Ok(language))
        );
        let json = serde_json::to_value(language).unwrap();
        assert_eq!(json, word);
        assert_eq!(serde_json::from_value::<Language>(json).unwrap(), language);
    }
    let unknown = "de".parse::<Language>().unwrap_err();
    assert_eq!(unknown.to_string(), "unknown word: expected one of en, fa");
}

#[test]
fn an_argument_is_named_with_what_is_allowed_in_both_languages() {
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    let span = |most| Reason::SpanTooLong { most };
    let range = Reason::OutOfRange {
        least: 50,
        most: 7000,
    };
    for (reason, english, persian) in [
        (Reason::Empty, "is missing or empty", "وارد نشده است"),
        (range, "must be from 50 to 7000", "باید بین ۵۰ تا ۷۰۰۰ باشد"),
        (
            Reason::TooLong { most: 8192 },
            "is longer than 8192 bytes",
            "بلندتر از ۸۱۹۲ بایت است",
        ),
        (span(hours(2)), "is longer than 2 hours", "بیش از ۲ ساعت است"),
        (span(hours(24 * 7)), "is longer than 7 days", "بیش از ۷ روز است"),
        (
            span(hours(24 * 31)),
            "is longer than 31 days",
            "بیش از ۳۱ روز است",
        ),
        (
            span(hours(24 * 7305)),
            "is longer than 20 years",
            "بیش از ۲۰ سال است",
        ),
        (
            span(Duration::from_secs(90)),
            "is longer than 90 seconds",
            "بیش از ۹۰ ثانیه است",
        ),
        (
            Reason::InvisibleCharacter('\u{200F}'),
            "has an invisible character, U+200F (right-to-left mark)",
            "نویسه‌ای دارد که دیده نمی‌شود (\u{2066}U+200F\u{2069}) و باید پاک شود",
        ),
        (
            Reason::Space,
            "has a space, a line break or a backslash",
            "فاصله، سطر تازه یا \u{2066}\\\u{2069} دارد",
        ),
        (
            Reason::Separator(','),
            "has a `,`, which separates it from others",
            "نشانهٔ جداکنندهٔ «,» دارد",
        ),
        (
            Reason::NotAbsolute,
            "is not an absolute URL (https://…)",
            "نشانی کامل (\u{2066}https://…\u{2069}) نیست",
        ),
        (
            Reason::ForeignAddress,
            "is not an address of this provider",
            "متعلق به این سرویس نیست",
        ),
        (
            Reason::EndsBeforeItBegins,
            "ends before it begins",
            "پایانش پیش از آغازش است",
        ),
        (
            Reason::NotAllowed,
            "is not allowed with this method",
            "با این متد مجاز نیست",
        ),
        (
            Reason::Unwritable,
            "cannot be sent as it is",
            "به این شکل قابل ارسال نیست",
        ),
    ] {
        let error = ErrorBuilder::<Refused>::invalid_input(COUNT, reason).before_sending(&WRITE);
        assert_eq!(
            error.to_string(),
            format!("test.write: not sent: the count {english}")
        );
        assert_eq!(
            error.describe(Language::English),
            format!("The request was not sent: the count {english}.")
        );
        assert_eq!(
            error.describe(Language::Persian),
            format!("درخواست ارسال نشد: تعداد {persian}.")
        );
    }
}

/// Fails with a chain that quotes the URL, as careless libraries do.
struct Careless;

#[derive(Debug)]
struct Link(String, Option<Box<Link>>);

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Link {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_deref().map(|link| link as _)
    }
}

#[async_trait]
impl Transport for Careless {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let mut below = Link(format!("cut: {}", &TOKEN[..12]), None);
        for depth in 0..100 {
            below = Link(format!("{depth}: {}", request.uri()), Some(Box::new(below)));
        }
        Err(TransportError::unknown(below))
    }
}

#[tokio::test(start_paused = true)]
async fn a_chain_from_below_is_kept_as_redacted_text_and_ends() {
    let client = build(builder("https://provider.test").transport(Careless));
    let error = call(&client, &WRITE, None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "test.write: the connection broke (effect unknown)"
    );
    let links = chain(&error);
    assert_eq!(links[0], "99: https://provider.test/write.php?token=[redacted]");
    assert_eq!(links.len(), 17);
    assert!(links[16].starts_with("83: "), "{}", links[16]);
    let everything = format!("{error:?} {error:#?} {error} {links:?}");
    assert!(!everything.contains(&TOKEN[..8]), "{everything}");
}

#[tokio::test(start_paused = true)]
async fn an_echo_of_the_secret_is_taken_out_wherever_it_stands() {
    let json = TOKEN.replace('-', "%2d");
    for echo in [TOKEN, &TOKEN[..9], &TOKEN[5..], &json] {
        for body in [
            format!("refused token {echo} is bad"),
            format!("<p>{echo}"),
            format!("broken {echo}"),
            format!("{}{echo}", "é".repeat(195)),
        ] {
            let error = failed(Step::answer(500, body)).await;
            let everything = format!("{error:?}{error}");
            let leaked = TOKEN
                .as_bytes()
                .windows(8)
                .any(|part| everything.as_bytes().windows(8).any(|seen| seen == part));
            assert!(!leaked, "{everything}");
        }
    }
}

/// A place in an answer is written with the answer's own keys.
#[tokio::test(start_paused = true)]
async fn a_place_in_the_answer_quotes_no_secret() {
    let script = ScriptedTransport::always(Step::answer(200, "{}"));
    let client = over(&script);
    let request = Outgoing::new(READ.method.clone(), client.url(&READ)).unwrap();
    let outcome: Result<(), Error<Refused>> = client
        .call(&READ, request, client.deadline(None), |_| {
            Err(ErrorBuilder::decode(format!("$.{TOKEN}.id"), "missing"))
        })
        .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.json_path(), Some("$.[redacted].id"));
    let everything = format!("{error:?}{error}");
    assert!(!everything.contains(&TOKEN[..8]), "{everything}");
}

#[tokio::test(start_paused = true)]
async fn an_excerpt_is_short_and_cut_after_redaction() {
    let body = format!("{}{TOKEN}{}", "x".repeat(195), "y".repeat(20_000));
    let excerpt = failed(Step::answer(502, body))
        .await
        .excerpt()
        .unwrap()
        .to_owned();
    assert_eq!(excerpt, format!("{}[reda…", "x".repeat(195)));
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let excerpt = failed(Step::answer(502, binary))
        .await
        .excerpt()
        .unwrap()
        .to_owned();
    assert_eq!(excerpt.chars().count(), 201);
}

#[tokio::test(start_paused = true)]
async fn nothing_prints_the_token() {
    let script = ScriptedTransport::always(Step::answer(200, "fine"));
    let client: HttpClient = over(&script);
    call(&client, &READ, None).await.unwrap();
    let seen = script.seen();
    let printed = format!(
        "{client:?}{script:?}{:?}{:?}{:?}{:?}",
        seen[0],
        client.redactor(),
        builder("https://provider.test"),
        RetryPolicy::default()
    );
    assert!(!printed.contains(&TOKEN[..8]), "{printed}");
    assert!(seen[0].request.uri().query().unwrap().contains(TOKEN));
}
