use payvand_persian::terminal::{Column, width};

use crate::screen::Screen;

/// The narrowest that a column is made for the others' sake.
const NARROWEST: usize = 8;

/// Rows of cells between borders.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    /// Columns of numbers.
    at_right: &'static [usize],
}

impl Table {
    pub(crate) fn new<const N: usize>(
        screen: &Screen,
        header: [&'static str; N],
        at_right: &'static [usize],
    ) -> Self {
        Self {
            rows: vec![header.map(|it| screen.say(it).to_owned()).to_vec()],
            at_right,
        }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    pub(crate) fn draw(&self, screen: &Screen) -> String {
        let widths = self.widths(screen);
        let line = |left, middle, right| {
            let dashes: Vec<_> = widths.iter().map(|it| "─".repeat(it + 2)).collect();
            format!("{left}{}{right}\n", dashes.join(middle))
        };
        let mut lines = vec![line("┌", "┬", "┐")];
        for (number, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).enumerate();
            let cells: Vec<_> = cells
                .map(|(at, (cell, width))| self.column(at, *width, screen).cell(cell))
                .collect();
            lines.push(format!("│ {} │\n", cells.join(" │ ")));
            if number == 0 {
                lines.push(line("├", "┼", "┤"));
            }
        }
        lines.push(line("└", "┴", "┘"));
        lines.concat()
    }

    fn column(&self, at: usize, width: usize, screen: &Screen) -> Column {
        let column = column(width, screen);
        if self.at_right.contains(&at) {
            column.align_right()
        } else {
            column
        }
    }

    /// As wide as the widest cell; where that does not fit, the widest columns give way.
    fn widths(&self, screen: &Screen) -> Vec<usize> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let cells = |at| self.rows.iter().filter_map(move |row| row.get(at));
        let mut widths: Vec<usize> = (0..columns)
            .map(|at| cells(at).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        let borders = 3 * columns + 1;
        let room = screen
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(borders));
        while widths.iter().sum::<usize>() > room {
            match widths.iter_mut().max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
        widths
    }
}

pub(crate) fn column(width: usize, screen: &Screen) -> Column {
    let column = Column::new(u16::try_from(width).unwrap_or(u16::MAX));
    if screen.has_isolates {
        column
    } else {
        column.without_isolates()
    }
}

/// Names and values, one pair a line; those without a value are left out.
pub(crate) fn pairs<const N: usize>(screen: &Screen, pairs: [(&'static str, Option<String>); N]) -> String {
    let pairs: Vec<_> = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((screen.say(name), value?)))
        .collect();
    let widest = pairs.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let names = column(widest, screen);
    let values = column(
        screen
            .width
            .map_or(usize::MAX, |it| it.saturating_sub(widest + 2)),
        screen,
    );
    let lines = pairs
        .iter()
        .map(|(name, value)| format!("{}  {}", names.cell(name), values.cut(value)));
    lines.collect::<Vec<_>>().join("\n")
}
