//! Bodies that are small on the wire and large once decoded.

use std::io::{self, Read as _};

use flate2::Compression;
use flate2::write::GzEncoder;

/// A number of spaces, compressed as they are made: nothing here is ever as large as the result.
pub(crate) fn spaces(decoded: u64) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    io::copy(&mut io::repeat(b' ').take(decoded), &mut encoder)?;
    encoder.finish()
}
