//! A journal in one SQLite file.

pub(crate) mod database;
mod error;
pub(crate) mod open;
pub(crate) mod owner;
mod schema;
