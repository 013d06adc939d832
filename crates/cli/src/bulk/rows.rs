//! Files of rows: CSV (RFC 4180, from any spreadsheet) and lines of JSON. Every cell is text.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Lines};
use std::path::Path;
use std::sync::Arc;

use payvand_persian::digits;
use serde_json::{Map, Value};

use crate::bulk::quotes::{Quotes, Starts};

type Input = BufReader<File>;

/// A row, and the line in which it begins.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) line: u64,
    names: Arc<[String]>,
    values: Vec<String>,
}

impl Record {
    /// The cell of the first of these columns that is there, their names between commas.
    pub(crate) fn get(&self, names: &str) -> Option<&str> {
        names.split(',').find_map(|name| self.cell(name))
    }

    pub(crate) fn cell(&self, name: &str) -> Option<&str> {
        let name = plain(name);
        let at = self.names.iter().position(|it| *it == name)?;
        Some(self.values.get(at)?.trim())
    }

    pub(crate) fn names(&self) -> String {
        self.names.join(", ")
    }
}

/// The rows of a file, as they are read.
pub(crate) struct Rows {
    kind: Kind,
    /// What stands between cells.
    pub(crate) delimiter: Option<char>,
}

enum Kind {
    Csv(
        Box<csv::StringRecordsIntoIter<Quotes<Input>>>,
        Arc<[String]>,
        Starts,
    ),
    Json(Lines<Input>, u64),
}

impl Rows {
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let mut input = BufReader::new(File::open(path).map_err(|error| error.to_string())?);
        let mut begin = input.fill_buf().map_err(|error| error.to_string())?;
        let other = [
            (&b"\xFF\xFE"[..], "UTF-16"),
            (b"\xFE\xFF", "UTF-16"),
            (b"PK\x03", "a workbook"),
        ];
        if let Some((_, what)) = other.iter().find(|(mark, _)| begin.starts_with(mark)) {
            return Err(format!(
                "it is not CSV in UTF-8 but {what}: save it as \"CSV UTF-8\""
            ));
        }
        let all = begin.len();
        while let Some(rest) = begin.strip_prefix(b"\xEF\xBB\xBF") {
            begin = rest;
        }
        let named = named_delimiter(begin);
        let (delimiter, rest) = named.unwrap_or_else(|| (delimiter(begin), begin));
        let is_json = rest.trim_ascii_start().starts_with(b"{");
        let passed = all - rest.len();
        let first_line = 1 + u64::from(named.is_some());
        input.consume(passed);
        if is_json {
            return Ok(Self {
                kind: Kind::Json(input.lines(), 0),
                delimiter: None,
            });
        }
        let starts = Starts::default();
        let quotes = Quotes::new(input, delimiter, first_line, Starts::clone(&starts));
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(quotes);
        let names = reader.headers().map_err(|error| wrong(&error, first_line))?;
        let names: Arc<[String]> = names.iter().map(plain).collect();
        starts.borrow_mut().pop_front();
        if let Some(name) = names
            .iter()
            .enumerate()
            .find_map(|(at, it)| names[..at].contains(it).then_some(it))
        {
            return Err(format!("two columns have the name {name:?}"));
        }
        Ok(Self {
            kind: Kind::Csv(Box::new(reader.into_records()), names, starts),
            delimiter: Some(delimiter.into()),
        })
    }
}

impl Iterator for Rows {
    type Item = Result<Record, String>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.kind {
            Kind::Csv(records, names, starts) => {
                let record = records.next()?;
                let line = starts.borrow_mut().pop_front().unwrap_or_default();
                Some(record.map_err(|error| wrong(&error, line)).map(|record| Record {
                    line,
                    names: Arc::clone(names),
                    values: record.iter().map(str::to_owned).collect(),
                }))
            }
            Kind::Json(lines, number) => loop {
                let line = lines.next()?;
                *number += 1;
                match line {
                    Ok(line) if line.trim().is_empty() => {}
                    line => {
                        return Some(object(line, *number).map_err(|why| format!("line {number}: {why}")));
                    }
                }
            },
        }
    }
}

fn object(line: io::Result<String>, number: u64) -> Result<Record, String> {
    let line = line.map_err(|error| error.to_string())?;
    let object: Map<String, Value> = serde_json::from_str(&line).map_err(|error| error.to_string())?;
    let cells = object.into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((plain(&name), text)),
        Value::Number(number) => Ok((plain(&name), number.to_string())),
        Value::Null => Ok((plain(&name), String::new())),
        _ => Err(format!("{name:?} is no text")),
    });
    let (names, values): (Vec<_>, _) = cells.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    Ok(Record {
        line: number,
        names: names.into(),
        values,
    })
}

/// The delimiter that a first line `sep=;` names, as Excel reads and writes it, and what follows that line.
fn named_delimiter(begin: &[u8]) -> Option<(u8, &[u8])> {
    let (line, rest) = begin.split_at(begin.iter().position(|it| *it == b'\n')? + 1);
    let line = line.strip_suffix(b"\r\n").unwrap_or(&line[..line.len() - 1]);
    let line = line
        .strip_prefix(b"\"")
        .and_then(|it| it.strip_suffix(b"\""))
        .unwrap_or(line);
    let (name, delimiter) = line.split_at_checked(4)?;
    match delimiter {
        [it @ (b',' | b';' | b'\t' | b'|')] if name.eq_ignore_ascii_case(b"sep=") => Some((*it, rest)),
        _ => None,
    }
}

/// What stands most often between the names of the columns.
fn delimiter(begin: &[u8]) -> u8 {
    let header = begin.split(|it| *it == b'\n').next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in header {
        quoted ^= *byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && byte == delimiter);
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(delimiter, _)| *delimiter)
}

fn wrong(error: &csv::Error, line: u64) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        csv::ErrorKind::Utf8 { .. } => format!("line {line} is not UTF-8"),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("line {line} has {len} cells, and the first line {expected_len}")
        }
        _ => error.to_string(),
    }
}

/// The name of a column, however it is written: case, spaces, half-spaces, marks and Arabic letters do not matter.
fn plain(name: &str) -> String {
    let letters = digits::to_latin(name).to_lowercase();
    let letters = letters.chars().filter_map(|c| match c {
        'ي' | 'ى' => Some('ی'),
        'ك' => Some('ک'),
        'ۀ' | 'ة' => Some('ه'),
        '\u{64B}'..='\u{655}' | '\u{670}' => None,
        c => c.is_alphanumeric().then_some(c),
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, bytes: impl AsRef<[u8]>) -> Result<Vec<Record>, String> {
        let path = std::env::temp_dir().join(format!("payvand-rows-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let rows = Rows::open(&path).and_then(Iterator::collect);
        std::fs::remove_file(path).unwrap();
        rows
    }

    fn cells(name: &str, bytes: impl AsRef<[u8]>) -> Vec<(u64, Vec<String>)> {
        let rows = read(name, bytes).unwrap();
        rows.into_iter().map(|it| (it.line, it.values)).collect()
    }

    #[test]
    fn every_cell_is_text_as_it_stands() {
        let odd = [
            "007",
            "+989120000000",
            "true",
            "NaN",
            "1e3",
            "09120000000",
            "۰۹۱۲",
            "a\"b",
            "",
        ];
        for (number, delimiter) in [",", ";", "\t"].into_iter().enumerate() {
            let header = (0..odd.len())
                .map(|it| format!("c{it}"))
                .collect::<Vec<_>>()
                .join(delimiter);
            let text = format!("\u{FEFF}{header}\r\n{}\r\n", odd.join(delimiter));
            assert_eq!(
                cells(&format!("text{number}"), text),
                [(2, odd.map(str::to_owned).to_vec())]
            );
        }
        let quoted = "a,b\r\n\"x, y\n\"\"z\"\"\",1\r\n\r\n2,3\r\n";
        let rows = [
            (2, vec!["x, y\n\"z\"".to_owned(), "1".to_owned()]),
            (5, vec!["2".to_owned(), "3".to_owned()]),
        ];
        assert_eq!(cells("quoted", quoted), rows);
        let json = "{\"to\": \"+98\", \"n\": 9120000000, \"x\": null}\n\n{\"to\":\"a\"}";
        let rows = read("json", json).unwrap();
        assert_eq!(
            (rows[0].get("N"), rows[0].get("x"), rows[1].line),
            (Some("9120000000"), Some(""), 3)
        );
    }

    #[test]
    fn columns_are_found_however_their_names_are_written() {
        let row = &read("names", "شمارهٔ  موبايل,Full_Name,کد۱\n1,2,3\n").unwrap()[0];
        for (name, value) in [
            ("شماره موبایل", "1"),
            ("شماره‌موبایل", "1"),
            ("full name", "2"),
            ("كد1", "3"),
        ] {
            assert_eq!(row.get(&format!("none,{name}")), Some(value), "{name}");
        }
        assert_eq!(row.get("name"), None);
    }

    #[test]
    fn a_broken_file_is_named_with_its_line() {
        for (number, (bytes, says)) in [
            (
                &b"a,b\n1,\"x\n2,3\n"[..],
                "the quote that opens in line 2 is not closed",
            ),
            (
                b"a,b\n1,\"x\n2,\"y\"\n",
                "the quote that opens in line 2 ends in line 3, and the cell goes on",
            ),
            (
                b"a,b\n1,\"x\" \n",
                "the quote that opens in line 2 ends in line 2",
            ),
            (b"a,\"b\n1,2\n", "the quote that opens in line 1 is not closed"),
            (b"a,b\n1,2\n1\n", "line 3 has 1 cells, and the first line 2"),
            (b"a,b\n1,2\n1,\xFF\n", "line 3 is not UTF-8"),
            (b"a,A\n1,2\n", "two columns have the name"),
            (b"\xFF\xFEa\0", "it is not CSV in UTF-8"),
            (b"PK\x03\x04", "it is not CSV in UTF-8"),
            (b"{\"a\":1}\n{\"a\":[]}", "line 2: \"a\" is no text"),
            (b"{\"a\":1}\n{\"a\"", "line 2: "),
        ]
        .into_iter()
        .enumerate()
        {
            let why = read(&format!("bad{number}"), bytes).unwrap_err();
            assert!(why.starts_with(says), "{why}");
        }
    }
}
