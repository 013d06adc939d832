//! Tags travel as one text. The document joins them with `،`; its sample has `,`.

use http_core::{Argument, Reason};

use crate::error::ErrorBuilder;

pub(crate) const JOINED_WITH: &str = "،";
const TAG: Argument = Argument::new("tag", "تگ");
const SEPARATORS: [char; 2] = ['،', ','];

/// The wire's text; `None` for no tags.
pub(crate) fn join(tags: &[String]) -> Result<Option<String>, ErrorBuilder> {
    for tag in tags {
        if tag.trim().is_empty() {
            return Err(ErrorBuilder::invalid_input(TAG, Reason::Empty));
        }
        if let Some(separator) = tag.chars().find(|c| SEPARATORS.contains(c)) {
            return Err(ErrorBuilder::invalid_input(TAG, Reason::Separator(separator)));
        }
    }
    Ok((!tags.is_empty()).then(|| tags.join(JOINED_WITH)))
}

pub(crate) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATORS)
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn owned(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|&tag| tag.to_owned()).collect()
    }

    #[test]
    fn joined_as_documented_and_split_on_both() {
        assert_eq!(
            join(&owned(&["tag1", "خبر"])).unwrap().as_deref(),
            Some("tag1،خبر")
        );
        assert_eq!(join(&[]).unwrap(), None);
        assert_eq!(
            split("tag1,tag2، خبر ,").collect::<Vec<_>>(),
            ["tag1", "tag2", "خبر"]
        );
        for bad in ["", " ", "a,b", "a،b"] {
            assert!(join(&owned(&["ok", bad])).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_joined_comes_apart(tags in prop::collection::vec("[^,،\\s]{1,8}", 0..5)) {
            let text = join(&tags).unwrap().unwrap_or_default();
            prop_assert_eq!(split(&text).collect::<Vec<_>>(), tags);
        }
    }
}
