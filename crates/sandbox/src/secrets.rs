//! Which parts of what was recorded are secret, and how they are left out.

use serde_json::Value;
use url::form_urlencoded;

const HIDDEN: &str = "[hidden]";

/// Names of headers, fields and members, in lower case without `_` and `-`, whose values are secret.
const SECRET_NAMES: [&str; 14] = [
    "accesstoken",
    "apikey",
    "authorization",
    "cookie",
    "ott",
    "password",
    "proxyauthorization",
    "refreshtoken",
    "scapikey",
    "scvoucherhash",
    "secret",
    "setcookie",
    "token",
    "xapikey",
];

/// Whether tokens, keys and passwords stand in what is serialised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Secrets {
    /// In their places is `[hidden]`. What cannot be searched for them, such as a broken JSON text, is hidden as a whole.
    #[default]
    Hidden,
    /// Everything is as it arrived.
    Shown,
}

impl Secrets {
    /// Something that is secret as a whole.
    pub(crate) fn secret(self, value: &str) -> &str {
        match self {
            Self::Hidden => HIDDEN,
            Self::Shown => value,
        }
    }

    /// A value that may be secret by its name.
    pub(crate) fn value<'a>(self, name: &str, value: &'a str) -> &'a str {
        if is_secret(name) {
            self.secret(value)
        } else {
            value
        }
    }

    /// A request target, or anything else with a query.
    pub(crate) fn target(self, target: &str) -> String {
        match target.split_once('?') {
            Some((path, query)) => format!("{path}?{}", self.form(query)),
            None => target.to_owned(),
        }
    }

    /// A body with this content type; `is_whole` says that none of it was cut off.
    pub(crate) fn body(self, content_type: &str, body: &[u8], is_whole: bool) -> String {
        let text = String::from_utf8_lossy(body).into_owned();
        if self == Self::Shown || body.is_empty() {
            return text;
        }
        let content_type = content_type.to_ascii_lowercase();
        if content_type.starts_with("application/x-www-form-urlencoded") {
            return self.form(&text);
        }
        match serde_json::from_str::<Value>(&text) {
            Ok(mut json) if is_whole => {
                if self.hide_in(&mut json) {
                    json.to_string()
                } else {
                    text
                }
            }
            _ => HIDDEN.to_owned(),
        }
    }

    /// Every pair that is not secret stays as it was sent.
    fn form(self, form: &str) -> String {
        let pairs = form.split('&').map(|pair| {
            let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = form_urlencoded::parse(pair.as_bytes()).next();
            let (name, value) = decoded.unwrap_or_default();
            if is_secret(&name) && !raw_value.is_empty() {
                return format!("{raw_name}={}", self.secret(raw_value));
            }
            let Some(mut json) = nested(&value) else {
                return pair.to_owned();
            };
            if self.hide_in(&mut json) {
                format!("{raw_name}={json}")
            } else {
                pair.to_owned()
            }
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Hides what is secret in a JSON value, and in JSON inside its texts; whether there was anything.
    fn hide_in(self, json: &mut Value) -> bool {
        match json {
            Value::Object(members) => {
                let mut hidden = false;
                for (name, value) in members {
                    if is_secret(name) && !value.is_null() && self == Self::Hidden {
                        *value = HIDDEN.into();
                        hidden = true;
                    } else {
                        hidden |= self.hide_in(value);
                    }
                }
                hidden
            }
            Value::Array(items) => items
                .iter_mut()
                .fold(false, |hidden, item| self.hide_in(item) | hidden),
            Value::String(text) => {
                let Some(mut inner) = nested(text) else {
                    return false;
                };
                let hidden = self.hide_in(&mut inner);
                if hidden {
                    *text = inner.to_string();
                }
                hidden
            }
            _ => false,
        }
    }
}

/// JSON inside a text, as POD's gateway puts it there.
fn nested(text: &str) -> Option<Value> {
    text.trim_start()
        .starts_with(['{', '['])
        .then(|| serde_json::from_str(text).ok())?
}

fn is_secret(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    SECRET_NAMES.contains(&&*name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_by_their_names_wherever_they_stand() {
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        let json = "application/json";
        for (content_type, body, shown) in [
            (form, "scApiKey=k1&hash=a%20b", "scApiKey=[hidden]&hash=a%20b"),
            (form, "%74oken=k1&x", "%74oken=[hidden]&x"),
            (
                form,
                "body=%7B%22ott%22%3A%22k1%22%7D",
                r#"body={"ott":"[hidden]"}"#,
            ),
            (form, "body={broken&token=", "body={broken&token="),
            (
                json,
                r#"{"PASSWORD":"k1","a":1}"#,
                r#"{"PASSWORD":"[hidden]","a":1}"#,
            ),
            (json, r#"{ "b":[1] }"#, r#"{ "b":[1] }"#),
            (
                json,
                r#"[{"access_token":["k1"]}]"#,
                r#"[{"access_token":"[hidden]"}]"#,
            ),
            (
                "text/html",
                r#"{"result":"{\"token\":\"k1\"}"}"#,
                r#"{"result":"{\"token\":\"[hidden]\"}"}"#,
            ),
            (json, r#"{"password":"k1""#, "[hidden]"),
            ("", "password: k1", "[hidden]"),
            ("", "", ""),
        ] {
            let of = |secrets: Secrets| secrets.body(content_type, body.as_bytes(), true);
            assert_eq!(of(Secrets::Hidden), shown, "{body}");
            assert_eq!(of(Secrets::Shown), body);
        }
        assert_eq!(Secrets::Hidden.body(json, b"{}", false), "[hidden]", "a part");
        assert_eq!(
            Secrets::Hidden.target("/a?token=k1&x=%20"),
            "/a?token=[hidden]&x=%20"
        );
        assert_eq!(Secrets::Hidden.value("_token_", "k1"), "[hidden]");
        assert_eq!(Secrets::Hidden.value("Accept", "k1"), "k1");
    }
}
