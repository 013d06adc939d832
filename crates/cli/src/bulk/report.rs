//! What became of each row: on standard output or in a file, as it comes, and in sum.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::table::pairs;

const HEADER: [&str; 5] = ["line", "key", "outcome", "answer", "cause"];

/// What became of a row, with what is kept of the answer, as JSON, or why it was not done.
#[derive(Debug)]
pub(crate) enum RowEnd {
    Done(String),
    /// In an earlier run of this journal.
    Before(String),
    NotDone(String),
    InDoubt(String),
}

pub(crate) struct Report {
    screen: Screen,
    out: Option<Out>,
    progress: ProgressBar,
    total: u64,
    done: u64,
    before: u64,
    not_done: u64,
    in_doubt: u64,
}

enum Out {
    Csv(Box<csv::Writer<File>>),
    Json(File),
}

impl Out {
    /// A file of rows that an earlier run has written is written again: the journal knows all of it. Any other file is not
    /// touched.
    fn open(path: &Path) -> io::Result<Self> {
        let is_csv = path.extension().is_some_and(|it| it == "csv");
        if let Ok(text) = fs::read_to_string(path) {
            let is_ours =
                text.is_empty() || text.starts_with("line,key,outcome") || text.starts_with("{\"line\":");
            if !is_ours {
                return Err(io::Error::other(
                    "it is there already, and not written by an earlier run",
                ));
            }
        }
        let file = File::create(path)?;
        if !is_csv {
            return Ok(Self::Json(file));
        }
        let mut out = csv::Writer::from_writer(file);
        out.write_record(HEADER)?;
        Ok(Self::Csv(Box::new(out)))
    }

    fn write(&mut self, cells: &[&str; 5], object: &Value) -> io::Result<()> {
        match self {
            Self::Csv(out) => {
                out.write_record(cells)?;
                out.flush()
            }
            Self::Json(out) => writeln!(out, "{object}"),
        }
    }
}

impl Report {
    pub(crate) fn new(screen: Screen, out: Option<&Path>, total: u64) -> Result<Self, Failure> {
        let opened = |path: &Path| Out::open(path).map_err(|error| Failure::file(path.display(), error));
        let progress = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        if screen.is_quiet || screen.is_json {
            progress.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len}  {per_sec}  {eta}  {msg}");
        progress.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Ok(Self {
            screen,
            out: out.map(opened).transpose()?,
            progress,
            total,
            done: 0,
            before: 0,
            not_done: 0,
            in_doubt: 0,
        })
    }

    pub(crate) fn row(&mut self, line: u64, key: &str, end: &RowEnd) -> Result<(), Failure> {
        let (count, outcome, answer, cause) = match end {
            RowEnd::Done(answer) => (&mut self.done, "done", answer.as_str(), ""),
            RowEnd::Before(answer) => (&mut self.before, "done_before", answer.as_str(), ""),
            RowEnd::NotDone(why) => (&mut self.not_done, "not_done", "", why.as_str()),
            RowEnd::InDoubt(why) => (&mut self.in_doubt, "in_doubt", "", why.as_str()),
        };
        *count += 1;
        let parsed: Value = serde_json::from_str(answer).unwrap_or_default();
        let object =
            json!({ "line": line, "key": key, "outcome": outcome, "answer": parsed, "cause": cause });
        self.progress.inc(1);
        if !self.progress.is_hidden() {
            let message = format!(
                "{} / {} / {}",
                self.done + self.before,
                self.not_done,
                self.in_doubt
            );
            self.progress.set_message(message);
        }
        if let Some(out) = &mut self.out {
            let line = line.to_string();
            let written = out.write(&[&line, key, outcome, answer, cause], &object);
            written.map_err(|error| Failure::of_output(&error))
        } else if self.screen.is_json {
            Screen::json(&object)
        } else {
            Ok(())
        }
    }

    /// The sum, and how the program ends: by that, and by what ended the run early, if anything did.
    pub(crate) fn end(self, early: Option<Failure>) -> Result<Exit, Failure> {
        self.progress.finish_and_clear();
        let left = self
            .total
            .saturating_sub(self.done + self.before + self.not_done + self.in_doubt);
        let is_whole = self.not_done == 0 && left == 0;
        let exit = match (self.in_doubt, self.done + self.before, is_whole) {
            (1.., ..) => Exit::Unknown,
            (0, _, true) => Exit::Done,
            (0, 0, false) => Exit::Failed,
            (0, _, false) => Exit::Partly,
        };
        let screen = &self.screen;
        let number = |it: u64| Some(screen.number(&it));
        let sum = json!({
            "rows": self.total, "done": self.done, "done_before": self.before, "not_done": self.not_done,
            "in_doubt": self.in_doubt, "left": left, "exit_code": exit.code(),
        });
        let shown = screen.show(&sum, || {
            pairs(
                screen,
                [
                    ("Done", number(self.done)),
                    ("Done before", number(self.before).filter(|_| self.before > 0)),
                    ("Not done", number(self.not_done).filter(|_| self.not_done > 0)),
                    ("In doubt", number(self.in_doubt).filter(|_| self.in_doubt > 0)),
                    ("Left", number(left).filter(|_| left > 0)),
                ],
            )
        });
        match (early, shown) {
            (Some(mut failure), _) => {
                let is_known = failure.exit != Exit::Unknown && exit != Exit::Failed && exit != Exit::Done;
                failure.exit = if is_known { exit } else { failure.exit };
                Err(failure)
            }
            (None, Err(mut failure)) => {
                failure.exit = exit;
                Err(failure)
            }
            (None, Ok(())) => Ok(exit),
        }
    }
}
