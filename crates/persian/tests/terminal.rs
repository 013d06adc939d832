//! Persian text in columns.
#![allow(clippy::unwrap_used)]

use payvand_persian::terminal::{Column, isolate_ltr, width};
use proptest::prelude::*;
use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};
use unicode_width::UnicodeWidthChar;

const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';

#[test]
fn a_width_is_the_sum_of_the_characters_widths() {
    for (text, columns) in [
        ("", 0),
        ("سلام", 4),
        ("لا", 2),
        ("لَا", 2),
        ("اطلاعات", 7),
        ("می\u{200C}روم", 5),
        ("سَلامُ", 4),
        ("﷽", 1),
        ("۱۴۰۳ ه\u{200D}.ش", 8),
        ("\u{2068}سلام\u{2069}", 4),
        ("۱٬۵۰۰", 5),
        ("中文", 4),
        ("😀", 2),
        ("👨\u{200D}👩\u{200D}👧", 6),
        ("e\u{301}", 1),
        ("\u{1B}\n", 0),
    ] {
        assert_eq!(width(text), columns, "{text:?}");
    }
}

#[test]
fn every_character_is_as_wide_as_unicode_says() {
    for c in '\0'..=char::MAX {
        let expected = match c {
            // Long dashes and a long Khmer sign, for which terminals have one column.
            '⸺' | '⸻' | '\u{17D8}' => 1,
            c => c.width().unwrap_or(0),
        };
        assert_eq!(width(c.encode_utf8(&mut [0; 4])), expected, "{c:?}");
    }
}

#[test]
fn a_cell_is_cut_and_padded_by_columns() {
    for (columns, text, left, right) in [
        (6, "سلام", "سلام  ", "  سلام"),
        (4, "سلام", "سلام", "سلام"),
        (3, "سلام", "س… ", " س…"),
        (0, "سلام", "", ""),
        (1, "سلام", "…", "…"),
        (0, "", "", ""),
        (2, "", "  ", "  "),
        // Not between lam and alef, whatever marks are on the lam, and whichever alef it is.
        (4, "اطلاعات", "اط… ", " اط…"),
        (5, "اطلاعات", "اطلا…", "اطلا…"),
        (2, "لا\u{200C}به\u{200C}لا", "… ", " …"),
        (3, "بلَأت", "ب… ", " ب…"),
        (3, "بلآخر", "ب… ", " ب…"),
        (3, "بلإبل", "ب… ", " ب…"),
        (3, "بلٱبل", "ب… ", " ب…"),
        (3, "لل\u{200C}ابل", "لل…", "لل…"),
        (3, "بلبل", "بل…", "بل…"),
        // Not before a mark.
        (3, "سَلَامت", "سَ… ", " سَ…"),
        (4, "سَلَمَُت", "سَلَمَُت", "سَلَمَُت"),
        (3, "سَلَمَُت", "سَلَ…", "سَلَ…"),
        // No ZWNJ at an end.
        (3, "می\u{200C}روم", "می…", "می…"),
        (5, "می\u{200C}روم", "می\u{200C}روم", "می\u{200C}روم"),
        // U+200D and the soft hyphen are left out.
        (7, "۱۴۰۳ ه\u{200D}.ش", "۱۴۰۳ ه…", "۱۴۰۳ ه…"),
        (4, "a\u{AD}b", "ab  ", "  ab"),
        // Two columns do not fit into one.
        (4, "中文中", "中… ", " 中…"),
        (5, "中文中", "中文…", "中文…"),
        // What would break the row.
        (8, "a\r\nb\tc\u{1B}", "a  b c  ", " a  b c "),
        (5, "a\u{2028}b\u{2029}\u{85}", "a b  ", "a b  "),
    ] {
        let column = Column::new(columns).without_isolates();
        assert_eq!(column.cell(text), left, "{text:?} in {columns}");
        assert_eq!(column.align_right().cell(text), right, "{text:?} in {columns}");
    }
}

#[test]
fn a_cell_is_isolated_where_it_is_needed_and_closes_what_it_opens() {
    for (columns, text, cell, plain) in [
        (6, "سلام", "\u{2068}سلام\u{2069}  ", "سلام  "),
        (6, "٤٢", "\u{2068}٤٢\u{2069}    ", "٤٢    "),
        (6, "a ب", "\u{2068}a ب\u{2069}   ", "a ب   "),
        // Persian digits go from left to right among columns.
        (6, "۴۲", "۴۲    ", "۴۲    "),
        (6, "۱٬۵", "\u{2068}۱٬۵\u{2069}   ", "۱٬۵   "),
        (6, "42", "42    ", "42    "),
        (6, "name", "name  ", "name  "),
        (3, "سلام", "\u{2068}س…\u{2069} ", "س… "),
        // A part that is cut within its isolate.
        (
            7,
            "به \u{2066}example\u{2069}",
            "\u{2068}به \u{2066}exa…\u{2069}\u{2069}",
            "به exa…",
        ),
        (4, "به \u{2066}example\u{2069}", "\u{2068}به …\u{2069}", "به …"),
        (6, "a\u{2067}b", "a\u{2067}b\u{2069}    ", "ab    "),
        (
            6,
            "a\u{2067}\u{202A}b\u{2069}c",
            "a\u{2067}\u{202A}b\u{2069}c   ",
            "abc   ",
        ),
        (
            6,
            "a\u{202A}\u{2066}b",
            "a\u{202A}\u{2066}b\u{2069}\u{202C}    ",
            "ab    ",
        ),
        (6, "a\u{2066}b\u{202C}", "a\u{2066}b\u{2069}    ", "ab    "),
        (6, "a\u{2069}\u{202C}b", "ab    ", "ab    "),
        (
            6,
            "a\u{202E}b",
            "\u{2068}a\u{202E}b\u{202C}\u{2069}    ",
            "ab    ",
        ),
    ] {
        assert_eq!(Column::new(columns).cell(text), cell, "{text:?}");
        assert_eq!(
            Column::new(columns).without_isolates().cell(text),
            plain,
            "{text:?}"
        );
    }
}

#[test]
fn a_left_to_right_part_is_isolated_where_it_is_needed() {
    for text in [
        "",
        "abc",
        "Hello, world",
        "example.ir",
        "https://example.ir/a?b=1",
        "user@example.ir",
        "a1",
        "9gag",
        "1403",
        "۱۴۰۳",
        "1403/07/01",
        "12:30",
        "1,500,000.5",
        "۱٬۵۰۰٫۵",
        "café",
    ] {
        assert_eq!(isolate_ltr(text), text);
    }
    for text in [
        "+98 912 345 6789",
        "0912 345 6789",
        "1403-07-01",
        "12:30:",
        "1..5",
        "C++",
        "(a)",
        "-5",
        "50%",
        "1 a",
        "--help",
        "a ٥",
        "1٫5/٥",
        "Ali علی",
    ] {
        assert_eq!(isolate_ltr(text), format!("\u{2066}{text}\u{2069}"));
    }
    assert_eq!(
        isolate_ltr("\u{2069}-\u{2067}"),
        "\u{2066}-\u{2067}\u{2069}\u{2069}"
    );
}

/// Which of the characters is shown first, second and so on from the left, by the Unicode Bidirectional Algorithm.
fn visual_order(text: &str, base: Level) -> Vec<usize> {
    let info = BidiInfo::new(text, Some(base));
    let [paragraph] = &info.paragraphs[..] else {
        assert!(info.paragraphs.is_empty(), "{text:?}");
        return Vec::new();
    };
    let levels = info.reordered_levels_per_char(paragraph, paragraph.range.clone());
    BidiInfo::reorder_visual(&levels)
}

fn is_formatting(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_shown(c: char) -> bool {
    c.width() != Some(0)
}

/// Whether a terminal that orders by direction shows cells in the order of their columns.
fn keeps_columns(cells: &[String]) -> bool {
    let row = cells.join("│");
    let mut column = 0;
    let columns: Vec<_> = row
        .chars()
        .map(|c| {
            column += usize::from(c == '│');
            column
        })
        .collect();
    let is_shown: Vec<_> = row.chars().map(is_shown).collect();
    let order = visual_order(&row, Level::ltr());
    order
        .into_iter()
        .filter(|index| is_shown[*index])
        .map(|index| columns[index])
        .is_sorted()
}

#[test]
fn columns_would_change_places_without_isolates() {
    let cells = |column: Column| ["سلام", "٤٢", "42"].map(|text| column.cell(text));
    assert!(keeps_columns(&cells(Column::new(6))));
    assert!(!keeps_columns(&cells(Column::new(6).without_isolates())));
}

#[test]
fn what_needs_an_isolate_is_what_unicode_says() {
    for c in '\0'..='\u{FFFF}' {
        use BidiClass::{AL, AN, R, RLE, RLO};
        let expected = matches!(bidi_class(c), R | AL | AN | RLE | RLO);
        let is_isolated = Column::new(3).cell(&format!(" {c}")).starts_with('\u{2068}');
        // Of what is assigned and no mark.
        if c.is_alphanumeric() || is_formatting(c) || ('\u{600}'..'\u{700}').contains(&c) {
            assert_eq!(is_isolated, expected, "{c:?} {:?}", bidi_class(c));
        }
    }
}

/// The characters of a part are seen side by side in a Persian sentence, in the order that they have alone.
fn reads_as_alone(part: &str, before: &str, after: &str) -> bool {
    let sentence = format!("{before}{part}{after}");
    let start = before.chars().count();
    let length = part.chars().count();
    let is_shown: Vec<_> = part.chars().map(is_shown).collect();
    let order = visual_order(&sentence, Level::rtl());
    let places: Vec<_> = (0..order.len())
        .filter(|at| (start..start + length).contains(&order[*at]))
        .collect();
    let seen = places.iter().map(|at| order[*at] - start);
    let alone = visual_order(part, Level::ltr());
    let is_together = places.last().is_none_or(|last| last - places[0] + 1 == length);
    let shown = |order: Vec<usize>| order.into_iter().filter(|at| is_shown[*at]).collect::<Vec<_>>();
    is_together && shown(seen.collect()) == shown(alone)
}

/// Few characters that meet often, or any.
const ANY: &str =
    "[ابلآَ\u{200C}\u{200D}a1۲٣ ./\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}😀]{0,9}|(\\PC|\\pC){0,12}";

proptest! {
    #[test]
    fn a_cell_is_as_wide_as_its_column(text in ANY, columns in 0_u16..12) {
        prop_assert!(isolate_ltr(&text).contains(text.trim_matches(is_formatting)) || text.contains(is_formatting));
        let column = Column::new(columns);
        for column in [column, column.align_right(), column.without_isolates(), column.without_isolates().align_right()] {
            let cell = column.cell(&text);
            prop_assert_eq!(cell.chars().map(|c| c.width().unwrap_or(1)).sum::<usize>(), usize::from(columns), "{:?}", cell);
            prop_assert_eq!(width(&cell), usize::from(columns));
            prop_assert!(!cell.contains([ZWJ, '\u{AD}']), "{:?}", cell);
        }
    }

    #[test]
    fn a_cut_is_at_a_good_place(text in "[ابلآسیَُ\u{200C}a😀]{0,12}", columns in 1_u16..12) {
        let cut = Column::new(columns).without_isolates().cut(&text);
        if let Some(start) = cut.strip_suffix('…') {
            let rest = text.strip_prefix(start).unwrap();
            prop_assert!(!start.ends_with(ZWNJ), "{:?}", cut);
            let rest = rest.trim_start_matches('\u{200C}');
            prop_assert!(rest.chars().next().unwrap().width() > Some(0));
            let letters = start.trim_end_matches(['َ', 'ُ']);
            prop_assert!(!(letters.ends_with('ل') && text[start.len()..].starts_with(['ا', 'آ'])));
            prop_assert!(width(start) + 3 >= usize::from(columns).min(width(&text)));
        } else {
            prop_assert_eq!(cut, text);
        }
    }

    #[test]
    fn columns_keep_their_places(texts in prop::collection::vec(ANY, 1..5), columns in 1_u16..9) {
        let cells: Vec<_> = texts.iter().map(|text| Column::new(columns).cell(text)).collect();
        prop_assert!(keeps_columns(&cells), "{:?}", cells);
        for text in &texts {
            let plain = Column::new(columns).without_isolates().cell(text);
            prop_assert!(!plain.contains(is_formatting), "{:?}", plain);
        }
    }

    #[test]
    fn a_left_to_right_part_stays_in_order(part in "[a-c0-3۰-۳٠-٣ .,:/٬٫+%ب(_-]{0,8}") {
        let isolated = isolate_ltr(part.trim());
        for (before, after) in [("سلام ", " سلام"), ("", " سلام"), ("سلام ", ""), ("سلام ۱۲ ", " 12"), ("abc. ", ", ١٢")] {
            prop_assert!(reads_as_alone(&isolated, before, after), "{:?} between {:?} and {:?}", isolated, before, after);
        }
    }
}
