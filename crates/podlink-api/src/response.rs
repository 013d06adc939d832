//! From a response to what a call answers, or to the reason why it has no answer.

use http_core::Redactor;
use http_core::bytes::Bytes;
use http_core::decode::{self, Raw, Search, search};
use http_core::http::Response;

use crate::api_error::{api_error, redirects, reference};
use crate::contract::Service;
use crate::details::{Details, Reference};
use crate::envelope::{self, Answer, Leaf, Level, Payload, is_recognised, whole};
use crate::error::ErrorBuilder;
use crate::excerpt;
use crate::json_path::Unreadable;

/// What the service answered, if no level of the envelope refuses and each agrees.
pub(crate) fn read<T: Payload>(
    response: &Response<Bytes>,
    service: Service,
    redactor: &Redactor,
) -> Result<(T, Reference), ErrorBuilder> {
    let status = response.status();
    let text =
        decode::text(response).map_err(|failure: ErrorBuilder| failure.excerpt_of(&excerpt::of(response)))?;
    let (answer, is_alone) = answer_in(text).map_err(|why| unread(response, &Unreadable::new("", why)))?;
    let judged = envelope::read::<T, _>(answer, Vec::new(), |levels, leaf| {
        let is_envelope = levels.first().map_or(T::IS_TEXT, Level::is_recognised);
        if !is_envelope {
            return Err(unread(response, &Unreadable::new("", "no envelope")));
        }
        let has_two_results = levels.iter().any(|level| level.has_two_results(T::KEYS));
        let is_contradicted = !is_alone || has_two_results || status.is_server_error();
        if let Some(error) = api_error(levels, &leaf, is_contradicted, service, redactor) {
            return Err(error);
        }
        let reference = reference(levels, redactor);
        let details = Details::unread(reference.clone());
        if !status.is_success() {
            let failure = ErrorBuilder::status("a success that contradicts the HTTP status");
            return Err(failure.excerpt_of(&excerpt::of(response)).details(details));
        }
        let agreed = if has_two_results {
            Err(Unreadable::new("", "two results"))
        } else {
            agreed::<T>(levels, service)
        };
        let read = agreed.and_then(|()| {
            let depth = levels.len() - usize::from(matches!(leaf, Leaf::Payload(_)));
            T::read(levels, leaf, redactor).map_err(|why| why.below(depth))
        });
        read.map(|read| (read, reference))
            .map_err(|why| unread(response, &why).details(details))
    });
    judged.unwrap_or_else(|why| Err(unread(response, &why)))
}

/// The provider's object in a text, and whether no other is beside it; or what stands there instead.
fn answer_in(text: &str) -> Result<(Answer<'_>, bool), &'static str> {
    if let Some(answer) = whole(text).filter(|_| text.starts_with(['{', '"'])) {
        return Ok((answer, true));
    }
    match search(text, is_recognised) {
        Search::One { raw, is_alone, .. } => Ok((whole(raw.json()).ok_or("no envelope")?, is_alone)),
        Search::Several => Err("several answers, or one inside something else"),
        Search::Broken { is_cut_short: true } => Err("cut short"),
        Search::None if text.is_empty() => Err("empty"),
        Search::None if text.starts_with(['{', '[']) && Raw::parse(text).is_some() => Err("no envelope"),
        Search::None | Search::Broken { .. } => Err("not JSON"),
    }
}

/// The outermost level has to say that the call succeeded, and so has any other with words beside its result.
fn agreed<T: Payload>(levels: &[Level<'_>], service: Service) -> Result<(), Unreadable> {
    let agrees = |at: usize, level: &Level<'_>| {
        level.says_yes() || at > 0 && level.is_wrapper() || redirects(level, service)
    };
    match levels.iter().enumerate().find(|(at, level)| !agrees(*at, level)) {
        Some((at, _)) => Err(Unreadable::new("", "no sign of success").below(at)),
        None => Ok(()),
    }
}

fn unread(response: &Response<Bytes>, why: &Unreadable) -> ErrorBuilder {
    let failure = match response.status() {
        status if status.is_success() => ErrorBuilder::decode(format!("${}", why.path), &*why.detail),
        status => decode::not_the_providers(status, &why.detail),
    };
    failure.excerpt_of(&excerpt::of(response))
}
