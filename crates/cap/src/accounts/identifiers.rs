//! What identifies an organisation or reaches a person: URN, UKPRN, LA and establishment number,
//! postcode, e-mail address, telephone number.
//!
//! Most providers that are not schools have no URN, and many have no UKPRN, so every one of these is
//! optional where it is used. A value of one of these types has the right shape; whether the thing
//! that it names exists is not known here. `parse` answers a sentence for the field when it refuses.

use std::fmt;

/// The number that the national register of schools (GIAS) gives a school: six digits, no check digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urn(String);

impl Urn {
    /// Reads a URN as typed; spaces around it do not matter.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        let urn = typed.trim();
        if urn.len() == 6 && all_digits(urn) {
            Ok(Self(urn.to_owned()))
        } else {
            Err("Enter a URN of six digits, like 123456")
        }
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The UK provider reference number: eight digits, of which the first is 1; no check digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ukprn(String);

impl Ukprn {
    /// Reads a UKPRN as typed; spaces around it do not matter.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        let ukprn = typed.trim();
        if ukprn.len() == 8 && ukprn.starts_with('1') && all_digits(ukprn) {
            Ok(Self(ukprn.to_owned()))
        } else {
            Err("Enter a UKPRN of eight digits that starts with 1, like 10012345")
        }
    }

    /// The eight digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A school's national number before URNs: three digits of its local authority, four of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LaEstab(String);

impl LaEstab {
    /// Reads 999/1234, 999 1234 and 9991234 alike.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        const WANTED: &str = "Enter the local authority's three digits and the school's four, like 999/1234";
        let typed = typed.trim();
        let digits = match typed.split_once(['/', ' ']) {
            Some((la, estab)) if la.len() == 3 => format!("{la}{estab}"),
            Some(_) => return Err(WANTED),
            None => typed.to_owned(),
        };
        if digits.len() == 7 && all_digits(&digits) {
            Ok(Self(digits))
        } else {
            Err(WANTED)
        }
    }

    /// The seven digits without the stroke: the form that is stored and that national files use.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The local authority's three digits.
    pub fn la_code(&self) -> &str {
        &self.0[..3]
    }

    /// The school's own four digits.
    pub fn estab(&self) -> &str {
        &self.0[3..]
    }
}

/// A United Kingdom postcode in capitals, with one space before its last three characters.
///
/// The shapes are those of British Standard 7666, with forces' (BFPO) and overseas territories' codes
/// beside them. A right shape does not mean that the postcode is in use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode(String);

impl Postcode {
    /// Reads a postcode in any case and spacing.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        const WANTED: &str = "Enter a full postcode, like AB1 2DE";
        let packed: String =
            typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        if !packed.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(WANTED);
        }
        if let Some(number) = packed.strip_prefix("BFPO") {
            return if (1..=4).contains(&number.len()) && all_digits(number) {
                Ok(Self(format!("BFPO {number}")))
            } else {
                Err("Enter a forces postcode as BFPO and one to four digits, like BFPO 123")
            };
        }
        // Outward parts have two to four characters, so these lengths also keep the split in range.
        if !(5..=7).contains(&packed.len()) {
            return Err(WANTED);
        }
        let (outward, inward) = packed.split_at(packed.len() - 3);
        if is_ordinary(outward, inward) || is_exceptional(outward, inward) {
            Ok(Self(format!("{outward} {inward}")))
        } else {
            Err(WANTED)
        }
    }

    /// The postcode as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the space, which names a post town's district: `AB1` of `AB1 2DE`.
    pub fn outward(&self) -> &str {
        self.0.split_once(' ').map_or(self.as_str(), |(outward, _)| outward)
    }

    /// The letters that it starts with: `AB` of `AB1 2DE`. Places in one area are roughly near.
    pub fn area(&self) -> &str {
        let outward = self.outward();
        outward.split(|c: char| c.is_ascii_digit()).next().unwrap_or(outward)
    }
}

/// A9, A99, AA9, AA99, A9A or AA9A, then 9AA, each position with the letters that it allows.
fn is_ordinary(outward: &str, inward: &str) -> bool {
    let first = |b: u8| matches!(b, b'A'..=b'P' | b'R'..=b'U' | b'W' | b'Y' | b'Z');
    let second = |b: u8| matches!(b, b'A'..=b'H' | b'K'..=b'Y');
    let third = |b: u8| matches!(b, b'A'..=b'H' | b'J' | b'K' | b'P' | b'S'..=b'U' | b'W');
    let fourth = |b: u8| matches!(b, b'A' | b'B' | b'E' | b'H' | b'M' | b'N' | b'P' | b'R' | b'V'..=b'Y');
    let digit = |b: u8| b.is_ascii_digit();
    let outward_fits = match *outward.as_bytes() {
        [a, b] => first(a) && digit(b),
        [a, b, c] => first(a) && ((digit(b) && (digit(c) || third(c))) || (second(b) && digit(c))),
        [a, b, c, d] => first(a) && second(b) && digit(c) && (digit(d) || fourth(d)),
        _ => false,
    };
    let last =
        |b: u8| matches!(b, b'A' | b'B' | b'D'..=b'H' | b'J' | b'L' | b'N' | b'P'..=b'U' | b'W'..=b'Z');
    let inward_fits = matches!(*inward.as_bytes(), [a, b, c] if digit(a) && last(b) && last(c));
    outward_fits && inward_fits
}

/// Codes that keep no pattern: Girobank's old one, and the overseas territories'.
fn is_exceptional(outward: &str, inward: &str) -> bool {
    const OVERSEAS: [&str; 9] = [
        "ASCN", "STHL", "TDCU", "BBND", "BIQQ", "FIQQ", "SIQQ", "PCRN", "TKCA",
    ];
    matches!((outward, inward), ("GIR", "0AA")) || (OVERSEAS.contains(&outward) && inward == "1ZZ")
}

/// An e-mail address that can be written to: one name, one @, one domain with a dot.
///
/// Narrower than the mail standards on purpose (no quoted names, no comments, no accents), because
/// whatever passes goes into mail headers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The greatest length that mail systems carry.
    pub const MAX_BYTES: usize = 254;

    /// Reads an address as typed; spaces around it do not matter. The domain is kept in small letters.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        let typed = typed.trim();
        if typed.len() > Self::MAX_BYTES {
            return Err("Enter an e-mail address of at most 254 characters");
        }
        match typed.rsplit_once('@') {
            Some((name, domain)) if is_mailbox(name) && is_domain(domain) => {
                Ok(Self(format!("{name}@{}", domain.to_ascii_lowercase())))
            }
            Some(_) | None => Err("Enter an e-mail address, like name@example.org"),
        }
    }

    /// The address to write to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in small letters throughout, for finding a person by it: no mail system in use
    /// here tells two people apart by capitals.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

fn is_mailbox(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    name.len() <= 64 && name.bytes().all(allowed) && name.split('.').all(|part| !part.is_empty())
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A last label of digits only would be an address of a machine, not a name.
    domain.split('.').all(is_label) && domain.rsplit_once('.').is_some_and(|(_, last)| !all_digits(last))
}

/// A telephone number as it was typed: people recognise a number by its grouping, and a leading zero
/// or plus is part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number of 3 to 20 digits; spaces, brackets and hyphens may stand among them, and one
    /// plus before the first.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        let typed = typed.trim();
        if !typed.bytes().all(|b| b.is_ascii_digit() || b" +()-".contains(&b)) {
            return Err(
                "Enter a telephone number with digits, spaces, brackets, hyphens and + only, like 01234 567890",
            );
        }
        let before_digits = typed.find(|c: char| c.is_ascii_digit()).unwrap_or(typed.len());
        if typed.matches('+').count() > typed[..before_digits].matches('+').take(1).count() {
            return Err("Put the + of a telephone number once, at its start, like +44 1234 567890");
        }
        let digits = typed.bytes().filter(u8::is_ascii_digit).count();
        if !(3..=20).contains(&digits) || typed.len() > 40 {
            return Err("Enter a telephone number of 3 to 20 digits, like 01234 567890");
        }
        Ok(Self(typed.to_owned()))
    }

    /// The number as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a telephone is to dial, for a `tel:` link: digits, with the plus if there is one.
    ///
    /// The zero in `+44 (0)1234` is for callers at home and would make the number wrong after the plus.
    pub fn dialled(&self) -> String {
        if self.0.contains('+') {
            let digits = self.0.replace("(0)", "");
            format!("+{}", only_digits(&digits))
        } else {
            only_digits(&self.0)
        }
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
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

shown_as_stored!(Urn, Ukprn, Postcode, Email, Phone);

impl fmt::Display for LaEstab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.la_code(), self.estab())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urns() {
        assert_eq!(Urn::parse(" 123456 ").map(|u| u.to_string()), Ok("123456".into()));
        for wrong in ["", "12345", "1234567", "12345a", "12 456", "１２３４５６"] {
            assert_eq!(Urn::parse(wrong), Err("Enter a URN of six digits, like 123456"), "{wrong:?}");
        }
    }

    #[test]
    fn ukprns() {
        assert_eq!(Ukprn::parse("10012345").map(|u| u.to_string()), Ok("10012345".into()));
        for wrong in ["", "1001234", "100123456", "90012345", "1001234x"] {
            assert!(Ukprn::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn la_and_establishment_numbers() {
        for typed in ["331/1234", "331 1234", "3311234", " 3311234 "] {
            let number = LaEstab::parse(typed).expect(typed);
            assert_eq!((number.as_str(), number.la_code(), number.estab()), ("3311234", "331", "1234"));
            assert_eq!(number.to_string(), "331/1234");
        }
        for wrong in [
            "",
            "33/11234",
            "331/123",
            "331/12345",
            "331//1234",
            "331 / 1234",
            "331-1234",
            "331123é",
        ] {
            assert!(LaEstab::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn postcodes_are_normalised() {
        let cases = [
            ("m1 1ae", "M1 1AE", "M1", "M"),
            ("M601NW", "M60 1NW", "M60", "M"),
            ("cr2 6xh", "CR2 6XH", "CR2", "CR"),
            (" dn55 1pt", "DN55 1PT", "DN55", "DN"),
            ("w1p 1hq", "W1P 1HQ", "W1P", "W"),
            ("ec1a1bb", "EC1A 1BB", "EC1A", "EC"),
            ("e c 1 a 1 b b", "EC1A 1BB", "EC1A", "EC"),
            ("gir0aa", "GIR 0AA", "GIR", "GIR"),
            ("bx1 1lt", "BX1 1LT", "BX1", "BX"),
            ("bfpo 1", "BFPO 1", "BFPO", "BFPO"),
            ("BFPO1234", "BFPO 1234", "BFPO", "BFPO"),
            ("fiqq1zz", "FIQQ 1ZZ", "FIQQ", "FIQQ"),
            ("ASCN 1ZZ", "ASCN 1ZZ", "ASCN", "ASCN"),
        ];
        for (typed, written, outward, area) in cases {
            let postcode = Postcode::parse(typed).expect(typed);
            assert_eq!((postcode.as_str(), postcode.outward(), postcode.area()), (written, outward, area));
            assert_eq!(Postcode::parse(postcode.as_str()), Ok(postcode.clone()), "reading it again");
        }
    }

    #[test]
    fn what_is_not_a_postcode() {
        let wrong = [
            "",
            "Q1 1AA",
            "CV1 2CI",
            "V1 1AA",
            "X1 1AA",
            "AI1 1AA",
            "AJ1 1AA",
            "AZ1 1AA",
            "A1L 1AA",
            "AA1C 1AA",
            "A1 1CA",
            "A1 1AK",
            "A1 AAA",
            "AA 1AA",
            "A1",
            "A1 1A",
            "AA11 11AA",
            "A1-1AA",
            "BFPO",
            "BFPO 12345",
            "BFPO 1A",
            "ASCN 1ZY",
            "XIQQ 1ZZ",
            "É1 1AA",
            "ＭＭ１１ＡＥ",
        ];
        for wrong in wrong {
            assert!(Postcode::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn email_addresses() {
        for (typed, kept) in [
            (" Ana.O'Neill+cap@Example.ORG ", "Ana.O'Neill+cap@example.org"),
            ("a@b.co", "a@b.co"),
            ("office@sub-1.school.sch.uk", "office@sub-1.school.sch.uk"),
        ] {
            let email = Email::parse(typed).expect(typed);
            assert_eq!(email.as_str(), kept);
            assert_eq!(email.folded(), kept.to_lowercase());
        }
        let wrong = [
            "",
            "@",
            "a",
            "a@",
            "@b.co",
            "a@b",
            "a@b..co",
            "a@.b.co",
            "a@b.co.",
            "a@-b.co",
            "a@b-.co",
            "a@1.2.3.4",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.co",
            "a b@c.co",
            "a@b@c.co",
            "\"a\"@b.co",
            "a@b.co\nBcc: x@y.zz",
            "a@b.co,c@d.co",
            "<a@b.co>",
            "é@b.co",
            "a@é.co",
        ];
        for wrong in wrong {
            assert_eq!(
                Email::parse(wrong),
                Err("Enter an e-mail address, like name@example.org"),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn the_longest_email_address() {
        let domain = format!("{0}.{0}.{1}.org", "d".repeat(63), "d".repeat(57));
        let longest = format!("{}@{domain}", "n".repeat(64));
        assert_eq!(longest.len(), Email::MAX_BYTES);
        assert!(Email::parse(&longest).is_ok());
        assert_eq!(
            Email::parse(&format!("n{longest}")),
            Err("Enter an e-mail address of at most 254 characters")
        );
        assert!(Email::parse(&format!("{}@b.co", "n".repeat(65))).is_err());
    }

    #[test]
    fn telephone_numbers_stay_as_typed() {
        for (typed, dialled) in [
            ("01234 567890", "01234567890"),
            ("(01234) 567-890", "01234567890"),
            ("+44 1234 567890", "+441234567890"),
            ("+44 (0)1234 567890", "+441234567890"),
            ("(+44) 1234 567890", "+441234567890"),
            ("101", "101"),
        ] {
            let phone = Phone::parse(&format!(" {typed} ")).expect(typed);
            assert_eq!((phone.as_str(), phone.dialled().as_str()), (typed, dialled));
        }
        let wrong = [
            "",
            "12",
            "none",
            "01234 567890 x12",
            "01234/567890",
            "0123+4567",
            "++44 1234",
            "+4+4 1234",
            "()-",
            "012345678901234567890",
            "０１２３４",
        ];
        for wrong in wrong {
            assert!(Phone::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
