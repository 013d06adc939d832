use alloc::string::String;

use crate::terminal::direction;
use crate::terminal::width::{char_width, width};

const ZWNJ: char = '\u{200C}';

/// Takes one column.
const ELLIPSIS: &str = "…";

/// A column of a table in a terminal: how wide its cells are, and on which side their text is.
///
/// ```
/// # use payvand_persian::terminal::Column;
/// let column = Column::new(6).without_isolates();
/// assert_eq!(column.cell("سلام"), "سلام  ");
/// assert_eq!(column.align_right().cell("سلام"), "  سلام");
/// assert_eq!(column.cell("اطلاعات"), "اطلاع…");
///
/// // In a terminal that orders text by direction, neighbouring cells stay where they are.
/// assert_eq!(Column::new(6).cell("سلام"), "\u{2068}سلام\u{2069}  ");
/// assert_eq!(Column::new(6).cell("42"), "42    ");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    width: u16,
    is_right: bool,
    has_isolates: bool,
}

impl Column {
    /// Cells of this many terminal columns, with their text at the left.
    ///
    /// ```
    /// # use payvand_persian::terminal::Column;
    /// assert_eq!(Column::new(6).cell("42"), "42    ");
    /// ```
    pub const fn new(width: u16) -> Self {
        Self {
            width,
            is_right: false,
            has_isolates: true,
        }
    }

    /// With the text at the right.
    ///
    /// ```
    /// # use payvand_persian::terminal::Column;
    /// assert_eq!(Column::new(6).align_right().cell("42"), "    42");
    /// ```
    #[must_use]
    pub const fn align_right(mut self) -> Self {
        self.is_right = true;
        self
    }

    /// Without isolates and embeddings, for terminals that do not order text by direction, or that give such a mark a
    /// column of its own (xterm.js), and for files.
    ///
    /// ```
    /// # use payvand_persian::terminal::Column;
    /// assert_eq!(Column::new(6).without_isolates().cell("سلام"), "سلام  ");
    /// ```
    #[must_use]
    pub const fn without_isolates(mut self) -> Self {
        self.has_isolates = false;
        self
    }

    /// The text, cut and padded to exactly the width of the column.
    ///
    /// What does not fit ends in `…`, never before a mark, in the middle of «لا» or with a ZWNJ. Control characters are
    /// shown as spaces: a line break would end the row, and an escape sequence could do anything. U+200D and the soft
    /// hyphen, whose widths differ among terminals, are left out. Isolates and embeddings end in the cell in which they
    /// begin, and a cell with right-to-left text is an isolate.
    ///
    /// ```
    /// # use payvand_persian::terminal::Column;
    /// assert_eq!(Column::new(6).cell("اطلاعات"), "\u{2068}اطلاع…\u{2069}");
    /// ```
    pub fn cell(self, text: &str) -> String {
        let text = self.cut(text);
        let padding = " ".repeat(usize::from(self.width) - width(&text));
        if self.is_right {
            padding + &text
        } else {
            text + &padding
        }
    }

    /// The same without padding, for the last column of a row.
    ///
    /// ```
    /// # use payvand_persian::terminal::Column;
    /// assert_eq!(Column::new(6).cut("name\n"), "name ");
    /// assert_eq!(Column::new(6).cut("a long name"), "a lon…");
    /// ```
    pub fn cut(self, text: &str) -> String {
        let text: String = text.chars().filter_map(|c| self.shown(c)).collect();
        let text = match usize::from(self.width) {
            columns if width(&text) <= columns => text,
            0 => String::new(),
            columns => String::from(beginning(&text, columns - 1)) + ELLIPSIS,
        };
        if self.has_isolates && text.contains(direction::is_right_to_left) {
            direction::isolate(&text)
        } else {
            direction::balanced(&text)
        }
    }

    /// What is shown of a character, if anything.
    fn shown(self, c: char) -> Option<char> {
        match c {
            '\u{200D}' | '\u{AD}' => None,
            '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() => Some(' '),
            c if !self.has_isolates && direction::is_formatting(c) => None,
            c => Some(c),
        }
    }
}

/// As much of a text that is wider as may stand in this many columns.
fn beginning(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let is_over = |c| {
        used += char_width(c);
        used > columns
    };
    let (start, rest) = text.split_at(text.find(is_over).unwrap_or(text.len()));
    let start = if rest.starts_with(['ا', 'آ', 'أ', 'إ', 'ٱ']) {
        without_lam(start)
    } else {
        start
    };
    start.trim_end_matches(|c| c == ZWNJ || direction::opens(c))
}

/// The text without the lam, and the marks on it, that would be joined to what follows.
fn without_lam(text: &str) -> &str {
    let letters = text.trim_end_matches(|c| c != ZWNJ && char_width(c) == 0);
    letters.strip_suffix('ل').unwrap_or(text)
}
