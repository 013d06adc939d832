/// How finely clicks are counted. Source: «دریافت آمار کلیک ها», `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Interval {
    /// By the minute, over at most 2 hours.
    Minute,
    /// By the hour, over at most 1 week.
    Hour,
    /// By the day, over at most 1 month.
    Day,
    /// By the month, over at most 20 years. The provider's default.
    Month,
}

http_core::string_enum!(Interval {
    Minute = "minute",
    Hour = "hour",
    Day = "day",
    Month = "month",
});
