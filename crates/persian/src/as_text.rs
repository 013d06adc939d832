//! serde: numbers, dates and messages as text.

use alloc::string::ToString;
use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::date::jalali_date::JalaliDate;
use crate::number::mobile::Mobile;
use crate::number::sender_line::SenderLine;
use crate::sms::text::Text;

const NUMBER: &str = "a number where a text was expected: numbers lose their zeros";

/// Reads a text. Where there is a number, a format's own error would quote it, and it may be a phone number.
fn deserialize<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let quotes_a_number = |error: &D::Error| {
        let text = error.to_string();
        text.split('`')
            .skip(1)
            .any(|it| it.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
    };
    match deserializer.deserialize_str(TextVisitor(PhantomData)) {
        Err(error) if quotes_a_number(&error) => Err(D::Error::custom(NUMBER)),
        result => result,
    }
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! as_text {
    ($($type:ty, $text:expr;)+) => {$(
        #[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&$text(self))
            }
        }

        #[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer)
            }
        }
    )+};
}

as_text! {
    JalaliDate, ToString::to_string;
    Mobile, ToString::to_string;
    SenderLine, ToString::to_string;
    Text, Text::as_str;
}
