//! The national numbers of a learner: UPN, ULN and UCI, with their check characters.
//!
//! Every one is optional where it is used. `parse` refuses what cannot be right; `warning` says what
//! is merely doubtful, because our lists of codes may be older than the number.

use std::fmt;

/// The letters that a UPN may hold, in the order of their values 0 to 22: no I, O or S, which look like digits.
const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// Local authority codes that have been given out, as ranges of first and last.
/// Those of the last row belong to councils made since 2019 and come from general knowledge.
#[rustfmt::skip]
const LA_CODES: [(u16, u16); 38] = [
    (1, 5), (201, 213), (301, 320), (330, 336), (340, 344), (350, 359), (370, 373), (380, 384), (390, 394), (420, 420),
    (660, 681), (701, 708), (800, 803), (805, 808), (810, 813), (815, 816), (820, 823), (825, 826),
    (830, 831), (835, 837), (840, 841), (845, 846), (850, 852), (855, 857), (860, 861), (865, 896),
    (908, 909), (916, 916), (919, 919), (921, 921), (925, 926), (928, 929), (931, 931), (933, 933), (935, 938),
    (838, 839), (940, 941), (942, 943),
];

/// A unique pupil number: a check letter, three digits of a local authority, four of a school, two of
/// a year, and three of a series. A temporary one ends in two digits and a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Upn(String);

impl Upn {
    /// Reads a UPN in any case, with or without spaces, and refuses one whose check letter is wrong.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        let upn = packed(typed);
        if upn.len() != 13 || !upn.is_ascii() || !upn.as_bytes()[0].is_ascii_uppercase() {
            return Err("Enter a UPN of a letter and twelve digits, like U999410024001");
        }
        let right = Self::from_body(&upn[1..])?;
        if right.0 == upn {
            Ok(right)
        } else {
            Err(
                "Check this UPN: its first letter does not agree with the rest, so a character is probably mistyped",
            )
        }
    }

    /// Makes a UPN from the twelve characters behind its check letter.
    pub fn from_body(body: &str) -> Result<Self, &'static str> {
        let (digits, last) = match body.as_bytes() {
            [digits @ .., last] if digits.len() == 11 => (digits, *last),
            _ => return Err("Enter the twelve characters that follow a UPN's first letter"),
        };
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(
                "Enter a UPN with digits after its first letter; only the very last may be a letter too",
            );
        }
        let Some(last_value) = upn_value(last) else {
            return Err(
                "Check the last character of this UPN: it is a digit, or a letter other than I, O and S",
            );
        };
        let positions = 2..;
        let sum: usize = digits
            .iter()
            .map(|d| usize::from(d - b'0'))
            .chain([last_value])
            .zip(positions)
            .map(|(value, position)| value * position)
            .sum();
        Ok(Self(format!("{}{body}", char::from(UPN_LETTERS[sum % 23]))))
    }

    /// The thirteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A school gives a temporary UPN to a learner whose permanent one is not yet known.
    pub fn is_temporary(&self) -> bool {
        self.0.ends_with(|c: char| c.is_ascii_uppercase())
    }

    /// The three digits of the local authority where the number was first given.
    pub fn la_code(&self) -> &str {
        &self.0[1..4]
    }

    /// What is doubtful about the number, as a sentence for the person who enters it.
    pub fn warning(&self) -> Option<&'static str> {
        let known = |code: u16| LA_CODES.iter().any(|&(first, last)| (first..=last).contains(&code));
        if self.la_code().parse().is_ok_and(known) {
            None
        } else {
            Some(
                "The second to fourth digits of this UPN are not a local authority that we know: check it with the home school",
            )
        }
    }
}

/// The value that a UPN's last character counts for: a digit its own, a letter its place in the list.
fn upn_value(character: u8) -> Option<usize> {
    if character.is_ascii_digit() {
        Some(usize::from(character - b'0'))
    } else {
        UPN_LETTERS.iter().position(|&letter| letter == character)
    }
}

/// A unique learner number: ten digits, the last a check digit, the first never zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uln(String);

impl Uln {
    /// Reads a ULN, with or without spaces, and refuses one whose check digit is wrong.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        let uln = packed(typed);
        if uln.len() != 10 || !uln.bytes().all(|b| b.is_ascii_digit()) || uln.starts_with('0') {
            return Err("Enter a ULN of ten digits that does not start with 0, like 9276308686");
        }
        // National returns write this where a number is not known; it is nobody's.
        if uln == "9999999999" {
            return Err("Leave the ULN empty when it is not known: 9999999999 is no learner's number");
        }
        match Self::from_body(&uln[..9]) {
            Some(right) if right.0 == uln => Ok(right),
            Some(_) | None => Err(
                "Check this ULN: its last digit does not agree with the rest, so a digit is probably mistyped",
            ),
        }
    }

    /// Makes a ULN from its first nine digits. `None` when they are not nine digits without a leading
    /// zero, or are among those that no check digit completes.
    pub fn from_body(nine: &str) -> Option<Self> {
        if nine.len() != 9 || !nine.bytes().all(|b| b.is_ascii_digit()) || nine.starts_with('0') {
            return None;
        }
        let sum: u32 = nine
            .bytes()
            .map(|b| u32::from(b - b'0'))
            .zip((2..=10).rev())
            .map(|(digit, weight)| digit * weight)
            .sum();
        match sum % 11 {
            0 => None,
            remainder => Some(Self(format!("{nine}{}", 10 - remainder))),
        }
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A unique candidate identifier, which examination boards use: five digits of a centre, one
/// character of a board, two digits of a year, four of a candidate, a check letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uci(String);

impl Uci {
    /// Reads a UCI in any case, with or without spaces. Only its form is checked: of the
    /// boards' table of check letters one is confirmed, which is too little to refuse a number by.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        let uci = packed(typed);
        let fits = match uci.as_bytes() {
            [body @ .., letter] if body.len() == 12 => {
                letter.is_ascii_uppercase()
                    && body
                        .iter()
                        .enumerate()
                        .all(|(place, b)| b.is_ascii_digit() || (place == 5 && b.is_ascii_uppercase()))
            }
            _ => false,
        };
        if fits {
            Ok(Self(uci))
        } else {
            Err("Enter a UCI of twelve digits and a letter, like 681990012058G")
        }
    }

    /// The thirteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is doubtful about the number, as a sentence for the person who enters it.
    ///
    /// The one confirmed pair of the table, remainder 6 and letter G, is enough to notice some slips:
    /// each belongs to the other alone.
    pub fn warning(&self) -> Option<&'static str> {
        let remainder = self.remainder()?;
        if (remainder == 6) == self.0.ends_with('G') {
            None
        } else {
            Some(
                "The last letter of this UCI does not seem to agree with the rest: check it for a mistyped character",
            )
        }
    }

    /// Twelve digits by the weights 16 to 5, modulo 17. `None` for a number with a letter for its
    /// board (international centres), to which the sum does not apply.
    fn remainder(&self) -> Option<u32> {
        let mut sum = 0;
        for (character, weight) in self.0.chars().take(12).zip((5..=16).rev()) {
            sum += character.to_digit(10)? * weight;
        }
        Some(sum % 17)
    }
}

/// Capitals without any spaces, as these numbers are stored.
fn packed(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

macro_rules! shown_as_stored {
    ($($identifier:ty),+) => {$(
        impl fmt::Display for $identifier {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}

shown_as_stored!(Upn, Uln, Uci);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upns_from_their_twelve_characters() {
        let cases = [
            ("801200005001", "B801200005001"),
            ("331410024001", "B331410024001"),
            ("856410024001", "Q856410024001"),
            ("33141002401A", "A33141002401A"),
            // Some suppliers' help pages work this one out as 267 and Q; the sum is 266.
            ("207000016049", "P207000016049"),
        ];
        for (body, whole) in cases {
            let upn = Upn::from_body(body).expect(body);
            assert_eq!(upn.to_string(), whole);
            assert_eq!(Upn::parse(&format!(" {} ", whole.to_lowercase())), Ok(upn.clone()));
            assert_eq!(upn.is_temporary(), body.ends_with('A'));
            assert_eq!(upn.warning(), None);
        }
        assert!(Upn::parse("Q207000016049").is_err_and(|why| why.contains("first letter does not agree")));
    }

    #[test]
    fn the_example_of_the_refusal_is_right_and_nobodys() {
        let sentence = Upn::parse("").expect_err("nothing typed");
        let example = sentence
            .rsplit(' ')
            .next()
            .and_then(|upn| Upn::parse(upn).ok())
            .expect("a UPN at its end");
        assert!(example.warning().is_some(), "its local authority does not exist");
    }

    #[test]
    fn every_single_mistyped_digit_of_a_upn_is_noticed() {
        let right = "B331410024001";
        for place in 1..13 {
            for digit in b'0'..=b'9' {
                let mut typed = right.as_bytes().to_vec();
                typed[place] = digit;
                let typed = String::from_utf8(typed).expect("digits");
                assert_eq!(Upn::parse(&typed).is_ok(), typed == right, "{typed}");
            }
        }
    }

    #[test]
    fn what_is_not_a_upn() {
        let wrong = [
            "",
            "B33141002400",
            "B3314100240011",
            "1331410024001",
            "B33141002400I",
            "B33141002400O",
            "B33141002400S",
            "B3314100240A1",
            "B33141002400é",
            "B３３１410024001",
            "I331410024001",
        ];
        for wrong in wrong {
            assert!(Upn::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_unknown_local_authority_is_a_warning_only() {
        for (code, known) in [
            ("000", false),
            ("001", true),
            ("005", true),
            ("006", false),
            ("331", true),
            ("337", false),
            ("420", true),
            ("817", false),
            ("838", true),
            ("856", true),
            ("938", true),
            ("939", false),
            ("943", true),
            ("999", false),
        ] {
            let upn = Upn::from_body(&format!("{code}410024001")).expect(code);
            assert_eq!(upn.la_code(), code);
            assert_eq!(upn.warning().is_none(), known, "{code}");
        }
    }

    #[test]
    fn ulns() {
        for right in ["9276308686", "1234567899", "3000000002"] {
            assert_eq!(Uln::parse(right).map(|u| u.to_string()), Ok(right.into()));
        }
        assert_eq!(Uln::parse("927 630 8686").map(|u| u.to_string()), Ok("9276308686".into()));
        assert_eq!(Uln::from_body("700000043"), None, "no digit completes it");
        assert!((0..=9).all(|digit| Uln::parse(&format!("700000043{digit}")).is_err()));
        assert!(Uln::parse("9999999999").is_err_and(|why| why.contains("Leave the ULN empty")));
        for wrong in [
            "",
            "927630868",
            "92763086866",
            "0276308686",
            "9276308687",
            "927630868X",
        ] {
            assert!(Uln::parse(wrong).is_err(), "{wrong:?}");
        }
        for wrong in ["", "12345678", "1234567890", "012345678", "12345678X"] {
            assert_eq!(Uln::from_body(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_completed_uln_has_the_published_weighted_sum() {
        for body in (100_000_000..100_020_000).chain([276_308_686, 999_999_998]) {
            let Some(uln) = Uln::from_body(&body.to_string()) else {
                continue;
            };
            let sum: u32 = uln
                .as_str()
                .chars()
                .filter_map(|c| c.to_digit(10))
                .zip((1..=10).rev())
                .map(|(d, w)| d * w)
                .sum();
            assert_eq!(sum % 11, 10, "{uln}");
        }
    }

    #[test]
    fn ucis_are_checked_by_form_only() {
        let sample = Uci::parse(" 68199 0 01 2058 g").expect("an examination board's own sample");
        assert_eq!((sample.as_str(), sample.remainder(), sample.warning()), ("681990012058G", Some(6), None));
        let other = Uci::parse("689990980001D").expect("right form");
        assert_eq!((other.remainder(), other.warning()), (Some(3), None));
        let international = Uci::parse("68199B012058A").expect("right form");
        assert_eq!((international.remainder(), international.warning()), (None, None));
        for doubtful in ["681990012058H", "689990980001G"] {
            assert!(Uci::parse(doubtful).expect("never refused on its letter").warning().is_some());
        }
        for wrong in [
            "",
            "681990012058",
            "6819900120588",
            "681990012058GG",
            "6819A0012058G",
            "681990B12058G",
            "68199é012058G",
        ] {
            assert!(Uci::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
