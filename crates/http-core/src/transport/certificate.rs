//! What is wrong with a server's certificate, in words for those who have to fix it.

use std::error::Error as StdError;
use std::io;

const EXPIRED: &str = "it has expired (or this machine's clock is wrong)";
const TOO_EARLY: &str = "it is not valid yet (or this machine's clock is wrong)";
const OTHER_NAME: &str = "it is for another host name";
const UNKNOWN_ISSUER: &str = "nobody whom this machine trusts vouches for it: it is self-signed, or from an unknown authority \
     (the builder's root_certificate trusts one more), or the server does not send the intermediate certificate \
     between it and its authority";
const REVOKED: &str = "it has been revoked";

/// Looks for it below an error of the connection; `None` when that failed for another reason.
pub(crate) fn problem(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut link = Some(error);
    while let Some(error) = link {
        if let Some(problem) = in_words(error) {
            return Some(problem);
        }
        link = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        };
    }
    None
}

/// rustls is chosen whenever it is there, so the other library's texts need no look then.
#[cfg(feature = "rustls-no-provider")]
fn in_words(error: &(dyn StdError + 'static)) -> Option<String> {
    use rustls::CertificateError as Problem;

    const OWN_AUTHORITY: &str = "it is self-signed, and an authority's own certificate, which no server may use \
         (let the authority issue one for the server)";
    let rustls::Error::InvalidCertificate(problem) = error.downcast_ref()? else {
        return None;
    };
    Some(match problem {
        Problem::Expired | Problem::ExpiredContext { .. } => EXPIRED.to_owned(),
        Problem::NotValidYet | Problem::NotValidYetContext { .. } => TOO_EARLY.to_owned(),
        Problem::NotValidForName | Problem::NotValidForNameContext { .. } => OTHER_NAME.to_owned(),
        Problem::UnknownIssuer => UNKNOWN_ISSUER.to_owned(),
        Problem::Revoked => REVOKED.to_owned(),
        Problem::BadSignature => "it was not signed by the authority that it names".to_owned(),
        // rustls passes webpki's word on as an opaque error.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => OWN_AUTHORITY.to_owned(),
        other => other.to_string(),
    })
}

/// The system's library has no type for it that native-tls would show: its words, on Linux, macOS and Windows.
#[cfg(all(feature = "native-tls", not(feature = "rustls-no-provider")))]
fn in_words(error: &(dyn StdError + 'static)) -> Option<String> {
    let text = error.to_string();
    let words = text.to_lowercase();
    if !words.contains("certificate") {
        return None;
    }
    let known = [
        ("expired", EXPIRED),
        ("validity period", EXPIRED),
        ("not yet valid", TOO_EARLY),
        ("mismatch", OTHER_NAME),
        ("does not match", OTHER_NAME),
        ("host name", OTHER_NAME),
        ("revoked", REVOKED),
        ("self-signed", UNKNOWN_ISSUER),
        ("self signed", UNKNOWN_ISSUER),
        ("local issuer", UNKNOWN_ISSUER),
        ("not trusted", UNKNOWN_ISSUER),
    ];
    let known = known.iter().find(|(mark, _)| words.contains(mark));
    Some(known.map_or(text, |(_, problem)| (*problem).to_owned()))
}
