//! Numbers, dates and messages in JSON.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use payvand_persian::{JalaliDate, Mobile, SenderLine, Text};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_str, from_value, json, to_value};

/// Read from this JSON, written as that, and read again from it.
fn is_read_and_written<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &Value, written: &str) {
    let value: T = from_value(json.clone()).unwrap();
    assert_eq!(to_value(&value).unwrap(), written);
    assert_eq!(from_str::<T>(&json.to_string()).unwrap(), value);
    assert_eq!(from_value::<T>(written.into()).unwrap(), value);
}

#[test]
fn all_are_text() {
    is_read_and_written::<Mobile>(&json!("+98 (0)912 345 6789"), "09123456789");
    is_read_and_written::<SenderLine>(&json!("+98 1000 1234"), "10001234");
    is_read_and_written::<JalaliDate>(&json!("۱۴۰۳/۷/۱"), "1403/07/01");
    is_read_and_written::<Text>(&json!("سلام\n"), "سلام\n");
}

fn error<T: DeserializeOwned + Debug>(json: &str) -> String {
    let error = from_str::<T>(json).unwrap_err().to_string();
    error.split(" at line").next().unwrap_or_default().to_owned()
}

#[test]
fn an_error_does_not_quote_what_was_given() {
    let number = "a number where a text was expected: numbers lose their zeros";
    for json in ["9123456789", "-9123456789", "9123456789.5"] {
        assert_eq!(error::<Mobile>(json), number);
        assert_eq!(error::<SenderLine>(json), number);
        assert_eq!(error::<JalaliDate>(json), number);
        assert_eq!(error::<Text>(json), number);
    }
    assert_eq!(
        error::<Mobile>("\"09123456789 09351234567\""),
        "more than one number: they are separated at byte 11"
    );
    assert_eq!(
        error::<JalaliDate>("\"1404/12/30\""),
        "there is no day 30: the month has 29 that year"
    );
    assert_eq!(error::<Text>("\"\""), "the text is empty");
    assert_eq!(
        error::<Mobile>("[\"09123456789\"]"),
        "invalid type: sequence, expected a text"
    );
}

#[test]
fn the_setting_of_a_text_is_not_part_of_it() {
    let text = Text::new("س".repeat(134)).unwrap().with_16_bit_reference();
    let read: Text = from_value(to_value(&text).unwrap()).unwrap();
    assert_eq!((text.segments(), read.segments()), (3, 2));
}
