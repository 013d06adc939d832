//! Sentences in English, which stand in the code, and in Persian, which stand in `persian.txt`: each after its English one.

use std::fmt::Display;

use http_core::Language;

const PERSIAN: &str = include_str!("persian.txt");

/// A sentence in both languages.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    english: String,
    persian: String,
}

/// A sentence of which the Persian is known, and what stands in place of each `{}` in both.
macro_rules! words {
    ($english:literal $(, $part:expr)* $(,)?) => {
        $crate::words::Words::of_parts($english, &[$(&$part as &dyn std::fmt::Display),*])
    };
}
pub(crate) use words;

impl Words {
    pub(crate) fn new(english: impl Into<String>, persian: impl Into<String>) -> Self {
        Self {
            english: english.into(),
            persian: persian.into(),
        }
    }

    pub(crate) fn of_parts(english: &'static str, parts: &[&dyn Display]) -> Self {
        let fill = |text: &str| {
            let mut parts = parts.iter();
            let mut filled = String::new();
            for (number, piece) in text.split("{}").enumerate() {
                if number > 0
                    && let Some(part) = parts.next()
                {
                    filled += &part.to_string();
                }
                filled += piece;
            }
            filled
        };
        Self::new(fill(english), fill(in_persian(english)))
    }

    /// The same in both, such as what another library says.
    pub(crate) fn untranslated(text: impl Display) -> Self {
        Self::new(text.to_string(), text.to_string())
    }

    /// Both, with this before them.
    pub(crate) fn after(self, what: impl Display) -> Self {
        Self::new(
            format!("{what}: {}", self.english),
            format!("{what}: {}", self.persian),
        )
    }

    pub(crate) fn of(&self, language: Language) -> &str {
        match language {
            Language::Persian => &self.persian,
            _ => &self.english,
        }
    }
}

/// The Persian of an English sentence.
pub(crate) fn in_persian(english: &'static str) -> &'static str {
    let mut lines = PERSIAN.lines();
    while let Some(line) = lines.next() {
        let persian = lines.next();
        if line == english {
            return persian.unwrap_or(english);
        }
        // The empty line between two pairs.
        lines.next();
    }
    english
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the code says: all its texts, and those of them that are said in Persian too.
    fn said() -> (Vec<String>, Vec<String>) {
        let (mut all, mut translated) = (Vec::new(), Vec::new());
        let folders = ["src", "src/bulk"]
            .into_iter()
            .filter_map(|it| std::fs::read_dir(it).ok());
        for file in folders.flatten() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|it| it != "rs") || path.ends_with("words.rs") {
                continue;
            }
            let code = std::fs::read_to_string(path).unwrap();
            let mut parts = code.split('"');
            let mut before = parts.next().unwrap().to_owned();
            while let (Some(text), Some(after)) = (parts.next(), parts.next()) {
                all.push(text.to_owned());
                let code = before.trim_end();
                if code.ends_with("words!(") || code.ends_with("say(") {
                    translated.push(text.to_owned());
                }
                before = after.to_owned();
            }
        }
        (all, translated)
    }

    #[test]
    fn every_sentence_has_its_persian_and_every_persian_its_sentence() {
        let lines: Vec<_> = PERSIAN.lines().collect();
        let pairs: Vec<_> = lines.chunks(3).collect();
        let (said, translated) = said();
        for text in &translated {
            assert!(pairs.iter().any(|pair| pair[0] == text), "no Persian: {text}");
        }
        for pair in &pairs {
            assert!(said.iter().any(|text| text == pair[0]), "never said: {}", pair[0]);
            assert_ne!(pair[0], pair[1]);
            let holes = |text: &str| text.matches("{}").count();
            assert!(
                holes(pair[0]) == holes(pair[1]) && pair.get(2).is_none_or(|it| it.is_empty()),
                "{pair:?}"
            );
        }
    }

    #[test]
    fn parts_stand_in_their_places() {
        let words = Words::of_parts("{} is not set", &[&"A"]);
        assert_eq!(words.of(Language::English), "A is not set");
        assert_eq!(words.of(Language::Persian), "A تنظیم نشده است");
    }
}
