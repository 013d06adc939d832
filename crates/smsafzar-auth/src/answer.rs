//! The provider's answers: `{token}`, or `{errorCode, errorMessage, validationErrors}`.

use http_core::bytes::Bytes;
use http_core::fields::Object;
use http_core::http::{Response, StatusCode};
use http_core::text::same;
use http_core::{Effect, Redactor, fields};
use serde_json::{Map, Value};

use crate::contract::Code;
use crate::details::date_in;
use crate::details::{Details, ValidationError};
use crate::error::Failure;

/// The JSON object of a response, if it is one.
pub(crate) fn object(response: &Response<Bytes>) -> Option<Object> {
    let body = response.body();
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    serde_json::from_slice(body).ok()
}

/// The refusal that an answer is, if it is one. The body decides; the HTTP status is asked only whether the number is
/// a code or a support reference. Secrets are taken out of what is kept of it, once it is judged.
pub(crate) fn refusal(answer: &Object, http_status: StatusCode, redactor: &Redactor) -> Option<Failure> {
    let fields = &answer.fields;
    let word = fields::find(fields, "errorCode")
        .and_then(fields::word)
        .filter(|word| word != "0")?;
    let message = fields::find(fields, "errorMessage")
        .and_then(fields::text)
        .unwrap_or_default();
    let redacted = |text: &str| redactor.redact(text).into_owned();
    let mut details = Details {
        validation_errors: ValidationError::list(fields::find(fields, "validationErrors"), redactor),
        ..Details::default()
    };
    let code = if http_status.is_server_error() {
        details.support_reference = Some(redacted(&word));
        Code::ServerFailure
    } else {
        Code::of(&word)
    };
    if code == Code::AccountExpired {
        details.expired_on = date_in(&message).map(redacted);
    }
    let mut failure = Failure::provider(code.redacted(redactor), redacted(&message)).details(details);
    if answer.has_a_key_twice {
        failure = failure.effect_unknown();
    }
    Some(match code {
        // It may have failed after it had done what was asked.
        Code::ServerFailure => failure.effect_unknown(),
        Code::TooManyRequests => failure.try_again(),
        Code::Unknown(_) => failure,
        _ => failure.permanent(),
    })
}

/// The effect of a call whose token this answer does not accept; `None` if it does not say so.
pub(crate) fn effect_of_refused_token(answer: &Object, http_status: StatusCode) -> Option<Effect> {
    let fields = &answer.fields;
    let word = fields::find(fields, "errorCode").and_then(fields::word)?;
    (Code::of(&word) == Code::Unauthorized).then(|| {
        let is_known = matches!(http_status, StatusCode::OK | StatusCode::UNAUTHORIZED)
            && !answer.has_a_key_twice
            && says_nothing_beside_the_error(fields);
        if is_known { Effect::None } else { Effect::Unknown }
    })
}

fn says_nothing_beside_the_error(fields: &Map<String, Value>) -> bool {
    let count = |known: &str| fields.keys().filter(|name| same(name, known)).count();
    let of_the_error = ["errorCode", "errorMessage", "validationErrors"].map(count);
    of_the_error.iter().all(|count| *count <= 1) && of_the_error.iter().sum::<usize>() == fields.len()
}

/// The failure of an answer that says a thing twice, and perhaps two things.
pub(crate) fn said_twice(answer: &Object) -> Option<Failure> {
    answer
        .has_a_key_twice
        .then(|| Failure::decode("$", "a key stands twice"))
}

/// The failure of an answer that is not the provider's.
pub(crate) fn not_the_providers(http_status: StatusCode) -> Failure {
    Failure::status(match http_status {
        status if status.is_redirection() => "a redirect, which is never followed",
        StatusCode::FORBIDDEN => {
            "no answer of the provider's own: such a page often means that the address you call from is refused, \
             most often because it is not an Iranian one"
        }
        _ => "no answer of the provider's own",
    })
}
