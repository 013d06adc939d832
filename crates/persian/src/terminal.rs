//! Persian text in the columns of a terminal.
//!
//! A width is the sum of the characters' widths, as xterm, tmux and xterm.js count: they do not join «لا» into one cell.

mod column;
mod direction;
mod width;
mod width_table;

pub use column::Column;
pub use direction::isolate_ltr;
pub use width::width;
