//! Encryption of a row: XChaCha20-Poly1305, bound to the place where the row lies.

use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::keys::Key;
use crate::error::{Error, Result};

const NONCE: usize = 24;

/// A random nonce, then the sealed bytes.
pub(super) fn seal(key: &Key, at: &[u8], bytes: &[u8]) -> Result<Vec<u8>> {
    let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
    let sealed = XChaCha20Poly1305::new(&key.0.into())
        .encrypt(&nonce, Payload { msg: bytes, aad: at })
        .map_err(|_| Error::Corrupt { what: "a row".into(), why: "it is too long to encrypt".into() })?;
    Ok([&nonce[..], &sealed].concat())
}

/// What was sealed under this key, in this place; `None` when it was not.
pub(super) fn open(key: &Key, at: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    XChaCha20Poly1305::new(&key.0.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: at })
        .ok()
}
