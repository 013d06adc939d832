//! Mobile numbers, sender lines and digits, as people type them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use http_core::decode::Raw;
use payvand_persian::NumberError::{
    Empty, MoreThanOne, NotMobile, OtherCountry, TooLong, TooShort, UnexpectedCharacter,
};
use payvand_persian::{Mobile, NumberError, SenderLine, digits};
use proptest::prelude::*;

fn read(text: &str) -> Result<String, NumberError> {
    text.parse::<Mobile>().map(|mobile| mobile.to_string())
}

#[test]
fn a_mobile_is_read_in_every_spelling() {
    for text in [
        "09123456789",
        "9123456789",
        "989123456789",
        "+989123456789",
        "00989123456789",
        "\u{FF0B}989123456789",
        "+98(0)9123456789",
        "+9809123456789",
        "9809123456789",
        "009809123456789",
        "۰۹۱۲۳۴۵۶۷۸۹",
        "٠٩١٢٣٤٥٦٧٨٩",
        "٠۹1۲٣4۵٦7۸9",
        "۹۸۹۱۲۳۴۵۶۷۸۹+",
        "۹۸ ۹۱۲ ۳۴۵ ۶۷۸۹ +",
        "۰۹۱۲ ۳۴۵ ۶۷۸۹",
        "0912-345-6789",
        "0912.345.6789",
        "(0912) 345 6789",
        "+98 (912) 345-67-89",
        "98 9123456789",
        "98 09123456789",
        "0 9123456789",
        "0912\u{A0}345\u{202F}67\u{3000}89",
        "0912\t345\t6789",
        "0912\u{2010}345\u{2011}67\u{2012}8\u{2013}9",
        "0912\u{2014}345\u{2015}67\u{2212}89",
        "۰۹۱۲ـ۳۴۵ـ۶۷۸۹",
        "\u{202B}۰۹۱۲۳۴۵۶۷۸۹\u{202C}",
        "\u{2066}0912\u{2069}\u{200E}345\u{200F}6789",
        "\u{FEFF}0912\u{200B}34\u{200C}5\u{200D}6\u{2060}7\u{AD}8\u{61C}9",
        "  09123456789\r\n",
        "\u{200F} 09123456789 \u{200F}",
    ] {
        assert_eq!(read(text).as_deref(), Ok("09123456789"), "{text:?}");
    }
    for (text, number) in [
        // Ten digits from 9 on are a number without its zero, even if they begin like a country code.
        ("9812345678", "09812345678"),
        ("989812345678", "09812345678"),
        // Prefixes on which lists disagree.
        ("09310000000", "09310000000"),
        ("09340000000", "09340000000"),
        ("09410000000", "09410000000"),
        ("09060000000", "09060000000"),
        ("09000000000", "09000000000"),
        ("09999999999", "09999999999"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(number), "{text:?}");
    }
}

/// Each mark that is passed over, at every place; each separator between any two digits.
#[test]
fn every_mark_and_every_separator_at_every_place() {
    let marks = "\u{AD}\u{61C}\u{200B}\u{200C}\u{200D}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2060}\
                 \u{2066}\u{2067}\u{2068}\u{2069}\u{FEFF}";
    let separators =
        " \u{A0}\u{202F}\u{3000}\t-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}.()\u{640}";
    assert_eq!((marks.chars().count(), separators.chars().count()), (18, 17));
    let number = "۰۹۱۲۳۴۵۶۷۸۹";
    let places = number.char_indices().map(|(at, _)| at);
    for at in places.chain([number.len()]) {
        let (before, after) = number.split_at(at);
        for mark in marks.chars() {
            assert_eq!(
                read(&format!("{before}{mark}{after}")).as_deref(),
                Ok("09123456789"),
                "{mark:?} at {at}"
            );
        }
        for separator in separators
            .chars()
            .filter(|_| !before.is_empty() && !after.is_empty())
        {
            let text = format!("{before}{separator}{after}");
            assert_eq!(read(&text).as_deref(), Ok("09123456789"), "{separator:?} at {at}");
        }
    }
}

#[test]
fn what_is_no_mobile_says_why() {
    let unexpected = |character, at| UnexpectedCharacter { character, at };
    for (text, error) in [
        ("", Empty),
        (" \u{200F}\n", Empty),
        ("+", Empty),
        ("()", Empty),
        // Two numbers.
        ("09120000000;09350000000", MoreThanOne { at: 11 }),
        ("09120000000؛ 09350000000", MoreThanOne { at: 11 }),
        ("۰۹۱۲۰۰۰۰۰۰۰، ۰۹۳۵۰۰۰۰۰۰۰", MoreThanOne { at: 22 }),
        ("09120000000,09350000000", MoreThanOne { at: 11 }),
        ("0912 000 0000/0935 000 0000", MoreThanOne { at: 13 }),
        ("09120000000 09350000000", MoreThanOne { at: 11 }),
        ("0912 000 0000 - 0935 000 0000", MoreThanOne { at: 13 }),
        ("0912 000 00 00 0935 000 00 00", MoreThanOne { at: 14 }),
        ("02188888888 09120000000", MoreThanOne { at: 11 }),
        ("09120000000 88888888", MoreThanOne { at: 11 }),
        ("09120000000\n09350000000", MoreThanOne { at: 11 }),
        ("09120000000\r\n09350000000", MoreThanOne { at: 11 }),
        ("09120000000\u{2028}09350000000", MoreThanOne { at: 11 }),
        ("+989120000000+989350000000", MoreThanOne { at: 13 }),
        ("09120000000 +989350000000", MoreThanOne { at: 12 }),
        ("09120000000; +989350000000", MoreThanOne { at: 11 }),
        ("0912/0000000", MoreThanOne { at: 4 }),
        ("0912\n0000000", MoreThanOne { at: 4 }),
        // Letters and other characters.
        ("0912DIGITAL", unexpected('D', 4)),
        ("O9123456789", unexpected('O', 0)),
        ("09123456789 Ali", unexpected('A', 12)),
        ("۰۹۱۲۳۴۵۶۷۸۹ علی", unexpected('ع', 23)),
        ("09123456789 ext. 5", unexpected('e', 12)),
        ("09123456789#5", unexpected('#', 11)),
        ("09123456789;", unexpected(';', 11)),
        ("/09123456789", unexpected('/', 0)),
        ("09123456789, -", unexpected(',', 11)),
        ("0９123456789", unexpected('９', 1)),
        ("+98+9123456789", unexpected('+', 3)),
        ("++989123456789", unexpected('+', 1)),
        ("+989123456789+", unexpected('+', 13)),
        ("989123456789++", unexpected('+', 13)),
        ("tel:09123456789", unexpected('t', 0)),
        ("0912\x003456789", unexpected('\0', 4)),
        // Digits.
        ("0912345678", TooShort { digits: 10 }),
        ("912345678", TooShort { digits: 9 }),
        ("+98", TooShort { digits: 2 }),
        ("0", TooShort { digits: 1 }),
        ("091234567890", TooLong { digits: 12 }),
        ("98989123456789", TooLong { digits: 14 }),
        ("+98989123456789", TooLong { digits: 14 }),
        ("09123456789 123", TooLong { digits: 14 }),
        ("0912345678909350000000000", TooLong { digits: 25 }),
        // Elsewhere, and what is no mobile.
        ("+9123456789", OtherCountry),
        ("+09123456789", OtherCountry),
        ("09123456789+", OtherCountry),
        ("+00989123456789", OtherCountry),
        ("+971501234567", OtherCountry),
        ("00971501234567", OtherCountry),
        ("02188888888", NotMobile),
        ("+982188888888", NotMobile),
        ("10001000", NotMobile),
        ("0098100012345", NotMobile),
        ("0989123456789", TooLong { digits: 13 }),
    ] {
        assert_eq!(read(text), Err(error), "{text:?}");
    }
}

#[test]
fn a_mobile_is_shown_in_three_ways_and_masked_in_debug() {
    let mobile: Mobile = "0900 000 0042".parse().unwrap();
    assert_eq!(mobile.to_string(), "09000000042");
    assert_eq!(format!("{mobile:#}"), "0900 000 0042");
    assert_eq!(mobile.to_international(), "+989000000042");
    assert_eq!(format!("[{mobile:>13}]"), "[  09000000042]");
    assert_eq!(format!("{mobile:?}"), "Mobile(0900*****42)");
    assert_eq!(
        format!("{:#?}", Some(mobile)),
        "Some(\n    Mobile(0900*****42),\n)"
    );
}

#[test]
fn an_error_is_a_sentence_without_the_number() {
    for (text, sentence) in [
        ("", "no digits: the number is missing"),
        (
            "09123456789;09123456780",
            "more than one number: they are separated at byte 11",
        ),
        ("0912x", "'x' at byte 4 is not part of a number"),
        (
            "\u{200F}09123456789\u{7}",
            "'\\u{7}' at byte 14 is not part of a number",
        ),
        ("0912", "4 digits are too few for a number"),
        ("09123456789123", "14 digits are too many for a number"),
        ("+19123456789", "not a number of Iran, whose country code is 98"),
        (
            "02188888888",
            "not a mobile number, which is 9 and nine more digits after 0 or 98",
        ),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), sentence);
    }
}

#[test]
fn a_sender_line_is_no_mobile() {
    for (text, line) in [
        ("10001000", "10001000"),
        ("1000 1234", "10001234"),
        ("+9810001234", "10001234"),
        ("00 98 1000 1234", "10001234"),
        ("9810001234", "10001234"),
        ("\u{202A}۱۰۰۰۱۲۳۴\u{202C}", "10001234"),
        ("02191001234", "02191001234"),
        ("50004001234567", "50004001234567"),
    ] {
        let read: SenderLine = text.parse().unwrap();
        assert_eq!(read.to_string(), line, "{text:?}");
        // Ten digits from 9 on can be both: what is asked for decides.
        assert_eq!(text.parse::<Mobile>().is_ok(), text == "9810001234", "{text:?}");
    }
    for (text, error) in [
        ("", Empty),
        ("98", TooShort { digits: 2 }),
        ("110", TooShort { digits: 3 }),
        ("100010001000100010001", TooLong { digits: 21 }),
        ("10001000,10002000", MoreThanOne { at: 8 }),
        (
            "Payvand",
            UnexpectedCharacter {
                character: 'P',
                at: 0,
            },
        ),
        ("+97110001234", OtherCountry),
        ("0097110001234", OtherCountry),
        // Shown without the country code, it would be another line when it is read again.
        ("989810001234", OtherCountry),
        ("+98 98 1000 1234", OtherCountry),
        ("00989810001234", OtherCountry),
        ("+98009810001234", OtherCountry),
        ("98001000", OtherCountry),
    ] {
        assert_eq!(text.parse::<SenderLine>().unwrap_err(), error, "{text:?}");
    }
    let line: SenderLine = "10001234".parse().unwrap();
    assert_eq!(
        format!("{line:?} [{line:>10}]"),
        "SenderLine(1000****) [  10001234]"
    );
}

#[test]
fn digits_of_both_sets_become_one() {
    for (text, latin, persian) in [
        ("", "", ""),
        ("کد", "کد", "کد"),
        ("0123456789", "0123456789", "۰۱۲۳۴۵۶۷۸۹"),
        ("۰۱۲۳۴۵۶۷۸۹", "0123456789", "۰۱۲۳۴۵۶۷۸۹"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789", "۰۱۲۳۴۵۶۷۸۹"),
        ("کد ۱2٣، ۱٬۵۰۰٫۵", "کد 123، 1٬500٫5", "کد ۱۲۳، ۱٬۵۰۰٫۵"),
        ("߀９", "߀９", "߀９"),
    ] {
        assert_eq!(digits::to_latin(text), latin, "{text}");
        assert_eq!(digits::to_persian(text), persian, "{text}");
    }
}

/// The core reads numbers in answers by itself. Both take the same digits, and what the core passes over around a number
/// does not stop us.
#[test]
fn the_core_folds_the_same_digits_and_marks() {
    let mut marks = BTreeSet::new();
    for c in '\0'..='\u{FFFF}' {
        let ours = digits::to_latin(&c.to_string()).parse::<u32>().ok();
        let core = http_core::text::ascii_digit(c).and_then(|digit| digit.to_digit(10));
        assert_eq!(ours, core, "{c:?}");

        let text = format!("\"9{c}123456789\"");
        let core = Raw::parse(&text).and_then(Raw::whole_number::<u64>);
        let ours = format!("9{c}123456789").parse::<Mobile>();
        if core == Some(9_123_456_789) {
            assert_eq!(
                ours.map(|it| it.to_string()).as_deref(),
                Ok("09123456789"),
                "{c:?}"
            );
            marks.insert(c);
        } else if ours.is_ok() {
            // The core's numbers are prices and counts, in which a space or a dash would be a mistake.
            assert_eq!(http_core::text::fold(&c.to_string()), "", "{c:?}");
        }
    }
    assert_eq!(marks.len(), 13, "{marks:?}");
}

/// A number in a random spelling.
fn spelling() -> impl Strategy<Value = (u32, String)> {
    let start = prop::sample::select(vec!["0", "", "98", "+98", "0098", "+98(0)", "980", "\u{FF0B}98 "]);
    let between = prop::sample::select(vec![
        "", "", "", " ", "-", "\u{200F}", "\u{200C}", "\u{202F}", "ـ", ".",
    ]);
    let digit = (prop::sample::select(vec!['0', '۰', '٠']), between);
    (0..1_000_000_000_u32, start, prop::collection::vec(digit, 10)).prop_map(|(number, start, digits)| {
        let mut text = start.to_owned();
        for (digit, (zero, between)) in format!("9{number:09}").bytes().zip(digits) {
            text.extend(char::from_u32(u32::from(zero) + u32::from(digit - b'0')));
            text.push_str(between);
        }
        (number, text)
    })
}

/// What is typed by people, and what is not.
const ANY: &str = "(\\PC|[0-9۰-۹٠-٩+ ;/\u{200C}\u{2066}\n-]){0,40}";

proptest! {
    #[test]
    fn any_spelling_is_the_same_number((number, text) in spelling()) {
        let mobile: Mobile = text.parse().unwrap();
        prop_assert_eq!(mobile.to_string(), format!("09{number:09}"));
        for shown in [mobile.to_string(), mobile.to_international(), format!("{mobile:#}")] {
            prop_assert_eq!(shown.parse::<Mobile>(), Ok(mobile));
        }
        let (debug, digits) = (format!("{mobile:?}"), format!("{number:09}"));
        prop_assert!(!debug.contains(&digits[2..7]));
    }

    #[test]
    fn numbers_are_ordered_as_their_texts(one in 0..1_000_000_000_u32, other in 0..1_000_000_000_u32) {
        let (one, other) = (format!("09{one:09}"), format!("09{other:09}"));
        let order = one.parse::<Mobile>().unwrap().cmp(&other.parse().unwrap());
        prop_assert_eq!(order, one.cmp(&other));
    }

    /// Two numbers are never one, whatever stands between them.
    #[test]
    fn two_numbers_are_an_error((_, one) in spelling(), (_, other) in spelling(), between in "[ \t\n,;/؛،.-]{1,3}") {
        let error = format!("{one}{between}{other}").parse::<Mobile>().unwrap_err();
        prop_assert!(matches!(error, MoreThanOne { .. }), "{:?}", error);
        prop_assert!((one + &other).parse::<Mobile>().is_err());
    }

    #[test]
    fn a_position_is_that_of_the_character(text in ANY) {
        let errors = [text.parse::<Mobile>().err(), text.parse::<SenderLine>().err()];
        for error in errors.into_iter().flatten() {
            match error {
                UnexpectedCharacter { character, at } => prop_assert!(text[at..].starts_with(character)),
                MoreThanOne { at } => prop_assert!(text.split_at(at).1.chars().any(char::is_numeric)),
                _ => {}
            }
        }
    }

    #[test]
    fn a_number_read_twice_is_the_same(text in prop_oneof![ANY, "(98|[+]98|0098)?(98|00)?[0-9]{3,8}"]) {
        if let Ok(mobile) = text.parse::<Mobile>() {
            prop_assert_eq!(mobile.to_string().parse::<Mobile>(), Ok(mobile));
        }
        if let Ok(line) = text.parse::<SenderLine>() {
            prop_assert!(line.to_string().bytes().all(|digit| digit.is_ascii_digit()));
            prop_assert_eq!(line.to_string().parse::<SenderLine>(), Ok(line));
        }
        let latin = digits::to_latin(&text);
        let persian = digits::to_persian(&text);
        prop_assert_eq!(latin.chars().count(), text.chars().count());
        prop_assert_eq!(digits::to_latin(&persian), latin);
    }
}
