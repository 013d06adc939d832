//! What answers hold: fields by any spelling of their names, and text as people write it.

pub mod fields;
pub mod text;
