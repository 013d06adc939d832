//! Whether an answer is a refusal, and which level of it speaks.

use http_core::{REDACTED, Redactor};

use crate::contract::{Code, Service};
use crate::details::{Details, Level, Reference};
use crate::envelope::{Envelope, Flag, LevelFields, Payload};
use crate::error::Failure;

/// A text in place of the result is a message, however long it is.
const LONGEST_MESSAGE: usize = 1000;

/// What one level has against the call.
struct Objection<'a> {
    fields: &'a LevelFields,
    level: Level,
    number: Option<i64>,
    /// A plain yes to the question whether it failed.
    is_plain: bool,
}

/// The refusal that the answer is, if it is one. The innermost level that objects speaks: it knows the most.
pub(crate) fn refusal<T: Payload>(
    envelope: &Envelope<T>,
    service: Service,
    redactor: &Redactor,
) -> Option<Failure> {
    let levels = &envelope.levels;
    let objection = levels
        .iter()
        .rev()
        .find_map(|level| Objection::of(level, service))?;
    let documented = objection.documented_code(service);

    // Only words that the document has for this very call, and that nothing beside them contradicts, say that
    // nothing was changed.
    let is_contradicted =
        envelope.payload.is_some() || levels.iter().any(|level| level.error == Some(Flag::No));
    let is_certain = objection.is_plain
        && !is_contradicted
        && documented.as_ref().is_some_and(|code| *code != Code::Internal);

    let one_time = Redactor::new(levels.iter().filter_map(|level| level.ott.as_ref()));
    let message = message(envelope, &objection).unwrap_or_default();
    let developer_message = innermost(levels, |level| level.developer_message.as_ref());
    let details = Details {
        level: Some(objection.level),
        reference: reference(levels, redactor),
        service_status: levels
            .iter()
            .find_map(|level| level.status_code)
            .filter(|number| !is_secret(*number, redactor)),
        developer_message: developer_message.map(|text| redactor.redact(&one_time.redact(text)).into_owned()),
    };

    let code = documented.unwrap_or_else(|| objection.undocumented_code(redactor));
    let asks_to_try_again = match &code {
        Code::Internal => true,
        Code::ServiceStatus(status) => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
        _ => false,
    };
    let mut failure = Failure::provider(code, one_time.redact(&message)).details(details);
    if !is_certain {
        failure = failure.effect_unknown();
    }
    if asks_to_try_again {
        failure = failure.try_again();
    }
    Some(failure)
}

/// Whether the gateway says that a visit leads on, which is no failure.
pub(crate) fn redirects(level: &LevelFields, service: Service) -> bool {
    let is_redirect = level
        .status_code
        .is_some_and(|number| matches!(number, 301 | 302 | 303 | 307 | 308));
    service == Service::Visit && is_redirect && level.location.is_some()
}

/// What support asks for, should it hold a secret without it.
pub(crate) fn reference(levels: &[LevelFields], redactor: &Redactor) -> Reference {
    let first = |field: fn(&LevelFields) -> Option<&String>| {
        let text = levels.iter().find_map(field)?;
        Some(redactor.redact(text).into_owned())
    };
    Reference {
        number: first(|level| level.reference_number.as_ref()),
        message_id: first(|level| level.message_id.as_ref()),
    }
}

impl<'a> Objection<'a> {
    fn of(fields: &'a LevelFields, service: Service) -> Option<Self> {
        let objects = |flag: &Option<Flag>| flag.as_ref().is_some_and(|flag| *flag != Flag::No);
        let is_failure = |number: Option<i64>| number.is_some_and(|number| !matches!(number, 0 | 200..=299));
        let (level, number, flag) = if objects(&fields.error) || is_failure(fields.code) {
            (Level::Service, fields.code.or(fields.error_code), &fields.error)
        } else if is_failure(fields.status_code) && !redirects(fields, service) {
            (Level::ServiceStatus, fields.status_code, &None)
        } else if objects(&fields.has_error) || is_failure(fields.error_code) {
            (Level::Gateway, fields.error_code, &fields.has_error)
        } else {
            return None;
        };
        Some(Self {
            fields,
            level,
            number,
            is_plain: *flag == Some(Flag::Yes),
        })
    }

    fn documented_code(&self, service: Service) -> Option<Code> {
        match (self.level, self.number?) {
            (Level::Gateway, 21) => Some(Code::MissingToken),
            (Level::Gateway | Level::Service, number) => service.code(number),
            _ => None,
        }
    }

    fn undocumented_code(&self, redactor: &Redactor) -> Code {
        match (self.level, self.number.map(u16::try_from)) {
            (Level::ServiceStatus, Some(Ok(status))) => Code::ServiceStatus(status),
            _ => Code::Unknown(self.number.filter(|number| !is_secret(*number, redactor))),
        }
    }
}

/// A token of digits alone may come back as a number.
fn is_secret(number: i64, redactor: &Redactor) -> bool {
    redactor.redact(&number.to_string()) == REDACTED
}

/// The words of the level that objects, or the plain text that the service answered, or any other words there are.
fn message<T>(envelope: &Envelope<T>, objection: &Objection<'_>) -> Option<String> {
    let plain = || {
        let text = envelope.text.as_deref()?.trim();
        let end = text
            .char_indices()
            .nth(LONGEST_MESSAGE)
            .map_or(text.len(), |(end, _)| end);
        (!text.is_empty()).then(|| text[..end].to_owned())
    };
    said(objection.fields)
        .cloned()
        .or_else(plain)
        .or_else(|| innermost(&envelope.levels, said).cloned())
        .or_else(|| innermost(&envelope.levels, |level| level.developer_message.as_ref()).cloned())
}

fn said(level: &LevelFields) -> Option<&String> {
    level.message.as_ref().or(match &level.error {
        Some(Flag::Words(words)) if !words.is_empty() => Some(words),
        _ => None,
    })
}

fn innermost(levels: &[LevelFields], field: fn(&LevelFields) -> Option<&String>) -> Option<&String> {
    levels.iter().rev().find_map(field)
}
