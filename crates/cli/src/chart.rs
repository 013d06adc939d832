use payvand_persian::terminal::width;

use crate::screen::Screen;
use crate::table::column;

/// The widest bar, in columns.
const LONGEST: usize = 50;

/// Parts of a column, in eighths.
const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A bar for each count, the largest one as long as there is room.
pub(crate) fn bars(screen: &Screen, counts: &[(String, u64)]) -> String {
    let names = counts.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let names = names.min(screen.width.unwrap_or(80) / 2);
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let numbers = width(&screen.number(&most));
    let room = screen.width.unwrap_or(80).saturating_sub(names + numbers + 4);
    let room = u64::try_from(room.clamp(1, LONGEST)).unwrap_or(1);
    let name_column = column(names, screen);
    let number_column = column(numbers, screen).align_right();
    let lines = counts.iter().map(|(name, count)| {
        let number = number_column.cell(&screen.number(count));
        let bar = bar(*count, most, room);
        let line = format!("{}  {number} {bar}", name_column.cell(name));
        line.trim_end().to_owned() + "\n"
    });
    lines.collect::<Vec<_>>().concat()
}

fn bar(count: u64, most: u64, room: u64) -> String {
    let eighths = u128::from(count) * u128::from(room) * 8 / u128::from(most);
    // What is there is seen.
    let eighths = usize::try_from(eighths).unwrap_or(0).max(usize::from(count > 0));
    "█".repeat(eighths / 8) + PARTS[eighths % 8]
}
