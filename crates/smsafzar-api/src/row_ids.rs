//! The ids of the messages of a batch, if the answer has one for each. The manual says that they are UUIDs: nothing else is
//! taken for one.

use std::collections::{HashMap, VecDeque};

use http_core::decode::{Object, Raw};
use payvand_persian::Mobile;
use payvand_sms::provider::find;

use crate::answer::places;
use crate::contract::inferred;

/// With hyphens and braces.
const LONGEST_UUID: usize = 38;

/// The ids in the order of the recipients: by number where the answer has numbers, else in its own order if it has as many
/// as there are recipients. Empty if there is not one for each.
pub(crate) fn row_ids(answer: &Object<'_>, recipients: &[Mobile]) -> Vec<String> {
    let places = places(answer.clone());
    let of_list = |list: Raw<'_>| ids_of_list(list, recipients);
    let listed =
        find(&places, inferred::MESSAGES, of_list).or_else(|| find(&places, inferred::NESTED, of_list));
    let alone = || match recipients {
        [_] => Some(vec![find(&places, inferred::MESSAGE_ID, uuid)?]),
        _ => None,
    };
    listed.or_else(alone).unwrap_or_default()
}

fn ids_of_list(list: Raw<'_>, recipients: &[Mobile]) -> Option<Vec<String>> {
    let mut ids = Vec::with_capacity(recipients.len());
    let mut numbers = Vec::with_capacity(recipients.len());
    let mut columns = (None, None);
    let mut add = |item: Result<&mut Object<'_>, Raw<'_>>| {
        let (id, number) = match item {
            Ok(item) => {
                let id = in_column(item, inferred::MESSAGE_ID, &mut columns.0, uuid)?;
                let number = |it: Raw<'_>| it.string().or_else(|| it.identifier())?.parse().ok();
                (id, in_column(item, inferred::RECIPIENT, &mut columns.1, number))
            }
            Err(item) => (uuid(item)?, None),
        };
        ids.push(id);
        numbers.push(number);
        (ids.len() <= recipients.len()).then_some(())
    };
    list.for_each_object(|item| add(item).is_some())?;
    let mut sorted: Vec<_> = ids.iter().collect();
    sorted.sort_unstable();
    // Twice the same is no id of its own.
    if ids.len() != recipients.len() || !sorted.is_sorted_by(|one, next| one < next) {
        return None;
    }
    let is_ordered = || numbers.iter().flatten().eq(recipients);
    if numbers.contains(&None) || is_ordered() {
        return Some(ids);
    }
    by_number(ids.into_iter().zip(numbers.into_iter().flatten()), recipients)
}

/// What stands under one of these keys: nearly always under that of the item before.
fn in_column<'a, T>(
    item: &Object<'a>,
    keys: &[&str],
    column: &mut Option<String>,
    read: impl Fn(Raw<'a>) -> Option<T>,
) -> Option<T> {
    let of_column = column.as_ref().and_then(|key| read(item.get(key)?));
    of_column.or_else(|| {
        let (key, value) = keys.iter().find_map(|key| {
            let (key, value) = item.entry(key)?;
            Some((key, read(value)?))
        })?;
        *column = Some(key.to_owned());
        Some(value)
    })
}

/// A UUID as it was written, with or without hyphens and braces. Nobody escapes any of its characters.
fn uuid(value: Raw<'_>) -> Option<String> {
    let text = value.json().strip_prefix('"')?.strip_suffix('"')?;
    let digits = count(text, |c| c.is_ascii_hexdigit())?;
    let others = count(text, |c| matches!(c, b'-' | b'{' | b'}'))?;
    (digits == 32 && usize::from(digits + others) == text.len()).then(|| text.to_owned())
}

/// How many bytes of a text no longer than a UUID are such; counted in a byte, it is many at once.
fn count(text: &str, is_such: impl Fn(u8) -> bool) -> Option<u8> {
    let is_short = text.len() <= LONGEST_UUID;
    is_short.then(|| text.bytes().map(|c| u8::from(is_such(c))).sum())
}

/// Where a number stands more than once, its ids are taken in their order.
fn by_number(rows: impl Iterator<Item = (String, Mobile)>, recipients: &[Mobile]) -> Option<Vec<String>> {
    let mut ids = HashMap::<_, VecDeque<_>>::new();
    for (id, number) in rows {
        ids.entry(number).or_default().push_back(id);
    }
    let ids = recipients.iter().map(|it| ids.get_mut(it)?.pop_front());
    ids.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c330a";
    const B: &str = "{3F2504E0-4F89-41D3-9A0C-0305E82C330B}";
    const C: &str = "3f2504e04f8941d39a0c0305e82c330c";

    /// The ids, `A`, `B` and `C` for the three of these names.
    fn of(json: &str, recipients: &[&str]) -> String {
        let ids = [("A", A), ("B", B), ("C", C)];
        let json = ids.iter().fold(json.to_owned(), |json, (name, id)| {
            json.replace(&format!("\"{name}\""), &format!("\"{id}\""))
        });
        let recipients: Vec<_> = recipients.iter().map(|it| it.parse().unwrap()).collect();
        let found = row_ids(&Raw::parse(&json).unwrap().object().unwrap(), &recipients);
        let names = found
            .iter()
            .map(|id| ids.iter().find(|it| it.1 == id).map_or("?", |it| it.0));
        names.collect()
    }

    #[test]
    fn a_row_has_an_id_only_if_each_has_one() {
        let two = ["09120000000", "+989350000000"];
        for (json, expected) in [
            (r#"{"sentMessageIdes":["A","B"]}"#, "AB"),
            (r#"{"data":{"Ids":["C","A"]}}"#, "CA"),
            (r#"{"data":["A","B"]}"#, "AB"),
            (r#"{"messages":[{"id":"A"},{"id":"B"}]}"#, "AB"),
            (
                r#"{"messages":[{"id":"B","recipientNumber":"989350000000"},{"id":"A","recipientNumber":9120000000}]}"#,
                "AB",
            ),
            (
                r#"{"recipients":["09120000000","09350000000"],"ids":["A","B"]}"#,
                "AB",
            ),
            // Fewer, more, twice the same, another number, no ids at all.
            (r#"{"ids":["A"]}"#, ""),
            (r#"{"ids":["A","B","C"]}"#, ""),
            (r#"{"ids":["A","A"]}"#, ""),
            (r#"{"ids":["A",null]}"#, ""),
            (
                r#"{"messages":[{"id":"A","to":"09120000000"},{"id":"B","to":"09130000000"}]}"#,
                "",
            ),
            (r#"{"messageId":"A"}"#, ""),
            (r#"{"results":[0,1],"batchId":7}"#, ""),
            (r#"{"recipients":["09120000000","09350000000"]}"#, ""),
            ("{}", ""),
        ] {
            assert_eq!(of(json, &two), expected, "{json}");
        }
        assert_eq!(of(r#"{"messageId":"A","batchId":7}"#, &two[..1]), "A");
        assert_eq!(of(r#"{"id":7,"batchId":7}"#, &two[..1]), "");
        let same = ["09120000000", "989120000000"];
        let twice = r#"{"rows":[{"id":"A","mobile":"9120000000"},{"id":"B","mobile":"9120000000"}]}"#;
        assert_eq!(of(twice, &same), "AB");
        let no_number = r#"{"rows":[{"id":"A","mobile":"0912000 0000"},{"id":"B"}]}"#;
        assert_eq!(of(no_number, &same), "AB");
    }
}
