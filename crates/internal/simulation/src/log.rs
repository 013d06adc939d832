//! Everything that happened, in its order: as a hash, and as text for whoever looks for a fault.

use std::fmt::{self, Write as _};
use std::io::Write as _;

/// FNV-1a: it is the same on every machine.
const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01B3;

#[derive(Debug)]
pub(crate) struct Log {
    hash: u64,
    is_printed: bool,
}

impl Log {
    pub(crate) fn new(is_printed: bool) -> Self {
        let hash = BASIS;
        Self { hash, is_printed }
    }

    pub(crate) fn line(&mut self, at: u64, what: fmt::Arguments<'_>) {
        if self.is_printed {
            // Whoever reads it may have seen enough.
            let _ = writeln!(std::io::stdout(), "{at:>8} ms  {what}");
        }
        let _ = writeln!(self, "{at} {what}");
    }

    /// The bytes of a request or an answer: too many for the text.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.hash = bytes.iter().fold(self.hash, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(PRIME)
        });
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}

impl fmt::Write for Log {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}
