//! Tehran's clock, in days and seconds from 1970-01-01 00:00 UTC.

const SECONDS_IN_DAY: i64 = 86_400;

/// How far the clock is ahead of UTC since the last change.
const OFFSET: i64 = 12_600;

/// Each change of the clock from 1314 to 1401, and how far it was ahead of UTC before it. As in version
/// 2026f of the tz database; in 2025b the change of 1358/03/05 is a day later.
#[rustfmt::skip]
const CHANGES: [(i64, i64); 70] = [
    (-1_090_466_744, 12_344), (227_820_600, 12_600), (246_223_800, 16_200), (259_617_600, 14_400),
    (271_108_800, 18_000), (279_576_000, 14_400), (296_512_200, 12_600), (306_531_000, 16_200),
    (322_432_200, 12_600), (338_499_000, 16_200), (673_216_200, 12_600), (685_481_400, 16_200),
    (701_209_800, 12_600), (717_103_800, 16_200), (732_745_800, 12_600), (748_639_800, 16_200),
    (764_281_800, 12_600), (780_175_800, 16_200), (795_817_800, 12_600), (811_711_800, 16_200),
    (827_353_800, 12_600), (843_247_800, 16_200), (858_976_200, 12_600), (874_870_200, 16_200),
    (890_512_200, 12_600), (906_406_200, 16_200), (922_048_200, 12_600), (937_942_200, 16_200),
    (953_584_200, 12_600), (969_478_200, 16_200), (985_206_600, 12_600), (1_001_100_600, 16_200),
    (1_016_742_600, 12_600), (1_032_636_600, 16_200), (1_048_278_600, 12_600), (1_064_172_600, 16_200),
    (1_079_814_600, 12_600), (1_095_708_600, 16_200), (1_111_437_000, 12_600), (1_127_331_000, 16_200),
    (1_206_045_000, 12_600), (1_221_939_000, 16_200), (1_237_667_400, 12_600), (1_253_561_400, 16_200),
    (1_269_203_400, 12_600), (1_285_097_400, 16_200), (1_300_739_400, 12_600), (1_316_633_400, 16_200),
    (1_332_275_400, 12_600), (1_348_169_400, 16_200), (1_363_897_800, 12_600), (1_379_791_800, 16_200),
    (1_395_433_800, 12_600), (1_411_327_800, 16_200), (1_426_969_800, 12_600), (1_442_863_800, 16_200),
    (1_458_505_800, 12_600), (1_474_399_800, 16_200), (1_490_128_200, 12_600), (1_506_022_200, 16_200),
    (1_521_664_200, 12_600), (1_537_558_200, 16_200), (1_553_200_200, 12_600), (1_569_094_200, 16_200),
    (1_584_736_200, 12_600), (1_600_630_200, 16_200), (1_616_358_600, 12_600), (1_632_252_600, 16_200),
    (1_647_894_600, 12_600), (1_663_788_600, 16_200),
];

/// The first second of a day: midnight, or where the clock was put forward over midnight, the moment when it was.
pub(crate) fn start_of(day: i64) -> i64 {
    let midnight = day * SECONDS_IN_DAY;
    // The first period between two changes that lasts, by its own clock, until after this midnight.
    let period = CHANGES.partition_point(|(end, offset)| end + offset <= midnight);
    let start = midnight - offset_in(period);
    match period.checked_sub(1).and_then(|before| CHANGES.get(before)) {
        Some((change, _)) => start.max(*change),
        None => start,
    }
}

/// The day on which this second is.
pub(crate) fn day_at(second: i64) -> i64 {
    let period = CHANGES.partition_point(|(end, _)| *end <= second);
    second
        .saturating_add(offset_in(period))
        .div_euclid(SECONDS_IN_DAY)
}

/// How far the clock is ahead of UTC before the change of this number.
fn offset_in(period: usize) -> i64 {
    CHANGES.get(period).map_or(OFFSET, |(_, offset)| *offset)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;

    /// Changes of the zone's name alone are none here.
    #[test]
    fn the_changes_are_those_of_the_tz_database() {
        let zone = TimeZone::get("Asia/Tehran").unwrap();
        let mut changes = Vec::new();
        let mut before = zone.to_offset(Timestamp::MIN).seconds();
        for change in zone.following(Timestamp::MIN).take(1000) {
            let after = change.offset().seconds();
            if after != before {
                changes.push((change.timestamp().as_second(), i64::from(before)));
            }
            before = after;
        }
        assert_eq!(changes, CHANGES);
        assert_eq!(i64::from(before), OFFSET);
    }
}
