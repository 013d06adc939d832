//! How long a message is.
#![allow(clippy::unwrap_used)]

use payvand_persian::Encoding::{Gsm7, Ucs2};
use payvand_persian::{Text, TextError};
use proptest::prelude::*;

fn count(text: &str) -> (usize, usize, usize) {
    let text = Text::new(text).unwrap();
    (text.units(), text.segments(), text.left_in_segment())
}

/// `n` times the letter.
fn a(n: usize) -> String {
    "a".repeat(n)
}

fn sin(n: usize) -> String {
    "س".repeat(n)
}

#[test]
fn parts_are_filled_and_not_divided() {
    for (text, counted) in [
        (a(1), (1, 1, 159)),
        (a(160), (160, 1, 0)),
        (a(161), (161, 2, 145)),
        (a(306), (306, 2, 0)),
        (a(307), (307, 3, 152)),
        (sin(70), (70, 1, 0)),
        (sin(71), (71, 2, 63)),
        (sin(134), (134, 2, 0)),
        (sin(135), (135, 3, 66)),
        (sin(66) + "😀" + &sin(66), (134, 3, 66)),
        (sin(69) + "😀", (71, 2, 63)),
        (sin(68) + "😀", (70, 1, 0)),
        ("😀".repeat(35), (70, 1, 0)),
        ("😀".repeat(36), (72, 2, 61)),
        ("😀".repeat(67), (134, 3, 65)),
        (a(152) + "€" + &a(152), (306, 3, 152)),
        (a(153) + "€" + &a(5), (160, 1, 0)),
        (a(159) + "€", (161, 2, 145)),
        ("[".repeat(80), (160, 1, 0)),
        ("[".repeat(81), (162, 2, 143)),
        ("[".repeat(160), (320, 3, 137)),
        ("[".to_owned() + &a(304), (306, 2, 0)),
        ("[".to_owned() + &a(457), (459, 3, 0)),
        ("\r\n".repeat(80), (160, 1, 0)),
        ("سلام".to_owned(), (4, 1, 66)),
        ("پنجشنبه".to_owned(), (7, 1, 63)),
        ("پنج\u{200C}شنبه".to_owned(), (8, 1, 62)),
    ] {
        assert_eq!(count(&text), counted, "{text}");
    }
}

#[test]
fn parts_are_smaller_with_a_16_bit_reference() {
    for (text, segments, left) in [
        (a(160), 1, 0),
        (a(161), 2, 143),
        (a(304), 2, 0),
        (a(305), 3, 151),
        (a(151) + "€" + &a(151), 3, 151),
        (sin(70), 1, 0),
        (sin(132), 2, 0),
        (sin(133), 3, 65),
        (sin(65) + "😀" + &sin(65), 3, 65),
    ] {
        let counted = Text::new(text.clone()).unwrap().with_16_bit_reference();
        assert_eq!(
            (counted.segments(), counted.left_in_segment()),
            (segments, left),
            "{text}"
        );
        assert_eq!(counted.as_str(), text);
    }
}

/// In the order of the standard's table (3GPP TS 23.038, 6.2.1), without its escape, and the extension table.
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§\
                        ¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: &str = "\u{C}^{}\\[~]|€";

#[test]
fn the_alphabet_is_that_of_the_standard() {
    assert_eq!((ALPHABET.chars().count(), EXTENSION.chars().count()), (127, 10));
    for c in ('\0'..='\u{FFFF}').chain(['😀', '𐎠', char::MAX]) {
        let (encoding, units) = if ALPHABET.contains(c) {
            (Gsm7, 1)
        } else if EXTENSION.contains(c) {
            (Gsm7, 2)
        } else {
            (Ucs2, c.len_utf16())
        };
        let text = Text::new(c).unwrap();
        assert_eq!((text.encoding(), text.units()), (encoding, units), "{c:?}");
    }
    // Near misses.
    for c in [
        'ç', '`', '\t', '\u{A0}', '\u{2019}', '\u{2126}', 'á', '\u{1B}', 'Α', '–', '…', '«',
    ] {
        assert_eq!(Text::new(c).unwrap().encoding(), Ucs2, "{c:?}");
    }
}

/// What calculators of other ecosystems say, run on 2026-11-27: sms-segments-calculator 1.3.0 (Twilio), sms-length 0.2.2
/// and sms-counter 1.0.0, all of npm.
#[test]
fn other_calculators_disagree_where_it_is_known_why() {
    let agree = [
        a(160),
        a(161),
        a(306),
        a(307),
        sin(70),
        sin(134),
        sin(135),
        sin(69) + "😀",
        a(153) + "€" + &a(5),
    ];
    for (text, segments) in agree.iter().zip([1, 2, 2, 3, 1, 2, 3, 2, 1]) {
        assert_eq!(count(text).1, segments, "{text}");
    }
    let divided = "it divides, so an emoji or an escape pair stands half in one part";
    let once = "it counts a character of the extension table once";
    let kept = "it keeps a letter and the ZWNJ or the mark after it together";
    let missing = "it does not know the form feed";
    // ours, Twilio's, sms-length's, sms-counter's
    for (text, segments, why) in [
        (sin(66) + "😀" + &sin(66), [3, 3, 2, 2], divided),
        (a(152) + "€" + &a(152), [3, 3, 2, 2], divided),
        (a(159) + "€", [2, 2, 2, 1], once),
        ("[".repeat(81), [2, 2, 2, 1], once),
        ("[".repeat(160), [3, 3, 3, 1], once),
        (sin(67) + "\u{200C}" + &sin(66), [2, 3, 2, 2], kept),
        (sin(67) + "\u{64E}" + &sin(66), [2, 3, 2, 2], kept),
        (a(79) + "\u{C}" + &a(79), [1, 1, 3, 3], missing),
    ] {
        assert_eq!(count(&text).1, segments[0], "{text}: {why}");
        assert!(segments.iter().any(|other| *other != segments[0]), "{text}");
    }
}

#[test]
fn the_text_is_kept_and_not_shown() {
    let given = "\u{FEFF} كد: ۱۲۳٤ \u{200C}\r\n";
    let text: Text = given.parse().unwrap();
    assert_eq!(text.as_str(), given);
    let debug = "Text { encoding: Ucs2, units: 14, segments: 1, .. }";
    assert_eq!(format!("{text:?}"), debug);
}

#[test]
fn a_message_has_a_text() {
    assert_eq!("".parse::<Text>(), Err(TextError::Empty));
    assert_eq!(TextError::Empty.to_string(), "the text is empty");
    assert_eq!(count(" "), (1, 1, 159));
}

/// The parts themselves: the longest beginning that fits, then that of the rest.
fn parts(mut text: &str, size: usize, cost: fn(&str) -> usize) -> Vec<&str> {
    let mut parts = Vec::new();
    while !text.is_empty() {
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
        let end = ends.take_while(|end| cost(&text[..*end]) <= size).last().unwrap();
        let (part, rest) = text.split_at(end);
        parts.push(part);
        text = rest;
    }
    parts
}

fn septets(text: &str) -> usize {
    text.chars().count() + text.matches(|c| EXTENSION.contains(c)).count()
}

fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Segments and what is left, by another way.
fn expected(text: &str, has_16_bit_reference: bool) -> (usize, usize) {
    let less = usize::from(has_16_bit_reference);
    let is_gsm = text
        .chars()
        .all(|c| ALPHABET.contains(c) || EXTENSION.contains(c));
    let (alone, size, cost): (_, _, fn(&str) -> usize) = if is_gsm {
        (160, 153 - less, septets)
    } else {
        (70, 67 - less, utf16)
    };
    if cost(text) <= alone {
        return (1, alone - cost(text));
    }
    let parts = parts(text, size, cost);
    (parts.len(), size - cost(parts.last().unwrap()))
}

proptest! {
    #[test]
    fn segments_are_those_of_another_implementation(text in "([ab\u{C}€\\[]{1,60}){1,9}|([سa😀\u{200C}]{1,40}){1,9}|.{1,200}") {
        let counted = Text::new(&*text).unwrap();
        prop_assert_eq!((counted.segments(), counted.left_in_segment()), expected(&text, false));
        let counted = counted.with_16_bit_reference();
        prop_assert_eq!((counted.segments(), counted.left_in_segment()), expected(&text, true));
    }

    #[test]
    fn what_is_left_can_be_filled(text in "[سa😀€]{1,200}", more in 0_usize..70) {
        let counted = Text::new(&*text).unwrap();
        let left = counted.left_in_segment();
        let filled = count(&(text.clone() + &a(more.min(left))));
        prop_assert_eq!(filled.1, counted.segments());
        let overfull = count(&(text + &a(left + 1)));
        prop_assert!(overfull.1 > counted.segments());
    }
}
