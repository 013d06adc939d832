//! What an HTTP 401 says about the effect of a call.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::auth::login::Login;
use crate::decode::Object;
use crate::decode::raw::Raw;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::kind::Effect;
use crate::secret::Secret;
use crate::secret::redactor::Redactor;

/// The provider's judgement of an answer to a call with the token, and that of HTTP 401, which everybody in front of the
/// provider can answer with. See [`Login::check`].
pub fn judge<'a, L: Login>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
) -> Result<Option<Object<'a>>, ErrorBuilder<L::Code>> {
    let checked = L::check(response, redactor);
    if response.status() != StatusCode::UNAUTHORIZED {
        return checked;
    }
    Err(match checked {
        Ok(_) => ErrorBuilder::decode("$", "a success under HTTP 401")
            .excerpt_of(response)
            .token_refused(Effect::Unknown),
        Err(failure) if failure.is_token_refused() => failure,
        Err(failure) if says_nothing_else(response.body()) => failure.token_refused(Effect::None),
        Err(failure) => failure.token_refused(Effect::Unknown),
    })
}

/// The same for a call of the provider's, which has codes of its own. What is `private` stays out of the failure: it is asked
/// only for one, since to look for all of it is too slow for a success.
pub fn judge_call<'a, L: Login, C>(
    response: &'a Response<Bytes>,
    redactor: &Redactor,
    private: impl FnOnce() -> Vec<Secret>,
) -> Result<Option<Object<'a>>, ErrorBuilder<C>>
where
    C: Code<Details = <L::Code as Code>::Details> + From<L::Code>,
{
    if let Ok(answer) = judge::<L>(response, redactor) {
        return Ok(answer);
    }
    let redactor = redactor.and(&private());
    let failure = |it: ErrorBuilder<L::Code>| it.map_code(C::from).received(response, &redactor);
    judge::<L>(response, &redactor).map_err(failure)
}

/// Whether the complete body of an HTTP 401 says nothing beside it: it is empty, a text or page without any JSON, or
/// one object that only describes the error. Then nothing was done; anything else may come from whoever did it.
fn says_nothing_else(body: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return false;
    };
    if !text.contains(['{', '[', '\0']) {
        return true;
    }
    let object = Raw::parse(text).and_then(Raw::object);
    object.is_some_and(|object| {
        object.duplicate_key().is_none() && object.iter().all(|(key, value)| describes(key, value))
    })
}

fn describes(key: &str, value: Raw<'_>) -> bool {
    match key {
        "message" | "error" | "error_description" | "type" | "title" | "detail" | "instance" | "traceId" => {
            value.string().is_some() || value.is_null()
        }
        "status" | "code" => value.word().as_deref() == Some("401"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_body_without_anything_else_says_that_nothing_was_done() {
        for (body, expected) in [
            ("", true),
            (" \r\n", true),
            ("Unauthorized", true),
            ("کلید امنیتی شما منقضی شده یا اشتباه است", true),
            ("<html><body><h1>401</h1></body></html>", true),
            (r#"{"message":"Unauthorized"}"#, true),
            (
                "\u{feff}{\"error\":\"invalid_token\",\"error_description\":null}",
                true,
            ),
            (
                r#"{"type":"about:blank","title":"Unauthorized","status":401,"detail":"","instance":"/a","traceId":"0"}"#,
                true,
            ),
            (r#"{"code":"401","message":"no"}"#, true),
            ("\n\u{feff} \u{feff}{\"message\":\"no\"}", true),
            (r#"{"message":"no\ud83d","code":"۴۰۱"}"#, true),
            (r#"{"message":"no","code":401,"Code":0}"#, false),
            ("{}", true),
            ("<style>a { color: red }</style>", false),
            ("see [1]", false),
            (r#"{"message":"no""#, false),
            (r#"{"message":"no"} {"id":1}"#, false),
            (r#"[{"message":"no"}]"#, false),
            (r#"{"message":"no","message":"yes"}"#, false),
            (r#"{"message":"no","messageId":77}"#, false),
            (r#"{"message":{"id":77}}"#, false),
            (r#"{"status":200,"message":"no"}"#, false),
            (r#"{"code":4001}"#, false),
            ("no\0{", false),
        ] {
            assert_eq!(says_nothing_else(body.as_bytes()), expected, "{body}");
        }
        assert!(!says_nothing_else(b"\x1f\x8b\x08\x00"));
    }
}
