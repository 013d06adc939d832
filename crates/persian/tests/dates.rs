//! Jalali dates, and Tehran's clock.
#![allow(clippy::unwrap_used)]

use std::ops::Range;

use icu_calendar::Date;
use icu_calendar::cal::{Gregorian, Persian};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, civil};
use payvand_persian::DateError::{
    Backwards, GregorianYear, Malformed, NoSuchDay, NoSuchMonth, OutOfRange, ShortYear, YearOutOfRange,
};
use payvand_persian::{JalaliDate, Weekday};
use proptest::prelude::*;

fn date(text: &str) -> JalaliDate {
    text.parse().unwrap()
}

/// Every day of the years, in order.
fn days(years: Range<u16>) -> impl Iterator<Item = JalaliDate> {
    let months = years.flat_map(|year| (1..=12).map(move |month| JalaliDate::new(year, month, 1).unwrap()));
    months.flat_map(|first| {
        (1..=first.days_in_month()).map(move |day| JalaliDate::new(first.year(), first.month(), day).unwrap())
    })
}

#[test]
fn dates_are_those_of_the_other_calendar() {
    for (jalali, gregorian) in [
        ("1200/01/01", (1821, 3, 21)),
        ("1309/01/01", (1930, 3, 21)),
        ("1342/01/01", (1963, 3, 21)),
        ("1357/11/22", (1979, 2, 11)),
        ("1402/10/11", (2024, 1, 1)),
        ("1402/12/10", (2024, 2, 29)),
        ("1402/12/11", (2024, 3, 1)),
        ("1403/12/30", (2025, 3, 20)),
        ("1404/01/01", (2025, 3, 21)),
        ("1404/12/29", (2026, 3, 20)),
        ("1405/01/01", (2026, 3, 21)),
        ("1436/12/30", (2058, 3, 20)),
        ("1469/12/30", (2091, 3, 20)),
        ("1500/12/29", (2122, 3, 20)),
    ] {
        let (year, month, day) = gregorian;
        assert_eq!(date(jalali).to_gregorian(), gregorian, "{jalali}");
        assert_eq!(
            JalaliDate::from_gregorian(year, month, day),
            Ok(date(jalali)),
            "{jalali}"
        );
    }
}

/// ICU4X calculates with years of its own.
#[test]
fn every_day_is_that_of_icu4x() {
    let mut expected = Date::try_new_persian(1200, 1, 1).unwrap();
    let mut count = 0;
    for date in days(1200..1501) {
        let gregorian = expected.to_calendar(Gregorian);
        let jalali = (
            expected.year().extended_year(),
            expected.month().number(),
            expected.day_of_month().0,
        );
        assert_eq!((i32::from(date.year()), date.month(), date.day()), jalali);
        let (year, month, day) = date.to_gregorian();
        let given = (
            gregorian.year().extended_year(),
            gregorian.month().number(),
            gregorian.day_of_month().0,
        );
        assert_eq!((i32::from(year), month, day), given, "{date}");

        assert_eq!(JalaliDate::from_gregorian(year, month, day), Ok(date));
        assert_eq!(date.to_string().parse(), Ok(date));
        assert_eq!(date.weekday() as u8, (expected.weekday() as u8 + 1) % 7, "{date}");
        let next = date.checked_add_days(1);
        assert!(next.is_ok_and(|next| next > date) || date == JalaliDate::new(1500, 12, 29).unwrap());
        expected = Date::from_rata_die(expected.to_rata_die() + 1, Persian);
        count += 1;
    }
    // 73 leap years.
    assert_eq!(count, 301 * 365 + 73);
}

#[test]
fn leap_years_are_those_of_the_33_year_rule() {
    for year in 1200..1501 {
        let is_leap = JalaliDate::new(year, 1, 1).unwrap().is_leap_year();
        assert_eq!(
            is_leap,
            [1, 5, 9, 13, 17, 22, 26, 30].contains(&(year % 33)),
            "{year}"
        );
    }
}

#[test]
fn a_date_is_read_as_people_type_it() {
    for text in [
        "1403/07/01",
        "1403-07-01",
        "1403/7/1",
        "۱۴۰۳/۰۷/۰۱",
        "١٤٠٣/٠٧/٠١",
        "۱٤03/۰٧/1",
        " ۱۴۰۳/۰۷/۰۱\n",
        "\u{200F}۱۴۰۳/\u{200F}۰۷/۰۱\u{2069}",
    ] {
        assert_eq!(date(text), JalaliDate::new(1403, 7, 1).unwrap(), "{text:?}");
    }
    assert_eq!(date("۱۴۰۳/۱۲/۳۰"), date("١٤٠٣/١٢/٣٠"));
    assert_eq!(date("۱۴۰۳/۱۲/۳۰").to_string(), "1403/12/30");
    assert_eq!(format!("[{:>12}]", date("1403/7/1")), "[  1403/07/01]");
}

#[test]
fn what_is_no_date_says_why() {
    let malformed = |at| Malformed { at };
    for (text, error) in [
        ("", malformed(0)),
        ("1403", malformed(4)),
        ("1403/07", malformed(7)),
        ("1403/07/", malformed(8)),
        ("/07/01", malformed(0)),
        ("1403//01", malformed(5)),
        ("1403/07-01", malformed(7)),
        ("1403-07/01", malformed(7)),
        ("1403/07/01/", malformed(10)),
        ("1403/07/011", malformed(10)),
        ("1403/007/1", malformed(7)),
        ("14030701", malformed(4)),
        ("30/12/1403", malformed(8)),
        ("1403.07.01", malformed(4)),
        ("1403/07/01 12:00", malformed(10)),
        ("1403/ 07/01", malformed(5)),
        ("۱۴۰۳٫۰۷٫۰۱", malformed(8)),
        ("-1403/07/01", malformed(0)),
        ("امروز", malformed(0)),
        ("03/12/30", ShortYear { year: 3 }),
        ("403/12/30", ShortYear { year: 403 }),
        ("2025-03-20", GregorianYear { year: 2025 }),
        ("۲۰۲۵/۰۳/۲۰", GregorianYear { year: 2025 }),
        ("1821/01/01", GregorianYear { year: 1821 }),
        ("1199/12/29", YearOutOfRange { year: 1199 }),
        ("1501/01/01", YearOutOfRange { year: 1501 }),
        ("0000/01/01", YearOutOfRange { year: 0 }),
        ("9999/01/01", YearOutOfRange { year: 9999 }),
        ("1403/13/01", NoSuchMonth { month: 13 }),
        ("1403/00/01", NoSuchMonth { month: 0 }),
        ("1403/01/32", NoSuchDay { day: 32, last: 31 }),
        ("1403/01/00", NoSuchDay { day: 0, last: 31 }),
        ("1403/07/31", NoSuchDay { day: 31, last: 30 }),
        ("1404/12/30", NoSuchDay { day: 30, last: 29 }),
        ("1403/12/31", NoSuchDay { day: 31, last: 30 }),
    ] {
        assert_eq!(text.parse::<JalaliDate>(), Err(error), "{text}");
    }
    for (given, error) in [
        ((2025, 2, 29), NoSuchDay { day: 29, last: 28 }),
        ((2024, 2, 30), NoSuchDay { day: 30, last: 29 }),
        ((1900, 2, 29), NoSuchDay { day: 29, last: 28 }),
        ((2024, 4, 31), NoSuchDay { day: 31, last: 30 }),
        ((2024, 13, 1), NoSuchMonth { month: 13 }),
        ((2024, 0, 1), NoSuchMonth { month: 0 }),
        ((1821, 3, 20), OutOfRange),
        ((2122, 3, 21), OutOfRange),
        ((0, 1, 1), OutOfRange),
        ((u16::MAX, 12, 31), OutOfRange),
        ((1403, 7, 1), OutOfRange),
    ] {
        assert_eq!(
            JalaliDate::from_gregorian(given.0, given.1, given.2),
            Err(error),
            "{given:?}"
        );
    }
}

#[test]
fn an_error_is_a_sentence() {
    for (error, sentence) in [
        (
            "1403/07/x".parse::<JalaliDate>(),
            "not a date like 1403/07/01, because of what is at byte 8",
        ),
        (
            "03/07/01".parse(),
            "the year 3 is short: write it with four digits",
        ),
        (
            "2025/03/20".parse(),
            "2025 is a Gregorian year, where a Jalali one was expected",
        ),
        ("1501/01/01".parse(), "the year 1501 is not one of 1200 to 1500"),
        ("1403/13/01".parse(), "there is no month 13: a year has 12"),
        (
            "1404/12/30".parse(),
            "there is no day 30: the month has 29 that year",
        ),
        (
            JalaliDate::from_millis(i64::MAX),
            "the date is outside the Jalali years 1200 to 1500",
        ),
    ] {
        assert_eq!(error.unwrap_err().to_string(), sentence);
    }
    assert_eq!(Backwards.to_string(), "the last day is before the first");
}

#[test]
fn nothing_is_rolled_over_or_clamped() {
    let add_months = |text, months| date(text).checked_add_months(months).map(|date| date.to_string());
    for (start, months, expected) in [
        ("1403/06/31", 1, Err(NoSuchDay { day: 31, last: 30 })),
        ("1403/12/30", 12, Err(NoSuchDay { day: 30, last: 29 })),
        ("1403/12/30", 60, Ok("1408/12/30")),
        ("1403/01/31", 5, Ok("1403/06/31")),
        ("1403/12/01", 1, Ok("1404/01/01")),
        ("1403/01/01", -1, Ok("1402/12/01")),
        ("1403/05/15", 0, Ok("1403/05/15")),
        ("1500/12/01", 1, Err(OutOfRange)),
        ("1200/01/01", -1, Err(OutOfRange)),
        ("1403/01/01", i32::MAX, Err(OutOfRange)),
        ("1403/01/01", i32::MIN, Err(OutOfRange)),
    ] {
        assert_eq!(
            add_months(start, months),
            expected.map(str::to_owned),
            "{start} {months}"
        );
    }
    for (start, days, expected) in [
        ("1403/12/30", 1, Ok("1404/01/01")),
        ("1404/12/29", 1, Ok("1405/01/01")),
        ("1200/01/01", 109_937, Ok("1500/12/29")),
        ("1500/12/29", 1, Err(OutOfRange)),
        ("1200/01/01", -1, Err(OutOfRange)),
        ("1403/01/01", i32::MAX, Err(OutOfRange)),
        ("1403/01/01", i32::MIN, Err(OutOfRange)),
    ] {
        let date = date(start).checked_add_days(days).map(|date| date.to_string());
        assert_eq!(date, expected.map(str::to_owned), "{start} {days}");
    }
}

#[test]
fn weekdays_are_those_of_the_calendar_on_the_wall() {
    for (text, weekday) in [
        ("1403/01/01", Weekday::Wednesday),
        ("1404/01/01", Weekday::Friday),
        ("1405/01/01", Weekday::Saturday),
        ("1405/09/06", Weekday::Friday),
    ] {
        assert_eq!(date(text).weekday(), weekday, "{text}");
    }
}

#[test]
fn a_span_is_half_open_and_in_tehran() {
    const HOUR: i64 = 60 * 60 * 1000;
    let span = |first, last| date(first).millis_through(date(last));
    assert_eq!(
        span("1403/07/01", "1403/07/30"),
        Ok(1_726_950_600_000..1_729_542_600_000)
    );
    assert_eq!(date("1401/01/02").start_millis(), 1_647_894_600_000);
    for (day, hours) in [
        ("1401/06/30", 25),
        ("1401/01/01", 24),
        ("1401/01/02", 23),
        ("1403/01/02", 24),
    ] {
        let span = span(day, day).unwrap();
        assert_eq!(span.end - span.start, hours * HOUR, "{day}");
    }
    assert_eq!(span("1403/07/02", "1403/07/01"), Err(Backwards));
    assert!(span("1200/01/01", "1500/12/29").is_ok());
    for (millis, expected) in [
        (0, Ok("1348/10/11")),
        (-1, Ok("1348/10/11")),
        (1_663_792_199_999, Ok("1401/06/30")),
        (1_663_792_200_000, Ok("1401/06/31")),
        (i64::MIN, Err(OutOfRange)),
        (i64::MAX, Err(OutOfRange)),
    ] {
        let date = JalaliDate::from_millis(millis).map(|date| date.to_string());
        assert_eq!(date, expected.map(str::to_owned), "{millis}");
    }
}

fn tehran() -> TimeZone {
    TimeZone::get("Asia/Tehran").unwrap()
}

fn civil(date: JalaliDate) -> civil::Date {
    let (year, month, day) = date.to_gregorian();
    civil::date(
        year.try_into().unwrap(),
        month.try_into().unwrap(),
        day.try_into().unwrap(),
    )
}

#[test]
fn every_day_starts_as_in_the_tz_database() {
    let zone = tehran();
    let mut end = None;
    for date in days(1200..1501) {
        let start = civil(date)
            .to_zoned_datetime(zone.clone())
            .unwrap()
            .start_of_day()
            .unwrap();
        let start = start.timestamp().as_millisecond();
        assert_eq!(date.start_millis(), start, "{date}");
        assert_eq!(JalaliDate::from_millis(start), Ok(date));
        let before = JalaliDate::from_millis(start - 1);
        assert_eq!(before, date.checked_add_days(-1), "{date}");
        // Days follow each other without a gap.
        assert!(end.is_none_or(|end| end == start), "{date}");
        end = Some(date.millis_through(date).unwrap().end);
    }
}

/// Midnight does not exist on 34 days of these years, and 23:30 comes twice on 34: a program that asks a library for
/// midnight gets nothing, or a wrong moment.
#[test]
fn days_without_midnight_start_when_the_clock_was_put_forward() {
    let zone = tehran();
    let (mut without_midnight, mut with_two_evenings) = (Vec::new(), Vec::new());
    for date in days(1300..1406) {
        let start = Timestamp::from_millisecond(date.start_millis())
            .unwrap()
            .to_zoned_datetime(zone.clone());
        if start.time() != civil::Time::midnight() {
            without_midnight.push((date, start.time()));
        }
        let half_past_eleven = zone.to_ambiguous_timestamp(civil(date).at(23, 30, 0, 0)).offset();
        if matches!(half_past_eleven, AmbiguousOffset::Fold { .. }) {
            with_two_evenings.push(date);
        }
    }
    assert_eq!((without_midnight.len(), with_two_evenings.len()), (34, 34));
    assert!(without_midnight.contains(&(date("1401/01/02"), civil::time(1, 0, 0, 0))));
    assert!(with_two_evenings.contains(&date("1401/06/30")));
}

#[test]
fn every_hour_is_on_the_day_of_the_tz_database() {
    let zone = tehran();
    for (first, last) in [
        ("1314/01/01", "1315/01/01"),
        ("1355/01/01", "1360/01/01"),
        ("1400/01/01", "1403/01/01"),
    ] {
        let span = date(first).millis_through(date(last)).unwrap();
        for millis in span.step_by(30 * 60 * 1000) {
            let there = Timestamp::from_millisecond(millis)
                .unwrap()
                .to_zoned_datetime(zone.clone())
                .date();
            let date = JalaliDate::from_millis(millis).unwrap();
            assert_eq!(civil(date), there, "{millis}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_and_any_numbers_are_taken(
        text in "(\\PC|[0-9۰-۹٠-٩/\u{200F} -]){0,16}",
        (year, month, day) in any::<(u16, u8, u8)>(),
        millis in any::<i64>(),
        step in any::<i32>(),
    ) {
        if let Err(Malformed { at }) = text.parse::<JalaliDate>() {
            prop_assert!(text.get(at..).is_some());
        }
        let dates = [
            text.parse(),
            JalaliDate::new(year, month, day),
            JalaliDate::new(1200 + year % 301, month % 14, day % 33),
            JalaliDate::from_gregorian(year, month, day),
            JalaliDate::from_millis(millis),
        ];
        for date in dates.into_iter().flatten() {
            prop_assert_eq!(date.to_string().parse(), Ok(date));
            prop_assert_eq!(JalaliDate::new(date.year(), date.month(), date.day()), Ok(date));
            if let Ok(later) = date.checked_add_days(step % 40_000) {
                prop_assert_eq!(later.checked_add_days(-(step % 40_000)), Ok(date));
            }
            if let Ok(later) = date.checked_add_months(step % 600) {
                prop_assert_eq!(later.checked_add_months(-(step % 600)), Ok(date));
            }
        }
    }
}
