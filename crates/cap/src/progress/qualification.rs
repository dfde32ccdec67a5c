//! A qualification of a partnership: its particulars, and the list of them all.

use super::{QualificationKey, number::Number};
use crate::schema::qualification;
use diesel::prelude::*;
use platform::{
    Ending, Multi, Session, Writing,
    ids::{PartnershipKey, PublicId},
    text::fold,
};

/// What a qualification is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Particulars {
    pub number: Number,
    pub awarding_body: String,
    pub title: String,
    pub level: String,
    /// Its type, such as "Vocationally-Related Qualification".
    pub kind: String,
    /// The grades that it can be passed with, the best first.
    pub grades: Vec<String>,
}

/// A qualification of the reader's partnership. Only [`open`] makes one.
#[derive(Clone, Debug)]
pub struct Qualification {
    key: QualificationKey,
    public_id: PublicId,
    particulars: Particulars,
    units: i32,
    version: i32,
}

impl Qualification {
    /// Its key.
    pub fn key(&self) -> QualificationKey {
        self.key
    }

    /// Its id in addresses and forms.
    pub fn public_id(&self) -> &PublicId {
        &self.public_id
    }

    /// What it is.
    pub fn particulars(&self) -> &Particulars {
        &self.particulars
    }

    /// How many units its tree has.
    pub fn units(&self) -> i32 {
        self.units
    }

    /// How often its particulars were changed: a form that was opened before the last change is refused.
    pub fn version(&self) -> i32 {
        self.version
    }
}

/// Qualifications within one person's scope, to be narrowed further.
pub type Visible = qualification::BoxedQuery<'static, Multi>;

/// Everybody may know the qualifications of their own partnership; which role opens which page is the
/// sitemap's to say.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in.
pub fn visible_to(s: &Session<'_>) -> Result<Visible, Ending> {
    let partnership = s.actor()?.partnership;
    Ok(qualification::table.into_boxed().filter(qualification::partnership_id.eq(partnership)))
}

type Row = (QualificationKey, PublicId, String, String, String, (String, String, String, i32, i32));

const COLUMNS: (
    qualification::id,
    qualification::public_id,
    qualification::number,
    qualification::awarding_body,
    qualification::title,
    (
        qualification::level,
        qualification::kind,
        qualification::grades,
        qualification::units,
        qualification::version,
    ),
) = (
    qualification::id,
    qualification::public_id,
    qualification::number,
    qualification::awarding_body,
    qualification::title,
    (
        qualification::level,
        qualification::kind,
        qualification::grades,
        qualification::units,
        qualification::version,
    ),
);

fn read(row: Row) -> Result<Qualification, Ending> {
    let (key, public_id, number, awarding_body, title, (level, kind, grades, units, version)) = row;
    let particulars = Particulars {
        number: Number::parse(&number).map_err(Ending::fault)?,
        awarding_body,
        title,
        level,
        kind,
        grades: grades_of(&grades),
    };
    Ok(Qualification { key, public_id, particulars, units, version })
}

/// The qualification with this id; `None` outside the reader's partnership.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Qualification>, Ending> {
    let row: Option<Row> = visible_to(s)?
        .filter(qualification::public_id.eq(id))
        .select(COLUMNS)
        .first(s.db())
        .optional()?;
    let found = row.map(read).transpose()?;
    if let Some(found) = &found {
        s.about("qualification", found.key.0);
    }
    Ok(found)
}

/// The qualification of a partnership that has this number.
///
/// # Errors
/// A database error.
pub fn of_number(
    s: &mut Session<'_>,
    at: PartnershipKey,
    number: &Number,
) -> Result<Option<Qualification>, Ending> {
    let row: Option<Row> = qualification::table
        .filter(qualification::partnership_id.eq(at))
        .filter(qualification::number.eq(number.to_string()))
        .select(COLUMNS)
        .first(s.db())
        .optional()?;
    row.map(read).transpose()
}

/// All qualifications of a partnership, by title: to choose from, and for imports.
///
/// # Errors
/// A database error.
pub fn of_partnership(s: &mut Session<'_>, at: PartnershipKey) -> Result<Vec<Qualification>, Ending> {
    let rows: Vec<Row> = qualification::table
        .filter(qualification::partnership_id.eq(at))
        .order((qualification::title_key, qualification::number))
        .select(COLUMNS)
        .load(s.db())?;
    rows.into_iter().map(read).collect()
}

/// What a list of qualifications is narrowed to; empty texts narrow nothing.
#[derive(Clone, Default, Debug)]
pub struct Filter {
    /// Words of the title.
    pub title: String,
    /// The beginning of the number, as it is written.
    pub number: String,
    /// Words of the awarding body.
    pub awarding_body: String,
}

fn filtered(s: &Session<'_>, filter: &Filter) -> Result<Visible, Ending> {
    let mut query = visible_to(s)?;
    let title = fold(&filter.title);
    if !title.is_empty() {
        query = query.filter(qualification::title_key.like(format!("%{title}%")));
    }
    if !filter.number.is_empty() {
        query = query.filter(qualification::number.like(format!("{}%", filter.number)));
    }
    let body = fold(&filter.awarding_body);
    if !body.is_empty() {
        query = query.filter(qualification::body_key.like(format!("%{body}%")));
    }
    Ok(query)
}

/// How many qualifications a list has.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, filter: &Filter) -> Result<u64, Ending> {
    let found: i64 = filtered(s, filter)?.count().get_result(s.db())?;
    Ok(u64::try_from(found).unwrap_or(0))
}

/// A page of the list, by title.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(
    s: &mut Session<'_>,
    filter: &Filter,
    offset: u64,
    limit: u64,
) -> Result<Vec<Qualification>, Ending> {
    let rows: Vec<Row> = filtered(s, filter)?
        .order((qualification::title_key, qualification::number))
        .offset(i64::try_from(offset).unwrap_or(i64::MAX))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(COLUMNS)
        .load(s.db())?;
    rows.into_iter().map(read).collect()
}

/// Makes a qualification without units. The caller looks first whether the number is taken.
///
/// # Errors
/// A database error.
pub fn make(w: &mut Writing<'_>, at: PartnershipKey, new: &Particulars) -> Result<QualificationKey, Ending> {
    let key = QualificationKey::next();
    diesel::insert_into(qualification::table)
        .values((
            qualification::id.eq(key),
            qualification::public_id.eq(PublicId::random()),
            qualification::partnership_id.eq(at),
            qualification::number.eq(new.number.to_string()),
            qualification::awarding_body.eq(&new.awarding_body),
            qualification::body_key.eq(fold(&new.awarding_body)),
            qualification::title.eq(&new.title),
            qualification::title_key.eq(fold(&new.title)),
            qualification::level.eq(&new.level),
            qualification::kind.eq(&new.kind),
            qualification::grades.eq(new.grades.join(", ")),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Changes the particulars. The caller looks first whether another has the number.
///
/// # Errors
/// [`Ending::Conflict`] when they were changed since; a database error.
pub fn change(w: &mut Writing<'_>, old: &Qualification, new: &Particulars) -> Result<(), Ending> {
    let changed = diesel::update(
        qualification::table
            .filter(qualification::id.eq(old.key))
            .filter(qualification::version.eq(old.version)),
    )
    .set((
        qualification::number.eq(new.number.to_string()),
        qualification::awarding_body.eq(&new.awarding_body),
        qualification::body_key.eq(fold(&new.awarding_body)),
        qualification::title.eq(&new.title),
        qualification::title_key.eq(fold(&new.title)),
        qualification::level.eq(&new.level),
        qualification::kind.eq(&new.kind),
        qualification::grades.eq(new.grades.join(", ")),
        qualification::version.eq(old.version + 1),
    ))
    .execute(w.db())?;
    if changed == 0 {
        return Err(Ending::Conflict("Somebody else has changed this qualification since you opened it."));
    }
    Ok(())
}

/// The id in addresses of a qualification that was just made.
pub(super) fn id_of(s: &mut Session<'_>, key: QualificationKey) -> Result<PublicId, Ending> {
    Ok(qualification::table
        .filter(qualification::id.eq(key))
        .select(qualification::public_id)
        .first(s.db())?)
}

/// Grades as they were typed or are kept, with commas or lines between them: each once, the best first.
pub fn grades_of(text: &str) -> Vec<String> {
    let mut grades: Vec<String> = Vec::new();
    for grade in text.split([',', ';', '\n']).map(str::trim).filter(|grade| !grade.is_empty()) {
        if !grades.iter().any(|known| known == grade) {
            grades.push(grade.to_owned());
        }
    }
    grades
}

/// Longest list of grades, in characters.
pub const GRADES: usize = 500;

/// Longest title, in characters: some of Ofqual's are long.
pub const TITLE: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_are_kept_in_their_order_each_once() {
        assert_eq!(
            grades_of("Distinction*, Distinction\r\nMerit; Pass,,Pass"),
            ["Distinction*", "Distinction", "Merit", "Pass"]
        );
        assert!(grades_of(" , ").is_empty());
    }
}
