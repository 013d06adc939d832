//! Host names that the Bidi rule of international names (RFC 5893) refuses, as the URL parser holds it: beside a
//! right-to-left label every other one begins with a letter. Browsers and others ask that of no label for another's
//! sake.

use url::{ParseError, Url};

/// The URL that an address would be with a plain name in place of its host, if nothing but that rule is against it.
pub(crate) fn with_plain_host(address: &str) -> Option<Url> {
    if Url::parse(address) != Err(ParseError::IdnaError) {
        return None;
    }
    let (scheme, rest) = address.split_once("://")?;
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let start = authority.rfind('@').map_or(0, |at| at + 1);
    let (user, host_and_port) = authority.split_at(start);
    let (host, port) = host_and_port.split_at(host_and_port.find(':').unwrap_or(host_and_port.len()));
    if !host.split('.').all(is_valid_alone) {
        return None;
    }
    Url::parse(&format!("{scheme}://{user}host.test{port}{tail}")).ok()
}

fn is_valid_alone(label: &str) -> bool {
    let is_valid = |label: &str| Url::parse(&format!("https://{label}.test")).is_ok();
    // A right-to-left label is asked for the letter too.
    is_valid(label) || label.starts_with(char::is_numeric) && is_valid(&format!("ا{label}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_that_rule_refuses() {
        for (address, plain) in [
            ("https://24sms.ایران/v/a?b#c", "https://host.test/v/a?b#c"),
            ("http://1404.ایران", "http://host.test/"),
            ("https://۱۴۰۴.ایران/", "https://host.test/"),
            ("https://24پیامک.ایران/", "https://host.test/"),
            ("https://www.3d.مثال.com/", "https://host.test/"),
            ("https://_dmarc.ایران/", "https://host.test/"),
            ("HTTPS://24SMS.xn--mgba3a4f16a:8443", "https://host.test:8443/"),
            (
                "https://user:pw@24sms.ایران?a=@",
                "https://user:pw@host.test/?a=@",
            ),
        ] {
            assert_eq!(
                with_plain_host(address).map(String::from).as_deref(),
                Some(plain),
                "{address}"
            );
        }
        for address in [
            // Read as it is.
            "https://sms24.ایران/",
            "https://24sms.ir/",
            "https://24.sms.ir/",
            // Wrong for another reason, or for one more.
            "https://xn--a.ایران/",
            "https://24sms.xn--a/",
            "https://24 sms.ایران/",
            "https://24<sms.ایران/",
            "https://24sms.ایران:99999/",
            "https://24sms.ایران:a/",
            "https://24sms.ایران:80:80/",
            "https://24sms.\u{200F}ایران/",
            "https:24sms.ایران",
            "24sms.ایران",
            "",
        ] {
            assert_eq!(with_plain_host(address), None, "{address}");
        }
    }
}
