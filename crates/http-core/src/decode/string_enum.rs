use std::fmt;

/// A text is none of the words that an enum is stored and printed by. It says which words there are, and does not
/// quote the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWord {
    words: &'static [&'static str],
}

impl UnknownWord {
    #[doc(hidden)]
    pub const fn new(words: &'static [&'static str]) -> Self {
        Self { words }
    }

    /// The words that would have been understood, in any letter case.
    pub fn words(&self) -> &'static [&'static str] {
        self.words
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown word: expected one of {}", self.words.join(", "))
    }
}

impl std::error::Error for UnknownWord {}

/// Gives an enum `as_str`, `Display`, `FromStr` and serde by the word of each variant. With `; Other` the enum keeps
/// the words that it does not know, in `Other(String)`; without, they are an [`UnknownWord`].
#[macro_export]
#[doc(hidden)]
macro_rules! string_enum {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// The word that it is sent, stored and printed by.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::decode::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $(if text.eq_ignore_ascii_case($word) {
                    return Ok(Self::$variant);
                })+
                Err($crate::decode::UnknownWord::new(&[$($word),+]))
            }
        }

        $crate::string_enum!(@printed $name);
    };
    ($name:ident { $($variant:ident = $word:literal),+ ; Other }) => {
        impl $name {
            /// The word that it is sent, stored and printed by.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text.trim() {
                    $(word if word.eq_ignore_ascii_case($word) => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        $crate::string_enum!(@open $name);
    };
    // With an `as_str` and a `From<&str>` of its own.
    (@open $name:ident) => {
        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        $crate::string_enum!(@printed $name);
    };
    (@printed $name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'_, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}
