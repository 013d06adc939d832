use crate::terminal::width_table::{NO_COLUMN, TWO_COLUMNS};

/// How many columns the text takes: the sum of its characters' widths.
///
/// A mark, a joiner, a direction mark or a control character takes none, a Chinese letter or an emoji two, everything
/// else one.
///
/// ```
/// # use payvand_persian::terminal::width;
/// assert_eq!((width("سلام"), width("لا"), width("سَلامُ"), width("می‌روم")), (4, 2, 4, 5));
/// ```
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// The width of one character.
pub(crate) fn char_width(c: char) -> usize {
    if matches!(c, ' '..='~' | 'آ'..='غ' | 'ف'..='ي' | '۰'..='۹') {
        1
    } else if c.is_control() || contains(&NO_COLUMN, c) {
        0
    } else if contains(&TWO_COLUMNS, c) {
        2
    } else {
        1
    }
}

/// Whether the character is in one of the ranges, each from an even entry to before the next.
fn contains(table: &[u32], c: char) -> bool {
    table.partition_point(|edge| *edge <= u32::from(c)) % 2 == 1
}
