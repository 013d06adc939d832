use std::fmt;

use bytes::Bytes;

/// Bytes of which only the beginning is printed: floods and bombs are faults too.
#[derive(Clone, PartialEq)]
pub(super) struct Data(pub(super) Bytes);

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.len().min(200);
        write!(f, "{:?}", self.0.slice(..shown))?;
        match self.0.len() - shown {
            0 => Ok(()),
            more => write!(f, " and {more} bytes more"),
        }
    }
}
