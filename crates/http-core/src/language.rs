/// The language of a sentence for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Persian (فارسی).
    Persian,
}

// As BCP 47 and the `lang` of HTML have them.
crate::string_enum!(Language {
    English = "en",
    Persian = "fa",
});
