use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// The lines in which rows begin that the library has not given yet. Its own numbers of lines are too small after an empty
/// line and where lines end in CR and LF.
pub(super) type Starts = Rc<RefCell<VecDeque<u64>>>;

/// Passes a CSV file through, and fails where its quotes are not those of RFC 4180: one that is not closed would take the
/// rest of the file into one cell, and the library says nothing of it.
pub(super) struct Quotes<R> {
    from: R,
    delimiter: u8,
    state: State,
    line: u64,
    is_between_rows: bool,
    starts: Starts,
}

#[derive(Clone, Copy)]
enum State {
    CellBegins,
    Plain,
    /// Since this line.
    Quoted(u64),
    /// After a quote in quotes: it closes them, or another one follows.
    Closed(u64),
}

impl<R> Quotes<R> {
    pub(super) fn new(from: R, delimiter: u8, line: u64, starts: Starts) -> Self {
        Self {
            from,
            delimiter,
            state: State::CellBegins,
            line,
            is_between_rows: true,
            starts,
        }
    }

    fn next(&self, byte: u8) -> io::Result<State> {
        let ends_cell = byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        Ok(match (self.state, byte) {
            (State::CellBegins, b'"') => State::Quoted(self.line),
            (State::Quoted(since), b'"') => State::Closed(since),
            (State::Closed(since), b'"') | (State::Quoted(since), _) => State::Quoted(since),
            (State::Closed(since), _) if !ends_cell => {
                let line = self.line;
                let why = format!(
                    "the quote that opens in line {since} ends in line {line}, and the cell goes on after it"
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            _ if ends_cell => State::CellBegins,
            _ => State::Plain,
        })
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.from.read(buffer)?;
        if let (0, State::Quoted(since)) = (size, self.state) {
            let why = format!("the quote that opens in line {since} is not closed");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        for byte in &buffer[..size] {
            let ends_line = matches!(byte, b'\r' | b'\n');
            if self.is_between_rows && !ends_line {
                self.starts.borrow_mut().push_back(self.line);
            }
            self.state = self.next(*byte)?;
            self.is_between_rows = ends_line && matches!(self.state, State::CellBegins);
            self.line += u64::from(*byte == b'\n');
        }
        Ok(size)
    }
}
