//! Accounts: who may sign in, as what, with which settings.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use jobmatch_index::Error;
use jobmatch_index::records::{Owner, Records, Room, Row, RowsMut, Uuid};
use jobmatch_index::score::Weights;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use utoipa::ToSchema;

use super::tokens::{self, Closed};
use super::{Refusal, passwords};

/// What a person may do beyond their own affairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs this JobMatch: changes offers, rebuilds indexes, manages accounts.
    Admin,
    /// Uses it.
    Member,
}

/// An account, as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// Address, in lower case.
    pub email: String,
    /// From [`passwords::hash`].
    pub password: String,
    /// What they may do.
    pub role: Role,
    /// When the account was made.
    pub created: Timestamp,
    /// The CV that offers are ranked for.
    pub active_profile: Option<Uuid>,
    /// Weights of the criteria; the default ones when left out.
    #[serde(default)]
    pub weights: Option<Weights>,
}

impl Row for Account {
    const KIND: &'static str = "account";
    const ROOM: Room = Room::None;
}

/// Whose an e-mail address is. Owned by the house; its id is made of the address, which appears nowhere.
#[derive(Serialize, Deserialize)]
struct Address(Owner);

impl Row for Address {
    const KIND: &'static str = "address";
}

/// The secret of this data folder, which names addresses and signs tokens. Where no canary says that it is the right
/// one, an account does: its address is where this secret puts it.
///
/// # Errors
/// [`Refusal::Engine`] when it is missing or another one while there are accounts.
pub fn secret(records: &Records<'_>) -> Result<[u8; 32], Refusal> {
    Ok(records.secret(|secret| {
        for owner in records.owners()? {
            let Ok(Some(account)) = records.get::<Account>(owner, owner.0) else { continue };
            let address = records.get::<Address>(Owner::HOUSE, address_in(secret, &account.email))?;
            if address.is_some_and(|Address(whose)| whose == owner) {
                return Ok(true);
            }
        }
        Ok(false)
    })?)
}

fn address_id(records: &Records<'_>, email: &str) -> Result<Uuid, Refusal> {
    Ok(address_in(&secret(records)?, email))
}

fn address_in(secret: &[u8; 32], email: &str) -> Uuid {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any key length will do");
    mac.update(b"address\0");
    mac.update(email.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    Uuid::from_bytes(id)
}

/// An address in the form that is compared: something before and after one `@`, in lower case.
fn normal(email: &str) -> Result<String, Refusal> {
    let email = email.trim().to_lowercase();
    let well_formed = email.len() <= 254
        && !email.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"',;".contains(c))
        && email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty()
                && !host.contains('@')
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
        });
    if well_formed { Ok(email) } else { Err(Refusal::invalid("email", "ce n'est pas une adresse e-mail")) }
}

/// Whether there is no account yet.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn none_yet(records: &Records<'_>) -> Result<bool, Refusal> {
    Ok(records.list::<Address>(Owner::HOUSE)?.is_empty())
}

/// Makes an account. With `first`, only as the very first one, however many try at once.
///
/// # Errors
/// [`Refusal::Invalid`], [`Refusal::EmailTaken`], [`Refusal::NotFirst`].
pub fn create(
    records: &Records<'_>,
    email: &str,
    password: &str,
    role: Role,
    first: bool,
    now: Timestamp,
) -> Result<Owner, Refusal> {
    let email = normal(email)?;
    passwords::check(password, &email)?;
    let id = address_id(records, &email)?;
    let account = Account {
        email,
        password: passwords::hash(password),
        role,
        created: now,
        active_profile: None,
        weights: None,
    };
    records.create(|rows| {
        let owner = rows.owner();
        let mut house = rows.house()?;
        if first && !house.list::<Address>()?.is_empty() {
            return Err(Refusal::NotFirst);
        }
        if house.get::<Address>(id)?.is_some() {
            return Err(Refusal::EmailTaken);
        }
        house.put(id, &Address(owner))?;
        rows.put(owner.0, &account)?;
        Ok(owner)
    })
}

/// The person with this e-mail and password. Takes the same time whichever is wrong.
///
/// # Errors
/// [`Refusal::WrongCredentials`].
pub fn sign_in(records: &Records<'_>, email: &str, password: &str) -> Result<(Owner, Account), Refusal> {
    let found = match find(records, email) {
        Ok(found) => Some(found),
        Err(Refusal::NotFound(_) | Refusal::Invalid { .. }) => None,
        Err(other) => return Err(other),
    };
    let hash = found.as_ref().map(|(_, account)| account.password.as_str());
    if password.chars().count() > passwords::LONGEST || !passwords::verify(password, hash) {
        return Err(Refusal::WrongCredentials);
    }
    found.ok_or(Refusal::WrongCredentials)
}

/// The account with this e-mail.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn find(records: &Records<'_>, email: &str) -> Result<(Owner, Account), Refusal> {
    let owner = find_owner(records, email)?;
    Ok((owner, get(records, owner)?))
}

/// Whose e-mail this is, also when what they have here cannot be opened.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn find_owner(records: &Records<'_>, email: &str) -> Result<Owner, Refusal> {
    let id = address_id(records, &normal(email)?)?;
    let address = records.get::<Address>(Owner::HOUSE, id)?;
    let Address(owner) = address.ok_or(Refusal::NotFound("account"))?;
    Ok(owner)
}

/// A person's account.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn get(records: &Records<'_>, owner: Owner) -> Result<Account, Refusal> {
    records.get::<Account>(owner, owner.0)?.ok_or(Refusal::NotFound("account"))
}

/// Changes a person's account.
///
/// # Errors
/// What `change` gives; [`Refusal::NotFound`].
pub fn change(
    records: &Records<'_>,
    owner: Owner,
    mut change: impl FnMut(&mut Account) -> Result<(), Refusal>,
) -> Result<Account, Refusal> {
    records.write(owner, |rows| {
        let mut account: Account = rows.get(owner.0)?.ok_or(Refusal::NotFound("account"))?;
        change(&mut account)?;
        rows.put(owner.0, &account)?;
        Ok(account)
    })
}

/// Sets a new password, and closes all that was opened under the former one: it may be known to somebody else.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn set_password(records: &Records<'_>, owner: Owner, password: &str) -> Result<Closed, Refusal> {
    let account = get(records, owner)?;
    passwords::check(password, &account.email)?;
    let hashed = passwords::hash(password);
    records.write(owner, |rows| {
        let mut account: Account = rows.get(owner.0)?.ok_or(Refusal::NotFound("account"))?;
        account.password.clone_from(&hashed);
        rows.put(owner.0, &account)?;
        tokens::close_all(rows)
    })
}

/// Makes someone an administrator, or no more one; the last one stays.
///
/// # Errors
/// [`Refusal::LastAdmin`], [`Refusal::NotFound`].
pub fn set_role(records: &Records<'_>, owner: Owner, role: Role) -> Result<Account, Refusal> {
    let _alone = one_at_a_time();
    if role != Role::Admin {
        another_admin(records, owner)?;
    }
    change(records, owner, |account| {
        account.role = role;
        Ok(())
    })
}

/// Held by whoever makes administrators fewer: two of them must not each count on the other.
pub(super) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ADMINS: Mutex<()> = Mutex::new(());
    ADMINS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fails when nobody but `owner` administers.
pub(super) fn another_admin(records: &Records<'_>, owner: Owner) -> Result<(), Refusal> {
    let others = list(records)?.into_iter().filter(|(other, _)| *other != owner);
    if others.into_iter().any(|(_, account)| account.role == Role::Admin) {
        Ok(())
    } else {
        Err(Refusal::LastAdmin)
    }
}

/// All accounts, in the order of their making, but for those that cannot be opened: of these,
/// [`Records::unopened`] tells.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn list(records: &Records<'_>) -> Result<Vec<(Owner, Account)>, Refusal> {
    let mut accounts = vec![];
    for owner in records.owners()? {
        match records.get::<Account>(owner, owner.0) {
            Ok(account) => accounts.extend(account.map(|account| (owner, account))),
            Err(error) if is_damage(&error) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Ok(accounts)
}

/// Whether an error is about one person's rows, and nobody else's.
pub fn is_damage(error: &Error) -> bool {
    matches!(error, Error::Key { .. } | Error::Corrupt { .. })
}

/// Takes a person's address away, so that they cannot sign in and the address can be used again. It is looked for by
/// whose it is: the account that says it may be damaged.
pub(super) fn forget_address(house: &mut RowsMut<'_, '_>, owner: Owner) -> Result<(), Refusal> {
    for (id, Address(whose)) in house.list::<Address>()? {
        if whose == owner {
            house.delete::<Address>(id)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jobmatch_index::{Index, Options};

    use super::*;

    const GOOD: &str = "quatre loutres en vélo";

    #[test]
    fn the_first_account_is_first_however_many_try_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        assert!(none_yet(&index.records()).unwrap());
        let made: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|n| {
                    let index = &index;
                    scope.spawn(move || {
                        let email = format!("personne{n}@exemple.fr");
                        create(&index.records(), &email, GOOD, Role::Admin, true, Timestamp::UNIX_EPOCH)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
        assert!(made.iter().all(|made| matches!(made, Ok(_) | Err(Refusal::NotFirst))));
        assert_eq!(list(&index.records()).unwrap().len(), 1);
        assert!(!none_yet(&index.records()).unwrap());
    }

    #[test]
    fn an_address_has_one_account_in_any_case() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        let records = index.records();
        let create = |email: &str| create(&records, email, GOOD, Role::Member, false, Timestamp::UNIX_EPOCH);
        let owner = create(" Camille.Roy@Exemple.fr ").unwrap();
        assert!(matches!(create("camille.roy@exemple.fr"), Err(Refusal::EmailTaken)));
        assert_eq!(records.owners().unwrap(), [owner]);
        assert_eq!(sign_in(&records, "CAMILLE.ROY@exemple.fr", GOOD).unwrap().0, owner);
        for (email, password) in
            [("camille.roy@exemple.fr", "faux"), ("autre@exemple.fr", GOOD), ("pas une adresse", GOOD)]
        {
            assert!(matches!(sign_in(&records, email, password), Err(Refusal::WrongCredentials)), "{email}");
        }
        for bad in ["", "sans-arobase", "a@b", "a@b@c.fr", "<a>@b.fr", "a b@c.fr"] {
            assert!(matches!(create(bad), Err(Refusal::Invalid { field: "email", .. })), "{bad}");
        }
    }
}
