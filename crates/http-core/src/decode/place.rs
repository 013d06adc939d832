//! Where in a JSON text something stands, as a path.

use crate::decode::raw::Raw;

/// A longer key is not what a provider calls a field.
const LONGEST_KEY: usize = 64;

/// The path of the innermost value that is read at this line and column, such as `$.data.items[2]`, as `serde_json`
/// counts them in its errors. It ends before a key that is no plain word, and is `$` in a text that is not one JSON value.
pub(crate) fn path_at(json: &str, line: usize, column: usize) -> String {
    let lines = json.split_inclusive('\n').take(line.saturating_sub(1));
    let at = lines.map(str::len).sum::<usize>() + column;
    let is_here = |value: &Raw<'_>| {
        let start = value.json().as_ptr() as usize - json.as_ptr() as usize;
        (start..=start + value.json().len()).contains(&at)
    };
    let mut path = "$".to_owned();
    let mut outer = Raw::parse(json);
    while let Some(value) = outer {
        let object = value.object().unwrap_or_default();
        let mut members = object.iter().filter(|(key, _)| is_plain(key));
        let member = members.find(|(_, member)| is_here(member));
        let mut items = value.items().into_iter().flatten().enumerate();
        let item = items.find(|(_, item)| is_here(item));
        let inner = member.map(|(key, member)| (format!(".{key}"), member));
        let inner = inner.or_else(|| item.map(|(index, item)| (format!("[{index}]"), item)));
        outer = inner.map(|(part, value)| {
            path.push_str(&part);
            value
        });
    }
    path
}

fn is_plain(key: &str) -> bool {
    key.len() <= LONGEST_KEY && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}
