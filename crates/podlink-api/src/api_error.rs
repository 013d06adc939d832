//! Whether an answer is a refusal, and which level of it speaks.

use http_core::{REDACTED, Redactor, Secret};

use crate::contract::Code;
use crate::details::{Details, Level as Speaker, SupportReference};
use crate::envelope::{Flag, Leaf, Level, Payload, is_success};
use crate::error::ErrorBuilder;

/// A text in place of the result is a message, however long it is.
const LONGEST_MESSAGE: usize = 1000;

/// The refusal that the answer is, if it is one. The innermost level that says so speaks: it knows the most.
pub(crate) fn api_error<T: Payload>(
    levels: &[Level<'_>],
    leaf: &Leaf<'_>,
    is_contradicted: bool,
    redactor: &Redactor,
) -> Option<ErrorBuilder> {
    let inside_out = || levels.iter().rev();
    let (level, (speaker, number, flag)) =
        inside_out().find_map(|level| Some((level, speaks::<T>(level)?)))?;
    let not_secret = |number: &i64| redactor.redact(&number.to_string()) != REDACTED;
    let documented = number.and_then(|number| match speaker {
        Speaker::Gateway if number == 21 => Some(Code::MissingToken),
        Speaker::ServiceStatus => u16::try_from(number).ok().map(Code::ServiceStatus),
        _ => T::SERVICE.code(number),
    });
    let unknown = || number.filter(not_secret).map(|number| number.to_string());
    let code = documented.unwrap_or_else(|| Code::Unknown(unknown().unwrap_or_default()));
    // Only words that the document has for this very call, and that nothing beside them contradicts, say that nothing was
    // changed. A failure of the server may have come half-way.
    let contradicts = |level: &Level<'_>| {
        let server_failed = level.numbers().any(|code| matches!(code, 500..=599));
        server_failed || level.error == Some(Flag::No)
    };
    let has_result = matches!(leaf, Leaf::Payload(_)) || !leaf.value().is_empty();
    let is_refusal = !matches!(
        code,
        Code::ServerFailure | Code::ServiceStatus(_) | Code::Unknown(_)
    );
    let is_certain = flag == Some(Flag::Yes)
        && is_refusal
        && !(is_contradicted || has_result || levels.iter().any(contradicts));

    let one_time = levels.iter().filter_map(|level| level.words(&["ott"]));
    let one_time: Vec<Secret> = one_time.map(|ott| ott.as_ref().into()).collect();
    let and_one_time = redactor.and(&one_time);
    let is_unavailable = matches!(code, Code::ServiceStatus(408 | 429 | 500 | 502 | 503 | 504));
    let try_again = is_unavailable || code == Code::ServerFailure;
    let developer_message = inside_out().find_map(|level| level.words(&["developerMessage"]));
    // The words of this level, or the plain text that the service answered, or any other words there are.
    let message = level
        .message()
        .or_else(|| leaf.text())
        .or_else(|| inside_out().find_map(Level::message))
        .or_else(|| developer_message.clone())
        .unwrap_or_default();
    let message: String = message.trim().chars().take(LONGEST_MESSAGE).collect();
    let service_status = levels.iter().find_map(|level| level.status_code);
    let mut failure = ErrorBuilder::api(code, and_one_time.redact(&message)).details(Details {
        level: Some(speaker),
        support_reference: support_reference(levels, redactor),
        service_status: service_status.filter(not_secret),
        developer_message: developer_message.map(|text| and_one_time.redact(&text).into_owned()),
    });
    if try_again {
        failure = failure.try_again();
    }
    if !is_certain {
        failure = failure.effect_unknown();
    }
    Some(failure)
}

/// Who of a level says that the call failed, with which number, and the flag that says so.
fn speaks<T: Payload>(level: &Level<'_>) -> Option<(Speaker, Option<i64>, Option<Flag>)> {
    let says_so = |flag: Option<Flag>| flag.filter(|flag| *flag != Flag::No);
    let fails = |number: Option<i64>| number.is_some_and(|number| !is_success(number));
    let error = says_so(level.error).or_else(|| says_so(level.errors));
    if error.is_some() || fails(level.code) {
        Some((Speaker::Service, level.code.or(level.error_code), error))
    } else if fails(level.status_code) && level.redirect::<T>().is_none() {
        Some((Speaker::ServiceStatus, level.status_code, None))
    } else if says_so(level.has_error).is_some() || fails(level.error_code) {
        Some((Speaker::Gateway, level.error_code, says_so(level.has_error)))
    } else {
        None
    }
}

/// What support asks for, should it hold a secret without it.
pub(crate) fn support_reference(levels: &[Level<'_>], redactor: &Redactor) -> SupportReference {
    let first = |key: &str| {
        let text = levels.iter().find_map(|level| level.words(&[key]))?;
        Some(redactor.redact(&text).into_owned())
    };
    SupportReference {
        number: first("referenceNumber"),
        message_id: first("messageId"),
    }
}
