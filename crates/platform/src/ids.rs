//! Keys and public ids.
//!
//! A key is 63 bits made by the program, so that nothing depends on an engine's sequences:
//! 42 bits of milliseconds since 2020, 8 bits of instance, 13 bits of count. Keys never leave the
//! program; what stands in an address is a [`PublicId`] of 128 random bits.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering::AcqRel, Ordering::Acquire},
};

/// 1 January 2020, in milliseconds of Unix time.
const EPOCH_MS: i64 = 1_577_836_800_000;
const COUNT_BITS: u32 = 13;
const INSTANCE_BITS: u32 = 8;

/// Milliseconds since [`EPOCH_MS`] shifted by [`COUNT_BITS`], plus a count.
static LAST: AtomicU64 = AtomicU64::new(0);

/// Two processes on one database (a server and a command) must not make the same key.
static INSTANCE: LazyLock<i64> = LazyLock::new(|| i64::from(random::<1>()[0]));

/// The next key: larger than every key that this process made before.
pub fn next_key() -> i64 {
    let now = u64::try_from(crate::clock::unix_ms() - EPOCH_MS).unwrap_or(0) << COUNT_BITS;
    let step = |last: u64| now.max(last + 1);
    let last = LAST.fetch_update(AcqRel, Acquire, |last| Some(step(last))).unwrap_or_else(|last| last);
    let ticket = step(last);
    let (ms, count) = (ticket >> COUNT_BITS, ticket & ((1 << COUNT_BITS) - 1));
    ((ms << (COUNT_BITS + INSTANCE_BITS)) as i64) | (*INSTANCE << COUNT_BITS) | count as i64
}

/// The smallest key that could have been made at this instant: a bound for "since then" queries.
pub fn first_key_at(instant: crate::Instant) -> i64 {
    key_span((instant.and_utc().timestamp_millis() - EPOCH_MS).max(0))
}

/// By how much keys grow in so many milliseconds.
pub(crate) fn key_span(ms: i64) -> i64 {
    ms << (COUNT_BITS + INSTANCE_BITS)
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system always has randomness after boot");
    bytes
}

/// 128 random bits as 26 letters and digits (Crockford's base 32, lower case): the only kind of id
/// that stands in an address.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct PublicId(String);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl PublicId {
    /// A new one.
    pub fn random() -> Self {
        let bits = u128::from_be_bytes(random());
        Self((0..26).rev().map(|i| ALPHABET[(bits >> (i * 5)) as usize & 31] as char).collect())
    }

    /// `None` unless it is 26 characters of the alphabet: then no record can have it.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 26 && text.bytes().all(|b| ALPHABET.contains(&b))).then(|| Self(text.to_owned()))
    }

    /// As it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PublicId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<B: Backend> FromSql<Text, B> for PublicId
where
    String: FromSql<Text, B>,
{
    fn from_sql(bytes: B::RawValue<'_>) -> deserialize::Result<Self> {
        String::from_sql(bytes).map(Self)
    }
}

impl<B: Backend> ToSql<Text, B> for PublicId
where
    String: ToSql<Text, B>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, B>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// Declares typed keys: one type for each table, so that a lesson's key is never taken for a learner's.
#[macro_export]
macro_rules! keys { ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
    $(#[$doc])*
    #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, ::diesel::expression::AsExpression, ::diesel::deserialize::FromSqlRow)]
    #[diesel(sql_type = ::diesel::sql_types::BigInt)]
    pub struct $name(pub i64);

    impl $name {
        /// A new key.
        pub fn next() -> Self { Self($crate::ids::next_key()) }
    }

    impl From<$name> for i64 {
        fn from(key: $name) -> i64 { key.0 }
    }

    impl<B: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<::diesel::sql_types::BigInt, B> for $name
    where i64: ::diesel::deserialize::FromSql<::diesel::sql_types::BigInt, B> {
        fn from_sql(bytes: B::RawValue<'_>) -> ::diesel::deserialize::Result<Self> { i64::from_sql(bytes).map(Self) }
    }

    impl<B: ::diesel::backend::Backend> ::diesel::serialize::ToSql<::diesel::sql_types::BigInt, B> for $name
    where i64: ::diesel::serialize::ToSql<::diesel::sql_types::BigInt, B> {
        fn to_sql<'b>(&'b self, out: &mut ::diesel::serialize::Output<'b, '_, B>) -> ::diesel::serialize::Result { self.0.to_sql(out) }
    }
)* } }

keys!(
    /// A group of one service with its schools and providers.
    PartnershipKey,
    /// A school, a provider or the service itself.
    OrganisationKey,
    /// Somebody with an account.
    PersonKey,
    /// One person's role in one organisation.
    MembershipKey,
    /// A signed-in browser.
    SessionKey,
    /// A row of the audit.
    AuditKey,
    /// Work to be done in the background.
    JobKey,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_only_grow() {
        let keys: Vec<_> = (0..20_000).map(|_| next_key()).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn public_ids_are_26_characters_of_the_alphabet_and_differ() {
        let (a, b) = (PublicId::random(), PublicId::random());
        assert_ne!(a, b);
        assert_eq!(PublicId::parse(a.as_str()), Some(a));
        for wrong in ["", "short", "ilouilouilouilouilouilouil", &"0".repeat(27)] {
            assert_eq!(PublicId::parse(wrong), None, "{wrong}");
        }
    }
}
