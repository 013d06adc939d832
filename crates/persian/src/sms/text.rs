use alloc::string::String;
use core::error::Error;
use core::fmt;
use core::str::FromStr;

use crate::sms::gsm7;

/// How the characters of a message are sent.
///
/// ```
/// # use payvand_persian::Text;
/// # fn main() -> Result<(), payvand_persian::TextError> {
/// // One letter decides for the whole message, and halves what fits into it.
/// assert_eq!(Text::new("a".repeat(160))?.segments(), 1);
/// assert_eq!(Text::new("a".repeat(159) + "ç")?.segments(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// The 7-bit alphabet of GSM 03.38: Latin and some Greek letters. A unit is a septet; `€ ^ { } \ [ ~ ] |` and the
    /// form feed take two.
    Gsm7,
    /// Everything else, Persian too. A unit is 16 bits; an emoji takes two or more.
    Ucs2,
}

impl Encoding {
    fn units(self, c: char) -> usize {
        match self {
            // The encoding is chosen so that every character has one.
            Self::Gsm7 => gsm7::septets(c).unwrap_or(1),
            Self::Ucs2 => c.len_utf16(),
        }
    }

    /// Units of a message of one part.
    const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Units of each of several parts, less what their header takes.
    const fn in_parts(self, has_16_bit_reference: bool) -> usize {
        match (self, has_16_bit_reference) {
            (Self::Gsm7, false) => 153,
            (Self::Gsm7, true) => 152,
            (Self::Ucs2, false) => 67,
            (Self::Ucs2, true) => 66,
        }
    }
}

/// The text of a message, never empty and never changed, and what it costs in parts.
///
/// One part holds 160 units in 7 bits and 70 in UCS-2; several hold 153 and 67 each. They are filled in order, and a
/// character that takes two units goes into the next part whole. A letter and its marks may be divided. Carriers and
/// counters may count otherwise: the provider's bill decides. `Debug` does not show the text.
///
/// ```
/// # use payvand_persian::{Encoding, Text};
/// # fn main() -> Result<(), payvand_persian::TextError> {
/// let text = Text::new("س".repeat(66) + "😀" + &"س".repeat(66))?;
/// assert_eq!((text.encoding(), text.units()), (Encoding::Ucs2, 134));
/// assert_eq!((text.segments(), text.left_in_segment()), (3, 66)); // 66, 67 and 1, where 134 / 67 would be 2
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text {
    content: String,
    encoding: Encoding,
    units: usize,
    segments: usize,
    left_in_segment: usize,
}

impl Text {
    /// A message of this text. The empty text is an error.
    ///
    /// ```
    /// # use payvand_persian::{Text, TextError};
    /// assert_eq!(Text::new("").unwrap_err(), TextError::Empty);
    /// ```
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let content = text.into();
        if content.is_empty() {
            return Err(TextError::Empty);
        }
        let encoding = if content.chars().all(|c| gsm7::septets(c).is_some()) {
            Encoding::Gsm7
        } else {
            Encoding::Ucs2
        };
        let units = content.chars().map(|c| encoding.units(c)).sum();
        let mut text = Self {
            content,
            encoding,
            units,
            segments: 1,
            left_in_segment: 0,
        };
        text.fill_parts(false);
        Ok(text)
    }

    /// Counts parts of 152 and 66 units, for a provider whose parts have a 16-bit reference number.
    ///
    /// ```
    /// # use payvand_persian::Text;
    /// # fn main() -> Result<(), payvand_persian::TextError> {
    /// let text = Text::new("س".repeat(134))?;
    /// assert_eq!(text.segments(), 2);
    /// assert_eq!(text.with_16_bit_reference().segments(), 3);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_16_bit_reference(mut self) -> Self {
        self.fill_parts(true);
        self
    }

    fn fill_parts(&mut self, has_16_bit_reference: bool) {
        self.segments = 1;
        let alone = self.encoding.alone();
        if self.units <= alone {
            self.left_in_segment = alone - self.units;
            return;
        }
        let size = self.encoding.in_parts(has_16_bit_reference);
        self.left_in_segment = size;
        for c in self.content.chars() {
            let units = self.encoding.units(c);
            if units > self.left_in_segment {
                self.segments += 1;
                self.left_in_segment = size;
            }
            self.left_in_segment -= units;
        }
    }

    /// The text as it was given.
    ///
    /// ```
    /// # use payvand_persian::Text;
    /// # fn main() -> Result<(), payvand_persian::TextError> {
    /// assert_eq!(Text::new(" كد ۱۲٣\n")?.as_str(), " كد ۱۲٣\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// How its characters are sent: in 7 bits only if all of them can be.
    ///
    /// ```
    /// # use payvand_persian::{Encoding, Text};
    /// # fn main() -> Result<(), payvand_persian::TextError> {
    /// assert_eq!(Text::new("Hi!")?.encoding(), Encoding::Gsm7);
    /// assert_eq!(Text::new("Hi`")?.encoding(), Encoding::Ucs2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How many units it has, see [`Encoding`].
    ///
    /// ```
    /// # use payvand_persian::Text;
    /// # fn main() -> Result<(), payvand_persian::TextError> {
    /// assert_eq!(Text::new("5 €")?.units(), 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn units(&self) -> usize {
        self.units
    }

    /// How many parts it has, which is what a provider bills.
    ///
    /// ```
    /// # use payvand_persian::Text;
    /// # fn main() -> Result<(), payvand_persian::TextError> {
    /// assert_eq!(Text::new("س".repeat(71))?.segments(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn segments(&self) -> usize {
        self.segments
    }

    /// How many more units the last part holds.
    ///
    /// ```
    /// # use payvand_persian::Text;
    /// # fn main() -> Result<(), payvand_persian::TextError> {
    /// assert_eq!(Text::new("سلام")?.left_in_segment(), 66);
    /// # Ok(())
    /// # }
    /// ```
    pub fn left_in_segment(&self) -> usize {
        self.left_in_segment
    }
}

impl FromStr for Text {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text")
            .field("encoding", &self.encoding)
            .field("units", &self.units)
            .field("segments", &self.segments)
            .finish_non_exhaustive()
    }
}

/// Why a text is no message.
///
/// ```
/// # use payvand_persian::{Text, TextError};
/// assert_eq!("".parse::<Text>(), Err(TextError::Empty));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextError {
    /// There is nothing in it.
    Empty,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the text is empty"),
        }
    }
}

impl Error for TextError {}
