use http_core::{Argument, Reason, Timestamp};

use crate::error::ErrorBuilder;

const AT: Argument = Argument::new("at", "زمان ارسال");

/// The Unix seconds of a moment, never before it. That it lies in the future is for the service to say: the clock here may be
/// wrong.
pub(crate) fn seconds(at: Option<Timestamp>) -> Result<Option<u64>, ErrorBuilder> {
    let Some(at) = at else { return Ok(None) };
    let seconds = at.as_millis().div_euclid(1000) + i64::from(at.as_millis().rem_euclid(1000) > 0);
    let range = Reason::OutOfRange {
        least: 0,
        most: i64::MAX.unsigned_abs() / 1000,
    };
    let seconds = u64::try_from(seconds).map_err(|_| ErrorBuilder::invalid_input(AT, range))?;
    Ok(Some(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_never_early() {
        for (millis, expected) in [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2)] {
            let seconds = seconds(Some(Timestamp::from_millis(millis))).unwrap();
            assert_eq!(seconds, Some(expected), "{millis}");
        }
        assert!(seconds(None).unwrap().is_none());
        assert!(seconds(Some(Timestamp::from_millis(-1001))).is_err());
        assert!(seconds(Some(Timestamp::from_millis(i64::MAX))).is_ok());
    }
}
