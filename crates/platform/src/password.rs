//! Passwords: which are accepted, and how they are kept and checked without letting a crowd of
//! sign-ins exhaust the machine (SECURITY.md T7, T18, T23 and G-21).

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::Score;

use crate::ids;

/// The fewest characters of a new password.
pub const SHORTEST: usize = 12;

/// The most characters of a new password.
pub const LONGEST: usize = 128;

/// No password of [`LONGEST`] characters needs more bytes than this, however a keyboard spells it;
/// more is not even normalised.
const LONGEST_TYPED_BYTES: usize = 4096;

/// A username shorter than this is found by chance in good passwords.
const SHORTEST_NAME_LOOKED_FOR: usize = 3;

/// A password in NFKC form, so that one typed on a phone equals the same one typed on a desktop. It
/// never prints.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Reads a *new* password and holds it against the rules: its length, how easily it is guessed
    /// (lists of common passwords, names and words, keyboard walks, dates, repeats), and that it
    /// does not contain the username.
    ///
    /// # Errors
    /// The first rule that it breaks, as a sentence for the person who chose it.
    pub fn parse(typed: &str, username: &str) -> Result<Self, Refusal> {
        if typed.len() > LONGEST_TYPED_BYTES {
            return Err(Refusal::TooLong);
        }
        let password: String = typed.nfkc().collect();
        match password.chars().count() {
            length if length < SHORTEST => return Err(Refusal::TooShort),
            length if length > LONGEST => return Err(Refusal::TooLong),
            _ => {}
        }
        if contains_name(&password, username) {
            return Err(Refusal::ContainsUsername);
        }
        if zxcvbn::zxcvbn(&password, &[username]).score() < Score::Three {
            return Err(Refusal::EasilyGuessed);
        }
        Ok(Self(password))
    }

    /// Reads a password typed at sign-in. The rules are not asked: an older password may break a
    /// newer rule and must still open the account. One that is longer than any password can be
    /// becomes the empty password, which opens nothing and costs as much as any other to check.
    pub fn typed(typed: &str) -> Self {
        if typed.len() > LONGEST_TYPED_BYTES {
            return Self(String::new());
        }
        Self(typed.nfkc().collect())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

/// Why a new password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Fewer than [`SHORTEST`] characters.
    TooShort,
    /// More than [`LONGEST`] characters.
    TooLong,
    /// A common password, or one made from common parts.
    EasilyGuessed,
    /// The username, or the part of an e-mail address before the @, stands in it.
    ContainsUsername,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => write!(f, "Password must be {SHORTEST} characters or more"),
            Self::TooLong => write!(f, "Password must be {LONGEST} characters or fewer"),
            Self::EasilyGuessed => {
                f.write_str("Password is too easy to guess. Three random words make a good one")
            }
            Self::ContainsUsername => f.write_str("Password must not contain your username"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Too many people wait for their password to be checked: answer 503 and ask to try again shortly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Too many people are signing in at once. Try again in a few seconds")
    }
}

impl std::error::Error for Busy {}

/// The one place where passwords are hashed. Two at a time, which bounds the memory at 92 MiB and
/// leaves the registers a share of the processor; 40 more may wait; everyone after that is [`Busy`]
/// at once. Clones share the places.
#[derive(Debug, Clone)]
pub struct Gate {
    places: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Gate {
    const RUNNING: usize = 2;
    const WAITING: usize = 40;

    /// An empty gate; a process needs one.
    pub fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(Self::RUNNING + Self::WAITING)),
            running: Arc::new(Semaphore::new(Self::RUNNING)),
        }
    }

    /// The text to keep for this password: Argon2id with its cost and a fresh salt, in PHC form.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full.
    ///
    /// # Panics
    /// When the operating system has no randomness or no memory to give.
    pub async fn hash(&self, password: &Password) -> Result<String, Busy> {
        let Password(secret) = password.clone();
        self.run(move || hash(&secret)).await
    }

    /// Whether the password belongs to the kept hash. `None` stands for a person who is not known:
    /// the work is the same and the answer is no, so that the time tells nothing. A hash that cannot
    /// be read is treated alike.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full.
    pub async fn verify(&self, password: &Password, kept: Option<&str>) -> Result<bool, Busy> {
        let Password(secret) = password.clone();
        let kept = kept.map(str::to_owned);
        self.run(move || verify(&secret, kept.as_deref())).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Busy)?;
        match tokio::task::spawn_blocking(move || holding(place, turn, work)).await {
            Ok(outcome) => Ok(outcome),
            Err(stopped) => match stopped.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Only a runtime that is shutting down drops blocking work.
                Err(_) => Err(Busy),
            },
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

/// The permits travel with the work: a client that hangs up cancels the waiting, not the hashing,
/// and its memory is still in use.
fn holding<T>(place: OwnedSemaphorePermit, turn: OwnedSemaphorePermit, work: impl FnOnce() -> T) -> T {
    let outcome = work();
    drop((turn, place));
    outcome
}

/// What is worked on for a person who is not known: a real hash, so that it costs the same. Even the
/// password that it was made from opens nothing.
const NOBODY: &str = "$argon2id$v=19$m=47104,t=1,p=1$CsrJVtxpFuGpU2fvo87q7Q$\
                      pTfU7RCEphG7LDlfaA7bpzVBGrdEfxNpRYyOCqmx1ls";

/// Argon2id with 46 MiB, one pass, one lane: the strongest of the OWASP cheat sheet's equal choices
/// in memory (SECURITY.md G-21).
fn argon2id() -> Argon2<'static> {
    let params = Params::new(46 * 1024, 1, 1, Some(32)).expect("constants that the library accepts");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(secret: &str) -> String {
    let salt = ids::random::<16>();
    argon2id()
        .hash_password_with_salt(secret.as_bytes(), &salt)
        .expect("no memory for a password hash")
        .to_string()
}

fn verify(secret: &str, kept: Option<&str>) -> bool {
    let kept = kept.and_then(|text| PasswordHash::new(text).ok());
    let is_known = kept.is_some();
    let against = kept.unwrap_or_else(|| PasswordHash::new(NOBODY).expect("a constant in PHC form"));
    let is_right = argon2id().verify_password(secret.as_bytes(), &against).is_ok();
    is_known && is_right
}

fn contains_name(password: &str, username: &str) -> bool {
    let password = password.to_lowercase();
    let username = username.nfkc().collect::<String>().to_lowercase();
    let local_part = username.split('@').next().unwrap_or_default();
    [username.as_str(), local_part]
        .into_iter()
        .any(|name| name.chars().count() >= SHORTEST_NAME_LOOKED_FOR && password.contains(name))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    const GOOD: &str = "Provision-demo-1";
    const NOBODYS_PASSWORD: &str = "nobody has this password";

    #[test]
    fn rules_for_new_passwords() {
        let long = "correct horse battery ".repeat(6);
        let cases: &[(&str, Result<(), Refusal>)] = &[
            (GOOD, Ok(())),
            ("otter lantern gravel", Ok(())),
            ("ffi\u{301}rn-tûreen-møss", Ok(())),
            (&long[..128], Ok(())),
            ("short", Err(Refusal::TooShort)),
            ("elevenchars", Err(Refusal::TooShort)),
            ("", Err(Refusal::TooShort)),
            (&long[..129], Err(Refusal::TooLong)),
            (&"x".repeat(1_000_000), Err(Refusal::TooLong)),
            ("password1234", Err(Refusal::EasilyGuessed)),
            ("Password123!", Err(Refusal::EasilyGuessed)),
            ("123456789012", Err(Refusal::EasilyGuessed)),
            ("qwertyuiop[]", Err(Refusal::EasilyGuessed)),
            ("aaaaaaaaaaaaaaaa", Err(Refusal::EasilyGuessed)),
            ("letmeinletmein", Err(Refusal::EasilyGuessed)),
            ("my-tutor.elm-secret-9", Err(Refusal::ContainsUsername)),
            ("my-TUTOR.Elm-secret-9", Err(Refusal::ContainsUsername)),
            ("my-ｔｕｔｏｒ.elm-secret-9", Err(Refusal::ContainsUsername)),
        ];
        for (typed, wanted) in cases {
            let got = Password::parse(typed, "tutor.elm").map(|_| ());
            assert_eq!(got, *wanted, "{typed:.40}");
        }
    }

    #[test]
    fn usernames_are_looked_for_when_they_are_long_enough() {
        for (username, is_refused) in [
            ("gravel", true),
            ("lantern@elm.example", true),
            ("la", false),
            ("", false),
            ("heron", false),
        ] {
            let refused = Password::parse("otter lantern gravel", username).is_err();
            assert_eq!(refused, is_refused, "{username}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_after_normalising() {
        // Each ligature becomes three letters, so four of them are twelve characters.
        assert!(!matches!(Password::parse("ﬃﬄﬃﬄ", "x"), Err(Refusal::TooShort)));
        assert!(matches!(
            Password::parse("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", "x"),
            Err(Refusal::TooShort)
        ));
    }

    #[test]
    fn a_password_never_prints() {
        let password = Password::parse(GOOD, "ana").unwrap();
        assert!(!format!("{password:?} {:?}", Some(&password)).contains("demo"));
    }

    #[test]
    fn judging_the_longest_password_is_quick() {
        let started = Instant::now();
        let _ = Password::parse(&"aB3$".repeat(32), "ana");
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn a_hash_opens_for_its_own_password_only() {
        let gate = Gate::new();
        let kept = gate.hash(&Password::parse(GOOD, "ana").unwrap()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{kept}");
        let huge = "x".repeat(5_000);
        let cases = [
            (GOOD, Some(kept.as_str()), true),
            ("Ｐrovision-demo-1", Some(&kept), true),
            ("provision-demo-1", Some(&kept), false),
            ("", Some(&kept), false),
            (&huge, Some(&kept), false),
            (GOOD, None, false),
            (GOOD, Some(""), false),
            (GOOD, Some("not a hash"), false),
            (GOOD, Some("$2y$10$abcdefghijklmnopqrstuv"), false),
        ];
        for (typed, hash, is_right) in cases {
            let answer = gate.verify(&Password::typed(typed), hash).await.unwrap();
            assert_eq!(answer, is_right, "{typed:.30} against {hash:?}");
        }
    }

    #[test]
    fn salts_differ() {
        assert_ne!(hash(GOOD), hash(GOOD));
    }

    #[test]
    fn an_unknown_person_costs_what_a_known_one_costs() {
        let real = hash(GOOD);
        let cost = |text: &str| {
            let hash = PasswordHash::new(text).unwrap();
            let salt = hash.salt.as_ref().unwrap().len();
            let output = hash.hash.as_ref().unwrap().len();
            (hash.algorithm.to_string(), hash.version, hash.params.to_string(), salt, output)
        };
        assert_eq!(cost(&real), cost(NOBODY));
        assert!(verify(NOBODYS_PASSWORD, Some(NOBODY)), "the hash is a real one");
        assert!(!verify(NOBODYS_PASSWORD, None));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_full_queue_answers_busy_at_once_and_empties_again() {
        let gate = Gate::new();
        let (open, wait) = std::sync::mpsc::channel::<()>();
        let wait = Arc::new(std::sync::Mutex::new(wait));
        let crowd: Vec<_> = (0..Gate::RUNNING + Gate::WAITING)
            .map(|_| {
                let (gate, wait) = (gate.clone(), Arc::clone(&wait));
                tokio::spawn(async move { gate.run(move || wait.lock().unwrap().recv().is_ok()).await })
            })
            .collect();
        while gate.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(gate.verify(&Password::typed(GOOD), None).await, Err(Busy));
        assert_eq!(gate.hash(&Password::typed(GOOD)).await, Err(Busy));
        drop(open);
        for waiting in crowd {
            assert_eq!(waiting.await.unwrap(), Ok(false));
        }
        assert_eq!(gate.verify(&Password::typed(GOOD), None).await, Ok(false));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_client_that_hangs_up_keeps_its_place_until_the_work_ends() {
        let gate = Gate::new();
        let (open, wait) = std::sync::mpsc::channel::<()>();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let caller = tokio::spawn({
            let gate = gate.clone();
            async move {
                gate.run(move || {
                    begun.send(()).unwrap();
                    wait.recv().is_ok()
                })
                .await
            }
        });
        has_begun.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(gate.running.available_permits(), Gate::RUNNING - 1);
        drop(open);
        while gate.places.available_permits() < Gate::RUNNING + Gate::WAITING {
            tokio::task::yield_now().await;
        }
        assert_eq!(gate.running.available_permits(), Gate::RUNNING);
    }
}
