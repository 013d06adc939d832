use std::io::{self, Write};
use std::mem;

use bytes::Bytes;
use serde::Serialize;
use zeroize::{Zeroize, Zeroizing};

/// So much room has a body at first. Most need no more.
const ROOM: usize = 1024;

/// A JSON body that holds secrets: wiped from memory with its last clone, and written without a reallocation that
/// would leave a copy behind.
///
/// # Errors
/// The value cannot be written as JSON. The reason is not told: it may quote the value.
pub(crate) fn secret_json<T: Serialize + ?Sized>(value: &T) -> Result<Bytes, NotJson> {
    json_in(Wiped(Vec::with_capacity(ROOM)), value)
}

/// The buffer is wiped with the last clone of the body, or at once if nothing becomes of it.
fn json_in<B, T>(buffer: B, value: &T) -> Result<Bytes, NotJson>
where
    B: Write + Zeroize + AsRef<[u8]> + Send + 'static,
    T: Serialize + ?Sized,
{
    let mut json = Zeroizing::new(buffer);
    serde_json::to_writer(&mut *json, value).map_err(|_| NotJson)?;
    Ok(Bytes::from_owner(json))
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

/// Where it grows, it wipes what it leaves behind.
struct Wiped(Vec<u8>);

impl Wiped {
    #[cold]
    fn grow(&mut self, more: usize) {
        let mut larger = Vec::with_capacity((self.0.len() + more).max(4 * self.0.capacity()));
        larger.extend_from_slice(&self.0);
        mem::replace(&mut self.0, larger).as_mut_slice().zeroize();
    }
}

impl Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > self.0.capacity() - self.0.len() {
            self.grow(bytes.len());
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Zeroize for Wiped {
    /// What is behind its length was never written.
    fn zeroize(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Tells what it held when it was wiped.
    struct Buffer {
        bytes: Vec<u8>,
        wiped: Arc<Mutex<Vec<String>>>,
    }

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.bytes.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl AsRef<[u8]> for Buffer {
        fn as_ref(&self) -> &[u8] {
            &self.bytes
        }
    }

    impl Zeroize for Buffer {
        fn zeroize(&mut self) {
            let held = String::from_utf8_lossy(&self.bytes).into_owned();
            self.wiped.lock().unwrap().push(held);
            self.bytes.zeroize();
        }
    }

    #[test]
    fn is_wiped_with_its_last_clone_or_when_it_cannot_be_written() {
        let wiped = Arc::new(Mutex::new(Vec::new()));
        let buffer = || Buffer {
            bytes: Vec::new(),
            wiped: Arc::clone(&wiped),
        };
        let body = json_in(buffer(), &["secret"]).unwrap();
        let part = body.slice(2..5);
        drop(body);
        assert_eq!((&*part, wiped.lock().unwrap().len()), (&b"sec"[..], 0));
        drop(part);
        assert_eq!(*wiped.lock().unwrap(), [r#"["secret"]"#]);

        let no_text = BTreeMap::from([((1, 2), "secret")]);
        assert_eq!(json_in(buffer(), &("another", no_text)), Err(NotJson));
        assert_eq!(wiped.lock().unwrap()[1..], [r#"["another",{"#]);
    }

    #[test]
    fn writes_json_or_says_no() {
        let body = secret_json(&BTreeMap::from([("password", "پ\"\n")])).unwrap();
        assert_eq!(&*body, r#"{"password":"پ\"\n"}"#.as_bytes());
        let long = "پ".repeat(5000);
        assert_eq!(*secret_json(&long).unwrap(), *format!("\"{long}\"").as_bytes());
        let keys_that_are_no_text = BTreeMap::from([((1, 2), "secret")]);
        assert_eq!(secret_json(&keys_that_are_no_text), Err(NotJson));
    }
}
