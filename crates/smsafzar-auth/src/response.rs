//! The provider's answers: `{token}`, or `{errorCode, errorMessage, validationErrors}`.

use http_core::bytes::Bytes;
use http_core::decode::{self, Object, Raw};
use http_core::http::{Response, StatusCode};
use http_core::text::same;
use http_core::{Effect, Redactor};

use crate::contract::Code;
use crate::details::{Details, ValidationError, date_in};
use crate::error::ErrorBuilder;

const OF_A_REFUSAL: [&str; 3] = ["errorCode", "errorMessage", "validationErrors"];

/// The JSON object of a response: the whole body, or the only object in it that speaks of a token or an error.
/// Says whether it is the whole.
pub(crate) fn object(response: &Response<Bytes>) -> Option<(Object<'_>, bool)> {
    let is_answer = |object: &Object<'_>| object.get("token").or(object.get("errorCode")).is_some();
    decode::object::<Code>(response, is_answer)
}

/// The refusal that an answer is, if it is one. The body decides; the HTTP status is asked only whether the number is
/// a code or a support reference. Secrets are taken out of what is kept of it, once it is judged.
pub(crate) fn refusal(
    answer: &Object<'_>,
    http_status: StatusCode,
    redactor: &Redactor,
) -> Option<ErrorBuilder> {
    let redacted = |text: &str| redactor.redact(text).into_owned();
    let message = answer.get("errorMessage").and_then(Raw::text).unwrap_or_default();
    let validation_errors = answer.get("validationErrors");
    let mut codes = codes(answer).peekable();
    let says_code = codes.peek().is_some();
    let word = codes.find(|word| word != "0");
    let says_words = !message.is_empty() || validation_errors.is_some_and(|it| !it.is_empty());
    if word.is_none() && (says_code || !says_words) {
        return None;
    }
    let word = word.unwrap_or_default();
    let mut details = Details {
        validation_errors: ValidationError::list(validation_errors, redactor),
        ..Details::default()
    };
    let code = if http_status.is_server_error() {
        details.support_reference = Some(redacted(&word)).filter(|it| !it.is_empty());
        Code::ServerFailure
    } else {
        Code::of(&word)
    };
    if code == Code::AccountExpired {
        details.expired_on = date_in(&message).map(redacted);
    }
    let failure = ErrorBuilder::api(code.redacted(redactor), redacted(&message)).details(details);
    let failure = match code {
        Code::ServerFailure | Code::Unknown(_) => failure.effect_unknown(),
        Code::TooManyRequests => failure.try_again(),
        _ => failure.permanent(),
    };
    // Nothing was done only if this is a refusal of the document's, with the HTTP status of one and nothing beside it. A
    // server that failed may have done what was asked.
    let only_refuses = http_status.is_client_error() && answer.has_only(&OF_A_REFUSAL);
    Some(if only_refuses {
        failure
    } else {
        failure.effect_unknown()
    })
}

/// The effect of a call whose token this answer does not accept; `None` if it does not say so.
pub(crate) fn effect_of_refused_token(answer: &Object<'_>, http_status: StatusCode) -> Option<Effect> {
    let is_refused = codes(answer).any(|word| Code::of(&word) == Code::Unauthorized);
    is_refused.then(|| {
        let is_known = matches!(http_status, StatusCode::OK | StatusCode::UNAUTHORIZED)
            && answer.has_only(&OF_A_REFUSAL);
        if is_known { Effect::None } else { Effect::Unknown }
    })
}

/// What stands under `errorCode`, in each of its spellings. What is no code at all is one that nobody knows.
fn codes(answer: &Object<'_>) -> impl Iterator<Item = String> {
    let codes = answer
        .iter()
        .filter(|(name, code)| same(name, "errorCode") && !code.is_null());
    codes.map(|(_, code)| code.word().unwrap_or_default())
}
