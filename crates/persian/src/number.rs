pub(crate) mod mobile;
pub(crate) mod number_error;
mod number_text;
pub(crate) mod sender_line;
