mod gsm7;
pub(crate) mod text;
