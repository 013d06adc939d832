use std::io;

use flate2::{Compress, Compression, Crc, FlushCompress};

const CHUNK: usize = 64 * 1024;
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty last block.
const END: [u8; 2] = [3, 0];

/// This many spaces, compressed. A chunk of them is compressed once and repeated, so that a large bomb is made at once.
pub(super) fn spaces(decoded: u64) -> io::Result<Vec<u8>> {
    let chunk = vec![b' '; CHUNK];
    let (block, crc) = block(&chunk)?;
    let (mut gzip, mut sum) = (HEAD.to_vec(), Crc::new());
    for _ in 0..decoded / CHUNK as u64 {
        gzip.extend_from_slice(&block);
        sum.combine(&crc);
    }
    let rest = usize::try_from(decoded % CHUNK as u64).unwrap_or_default();
    let (block, crc) = self::block(&chunk[..rest])?;
    gzip.extend_from_slice(&block);
    sum.combine(&crc);
    gzip.extend_from_slice(&END);
    gzip.extend_from_slice(&sum.sum().to_le_bytes());
    gzip.extend_from_slice(&sum.amount().to_le_bytes());
    Ok(gzip)
}

/// Whole blocks that refer to nothing before them, and what they add to the checksum.
fn block(text: &[u8]) -> io::Result<(Vec<u8>, Crc)> {
    let mut block = Vec::with_capacity(1024);
    Compress::new(Compression::best(), false)
        .compress_vec(text, &mut block, FlushCompress::Full)
        .map_err(io::Error::other)?;
    let mut crc = Crc::new();
    crc.update(text);
    Ok((block, crc))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn as_many_spaces_as_asked_for() {
        for decoded in [0, 1, 65_535, 65_536, 65_537, 300_000] {
            let gzip = spaces(decoded).unwrap();
            assert!(gzip.len() < 2000, "{decoded}: {}", gzip.len());
            let mut text = Vec::new();
            GzDecoder::new(&gzip[..]).read_to_end(&mut text).unwrap();
            assert_eq!(text.len() as u64, decoded);
            assert!(text.iter().all(|byte| *byte == b' '));
        }
        assert!(spaces(16 * 1024 * 1024).unwrap().len() < 32 * 1024);
    }
}
