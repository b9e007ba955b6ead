//! Whether a key is the one that an owner's rows are encrypted with, and whose rows there are.
//!
//! Every owner has a canary: a small row that opens with the right key only. A key is made where nothing is encrypted
//! yet, and nowhere else.

use std::collections::BTreeSet;

use heed::{RoTxn, RwTxn};

use super::keys::{Key, Keys};
use super::{ID, OWNED, Owner, Table, Uuid, seal};
use crate::error::{Error, KeyFault, Result};

/// Kind of the canaries. The words that they hold are the kind's name.
const CANARY: &[u8] = b"canary\0";

/// A key that opens rows of its owner.
pub(super) struct Proven {
    pub(super) key: Key,
    /// By the canary; else by another row.
    pub(super) by_canary: bool,
}

/// The key of an owner; `None` when there is no row of theirs.
pub(super) fn key_of(keys: &Keys, table: Table, txn: &RoTxn<'_>, owner: Owner) -> Result<Option<Proven>> {
    let (at, loaded) = (canary_at(owner), keys.load(owner));
    let opens = |at: &[u8], sealed: &[u8]| {
        let key = loaded.as_ref().ok()?;
        seal::open(key, at, sealed).map(|_| *key)
    };
    if let Some(key) = table.get(txn, &at)?.and_then(|sealed| opens(&at, sealed)) {
        return Ok(Some(Proven { key, by_canary: true }));
    }
    // The canary may be what is damaged, and a program that made none may have written the rows.
    let (mut rows, mut key) = (false, None);
    visit(table, txn, owner, |at, sealed| {
        rows = true;
        key = opens(at, sealed);
        key.is_none()
    })?;
    match (rows, key, loaded) {
        (false, ..) => Ok(None),
        (true, Some(key), _) => Ok(Some(Proven { key, by_canary: false })),
        (true, None, Ok(_)) => Err(Error::Key { path: keys.path(owner), fault: KeyFault::Unfit }),
        (true, None, Err(fault)) => Err(Error::Key { path: keys.path(owner), fault }),
    }
}

/// Gives an owner a canary.
pub(super) fn put_canary(table: Table, txn: &mut RwTxn<'_>, owner: Owner, key: &Key) -> Result<()> {
    let at = canary_at(owner);
    let sealed = seal::seal(key, &at, CANARY)?;
    Ok(table.put(txn, &at, &sealed)?)
}

pub(super) fn canary_at(owner: Owner) -> Vec<u8> {
    [CANARY, owner.0.as_bytes(), owner.0.as_bytes()].concat()
}

/// Everybody who has a row. A seek an owner and kind, however many rows there are.
pub(super) fn owners(table: Table, txn: &RoTxn<'_>) -> Result<BTreeSet<Owner>> {
    let mut owners = BTreeSet::new();
    // LMDB takes no empty key; no kind begins with a zero.
    let mut after = vec![0];
    while let Some((at, _)) = table.get_greater_than(txn, &after)? {
        match split(at) {
            Some((kind, owner)) => {
                owners.insert(owner);
                after = [kind, owner.0.as_bytes(), &[0xff; ID]].concat();
            }
            None => after = at.to_vec(),
        }
    }
    Ok(owners)
}

/// Calls `each` with the rows of an owner (place and sealed bytes), for as long as it says to go on. A seek a kind.
pub(super) fn visit(
    table: Table,
    txn: &RoTxn<'_>,
    owner: Owner,
    mut each: impl FnMut(&[u8], &[u8]) -> bool,
) -> Result<()> {
    // LMDB takes no empty key; no kind begins with a zero.
    let mut after = vec![0];
    while let Some((at, _)) = table.get_greater_than(txn, &after)? {
        let Some((kind, _)) = split(at) else {
            after = at.to_vec();
            continue;
        };
        for row in table.prefix_iter(txn, &[kind, owner.0.as_bytes()].concat())? {
            let (at, sealed) = row?;
            if !each(at, sealed) {
                return Ok(());
            }
        }
        after = [kind, &[0xff; OWNED]].concat();
    }
    Ok(())
}

/// Kind, with the zero at its end, and owner of the row at a place.
pub(super) fn split(at: &[u8]) -> Option<(&[u8], Owner)> {
    let (kind, owned) = at.split_last_chunk::<OWNED>()?;
    let owner = owned.first_chunk::<ID>()?;
    Some((kind, Owner(Uuid::from_bytes(*owner))))
}
