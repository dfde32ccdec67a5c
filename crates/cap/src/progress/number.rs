//! Ofqual's number of a qualification, such as 100/5073/5.

use std::fmt;

/// A qualification's number in its shape; whether its check digit is right is asked separately,
/// since Ofqual publishes no rule for it (DATA.md §3).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Number {
    /// Seven digits and the check: 10050735.
    plain: String,
}

impl Number {
    /// Reads `100/5073/5` or `10050735`, with blanks and a small x forgiven.
    ///
    /// # Errors
    /// The sentence for whoever typed it.
    pub fn parse(text: &str) -> Result<Number, &'static str> {
        let text: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let parts: Vec<&str> = text.split('/').collect();
        let has_slashes_in_place = match parts.as_slice() {
            [_] => true,
            [first, second, check] => (first.len(), second.len(), check.len()) == (3, 4, 1),
            _ => false,
        };
        let plain = parts.concat();
        let (digits, check) = plain.split_at_checked(7).unwrap_or_default();
        let is_check = matches!(check.as_bytes(), [c] if c.is_ascii_digit() || *c == b'X');
        if has_slashes_in_place && is_check && digits.bytes().all(|c| c.is_ascii_digit()) {
            Ok(Number { plain })
        } else {
            Err("Enter a qualification number like 100/5073/5")
        }
    }

    /// Whether the last character follows from the seven digits before it: their sum, weighted 8 to
    /// 2, modulo 11, with X for ten. Derived from real numbers (DATA.md §3): a reason to look again,
    /// never to refuse.
    pub fn has_right_check(&self) -> bool {
        let (digits, check) = self.plain.split_at(7);
        let sum: u32 =
            digits.bytes().zip((2..=8).rev()).map(|(c, weight)| u32::from(c - b'0') * weight).sum();
        let due = match sum % 11 {
            10 => "X".to_owned(),
            digit => digit.to_string(),
        };
        check == due
    }

    /// What is doubtful about it, in words.
    pub fn doubt(&self) -> Option<String> {
        (!self.has_right_check()).then(|| {
            format!(
                "The last character of {self} does not go with the others, as it does in other numbers. Compare it with the awarding body's."
            )
        })
    }
}

/// With its slashes.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", &self.plain[..3], &self.plain[3..7], &self.plain[7..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of DATA.md §3, all of them issued but the placeholder 123/1234/1, and made-up ones.
    #[test]
    fn check_digits() {
        for (number, is_right) in [
            ("100/5073/5", true),
            ("601/2977/3", true),
            ("603/4162/2", true),
            ("601/4608/4", true),
            ("601/4292/3", true),
            ("601/4447/6", true),
            ("601/4606/0", true),
            ("601/4700/3", true),
            // 8×5 + 4×9 = 76, of which 10 is left: X.
            ("500/0900/X", true),
            ("500/0900/0", false),
            ("123/1234/1", false),
            ("123/1234/4", true),
            ("100/5073/X", false),
            ("005/0000/8", true),
            ("000/0500/9", true),
            ("200/1000/X", true),
        ] {
            let read = Number::parse(number).unwrap();
            assert_eq!(read.has_right_check(), is_right, "{number}");
            assert_eq!(read.doubt().is_none(), is_right, "{number}");
        }
    }

    #[test]
    fn shapes() {
        for text in ["100/5073/5", "10050735", " 100 / 5073 / 5 "] {
            assert_eq!(Number::parse(text).unwrap().to_string(), "100/5073/5", "{text}");
        }
        assert_eq!(Number::parse("2001000x").unwrap().to_string(), "200/1000/X");
        for text in [
            "",
            "100/5073",
            "100/50735",
            "1005/073/5",
            "100/5073/55",
            "100/507X/5",
            "100-5073-5",
            "1005073é",
            "100/5073/5/",
            "1005073555",
        ] {
            assert!(Number::parse(text).is_err(), "{text}");
        }
    }
}
