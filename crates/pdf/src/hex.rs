//! Bytes in a line of JSON.

/// The bytes of these digits; none if they are none.
pub(crate) fn decode(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? * 16 + digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn digits_become_bytes() {
        assert_eq!(decode("00fFa1"), Some(vec![0, 255, 161]));
        assert_eq!(decode(""), Some(Vec::new()));
        assert_eq!((decode("0"), decode("0g"), decode("é")), (None, None, None));
    }
}
