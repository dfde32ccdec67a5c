//! The named cast: the people whom guides, tests and the demo speak of (DESIGN.md §5). No name is
//! a real child's, and the local authority code 999 is assigned to nobody.

use super::qualifications;
use crate::{
    accounts::{
        organisation::{self, NewOrganisation},
        person::{self, NewPerson},
    },
    attendance::codes,
    learners::{
        CohortKey, GroupKey, LearnerKey, RecordKey,
        codes::Sex,
        cohort::{self, NewCohort},
        identifiers::Upn,
        learner::{self, Care, Contact, NewLearner},
        record::{self, NewRecord},
    },
};
use chrono::{Datelike, NaiveDate};
use platform::{
    Ending, Role, Writing,
    access::Side,
    ids::{OrganisationKey, PartnershipKey, PersonKey},
};

/// The password of every demo person. The demo only.
pub const PASSWORD: &str = "Provision-demo-1";

/// A provider with its course, cohort and group.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    pub provider: OrganisationKey,
    pub cohort: CohortKey,
    pub group: GroupKey,
    pub tutor: PersonKey,
}

/// A learner with the training record that the cast needs them for.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub learner: LearnerKey,
    pub record: RecordKey,
}

/// Everybody.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    pub brightwater: PartnershipKey,
    pub otherside: PartnershipKey,
    pub service: OrganisationKey,
    /// The other partnership's.
    pub northgate: OrganisationKey,
    pub elm: OrganisationKey,
    pub riverside: Running,
    pub harbour: Running,
    pub other_service: OrganisationKey,
    /// In the other partnership.
    pub quay: OrganisationKey,
    pub summit: Running,
    /// Northgate's, at Riverside.
    pub ana: Placed,
    /// Elm's, at Harbour.
    pub ben: Placed,
    /// Northgate's, at both providers.
    pub cara_at_riverside: Placed,
    pub cara_at_harbour: Placed,
    /// The other partnership's: nobody of the first may ever see a trace.
    pub dana: Placed,
}

/// Learners of the cast; Cara has two training records.
pub(super) const LEARNERS: u64 = 4;

impl Cast {
    /// Those of the cast who are on this cohort.
    pub(super) fn members_of(&self, cohort: CohortKey) -> Vec<Placed> {
        [
            (self.riverside, self.ana),
            (self.riverside, self.cara_at_riverside),
            (self.harbour, self.ben),
            (self.harbour, self.cara_at_harbour),
            (self.summit, self.dana),
        ]
        .into_iter()
        .filter(|(at, _)| at.cohort == cohort)
        .map(|(_, placed)| placed)
        .collect()
    }
}

/// Makes everybody, in the academic year that holds this day.
///
/// # Errors
/// A database error.
pub fn make(w: &mut Writing<'_>, today: NaiveDate, password_hash: &str) -> Result<Cast, Ending> {
    codes::seed(w)?;
    let brightwater = organisation::make_partnership(w, "Brightwater")?;
    let otherside = organisation::make_partnership(w, "Otherside")?;
    qualifications::make(w, brightwater)?;
    qualifications::make_other(w, otherside)?;
    let mut place = |partnership, side, name: &str| {
        organisation::make(w, partnership, &NewOrganisation::named(side, name))
    };
    let service = place(brightwater, Side::Service, "Brightwater Alternative Provision")?;
    let northgate = place(brightwater, Side::School, "Northgate School")?;
    let elm = place(brightwater, Side::School, "Elm Academy")?;
    let riverside = place(brightwater, Side::Provider, "Riverside Motors")?;
    let harbour = place(brightwater, Side::Provider, "Harbour Farm")?;
    let other_service = place(otherside, Side::Service, "Otherside Alternative Provision")?;
    let quay = place(otherside, Side::School, "Quay School")?;
    let summit = place(otherside, Side::Provider, "Summit Studio")?;

    let mut staff = |username: &str, name: &str, at, role| -> Result<PersonKey, Ending> {
        let email = format!("{username}@demo.example");
        let who = person::make(
            w,
            &NewPerson {
                username: username.to_owned(),
                email,
                name: name.to_owned(),
            },
        )?;
        person::set_password_hash(w, who, password_hash)?;
        person::join(w, who, at, role)?;
        Ok(who)
    };
    staff("admin", "Avery Stone", service, Role::CapAdministrator)?;
    staff("cap.staff", "Casey Marsh", service, Role::CapStaff)?;
    staff("coordinator.northgate", "Morgan Vale", northgate, Role::SchoolCoordinator)?;
    staff("dsl.northgate", "Robin Ashdown", northgate, Role::SchoolDsl)?;
    staff("attendance.northgate", "Jordan Pike", northgate, Role::SchoolAttendance)?;
    staff("attendance.elm", "Sidney Lark", elm, Role::SchoolAttendance)?;
    staff("coordinator.riverside", "Kit Marlow", riverside, Role::ProviderCoordinator)?;
    staff("dsl.riverside", "Noor Selby", riverside, Role::ProviderDsl)?;
    staff("manager.riverside", "Drew Calder", riverside, Role::ProviderManager)?;
    let tutor_riverside = staff("tutor.riverside", "Terry Finch", riverside, Role::Tutor)?;
    let tutor_harbour = staff("tutor.harbour", "Frankie Moss", harbour, Role::Tutor)?;
    staff("staff.otherside", "Jamie Thorn", other_service, Role::CapStaff)?;
    let tutor_summit = staff("tutor.summit", "Lee Birch", summit, Role::Tutor)?;

    let riverside = running(w, riverside, "Motor mechanics", tutor_riverside, today)?;
    let harbour = running(w, harbour, "Animal care", tutor_harbour, today)?;
    let summit = running(w, summit, "Music production", tutor_summit, today)?;

    let ana = learner(w, brightwater, northgate, ("Adeyo", "Ana"), 1, today)?;
    let ben = learner(w, brightwater, elm, ("Brackley", "Ben"), 2, today)?;
    let cara = learner(w, brightwater, northgate, ("Conneely", "Cara"), 3, today)?;
    let dana = learner(w, otherside, quay, ("Drumgold", "Dana"), 4, today)?;
    Ok(Cast {
        brightwater,
        otherside,
        service,
        northgate,
        elm,
        riverside,
        harbour,
        other_service,
        quay,
        summit,
        ana: placed(w, ana, riverside, today)?,
        ben: placed(w, ben, harbour, today)?,
        cara_at_riverside: placed(w, cara, riverside, today)?,
        cara_at_harbour: placed(w, cara, harbour, today)?,
        dana: placed(w, dana, summit, today)?,
    })
}

/// The first of September of the academic year that holds this day, and the end of its July.
pub fn year_of(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = if today.month() >= 9 { today.year() } else { today.year() - 1 };
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(today);
    (day(first, 9, 1), day(first + 1, 7, 21))
}

fn running(
    w: &mut Writing<'_>,
    provider: OrganisationKey,
    title: &str,
    tutor: PersonKey,
    today: NaiveDate,
) -> Result<Running, Ending> {
    let (starts_on, ends_on) = year_of(today);
    let course = cohort::make_course(w, provider, title, qualifications::of_course(title))?;
    let new = NewCohort {
        title: title.to_owned(),
        age_group: "KS4".to_owned(),
        starts_on,
        ends_on,
    };
    let cohort = cohort::make(w, course, &new)?;
    Ok(Running {
        provider,
        cohort,
        group: cohort::make_group(w, cohort, "A")?,
        tutor,
    })
}

fn learner(
    w: &mut Writing<'_>,
    partnership: PartnershipKey,
    school: OrganisationKey,
    (surname, first): (&str, &str),
    serial: u8,
    today: NaiveDate,
) -> Result<LearnerKey, Ending> {
    let born = NaiveDate::from_ymd_opt(today.year() - 15, u32::from(serial), 10).unwrap_or(today);
    let body = format!("9994001{:02}{serial:03}", (today.year() - 4) % 100);
    let new = NewLearner {
        surname: surname.to_owned(),
        first_name: first.to_owned(),
        middle_names: String::new(),
        born_on: born,
        sex: Sex::Unknown,
        ethnicity: None,
        upn: Upn::from_body(&body).ok(),
        uln: None,
        uci: None,
        ks4_year: None,
        care: Care {
            allergies: format!("{first} is allergic to latex"),
            risks: format!("{first} works best away from the door"),
            ..Care::default()
        },
        contacts: vec![Contact {
            name: format!("Parent of {first}"),
            relationship: "Parent".to_owned(),
            daytime: format!("01632 96000{serial}"),
            evening: String::new(),
            mobile: format!("07700 90000{serial}"),
        }],
    };
    learner::make(w, partnership, school, &new)
}

fn placed(w: &mut Writing<'_>, learner: LearnerKey, at: Running, today: NaiveDate) -> Result<Placed, Ending> {
    let (starts_on, ends_on) = year_of(today);
    let record = record::make(
        w,
        &NewRecord {
            learner,
            group: at.group,
            starts_on,
            ends_on,
            base_code: "B",
        },
    )?;
    Ok(Placed { learner, record })
}
