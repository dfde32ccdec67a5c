//! The table of the national attendance codes: which codes there were on which day, and what each
//! counted as. A register of any day is read by that day's codes.

use super::{
    code_seed::CODES,
    codes::{Category, PlacementBase},
    status::Status,
};
use crate::schema::attendance_code;
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Session, Writing, ids::PublicId};
use std::fmt;

platform::keys!(
    /// A code with one meaning for one span of time.
    CodeKey,
);

/// How well a row of the table is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Code, name and category were read in a source.
    Read,
    /// The code was read, its category or dates come from general knowledge: confirm before relying on it.
    Unconfirmed,
}

impl Certainty {
    /// Both, the better first.
    pub const ALL: [Certainty; 2] = [Certainty::Read, Certainty::Unconfirmed];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Certainty::Read => "read",
            Certainty::Unconfirmed => "unconfirmed",
        }
    }

    /// What a page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Certainty::Read => "Read in the source",
            Certainty::Unconfirmed => "To be confirmed",
        }
    }

    /// The certainty that has this word.
    pub fn parse(word: &str) -> Option<Certainty> {
        Certainty::ALL.into_iter().find(|certainty| certainty.word() == word)
    }
}

/// One code with one meaning for one span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    key: CodeKey,
    pub public_id: PublicId,
    /// What stands in the register, such as `B` or `Y1`.
    pub code: String,
    pub meaning: Meaning,
    pub version: i32,
}

/// What a code means, from when, until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// What it says, in few words.
    pub name: String,
    /// What it counts as.
    pub category: Category,
    /// First day of use; `None` when it is older than this table.
    pub valid_from: Option<NaiveDate>,
    /// Last day of use; `None` while it is in use.
    pub valid_to: Option<NaiveDate>,
    /// Where the row comes from.
    pub source: String,
    /// How well it is founded.
    pub certainty: Certainty,
}

impl Meaning {
    /// Whether the code had this meaning on a day.
    pub fn is_valid(&self, on: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on <= to)
    }

    fn overlaps(&self, other: &Meaning) -> bool {
        let begins_in_time = |one: &Meaning, other: &Meaning| match (one.valid_from, other.valid_to) {
            (Some(from), Some(to)) => from <= to,
            (None, _) | (_, None) => true,
        };
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.meaning.name)
    }
}

/// Commonest first, among those that a school chooses from; the others follow as in the table.
const COMMON: [&str; 13] = ["I", "M", "C", "C1", "C2", "E", "J1", "R", "S", "T", "O", "G", "U"];

/// "Reason not yet established" is what a decision takes the place of.
const NOT_YET_ESTABLISHED: &str = "N";

/// The whole table.
#[derive(Clone, Debug)]
pub struct Codes(Vec<Code>);

impl Codes {
    /// Reads the table: some forty rows.
    ///
    /// # Errors
    /// A database error.
    pub fn load(s: &mut Session<'_>) -> Result<Codes, Ending> {
        let rows: Vec<Row> = attendance_code::table
            .order((attendance_code::position, attendance_code::id))
            .select(Row::as_select())
            .load(s.db())?;
        Ok(Codes(rows.into_iter().map(Code::from).collect()))
    }

    /// Every row, in the order of the regulations.
    pub fn all(&self) -> &[Code] {
        &self.0
    }

    /// The row with this id.
    pub fn row(&self, id: &PublicId) -> Option<&Code> {
        self.0.iter().find(|row| row.public_id == *id)
    }

    /// The codes in use on a day, in the order of the table.
    pub fn current(&self, on: NaiveDate) -> impl Iterator<Item = &Code> {
        self.0.iter().filter(move |row| row.meaning.is_valid(on))
    }

    /// The meaning of a code on a day, in whatever letter case.
    pub fn find(&self, code: &str, on: NaiveDate) -> Option<&Code> {
        let code = code.trim();
        self.current(on).find(|row| row.code.eq_ignore_ascii_case(code))
    }

    /// The codes of a day among which a school chooses when it decides so, commonest first; none for
    /// a status that is no decision.
    pub fn for_decision(&self, status: Status, on: NaiveDate) -> Vec<&Code> {
        let mut fitting: Vec<&Code> = self.current(on).filter(|row| fits(status, row)).collect();
        fitting.sort_by_key(|row| COMMON.iter().position(|code| *code == row.code).unwrap_or(COMMON.len()));
        fitting
    }

    /// The row of the same code, other than the one being changed, that would have a meaning on a
    /// day of this one's: a code means one thing at a time.
    pub fn clash(&self, code: &str, meaning: &Meaning, changing: Option<&PublicId>) -> Option<&Code> {
        self.0
            .iter()
            .filter(|row| Some(&row.public_id) != changing && row.code.eq_ignore_ascii_case(code))
            .find(|row| row.meaning.overlaps(meaning))
    }

    /// The codes with which a service starts, for tests of rules.
    #[cfg(test)]
    pub(super) fn of_seed() -> Codes {
        let row = |(position, seed): (i64, &super::code_seed::Seed)| Code {
            key: CodeKey(position),
            public_id: PublicId::random(),
            code: seed.code.to_owned(),
            meaning: Meaning::of_seed(seed),
            version: 0,
        };
        Codes((1..).zip(CODES).map(row).collect())
    }
}

/// An authorised absence is whatever the school says of it that is neither attendance nor
/// unauthorised: leave, but also a school trip or a cause that makes attendance impossible. A
/// placement's own codes (B, K, D, W) are left out, since the learner was not there.
fn fits(status: Status, row: &Code) -> bool {
    match (status, row.meaning.category) {
        (Status::Authorised, Category::Aa | Category::Aea | Category::Np) => {
            PlacementBase::parse(&row.code).is_err()
        }
        (Status::Unauthorised, Category::Ua) => row.code != NOT_YET_ESTABLISHED,
        (
            Status::Authorised
            | Status::Unauthorised
            | Status::Present
            | Status::Late
            | Status::Unexplained
            | Status::DismissedBehaviour
            | Status::DismissedOther
            | Status::NotRequired,
            _,
        ) => false,
    }
}

/// Whether the table has no row, as in a new database.
///
/// # Errors
/// A database error.
pub fn is_empty(s: &mut Session<'_>) -> Result<bool, Ending> {
    Ok(attendance_code::table.count().get_result::<i64>(s.db())? == 0)
}

/// Fills an empty table with the codes of `CODES`; one that holds rows is left alone. Answers how
/// many were put in.
///
/// # Errors
/// A database error.
pub fn seed(w: &mut Writing<'_>) -> Result<usize, Ending> {
    if !is_empty(w)? {
        return Ok(0);
    }
    for (position, seed) in (1..).zip(CODES) {
        insert(w, seed.code, &Meaning::of_seed(seed), position)?;
    }
    Ok(CODES.len())
}

/// Adds a code at the end of the table. That it clashes with none is the caller's to see
/// ([`Codes::clash`]).
///
/// # Errors
/// A database error.
pub fn add(w: &mut Writing<'_>, code: &str, meaning: &Meaning) -> Result<CodeKey, Ending> {
    let last: Option<i32> =
        attendance_code::table.select(diesel::dsl::max(attendance_code::position)).first(w.db())?;
    insert(w, code, meaning, last.unwrap_or(0) + 1)
}

fn insert(w: &mut Writing<'_>, code: &str, meaning: &Meaning, position: i32) -> Result<CodeKey, Ending> {
    let key = CodeKey::next();
    diesel::insert_into(attendance_code::table)
        .values((
            attendance_code::id.eq(key),
            attendance_code::public_id.eq(PublicId::random()),
            attendance_code::code.eq(code),
            attendance_code::name.eq(&meaning.name),
            attendance_code::category.eq(meaning.category.word()),
            attendance_code::valid_from.eq(meaning.valid_from),
            attendance_code::valid_to.eq(meaning.valid_to),
            attendance_code::source.eq(&meaning.source),
            attendance_code::certainty.eq(meaning.certainty.word()),
            attendance_code::position.eq(position),
        ))
        .execute(w.db())?;
    Ok(key)
}

impl Code {
    /// Its key.
    pub fn key(&self) -> CodeKey {
        self.key
    }

    /// Gives the code another name, category or dates, unless somebody changed it since this version.
    ///
    /// # Errors
    /// [`Ending::Conflict`]; a database error.
    pub fn change(&self, w: &mut Writing<'_>, version: i32, to: &Meaning) -> Result<(), Ending> {
        let changed = diesel::update(attendance_code::table.filter(attendance_code::id.eq(self.key)))
            .filter(attendance_code::version.eq(version))
            .set((
                attendance_code::name.eq(&to.name),
                attendance_code::category.eq(to.category.word()),
                attendance_code::valid_from.eq(to.valid_from),
                attendance_code::valid_to.eq(to.valid_to),
                attendance_code::source.eq(&to.source),
                attendance_code::certainty.eq(to.certainty.word()),
                attendance_code::version.eq(attendance_code::version + 1),
            ))
            .execute(w.db())?;
        if changed == 0 {
            return Err(Ending::Conflict("Somebody changed this code while you had it open. Open it again."));
        }
        Ok(())
    }
}

impl Meaning {
    fn of_seed(seed: &super::code_seed::Seed) -> Meaning {
        Meaning {
            name: seed.name.to_owned(),
            category: seed.category,
            valid_from: seed.valid_from,
            valid_to: seed.valid_to,
            source: seed.source.to_owned(),
            certainty: seed.certainty,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = attendance_code)]
struct Row {
    id: CodeKey,
    public_id: PublicId,
    code: String,
    name: String,
    category: String,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    source: String,
    certainty: String,
    version: i32,
}

impl From<Row> for Code {
    fn from(row: Row) -> Code {
        Code {
            key: row.id,
            public_id: row.public_id,
            code: row.code,
            meaning: Meaning {
                name: row.name,
                category: Category::parse(&row.category).unwrap_or(Category::Np),
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                source: row.source,
                certainty: Certainty::parse(&row.certainty).unwrap_or(Certainty::Unconfirmed),
            },
            version: row.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn listed<'c>(codes: impl IntoIterator<Item = &'c Code>) -> String {
        codes.into_iter().map(|row| row.code.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_codes_of_today_and_of_before() {
        let codes = Codes::of_seed();
        let today = "/ \\ L K V P W B D C1 M J1 S X C2 C T R I E Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 G N O U Z #";
        assert_eq!(listed(codes.current(day("2026-09-01"))), today);
        assert_eq!(listed(codes.current(day("2024-08-19"))), today);
        assert_eq!(
            listed(codes.current(day("2024-08-18"))),
            "/ \\ L V P W B D M S X C T R I E G N O U Z # H J Y"
        );
    }

    #[test]
    fn a_code_has_one_meaning_at_a_time() {
        let codes = Codes::of_seed();
        for on in ["2010-01-01", "2024-08-18", "2024-08-19", "2030-01-01"].map(day) {
            let valid: Vec<_> = codes.current(on).map(|row| &row.code).collect();
            assert_eq!(valid.iter().collect::<BTreeSet<_>>().len(), valid.len(), "{on}");
        }
        for row in codes.all() {
            assert_eq!(codes.clash(&row.code, &row.meaning, Some(&row.public_id)), None, "{row}");
        }
        let category = |code, on| codes.find(code, day(on)).map(|row| row.meaning.category);
        assert_eq!(category("D", "2024-08-18"), Some(Category::Aea));
        assert_eq!(category("D", "2024-08-19"), Some(Category::Np));
        assert_eq!(category(" c2 ", "2026-09-01"), Some(Category::Aa));
        for (code, on) in [
            ("K", "2024-08-18"),
            ("Y", "2024-08-19"),
            ("H", "2024-08-19"),
            ("F", "2026-09-01"),
            ("", "2026-09-01"),
        ] {
            assert_eq!(codes.find(code, day(on)), None, "{code} on {on}");
        }
    }

    #[test]
    fn meanings_of_one_code_clash_when_they_share_a_day() {
        let codes = Codes::of_seed();
        let from = |valid_from: Option<&str>, valid_to: Option<&str>| Meaning {
            valid_from: valid_from.map(day),
            valid_to: valid_to.map(day),
            ..codes.all()[0].meaning.clone()
        };
        for (code, meaning, clashes) in [
            ("H", from(Some("2024-08-18"), None), true),
            ("h", from(Some("2024-08-19"), None), false),
            ("K", from(None, Some("2024-08-18")), false),
            ("K", from(None, Some("2024-08-19")), true),
            ("Q9", from(None, None), false),
        ] {
            assert_eq!(codes.clash(code, &meaning, None).is_some(), clashes, "{code}");
        }
    }

    #[test]
    fn categories_of_today() {
        let (codes, on) = (Codes::of_seed(), day("2026-09-01"));
        for (category, expected) in [
            (Category::P, "/ \\ L"),
            (Category::Aea, "K V P W B"),
            (Category::Aa, "C1 M J1 S C2 C T R I E"),
            (Category::Ua, "G N O U"),
            (Category::Np, "D X Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z #"),
        ] {
            let listed = listed(codes.current(on).filter(|row| row.meaning.category == category));
            assert_eq!(listed, expected, "{}", category.label());
        }
    }

    #[test]
    fn what_a_school_chooses_from() {
        let codes = Codes::of_seed();
        let choices = |status, on| listed(codes.for_decision(status, day(on)));
        assert_eq!(
            choices(Status::Authorised, "2026-09-01"),
            "I M C C1 C2 E J1 R S T V P X Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z #"
        );
        assert_eq!(choices(Status::Unauthorised, "2026-09-01"), "O G U");
        assert_eq!(choices(Status::Authorised, "2024-01-08"), "I M C E R S T V P X Z # H J Y");
        assert_eq!(choices(Status::Present, "2026-09-01"), "");
    }

    #[test]
    fn words_of_categories_and_certainties() {
        for category in Category::ALL {
            assert_eq!(Category::parse(category.word()), Some(category));
        }
        for certainty in Certainty::ALL {
            assert_eq!(Certainty::parse(certainty.word()), Some(certainty));
        }
        assert_eq!((Category::parse("p"), Certainty::parse("")), (None, None));
    }
}
