//! Erasing a person: every row, every file, the key that they were encrypted with, and the address.

use jobmatch_index::records::{Owner, Records};

use super::accounts::{self, Role};
use super::{Refusal, imported, tokens};

/// Erases a person for good. The last administrator cannot go while others need one.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::LastAdmin`].
pub fn erase(records: &Records<'_>, owner: Owner) -> Result<(), Refusal> {
    let _alone = accounts::one_at_a_time();
    let account = accounts::get(records, owner)?;
    let alone = records.owners()?.len() == 1;
    if account.role == Role::Admin && !alone {
        accounts::another_admin(records, owner)?;
    }
    // In this order, what a crash leaves behind is reachable by nobody and goes at the next start.
    records.write(owner, tokens::close_all)?;
    accounts::forget_address(records, &account.email)?;
    imported::forget(records, owner)?;
    records.erase(owner)?;
    Ok(())
}

/// Erases what a crash in the middle of making or erasing an account has left.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn sweep(records: &Records<'_>) -> Result<(), Refusal> {
    for owner in records.owners()? {
        let reachable = match accounts::get(records, owner) {
            Ok(account) => {
                matches!(accounts::find(records, &account.email), Ok((found, _)) if found == owner)
            }
            Err(Refusal::NotFound(_)) => false,
            Err(other) => return Err(other),
        };
        if !reachable {
            records.erase(owner)?;
        }
    }
    Ok(())
}
