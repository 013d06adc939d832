//! Whether an answer is a refusal, and which level of it speaks.

use http_core::{REDACTED, Redactor, Secret};

use crate::contract::{Code, Service};
use crate::details::{Details, Level as Speaker, Reference};
use crate::envelope::{Flag, Leaf, Level, is_success};
use crate::error::ErrorBuilder;

/// A text in place of the result is a message, however long it is.
const LONGEST_MESSAGE: usize = 1000;

/// The refusal that the answer is, if it is one. The innermost level that says so speaks: it knows the most.
pub(crate) fn api_error(
    levels: &[Level<'_>],
    leaf: &Leaf<'_>,
    is_contradicted: bool,
    service: Service,
    redactor: &Redactor,
) -> Option<ErrorBuilder> {
    let mut inside_out = levels.iter().rev();
    let (level, (speaker, number, flag)) =
        inside_out.find_map(|level| Some((level, speaks(level, service)?)))?;
    let documented = match (speaker, number) {
        (Speaker::Gateway, Some(21)) => Some(Code::MissingToken),
        (Speaker::Gateway | Speaker::Service, Some(number)) => service.code(number),
        _ => None,
    };
    // Only words that the document has for this very call, and that nothing beside them contradicts, say that nothing was
    // changed. A failure of the server may have come half-way.
    let contradicts = |level: &Level<'_>| {
        let server_failed = level.numbers().any(|code| matches!(code, 500..=599));
        server_failed || level.flag("error") == Some(Flag::No)
    };
    let is_certain = flag == Some(Flag::Yes)
        && documented.as_ref().is_some_and(|code| *code != Code::Internal)
        && !(is_contradicted || leaf.says_something() || levels.iter().any(contradicts));

    let one_time = levels.iter().filter_map(|level| level.words(&["ott"]));
    let one_time: Vec<Secret> = one_time.map(|ott| ott.as_ref().into()).collect();
    let and_one_time = redactor.and(&one_time);
    let not_secret = |number: &i64| redactor.redact(&number.to_string()) != REDACTED;
    let code = documented.unwrap_or_else(|| match (speaker, number.map(u16::try_from)) {
        (Speaker::ServiceStatus, Some(Ok(status))) => Code::ServiceStatus(status),
        _ => Code::Unknown(number.filter(not_secret)),
    });
    let asks_to_try_again = match &code {
        Code::Internal => true,
        Code::ServiceStatus(status) => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
        _ => false,
    };
    let inside_out = || levels.iter().rev();
    let developer_message = inside_out().find_map(|level| level.words(&["developerMessage"]));
    // The words of this level, or the plain text that the service answered, or any other words there are.
    let message = level.message().or_else(|| leaf.text());
    let message = message
        .or_else(|| inside_out().find_map(Level::message))
        .or_else(|| developer_message.clone());
    let message: String = message
        .unwrap_or_default()
        .trim()
        .chars()
        .take(LONGEST_MESSAGE)
        .collect();
    let service_status = levels.iter().find_map(|level| level.number("statusCode"));
    let details = Details {
        level: Some(speaker),
        reference: reference(levels, redactor),
        service_status: service_status.filter(not_secret),
        developer_message: developer_message.map(|text| and_one_time.redact(&text).into_owned()),
    };
    let failure = ErrorBuilder::api(code, and_one_time.redact(&message)).details(details);
    let failure = if asks_to_try_again {
        failure.try_again()
    } else {
        failure
    };
    Some(if is_certain {
        failure
    } else {
        failure.effect_unknown()
    })
}

/// Who of a level says that the call failed, with which number, and the flag that says so.
fn speaks(level: &Level<'_>, service: Service) -> Option<(Speaker, Option<i64>, Option<Flag>)> {
    let says_so = |key: &str| level.flag(key).filter(|flag| *flag != Flag::No);
    let fails = |key: &str| level.number(key).is_some_and(|number| !is_success(number));
    let number = |key: &str| level.number(key);
    let error = says_so("error").or_else(|| says_so("errors"));
    if error.is_some() || fails("code") {
        Some((Speaker::Service, number("code").or(number("errorCode")), error))
    } else if fails("statusCode") && !redirects(level, service) {
        Some((Speaker::ServiceStatus, number("statusCode"), None))
    } else if says_so("hasError").is_some() || fails("errorCode") {
        Some((Speaker::Gateway, number("errorCode"), says_so("hasError")))
    } else {
        None
    }
}

/// Whether the gateway says that a visit leads on, which is no failure.
pub(crate) fn redirects(level: &Level<'_>, service: Service) -> bool {
    let is_redirect = matches!(level.number("statusCode"), Some(301 | 302 | 303 | 307 | 308));
    service == Service::Visit && is_redirect && level.location().is_some()
}

/// What support asks for, should it hold a secret without it.
pub(crate) fn reference(levels: &[Level<'_>], redactor: &Redactor) -> Reference {
    let first = |key: &str| {
        let text = levels.iter().find_map(|level| level.words(&[key]))?;
        Some(redactor.redact(&text).into_owned())
    };
    Reference {
        number: first("referenceNumber"),
        message_id: first("messageId"),
    }
}
