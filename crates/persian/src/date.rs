pub(crate) mod date_error;
mod gregorian;
pub(crate) mod jalali_date;
mod tehran;
pub(crate) mod weekday;
