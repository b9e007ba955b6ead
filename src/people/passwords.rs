//! Passwords: argon2id with OWASP's parameters, and what is accepted as one.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use super::Refusal;

/// Fewest characters.
pub const SHORTEST: usize = 10;
/// Most characters: hashing must not take longer than it should.
pub const LONGEST: usize = 128;

/// OWASP's first choice: 19 MiB, two passes, one lane
/// (<https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>).
fn argon2id() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Checks length, and that it is none of the common ones nor made of `email`.
///
/// # Errors
/// [`Refusal::Invalid`] on `password`.
pub fn check(password: &str, email: &str) -> Result<(), Refusal> {
    let refuse = |message: String| Err(Refusal::invalid("password", message));
    let length = password.chars().count();
    if length < SHORTEST {
        return refuse(format!("le mot de passe doit avoir au moins {SHORTEST} caractères"));
    }
    if length > LONGEST {
        return refuse(format!("le mot de passe doit avoir au plus {LONGEST} caractères"));
    }
    let name = email.split('@').next().unwrap_or_default();
    if zxcvbn::zxcvbn(password, &[email, name, "jobmatch"]).score() < zxcvbn::Score::Two {
        return refuse(
            "ce mot de passe se devine trop facilement ; assemblez plusieurs mots sans rapport entre eux"
                .into(),
        );
    }
    Ok(())
}

/// Hashes a password with a fresh salt. Takes tens of milliseconds.
pub fn hash(password: &str) -> String {
    argon2id().hash_password(password.as_bytes()).expect("argon2 accepts any password").to_string()
}

/// Whether the password is the one that was hashed. Takes as long as [`hash`], also without a hash to compare with.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| self::hash("nobody has this password"));
    let known = hash.unwrap_or(&NOBODY);
    let matches = PasswordHash::new(known)
        .is_ok_and(|parsed| argon2id().verify_password(password.as_bytes(), &parsed).is_ok());
    matches && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_verified() {
        let hashed = hash("correct cheval pile agrafe");
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(verify("correct cheval pile agrafe", Some(&hashed)));
        assert!(!verify("correct cheval pile agraffe", Some(&hashed)));
        assert!(!verify("nobody has this password", None));
    }

    #[test]
    fn weak_passwords_are_refused() {
        let long = "é".repeat(LONGEST + 1);
        for weak in ["", "court", "motdepasse", "password123", "1234567890", "camille.roy", &long] {
            assert!(check(weak, "camille.roy@exemple.fr").is_err(), "{weak}");
        }
        assert!(check("quatre loutres en vélo", "camille.roy@exemple.fr").is_ok());
    }
}
