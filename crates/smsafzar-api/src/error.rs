use payvand_sms::codes_of_calls;

use crate::contract::Code;

/// Why a call failed; see [`http_core::Error`] for its questions and [`Code`] for the provider's reasons.
pub type Error = http_core::Error<Code>;

pub(crate) type ErrorBuilder = http_core::ErrorBuilder<Code>;

codes_of_calls!(smsafzar_auth => Code, ServerFailure);

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
