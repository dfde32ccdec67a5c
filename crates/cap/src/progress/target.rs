//! Targets: something that a learner is to reach by a date, outside the qualification.

use super::TargetKey;
use crate::{
    learners::record::Record,
    schema::{person, target},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Instant, Multi, Session, Writing, db::update, ids::PublicId};

/// What a target says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Aim {
    pub description: String,
    pub set_on: NaiveDate,
    /// The day by which it is to be reached; never before `set_on`.
    pub target_on: NaiveDate,
    /// The day on which tutor and learner last looked at it.
    pub reviewed_on: Option<NaiveDate>,
    pub achieved: bool,
}

/// Where a target stands on a day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standing {
    /// There is time left.
    Open,
    /// Its day has come and it is not achieved.
    Due,
    Achieved,
}

impl Standing {
    /// In the order of lists.
    pub const ALL: [Standing; 3] = [Standing::Open, Standing::Due, Standing::Achieved];

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Standing::Open => "Open",
            Standing::Due => "Due",
            Standing::Achieved => "Achieved",
        }
    }

    /// The sign that stands beside its colour.
    pub fn sign(self) -> &'static str {
        match self {
            Standing::Open => "○",
            Standing::Due => "!",
            Standing::Achieved => "✓",
        }
    }

    /// The colour of its tag.
    pub fn colour(self) -> &'static str {
        match self {
            Standing::Open => "grey",
            Standing::Due => "orange",
            Standing::Achieved => "green",
        }
    }
}

impl Aim {
    /// Where it stands on a day.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        if self.achieved {
            Standing::Achieved
        } else if self.target_on <= today {
            Standing::Due
        } else {
            Standing::Open
        }
    }
}

/// A target on a training record. Only [`open`] and [`of_record`] make one.
#[derive(Clone, Debug)]
pub struct Target {
    key: TargetKey,
    public_id: PublicId,
    aim: Aim,
    author: String,
    modified_at: Instant,
    version: i32,
}

impl Target {
    /// Its key.
    pub fn key(&self) -> TargetKey {
        self.key
    }

    /// Its id in addresses.
    pub fn public_id(&self) -> &PublicId {
        &self.public_id
    }

    /// What it says.
    pub fn aim(&self) -> &Aim {
        &self.aim
    }

    /// Who entered it.
    pub fn author(&self) -> &str {
        &self.author
    }

    /// When it was last changed.
    pub fn modified_at(&self) -> Instant {
        self.modified_at
    }

    /// How often it was changed: a form that was opened before the last change is refused.
    pub fn version(&self) -> i32 {
        self.version
    }
}

/// All targets on a training record that its reader has opened, the latest target date first.
///
/// # Errors
/// A database error.
pub fn of_record(s: &mut Session<'_>, of: &Record) -> Result<Vec<Target>, Ending> {
    found(s, of, None)
}

/// The target with this id on a training record; a removed one is not among them.
///
/// # Errors
/// A database error.
pub fn open(s: &mut Session<'_>, of: &Record, id: &PublicId) -> Result<Option<Target>, Ending> {
    Ok(found(s, of, Some(id))?.into_iter().next())
}

fn found(s: &mut Session<'_>, of: &Record, id: Option<&PublicId>) -> Result<Vec<Target>, Ending> {
    type Said = (String, NaiveDate, NaiveDate, Option<NaiveDate>, bool);
    let mut query = target::table
        .inner_join(person::table)
        .filter(target::record_id.eq(of.key()))
        .filter(target::ended_at.is_null())
        .order((target::target_on.desc(), target::id.desc()))
        .select((
            target::id,
            target::public_id,
            (
                target::description,
                target::set_on,
                target::target_on,
                target::reviewed_on,
                target::achieved,
            ),
            person::name,
            target::modified_at,
            target::version,
        ))
        .into_boxed::<Multi>();
    if let Some(id) = id {
        query = query.filter(target::public_id.eq(id.clone()));
    }
    let rows: Vec<(TargetKey, PublicId, Said, String, Instant, i32)> = query.load(s.db())?;
    let target = |(key, public_id, said, author, modified_at, version): (_, _, Said, _, _, _)| {
        let (description, set_on, target_on, reviewed_on, achieved) = said;
        let aim = Aim {
            description,
            set_on,
            target_on,
            reviewed_on,
            achieved,
        };
        Target { key, public_id, aim, author, modified_at, version }
    };
    Ok(rows.into_iter().map(target).collect())
}

/// Makes a target.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn make(w: &mut Writing<'_>, of: &Record, aim: &Aim) -> Result<TargetKey, Ending> {
    let (key, now, who) = (TargetKey::next(), w.now(), w.actor()?.person);
    diesel::insert_into(target::table)
        .values((
            target::id.eq(key),
            target::public_id.eq(PublicId::random()),
            target::record_id.eq(of.key()),
            target::description.eq(&aim.description),
            target::set_on.eq(aim.set_on),
            target::target_on.eq(aim.target_on),
            target::reviewed_on.eq(aim.reviewed_on),
            target::achieved.eq(aim.achieved),
            target::made_by.eq(who),
            target::made_at.eq(now),
            target::modified_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Changes what a target says.
///
/// # Errors
/// [`Ending::Conflict`] when it was changed since it was opened; a database error.
pub fn change(w: &mut Writing<'_>, one: &Target, to: &Aim) -> Result<(), Ending> {
    let now = w.now();
    let old = target::table
        .filter(target::id.eq(one.key))
        .filter(target::version.eq(one.version))
        .filter(target::ended_at.is_null());
    let changes = (
        target::description.eq(&to.description),
        target::set_on.eq(to.set_on),
        target::target_on.eq(to.target_on),
        target::reviewed_on.eq(to.reviewed_on),
        target::achieved.eq(to.achieved),
        target::modified_at.eq(now),
        target::version.eq(one.version + 1),
    );
    unless_stale(update(old, changes).execute(w.db())?)
}

/// Takes a target off the record. It stays in the database.
///
/// # Errors
/// [`Ending::Conflict`] when it was changed since it was opened; a database error.
pub fn end(w: &mut Writing<'_>, one: &Target) -> Result<(), Ending> {
    let now = w.now();
    let old = target::table
        .filter(target::id.eq(one.key))
        .filter(target::version.eq(one.version))
        .filter(target::ended_at.is_null());
    let changes = (target::ended_at.eq(now), target::version.eq(one.version + 1));
    unless_stale(update(old, changes).execute(w.db())?)
}

/// What somebody reads whose page is older than the target.
pub const CHANGED: &str = "Somebody changed this target while you had it open. Open it again.";

fn unless_stale(changed: usize) -> Result<(), Ending> {
    if changed == 0 { Err(Ending::Conflict(CHANGED)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_due_on_its_day() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let aim = |achieved| Aim {
            description: "Arrive on time".to_owned(),
            set_on: day(1),
            target_on: day(20),
            reviewed_on: None,
            achieved,
        };
        assert_eq!(aim(false).standing(day(19)), Standing::Open);
        assert_eq!(aim(false).standing(day(20)), Standing::Due);
        assert_eq!(aim(true).standing(day(21)), Standing::Achieved);
    }
}
