use serde_json::{Map, Value};

/// A member by its name in any letter case: public clients write `Username`, `username` and `userName`.
pub(crate) fn member<'a>(of: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = of.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}
