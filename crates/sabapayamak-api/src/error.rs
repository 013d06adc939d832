use std::borrow::Cow;

use http_core::Language;

use crate::contract::Code;

/// Why a call failed; see [`http_core::Error`] for its questions and [`Code`] for the provider's reasons.
pub type Error = http_core::Error<Code>;

pub(crate) type ErrorBuilder = http_core::ErrorBuilder<Code>;

impl http_core::Code for Code {
    type Details = sabapayamak_auth::Details;

    fn describe(&self, language: Language) -> Cow<'static, str> {
        Self::describe(self, language)
    }
}

/// A code of the login means the same here.
impl From<sabapayamak_auth::Code> for Code {
    fn from(code: sabapayamak_auth::Code) -> Self {
        match (code.number(), code) {
            (_, sabapayamak_auth::Code::Unknown(word)) => Self::of(&word),
            (Some(number), _) => Self::of(&number.to_string()),
            (None, other) => Self::Unknown(format!("{other:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_login_keeps_its_meaning() {
        use sabapayamak_auth::Code as Login;
        for (login, own) in [
            (Login::InvalidToken, Code::InvalidToken),
            (Login::ServerFailure, Code::ServerFailure),
            (Login::NoData, Code::NoData),
            (Login::WrongCredentials, Code::WrongCredentials),
            (Login::DomainNotAllowed, Code::DomainNotAllowed),
            (Login::WrongSender, Code::WrongSender),
            (Login::SenderNotUsable, Code::SenderNotUsable),
            (Login::Unknown("4999".into()), Code::Unknown("4999".into())),
        ] {
            assert_eq!(Code::from(login), own);
        }
    }
}
