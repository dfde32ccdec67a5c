//! Absences known beforehand: an appointment, a suspension, a trip. The home school enters one once;
//! the tutor reads it in the register, and the list of unprocessed absences proposes its code.

use super::{
    PlannedKey,
    codes::{Codes, Session as DaySession},
    status::Status,
};
use crate::{
    learners::{Among, LearnerKey, visible_learners},
    schema::{learner, organisation, planned_absence},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Role, Session, Writing,
    db::one_of,
    ids::{OrganisationKey, PublicId},
};
use std::{collections::HashMap, fmt};

/// The part of each day for which an absence is planned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartOfDay {
    All,
    Am,
    Pm,
}

impl PartOfDay {
    /// In the order in which a form offers them.
    pub const ALL: [PartOfDay; 3] = [PartOfDay::All, PartOfDay::Am, PartOfDay::Pm];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            PartOfDay::All => "all",
            PartOfDay::Am => "am",
            PartOfDay::Pm => "pm",
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            PartOfDay::All => "All day",
            PartOfDay::Am => "Mornings",
            PartOfDay::Pm => "Afternoons",
        }
    }

    /// The part that has this word.
    pub fn parse(word: &str) -> Option<PartOfDay> {
        PartOfDay::ALL.into_iter().find(|part| part.word() == word)
    }

    /// Whether it holds a half day.
    pub fn covers(self, session: DaySession) -> bool {
        match self {
            PartOfDay::All => true,
            PartOfDay::Am => session == DaySession::Am,
            PartOfDay::Pm => session == DaySession::Pm,
        }
    }

    fn meets(self, other: PartOfDay) -> bool {
        self == PartOfDay::All || other == PartOfDay::All || self == other
    }
}

/// What a register or a list says of an absence that was known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What its code says, such as "medical or dental appointment". Never the school's own words.
    pub label: String,
    /// Its code.
    pub code: String,
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Known: {} ({})", self.label, self.code)
    }
}

/// Which of these learners have a planned absence that touches one of these half days of a day. The
/// caller has met the learners within its reader's scope.
///
/// # Errors
/// A database error.
pub fn known_for(
    s: &mut Session<'_>,
    learners: &[LearnerKey],
    held_on: NaiveDate,
    sessions: &[DaySession],
) -> Result<HashMap<LearnerKey, Known>, Ending> {
    let plans = Plans::load(s, learners, held_on, held_on)?;
    if plans.0.is_empty() {
        return Ok(HashMap::new());
    }
    let codes = Codes::load(s)?;
    let known = |learner: &LearnerKey| Some((*learner, plans.known(*learner, held_on, sessions, &codes)?));
    Ok(learners.iter().filter_map(known).collect())
}

/// The planned absences of some learners in a stretch of days, to be asked for each day.
pub struct Plans(Vec<Plan>);

#[derive(Queryable)]
struct Plan {
    learner: LearnerKey,
    from_on: NaiveDate,
    to_on: NaiveDate,
    session: String,
    code: String,
}

impl Plans {
    /// Reads them. The caller has met the learners within its reader's scope.
    ///
    /// # Errors
    /// A database error.
    pub fn load(
        s: &mut Session<'_>,
        learners: &[LearnerKey],
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Plans, Ending> {
        if learners.is_empty() {
            return Ok(Plans(Vec::new()));
        }
        let rows = planned_absence::table
            .filter(one_of(s.db(), planned_absence::learner_id, learners.iter().copied()))
            .filter(planned_absence::withdrawn_at.is_null())
            .filter(planned_absence::from_on.le(last))
            .filter(planned_absence::to_on.ge(first))
            .order(planned_absence::id)
            .select((
                planned_absence::learner_id,
                planned_absence::from_on,
                planned_absence::to_on,
                planned_absence::session,
                planned_absence::dfe_code,
            ))
            .load(s.db())?;
        Ok(Plans(rows))
    }

    /// What is known of a learner for one of these half days; the entry that was made first.
    pub fn known(
        &self,
        learner: LearnerKey,
        on: NaiveDate,
        sessions: &[DaySession],
        codes: &Codes,
    ) -> Option<Known> {
        let plan = self.0.iter().find(|plan| {
            let part = PartOfDay::parse(&plan.session);
            plan.learner == learner
                && (plan.from_on..=plan.to_on).contains(&on)
                && part.is_some_and(|part| sessions.iter().any(|session| part.covers(*session)))
        })?;
        let name = codes.find(&plan.code, on).map(|code| code.meaning.name.as_str());
        let name = name.unwrap_or("planned absence");
        Some(Known {
            label: name.strip_prefix("Leave: ").unwrap_or(name).to_owned(),
            code: plan.code.clone(),
        })
    }
}

type Visible = planned_absence::BoxedQuery<'static, Multi>;

/// Planned absences within one person's scope: a school's own, and the service's of its partnership;
/// and only of learners with a training record that the reader may know of.
fn visible_to(s: &Session<'_>) -> Result<Visible, Ending> {
    let actor = s.actor()?.clone();
    let all = planned_absence::table
        .into_boxed()
        .filter(Among(planned_absence::learner_id, visible_learners(s)?));
    Ok(match actor.role {
        Role::CapStaff => all,
        Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => {
            all.filter(planned_absence::school_id.eq(actor.organisation))
        }
        Role::CapAdministrator
        | Role::ProviderManager
        | Role::Tutor
        | Role::ProviderCoordinator
        | Role::ProviderDsl => all.filter(planned_absence::id.lt(0)),
    })
}

/// Which planned absences a list shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Show {
    /// Those of today and later.
    Coming,
    /// Those that are over.
    Past,
    /// Those that were withdrawn.
    Withdrawn,
}

impl Show {
    /// In the order of the filter.
    pub const ALL: [Show; 3] = [Show::Coming, Show::Past, Show::Withdrawn];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Show::Coming => "coming",
            Show::Past => "past",
            Show::Withdrawn => "withdrawn",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Show::Coming => "Current and coming",
            Show::Past => "Past",
            Show::Withdrawn => "Withdrawn",
        }
    }

    /// The list of this word; the coming ones for any other.
    pub fn parse(word: &str) -> Show {
        Show::ALL.into_iter().find(|show| show.word() == word).unwrap_or(Show::Coming)
    }

    fn narrow(self, all: Visible, today: NaiveDate) -> Visible {
        match self {
            Show::Withdrawn => all.filter(planned_absence::withdrawn_at.is_not_null()),
            Show::Coming => all
                .filter(planned_absence::withdrawn_at.is_null())
                .filter(planned_absence::to_on.ge(today)),
            Show::Past => all
                .filter(planned_absence::withdrawn_at.is_null())
                .filter(planned_absence::to_on.lt(today)),
        }
    }
}

/// A planned absence that its reader may know of. Only this file makes one.
#[derive(Queryable, Clone, Debug)]
pub struct Planned {
    key: PlannedKey,
    pub public_id: PublicId,
    pub learner: LearnerKey,
    pub surname: String,
    pub first_name: String,
    pub school_name: String,
    pub from_on: NaiveDate,
    pub to_on: NaiveDate,
    session: String,
    pub dfe_code: String,
    pub reason: String,
    pub withdrawn_at: Option<Instant>,
}

impl Planned {
    /// Its key.
    pub fn key(&self) -> PlannedKey {
        self.key
    }

    /// The part of each day.
    pub fn part(&self) -> PartOfDay {
        PartOfDay::parse(&self.session).unwrap_or(PartOfDay::All)
    }
}

/// How many a list has.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, show: Show) -> Result<u64, Ending> {
    let all = show.narrow(visible_to(s)?, s.today());
    let count: i64 = all.count().get_result(s.db())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// One page of a list: the coming ones by their first day, the others with the latest first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, show: Show, pages: &ui::pagination::Pages) -> Result<Vec<Planned>, Ending> {
    let all = show.narrow(visible_to(s)?, s.today());
    let ordered = match show {
        Show::Coming => all.order((planned_absence::from_on.asc(), planned_absence::id.asc())),
        Show::Past | Show::Withdrawn => {
            all.order((planned_absence::to_on.desc(), planned_absence::id.desc()))
        }
    };
    let page = ordered
        .limit(i64::try_from(pages.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(pages.offset()).unwrap_or(i64::MAX));
    load(s, page)
}

/// The planned absence with this id; `None` outside the reader's scope.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Planned>, Ending> {
    let one = visible_to(s)?.filter(planned_absence::public_id.eq(id.clone()));
    Ok(load(s, one)?.into_iter().next())
}

fn load(s: &mut Session<'_>, some: Visible) -> Result<Vec<Planned>, Ending> {
    let rows: Vec<Planned> = some
        .inner_join(learner::table)
        .inner_join(organisation::table)
        .select((
            planned_absence::id,
            planned_absence::public_id,
            learner::id,
            learner::surname,
            learner::first_name,
            organisation::name,
            planned_absence::from_on,
            planned_absence::to_on,
            planned_absence::session,
            planned_absence::dfe_code,
            planned_absence::reason,
            planned_absence::withdrawn_at,
        ))
        .load(s.db())?;
    for row in &rows {
        s.shows(row.learner.0);
    }
    Ok(rows)
}

/// What a planned absence is made of.
#[derive(Clone, Debug)]
pub struct NewPlan {
    pub from_on: NaiveDate,
    pub to_on: NaiveDate,
    pub part: PartOfDay,
    pub dfe_code: String,
    pub reason: String,
}

/// Whether the learner has a planned absence already that shares a half day with these days.
///
/// # Errors
/// A database error.
pub fn clashes(s: &mut Session<'_>, learner: LearnerKey, new: &NewPlan) -> Result<bool, Ending> {
    let plans = Plans::load(s, &[learner], new.from_on, new.to_on)?;
    let mut parts = plans.0.iter().filter_map(|plan| PartOfDay::parse(&plan.session));
    Ok(parts.any(|part| part.meets(new.part)))
}

/// Enters an absence of a learner of a school.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn add(
    w: &mut Writing<'_>,
    learner: LearnerKey,
    school: OrganisationKey,
    new: &NewPlan,
) -> Result<PlannedKey, Ending> {
    let (key, now, who) = (PlannedKey::next(), w.now(), w.actor()?.person);
    diesel::insert_into(planned_absence::table)
        .values((
            planned_absence::id.eq(key),
            planned_absence::public_id.eq(PublicId::random()),
            planned_absence::learner_id.eq(learner),
            planned_absence::school_id.eq(school),
            planned_absence::from_on.eq(new.from_on),
            planned_absence::to_on.eq(new.to_on),
            planned_absence::session.eq(new.part.word()),
            planned_absence::reason.eq(&new.reason),
            planned_absence::dfe_code.eq(&new.dfe_code),
            planned_absence::made_by.eq(who),
            planned_absence::made_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Withdraws it; one that is withdrawn stays as it is. Answers whether it was this act.
///
/// # Errors
/// A database error.
pub fn withdraw(w: &mut Writing<'_>, one: &Planned) -> Result<bool, Ending> {
    let now = w.now();
    let changed = diesel::update(planned_absence::table.filter(planned_absence::id.eq(one.key)))
        .filter(planned_absence::withdrawn_at.is_null())
        .set(planned_absence::withdrawn_at.eq(now))
        .execute(w.db())?;
    Ok(changed == 1)
}

/// Whether a code can be entered for an absence known beforehand on both of these days.
pub fn takes_code(codes: &Codes, code: &str, new_from: NaiveDate, new_to: NaiveDate) -> bool {
    [new_from, new_to].into_iter().all(|on| {
        codes
            .for_decision(Status::Authorised, on)
            .iter()
            .any(|row| row.code.eq_ignore_ascii_case(code))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_day() {
        use DaySession::{Am, Pm};
        for (part, covers) in [
            (PartOfDay::All, [true, true]),
            (PartOfDay::Am, [true, false]),
            (PartOfDay::Pm, [false, true]),
        ] {
            assert_eq!([Am, Pm].map(|session| part.covers(session)), covers);
            assert_eq!(PartOfDay::parse(part.word()), Some(part));
        }
        assert!(!PartOfDay::Am.meets(PartOfDay::Pm));
        assert!(PartOfDay::Am.meets(PartOfDay::All) && PartOfDay::Pm.meets(PartOfDay::Pm));
    }

    #[test]
    fn what_is_known_of_a_day() {
        use DaySession::{Am, Pm};
        let codes = Codes::of_seed();
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let plans = Plans(vec![Plan {
            learner: LearnerKey(1),
            from_on: day("2026-11-24"),
            to_on: day("2026-11-26"),
            session: "am".to_owned(),
            code: "M".to_owned(),
        }]);
        for (learner, on, sessions, known) in [
            (1, "2026-11-24", &[Am][..], true),
            (1, "2026-11-26", &[Am, Pm], true),
            (1, "2026-11-24", &[Pm], false),
            (1, "2026-11-23", &[Am], false),
            (1, "2026-11-27", &[Am], false),
            (2, "2026-11-24", &[Am], false),
        ] {
            let found = plans.known(LearnerKey(learner), day(on), sessions, &codes);
            assert_eq!(found.is_some(), known, "{learner} on {on} {sessions:?}");
        }
        let found = plans.known(LearnerKey(1), day("2026-11-24"), &[Am], &codes);
        assert_eq!(
            found.map(|known| known.to_string()).as_deref(),
            Some("Known: medical or dental appointment (M)")
        );
        assert!(takes_code(&codes, "m", day("2026-11-24"), day("2026-11-26")));
        assert!(!takes_code(&codes, "C2", day("2024-08-18"), day("2024-08-19")));
        assert!(!takes_code(&codes, "O", day("2026-11-24"), day("2026-11-24")));
    }
}
