use std::str::FromStr;

use crate::bulk::rows::Record;

/// A text with `{column}` in it; `{{` and `}}` are braces.
#[derive(Debug, Clone)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Column(String),
}

impl FromStr for Template {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '{' | '}' if rest.peek() == Some(&c) => plain.extend(rest.next()),
                '{' => {
                    let name: String = rest.by_ref().take_while(|c| *c != '}').collect();
                    let is_closed = text.matches('}').count() >= text.matches('{').count();
                    if name.trim().is_empty() || !is_closed {
                        return Err("`{` is followed by the name of a column and `}`; `{{` is a brace");
                    }
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Column(name));
                }
                '}' => return Err("`}` stands alone; `}}` is a brace"),
                c => plain.push(c),
            }
        }
        pieces.push(Piece::Text(plain));
        Ok(Self(pieces))
    }
}

impl Template {
    /// The text for a row. No cell that it needs may be empty.
    pub(crate) fn fill(&self, row: &Record) -> Result<String, String> {
        let mut text = String::new();
        for piece in &self.0 {
            text += match piece {
                Piece::Text(text) => text,
                Piece::Column(name) => match row.cell(name) {
                    Some("") => return Err(format!("{name:?} is empty")),
                    Some(value) => value,
                    None => return Err(format!("there is no column {name:?}; there are: {}", row.names())),
                },
            };
        }
        Ok(text)
    }
}
