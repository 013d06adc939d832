use std::borrow::Cow;

use http_core::Language;

use crate::contract::Code;

/// Why a call failed; see [`http_core::Error`] for its questions and [`Code`] for the provider's reasons.
pub type Error = http_core::Error<Code>;

pub(crate) type ErrorBuilder = http_core::ErrorBuilder<Code>;

impl http_core::Code for Code {
    type Details = smsafzar_auth::Details;

    fn describe(&self, language: Language) -> Cow<'static, str> {
        Self::describe(self, language)
    }
}

/// A code of the login means the same here; one that the login does not have may be one of these calls.
impl From<smsafzar_auth::Code> for Code {
    fn from(code: smsafzar_auth::Code) -> Self {
        use smsafzar_auth::Code as Login;
        match (code.number(), code) {
            (_, Login::ServerFailure) => Self::ServerFailure,
            (_, Login::Unknown(word)) => Self::of(&word),
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
        use smsafzar_auth::Code as Login;
        for (login, own) in [
            (Login::InvalidParameters, Code::InvalidParameters),
            (Login::Unauthorized, Code::Unauthorized),
            (Login::ServiceNotAllowed, Code::ServiceNotAllowed),
            (Login::MethodNotAllowed, Code::MethodNotAllowed),
            (Login::AddressNotAllowed, Code::AddressNotAllowed),
            (Login::AccountInactive, Code::AccountInactive),
            (Login::AccountExpired, Code::AccountExpired),
            (Login::TooManyRequests, Code::TooManyRequests),
            (Login::ServerFailure, Code::ServerFailure),
            (Login::Unknown("1106".into()), Code::NoSuchBatch),
            (Login::Unknown("1100".into()), Code::Unknown("1100".into())),
        ] {
            assert_eq!(Code::from(login), own);
        }
    }
}
