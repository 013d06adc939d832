//! What a login, and a call with its token, have in common at both SMS services.

use http_core::{Answer, Code, Kind, Token};

use crate::answered::{Answered, shown};
use crate::{Failure, Success};

/// Judges an answer, which has this token if it is a login's. The failure that is left says that the provider refused
/// and that nothing happened.
pub(crate) fn judge<'a, C: Code>(
    answered: &'a Answered<'_>,
    token: Option<&Token>,
    names_token_once: bool,
) -> Option<&'a Failure> {
    let failure = match &answered.outcome {
        Ok(success) => {
            judge_success::<C>(answered, success, token);
            return None;
        }
        // After fresh logins, whose answer is this very one too, nobody can tell what an error may show.
        Err(_) if answered.requests > 2 => return None,
        Err(failure) => failure,
    };
    // A login's answer may have the token elsewhere than in the one place in which a reader looks for it.
    let knows_token = names_token_once || answered.call.name != "authenticate";
    answered.judge(failure, if knows_token { answered.all } else { answered.own });
    let is_refusal = failure.kind == Kind::Api && answered.had_no_effect(failure);
    is_refusal.then_some(failure)
}

fn judge_success<C: Code>(answered: &Answered<'_>, success: &Success, token: Option<&Token>) {
    let shown = shown(success);
    let is_login = answered.call.name == "authenticate";
    let secrets = if is_login { answered.own } else { answered.all };
    secrets.assert_not_in(&shown);
    if let Some(answer) = success.answer::<Answer<C>>() {
        assert_eq!(answer.body(), answered.response.body());
    }
    if let Some(token) = token {
        let text = token.secret().expose();
        assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
        let is_word = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
        let is_a_word_of_ours = text.len() < 8 || text.bytes().all(is_word);
        assert!(is_a_word_of_ours || !shown.contains(text), "{shown}");
    }
}

/// Whether an answer is an empty list.
pub(crate) fn shows_nothing(success: &Success) -> bool {
    shown(success).contains(r#""items":[],"json":null"#)
}
