//! "Tell CAP this is wrong": one request a field, asked by a school or provider, decided by CAP staff.

use super::{CorrectionKey, correction_field::Field};
use crate::{
    learners::{LearnerKey, RecordKey, record::Record},
    notices::notification::{self, Kind},
    schema::{correction, learner, organisation, person, training_record},
};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Role, Session, Writing,
    ids::{OrganisationKey, PublicId},
};

/// One field that somebody says is wrong.
#[derive(Clone, Debug)]
pub struct Correction {
    key: CorrectionKey,
    pub public_id: PublicId,
    pub field: Field,
    /// What stood there when it was asked, and what should: as the field's form has it.
    pub stood: String,
    pub wanted: String,
    pub reason: String,
    pub asked_at: Instant,
    pub asker: String,
    pub asking: String,
    asking_key: OrganisationKey,
    asked_role: String,
    record: RecordKey,
    pub record_id: PublicId,
    learner: LearnerKey,
    pub learner_name: String,
    /// When it was decided, whether it was accepted, and what was answered.
    pub decided: Option<Decided>,
}

/// What became of a request.
#[derive(Clone, Debug)]
pub struct Decided {
    pub at: Instant,
    pub accepted: bool,
    pub answer: String,
}

type Row = (
    (CorrectionKey, PublicId, String, String, String, String, Instant, String),
    (String, String, OrganisationKey, RecordKey, PublicId, LearnerKey, String, String),
    (Option<Instant>, Option<bool>, String),
);

/// The requests of a partnership, to be narrowed further.
type Asked<'a> = correction::BoxedQuery<'a, Multi>;

fn load(s: &mut Session<'_>, of: Asked<'static>) -> Result<Vec<Correction>, Ending> {
    let rows: Vec<Row> = of
        .inner_join(person::table.on(person::id.eq(correction::asked_by)))
        .inner_join(organisation::table.on(organisation::id.eq(correction::asked_organisation_id)))
        .inner_join(training_record::table.on(training_record::id.eq(correction::record_id)))
        .inner_join(learner::table.on(learner::id.eq(correction::learner_id)))
        .select((
            (
                correction::id,
                correction::public_id,
                correction::field,
                correction::stood,
                correction::wanted,
                correction::reason,
                correction::asked_at,
                correction::asked_role,
            ),
            (
                person::name,
                organisation::name,
                organisation::id,
                training_record::id,
                training_record::public_id,
                learner::id,
                learner::first_name,
                learner::surname,
            ),
            (correction::decided_at, correction::accepted, correction::answer),
        ))
        .load(s.db())?;
    Ok(rows.into_iter().filter_map(Correction::read).collect())
}

impl Correction {
    /// `None` for a field that this program does not know.
    fn read((asked, by, decision): Row) -> Option<Correction> {
        let (key, public_id, field, stood, wanted, reason, asked_at, asked_role) = asked;
        let (asker, asking, asking_key, record, record_id, learner, first, surname) = by;
        let decided = match decision {
            (Some(at), Some(accepted), answer) => Some(Decided { at, accepted, answer }),
            _ => None,
        };
        Some(Correction {
            key,
            public_id,
            field: Field::parse(&field)?,
            stood,
            wanted,
            reason,
            asked_at,
            asker,
            asking,
            asking_key,
            asked_role,
            record,
            record_id,
            learner,
            learner_name: format!("{first} {surname}"),
            decided,
        })
    }

    /// Its key.
    pub fn key(&self) -> CorrectionKey {
        self.key
    }

    /// Whose it is.
    pub fn learner(&self) -> LearnerKey {
        self.learner
    }

    /// The record beside which it was asked.
    pub fn record(&self) -> RecordKey {
        self.record
    }

    /// Whether it waits, asked by this organisation.
    pub fn is_open_of(&self, organisation: OrganisationKey) -> bool {
        self.decided.is_none() && self.asking_key == organisation
    }
}

/// The requests about a record that its reader has opened, the latest first: those of their own
/// organisation, and for CAP staff all.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of_record(s: &mut Session<'_>, record: &Record) -> Result<Vec<Correction>, Ending> {
    let actor = s.actor()?.clone();
    let mut of = correction::table
        .into_boxed()
        .filter(correction::record_id.eq(record.key()))
        .order((correction::asked_at.desc(), correction::id));
    if actor.role != Role::CapStaff {
        of = of.filter(correction::asked_organisation_id.eq(actor.organisation));
    }
    load(s, of)
}

/// Most decided requests that the list shows.
const DECIDED_SHOWN: i64 = 50;

/// The requests of the reader's partnership that wait, the oldest first, and the latest that were decided.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>) -> Result<(Vec<Correction>, Vec<Correction>), Ending> {
    let partnership = s.actor()?.partnership;
    let all = || correction::table.into_boxed().filter(correction::partnership_id.eq(partnership));
    let open = all()
        .filter(correction::decided_at.is_null())
        .order((correction::asked_at, correction::id));
    let decided = all()
        .filter(correction::decided_at.is_not_null())
        .order(correction::decided_at.desc())
        .limit(DECIDED_SHOWN);
    let (open, decided) = (load(s, open)?, load(s, decided)?);
    open.iter().chain(&decided).for_each(|one| s.shows(one.learner.0));
    Ok((open, decided))
}

/// How many requests of the reader's partnership wait.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn waiting(s: &mut Session<'_>) -> Result<u64, Ending> {
    let partnership = s.actor()?.partnership;
    let count: i64 = correction::table
        .filter(correction::partnership_id.eq(partnership))
        .filter(correction::decided_at.is_null())
        .count()
        .get_result(s.db())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The request with this id, if it is of the reader's partnership.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Correction>, Ending> {
    let partnership = s.actor()?.partnership;
    let one = correction::table
        .into_boxed()
        .filter(correction::partnership_id.eq(partnership))
        .filter(correction::public_id.eq(id.clone()));
    let found = load(s, one)?.pop();
    if let Some(found) = &found {
        s.about("correction", found.key.0);
        s.shows(found.learner.0);
    }
    Ok(found)
}

/// What somebody asks for: the field, what stands there, and what should.
pub type Wish = (Field, String, String);

/// Asks for corrections of a record. The caller has checked that none of them waits already.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn ask(w: &mut Writing<'_>, record: &Record, wishes: &[Wish], reason: &str) -> Result<(), Ending> {
    let (actor, now) = (w.actor()?.clone(), w.now());
    for (field, stood, wanted) in wishes {
        diesel::insert_into(correction::table)
            .values((
                correction::id.eq(CorrectionKey::next()),
                correction::public_id.eq(PublicId::random()),
                correction::partnership_id.eq(actor.partnership),
                correction::record_id.eq(record.key()),
                correction::learner_id.eq(record.learner()),
                correction::field.eq(field.word()),
                correction::stood.eq(stood),
                correction::wanted.eq(wanted),
                correction::reason.eq(reason),
                correction::asked_by.eq(actor.person),
                correction::asked_organisation_id.eq(actor.organisation),
                correction::asked_role.eq(actor.role.word()),
                correction::asked_at.eq(now),
            ))
            .execute(w.db())?;
    }
    let staff: Vec<OrganisationKey> = organisation::table
        .filter(organisation::partnership_id.eq(actor.partnership))
        .filter(organisation::kind.eq("service"))
        .select(organisation::id)
        .load(w.db())?;
    for service in staff {
        let to = notification::people_of(w, service, &[Role::CapStaff])?;
        let body = match wishes.len() {
            1 => "A correction is asked for".to_owned(),
            n => format!("{n} corrections are asked for"),
        };
        notification::tell(w, &to, Kind::Student, &body, "/clm/corrections")?;
    }
    Ok(())
}

/// Decides a request and tells those who asked. What accepting changes is the caller's affair.
///
/// # Errors
/// [`Ending::Conflict`] when it is decided already; a database error.
pub fn decide(w: &mut Writing<'_>, one: &Correction, accepted: bool, answer: &str) -> Result<(), Ending> {
    let (who, now) = (w.actor()?.person, w.now());
    let row = correction::table
        .filter(correction::id.eq(one.key))
        .filter(correction::decided_at.is_null());
    let changed = diesel::update(row)
        .set((
            correction::decided_by.eq(who),
            correction::decided_at.eq(now),
            correction::accepted.eq(accepted),
            correction::answer.eq(answer),
        ))
        .execute(w.db())?;
    if changed == 0 {
        return Err(Ending::Conflict(DECIDED));
    }
    let roles: Vec<Role> = Role::parse(&one.asked_role).into_iter().collect();
    let to = notification::people_of(w, one.asking_key, &roles)?;
    let how = if accepted { "accepted" } else { "refused" };
    let body = format!("CAP {how} a correction that you asked for: {}", one.field.label());
    let link = format!("/clm/training-records/{}", one.record_id);
    notification::tell(w, &to, Kind::Student, &body, &link)
}

/// What somebody reads who decides what is decided already.
pub const DECIDED: &str = "Somebody has decided this correction already. Nothing was changed.";
