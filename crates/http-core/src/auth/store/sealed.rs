use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::auth::store::{LoginLock, StoreError, StoredToken, TokenKey, TokenStore};
use crate::secret::Secret;

/// What a token is sealed for, in this version.
const PURPOSE: &[u8] = b"payvand token 1";

const NONCE_BYTES: usize = 24;

/// Encrypts the tokens of another store, with XChaCha20-Poly1305 and a key of yours, and binds each to the password of its
/// login: who names the right account with a wrong password finds no token there, and logs in or fails to. Such a login
/// replaces the token only if it succeeds.
///
/// The name of the account, what is left of a token's life, and its generation are not encrypted.
#[derive(Clone)]
pub struct Sealed<S> {
    store: S,
    /// The first one seals.
    keys: Vec<XChaCha20Poly1305>,
}

impl<S: TokenStore> Sealed<S> {
    /// Seals with this key: 32 bytes from a source of randomness, such as `head -c 32 /dev/urandom`, not a password.
    pub fn new(store: S, key: [u8; 32]) -> Self {
        Self {
            store,
            keys: vec![cipher(key)],
        }
    }

    /// Also opens what was sealed with this key, while it is being replaced.
    #[must_use]
    pub fn previous_key(mut self, key: [u8; 32]) -> Self {
        self.keys.push(cipher(key));
        self
    }

    fn seal(&self, key: &TokenKey, token: &StoredToken) -> Option<Secret> {
        let nonce = XNonce::try_generate().ok()?;
        let context = context(key, token.generation);
        let payload = Payload {
            msg: token.secret.expose().as_bytes(),
            aad: &context,
        };
        let sealed = self.keys.first()?.encrypt(&nonce, payload).ok()?;
        let text = STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        Some(Secret::from(text))
    }

    fn open(&self, key: &TokenKey, token: &StoredToken) -> Option<Secret> {
        let sealed = STANDARD_NO_PAD.decode(token.secret.expose()).ok()?;
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce = XNonce::try_from(nonce).ok()?;
        let context = context(key, token.generation);
        let open = |cipher: &XChaCha20Poly1305| {
            let payload = Payload {
                msg: sealed,
                aad: &context,
            };
            cipher.decrypt(&nonce, payload).ok()
        };
        let opened = Zeroizing::new(self.keys.iter().find_map(open)?);
        std::str::from_utf8(&opened).ok().map(Secret::from)
    }
}

fn cipher(key: [u8; 32]) -> XChaCha20Poly1305 {
    let key = Zeroizing::new(key);
    XChaCha20Poly1305::new((&*key).into())
}

/// Each part with its length, so that no two lists of parts are written alike.
fn context(key: &TokenKey, generation: u64) -> Zeroizing<Vec<u8>> {
    let generation = generation.to_be_bytes();
    let passwords = key.secrets.iter().map(|secret| secret.expose().as_bytes());
    let parts: Vec<_> = [PURPOSE, key.as_bytes(), &generation]
        .into_iter()
        .chain(passwords)
        .collect();
    let length = parts.iter().map(|part| part.len() + size_of::<u64>()).sum();
    let mut context = Zeroizing::new(Vec::with_capacity(length));
    for part in parts {
        context.extend_from_slice(&(part.len() as u64).to_be_bytes());
        context.extend_from_slice(part);
    }
    context
}

#[async_trait]
impl<S: TokenStore> TokenStore for Sealed<S> {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        let stored = self.store.load(key).await?;
        Ok(stored.and_then(|stored| {
            let secret = self.open(key, &stored)?;
            Some(StoredToken { secret, ..stored })
        }))
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        self.store.lock(key, time_to_live).await
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError> {
        let secret = self
            .seal(key, token)
            .ok_or_else(|| StoreError::unavailable("sealing failed"))?;
        let sealed = StoredToken::new(token.generation, token.remaining, secret);
        self.store.save(key, &sealed).await
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        self.store.remove(key, generation).await
    }
}

impl<S> fmt::Debug for Sealed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::auth::store::memory::MemoryTokenStore;

    use super::*;

    #[test]
    fn a_sealed_token_opens_for_its_own_account_password_and_generation_alone() {
        let sealing = Sealed::new(MemoryTokenStore::new(), [1; 32]);
        let key = |parts: &[&str], password: &str| TokenKey::new(parts, [&Secret::from(password)]);
        let token = |generation, secret: &Secret| StoredToken::new(generation, None, secret.clone());
        let (account, plain) = (key(&["user", "1"], "p"), Secret::from("not-a-real-token"));
        let sealed = sealing.seal(&account, &token(5, &plain)).unwrap();
        assert!(!sealed.expose().contains("not-a-real"));
        let again = sealing.seal(&account, &token(5, &plain)).unwrap();
        assert_ne!(sealed.expose(), again.expose(), "a nonce of its own");
        let opened = |key: &TokenKey, generation, text: &Secret| {
            let opened = sealing.open(key, &token(generation, text));
            opened.map(|secret| secret.expose().to_owned())
        };
        assert_eq!(opened(&account, 5, &sealed).as_deref(), Some("not-a-real-token"));
        assert_eq!(opened(&account, 6, &sealed), None);
        for other in [
            key(&["user", "1"], "q"),
            key(&["user", "1"], ""),
            key(&["user", "2"], "p"),
            key(&["user"], "1p"),
            TokenKey::new(&["user", "1"], []),
        ] {
            assert_eq!(opened(&other, 5, &sealed), None);
        }
        let mut cut = sealed.expose().to_owned();
        while cut.pop().is_some() {
            assert_eq!(opened(&account, 5, &Secret::from(&*cut)), None);
        }
        for broken in ["not-a-real-token", "%", &"A".repeat(80)] {
            assert_eq!(opened(&account, 5, &Secret::from(broken)), None);
        }
    }
}
