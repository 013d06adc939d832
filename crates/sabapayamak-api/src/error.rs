use payvand_sms::codes_of_calls;

use crate::contract::Code;

/// Why a call failed; see [`http_core::Error`] for its questions and [`Code`] for the provider's reasons.
pub type Error = http_core::Error<Code>;

pub(crate) type ErrorBuilder = http_core::ErrorBuilder<Code>;

codes_of_calls!(sabapayamak_auth => Code);

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
