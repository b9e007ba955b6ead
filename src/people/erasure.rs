//! Erasing a person: every row, every file, the key that they were encrypted with, and the address; and what a start
//! does with what it finds.

use jobmatch_index::Error;
use jobmatch_index::records::{Owner, Records};

use super::accounts::{self, Role};
use super::{Refusal, imported};

/// Erases a person for good. The last administrator cannot go while others need one.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::LastAdmin`].
pub fn erase(records: &Records<'_>, owner: Owner) -> Result<(), Refusal> {
    let _alone = accounts::one_at_a_time();
    let role = match accounts::get(records, owner) {
        Ok(account) => Some(account.role),
        // What cannot be opened can be erased all the same.
        Err(Refusal::Engine(error)) if accounts::is_damage(&error) => None,
        Err(other) => return Err(other),
    };
    let alone = records.owners()?.len() == 1;
    if role != Some(Role::Member) && !alone {
        accounts::another_admin(records, owner)?;
    }
    records.erase_with(owner, |house| {
        imported::forget(house, owner)?;
        accounts::forget_address(house, owner)
    })?;
    Ok(())
}

/// What a server does first: looks whether the keys open what is here, and removes what is left of those whose making
/// or erasing was interrupted. Nobody else is touched, whatever is missing: a person whose key is damaged is told of
/// in the log, and the key of the house or of the server ends the start.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn sweep(records: &Records<'_>) -> Result<(), Refusal> {
    for (owner, error) in records.unopened()? {
        if !owner.is_person() {
            return Err(error.into());
        }
        tracing::warn!(person = %owner.0, %error, "what this person has here cannot be opened");
    }
    tolerate(records.recover().map(drop))?;
    tolerate(records.adopt())?;
    accounts::secret(records).map(drop)
}

/// On a full disk, what can wait does.
fn tolerate(done: jobmatch_index::Result<()>) -> Result<(), Refusal> {
    match done {
        Err(error @ Error::Io { .. }) => {
            tracing::warn!(%error, "left for the next start");
            Ok(())
        }
        other => Ok(other?),
    }
}
