use std::io::{self, Write};

use bytes::Bytes;
use serde::Serialize;
use zeroize::{Zeroize, Zeroizing};

/// A JSON body that holds secrets: wiped from memory with its last clone, and written without a reallocation that
/// would leave a copy behind.
///
/// # Errors
/// The value cannot be written as JSON. The reason is not told: it may quote the value.
pub(crate) fn secret_json<T: Serialize + ?Sized>(value: &T) -> Result<Bytes, NotJson> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value).map_err(|_| NotJson)?;
    json_in(Vec::with_capacity(length.0), value)
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

struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
        let keys_that_are_no_text = BTreeMap::from([((1, 2), "secret")]);
        assert_eq!(secret_json(&keys_that_are_no_text), Err(NotJson));
    }
}
