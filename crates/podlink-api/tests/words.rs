//! The words that users store and print.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use podlink_api::{HashMethod, Interval, Level, LinkKind, OrderBy, ParameterStyle, Service, UnknownWord};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Each value by its word, printed, parsed in two letter cases, serialised and read back.
fn go_both_ways<T>(values: impl IntoIterator<Item = (T, &'static str)>)
where
    T: Debug + Display + PartialEq + FromStr<Err: Debug> + Serialize + DeserializeOwned,
{
    for (value, word) in values {
        assert_eq!(value.to_string(), word);
        assert_eq!(format!("{value:>12}"), format!("{word:>12}"));
        assert_eq!(word.parse::<T>().unwrap(), value);
        assert_eq!(serde_json::to_value(&value).unwrap(), word);
        assert_eq!(serde_json::from_value::<T>(word.into()).unwrap(), value);
    }
}

/// Any letter case will do, and what is no word is an error that names all of them.
fn are_closed<T>(words: &[&str])
where
    T: Debug + Display + PartialEq + FromStr<Err = UnknownWord> + DeserializeOwned,
{
    for word in words {
        let value: T = word.to_uppercase().parse().unwrap();
        assert_eq!(value, word.parse().unwrap());
    }
    for text in ["", "not-a-real-key"] {
        let error = text.parse::<T>().unwrap_err();
        assert_eq!(error.words(), words);
        let sentence = format!("unknown word: expected one of {}", words.join(", "));
        assert_eq!(error.to_string(), sentence);
        let error = serde_json::from_value::<T>(text.into()).unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn closed_enums_go_to_their_words_and_back() {
    let services = ["add_link", "visit", "list_links", "set_status", "click_stats"];
    assert_eq!(Service::ALL.len(), services.len());
    go_both_ways(Service::ALL.iter().copied().zip(services));
    are_closed::<Service>(&services);

    let orders = ["hash", "createTime", "expireTime", "visitCount"];
    let values = [
        OrderBy::Hash,
        OrderBy::CreateTime,
        OrderBy::ExpireTime,
        OrderBy::VisitCount,
    ];
    go_both_ways(values.into_iter().zip(orders));
    are_closed::<OrderBy>(&orders);

    let intervals = ["minute", "hour", "day", "month"];
    let values = [Interval::Minute, Interval::Hour, Interval::Day, Interval::Month];
    go_both_ways(values.into_iter().zip(intervals));
    are_closed::<Interval>(&intervals);

    let levels = ["gateway", "service_status", "service", "result"];
    let values = [
        Level::Gateway,
        Level::ServiceStatus,
        Level::Service,
        Level::Result,
    ];
    go_both_ways(values.into_iter().zip(levels));
    are_closed::<Level>(&levels);

    let styles = ["form", "json_body"];
    go_both_ways(
        [ParameterStyle::Form, ParameterStyle::JsonBody]
            .into_iter()
            .zip(styles),
    );
    are_closed::<ParameterStyle>(&styles);
}

#[test]
fn open_enums_keep_the_words_that_they_do_not_know() {
    go_both_ways([
        (LinkKind::Link, "link"),
        (LinkKind::Content, "content"),
        (LinkKind::File, "file"),
        (LinkKind::Other("QR".to_owned()), "QR"),
    ]);
    go_both_ways([
        (HashMethod::Auto, "auto"),
        (HashMethod::Custom, "custom"),
        (HashMethod::Other("imported".to_owned()), "imported"),
    ]);
    assert_eq!("FILE".parse(), Ok(LinkKind::File));
    assert_eq!(" Custom ".parse(), Ok(HashMethod::Custom));
}
