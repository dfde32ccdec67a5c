//! Session tokens, and the sign that ties a form to its session.

use crate::{audit::hex, ids};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 256 random bits that stand in a cookie and nowhere else. Never printed.
#[derive(Clone)]
pub struct Token([u8; 32]);

/// What is kept of a token.
pub type TokenHash = [u8; 32];

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token([redacted])")
    }
}

impl Token {
    /// A new one.
    pub fn random() -> Token {
        Token(ids::random())
    }

    /// From its 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Token> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Token(bytes))
    }

    /// As it stands in a cookie or a one-time link.
    pub fn text(&self) -> String {
        hex(&self.0)
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0).into()
    }

    /// The sign of a page's forms: tied to this token and to the page's one-time key, so it differs
    /// from page to page and can't be guessed from a compressed answer's length.
    pub(crate) fn sign(&self, form_key_base: &str) -> String {
        hex(&self.mac(form_key_base))
    }

    /// Whether a form's sign is right.
    pub(crate) fn signed(&self, form_key: &str, sign: &str) -> bool {
        let base = form_key.split('-').next().unwrap_or_default();
        hex(&self.mac(base)).as_bytes().ct_eq(sign.as_bytes()).into()
    }

    fn mac(&self, form_key_base: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(b"form ");
        mac.update(form_key_base.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_sign_fits_its_token_and_its_page_only() {
        let (mine, other) = (Token::random(), Token::random());
        let sign = mine.sign("page");
        assert!(mine.signed("page-3", &sign));
        assert!(!mine.signed("another-3", &sign));
        assert!(!other.signed("page-3", &sign));
        assert!(!mine.signed("page-3", ""));
    }

    #[test]
    fn a_token_survives_its_cookie() {
        let token = Token::random();
        assert_eq!(Token::parse(&token.text()).unwrap().hash(), token.hash());
        assert!(Token::parse("zz").is_none() && Token::parse(&"é".repeat(32)).is_none());
    }
}
