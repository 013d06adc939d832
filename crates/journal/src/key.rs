//! Keys, and what requests are told apart by.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::JournalError;

const LONGEST_KEY: usize = 256;

/// A random key of the file's own, so that what is stored of a text or a number does not give it away to whoever has no
/// access to the file.
#[derive(Clone)]
pub(crate) struct HashKey(pub(crate) [u8; 32]);

impl HashKey {
    /// Each part is written with its length, so no two lists give the same bytes. The purpose is a part, with its version.
    pub(crate) fn hash<P: AsRef<str>>(&self, purpose: &str, parts: impl IntoIterator<Item = P>) -> Vec<u8> {
        // HMAC takes a key of any length: the error is of other MACs.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return Vec::new();
        };
        let mut add = |part: &str| {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        };
        add(purpose);
        parts.into_iter().for_each(|part| add(part.as_ref()));
        mac.finalize().into_bytes().to_vec()
    }

    /// What a pruned entry leaves of its key.
    pub(crate) fn of_pruned(&self, key: &str) -> Vec<u8> {
        self.hash("pruned/1", [key])
    }
}

pub(crate) fn check(key: &str) -> Result<(), JournalError> {
    let length = key.len();
    if (1..=LONGEST_KEY).contains(&length) {
        Ok(())
    } else {
        Err(JournalError::InvalidKey { length })
    }
}
