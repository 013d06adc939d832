//! From a response to what a call answers, or to the reason why it has no answer.

use http_core::Redactor;
use http_core::bytes::Bytes;
use http_core::decode::{self, Raw, Search, search};
use http_core::http::Response;

use crate::api_error::{api_error, support_reference};
use crate::details::Details;
use crate::envelope::{self, Answer, Context, Leaf, Level, Payload, has, is_recognised, whole};
use crate::error::ErrorBuilder;
use crate::excerpt;
use crate::json_path::unreadable;
use crate::short_domain::ShortDomain;

/// What the service answered, if no level of the envelope refuses and each agrees.
pub(crate) fn read<T: Payload>(
    response: &Response<Bytes>,
    domain: &ShortDomain,
    redactor: &Redactor,
) -> Result<T, ErrorBuilder> {
    let status = response.status();
    let with_excerpt = |failure: ErrorBuilder| failure.excerpt_of(&excerpt::of(response));
    let unread = |why: ErrorBuilder| with_excerpt(decode::somebody_elses(status).unwrap_or(why));
    let text = decode::text(response).map_err(with_excerpt)?;
    let (answer, is_alone) = answer_in(text).map_err(|why| unread(unreadable(0, "", why)))?;
    let judged = envelope::read::<T, _>(answer, Vec::new(), |levels, leaf| {
        if !levels
            .first()
            .map_or(T::IS_TEXT, |level| is_recognised(&level.object))
        {
            return Err(unread(unreadable(0, "", "no envelope")));
        }
        let has_two = |level: &Level<'_>| has(&level.object, &["result"]) && has(&level.object, T::KEYS);
        let has_two_results = levels.iter().any(has_two);
        let is_contradicted = !is_alone || has_two_results || status.is_server_error();
        if let Some(error) = api_error::<T>(levels, &leaf, is_contradicted, redactor) {
            return Err(error);
        }
        let context = Context {
            depth: levels.len() - usize::from(matches!(leaf, Leaf::Payload(_))),
            support_reference: support_reference(levels, redactor),
            domain,
            redactor,
        };
        let details = Details::unread(context.support_reference.clone());
        let read = if !status.is_success() {
            Err(ErrorBuilder::status("a success that contradicts the HTTP status"))
        } else if has_two_results {
            Err(unreadable(0, "", "two results"))
        } else {
            agreed::<T>(levels).and_then(|()| T::read(levels, leaf, context))
        };
        read.map_err(|why| with_excerpt(why).details(details))
    });
    judged.unwrap_or_else(|why| Err(unread(why)))
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
fn agreed<T: Payload>(levels: &[Level<'_>]) -> Result<(), ErrorBuilder> {
    let agrees = |(at, level): &(usize, &Level<'_>)| {
        let is_wrapper = *at > 0 && level.is_silent() && level.message().is_none();
        is_wrapper || level.says_yes() || level.redirect::<T>().is_some()
    };
    match levels.iter().enumerate().find(|level| !agrees(level)) {
        Some((at, _)) => Err(unreadable(at, "", "no sign of success")),
        None => Ok(()),
    }
}
