//! Courses of a provider, their cohorts, and the cohorts' tutor groups.

use super::{CohortKey, CourseKey, GroupKey, course as courses, told};
use crate::schema::{cohort, course, organisation, tutor_group};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Multi, Role, Session, Writing,
    ids::{OrganisationKey, PartnershipKey, PublicId},
    text::fold,
};

/// What a cohort is made of.
#[derive(Clone, Debug)]
pub struct NewCohort {
    pub title: String,
    /// Such as "KS4": a filter of the lists.
    pub age_group: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// Makes a course of a provider. It leads to the partnership's qualification of this number or title,
/// if there is one; else the words stand for themselves.
///
/// # Errors
/// A database error.
pub fn make_course(
    w: &mut Writing<'_>,
    provider: OrganisationKey,
    title: &str,
    qualification: &str,
) -> Result<CourseKey, Ending> {
    let key = CourseKey::next();
    let partnership: i64 = organisation::table
        .filter(organisation::id.eq(provider))
        .select(organisation::partnership_id)
        .first(w.db())?;
    let chosen = courses::qualification_named(w, PartnershipKey(partnership), qualification)?;
    diesel::insert_into(course::table)
        .values((
            course::id.eq(key),
            course::public_id.eq(PublicId::random()),
            course::partnership_id.eq(partnership),
            course::provider_id.eq(provider),
            course::title.eq(title),
            course::title_key.eq(fold(title)),
            course::qualification.eq(qualification),
            course::qualification_id.eq(chosen),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Makes a cohort of a course.
///
/// # Errors
/// A database error.
pub fn make(w: &mut Writing<'_>, of: CourseKey, new: &NewCohort) -> Result<CohortKey, Ending> {
    let key = CohortKey::next();
    let (partnership, provider): (i64, i64) = course::table
        .filter(course::id.eq(of))
        .select((course::partnership_id, course::provider_id))
        .first(w.db())?;
    diesel::insert_into(cohort::table)
        .values((
            cohort::id.eq(key),
            cohort::public_id.eq(PublicId::random()),
            cohort::partnership_id.eq(partnership),
            cohort::provider_id.eq(provider),
            cohort::course_id.eq(of),
            cohort::title.eq(&new.title),
            cohort::title_key.eq(fold(&new.title)),
            cohort::age_group.eq(&new.age_group),
            cohort::starts_on.eq(new.starts_on),
            cohort::ends_on.eq(new.ends_on),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// The id in addresses of a cohort that was just made.
pub(super) fn id_of(s: &mut Session<'_>, key: CohortKey) -> Result<PublicId, Ending> {
    Ok(cohort::table.filter(cohort::id.eq(key)).select(cohort::public_id).first(s.db())?)
}

/// Makes a tutor group of a cohort.
///
/// # Errors
/// A database error: also when the cohort has a group of this name, which the caller checks first.
pub fn make_group(w: &mut Writing<'_>, of: CohortKey, name: &str) -> Result<GroupKey, Ending> {
    let key = GroupKey::next();
    diesel::insert_into(tutor_group::table)
        .values((
            tutor_group::id.eq(key),
            tutor_group::public_id.eq(PublicId::random()),
            tutor_group::cohort_id.eq(of),
            tutor_group::name.eq(name),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Changes a cohort's title, age group and dates. Lessons that have not begun follow by a job; training
/// records keep their dates.
///
/// # Errors
/// [`Ending::Conflict`] when it was changed since it was opened; a database error.
pub fn change(w: &mut Writing<'_>, cohort: &Cohort, new: &NewCohort) -> Result<(), Ending> {
    let changed = diesel::update(
        cohort::table.filter(cohort::id.eq(cohort.key)).filter(cohort::version.eq(cohort.version)),
    )
    .set((
        cohort::title.eq(&new.title),
        cohort::title_key.eq(fold(&new.title)),
        cohort::age_group.eq(&new.age_group),
        cohort::starts_on.eq(new.starts_on),
        cohort::ends_on.eq(new.ends_on),
        cohort::version.eq(cohort.version + 1),
    ))
    .execute(w.db())?;
    if changed == 0 {
        return Err(Ending::Conflict("Somebody else has changed this course cohort since you opened it."));
    }
    if (cohort.starts_on, cohort.ends_on) != (new.starts_on, new.ends_on) {
        told::dates_changed(w, cohort.key)?;
    }
    Ok(())
}

/// Renames a tutor group. The caller checks first that the cohort has no other of this name.
///
/// # Errors
/// A database error.
pub fn rename_group(w: &mut Writing<'_>, group: &Group, name: &str) -> Result<(), Ending> {
    diesel::update(tutor_group::table.filter(tutor_group::id.eq(group.key)))
        .set(tutor_group::name.eq(name))
        .execute(w.db())?;
    Ok(())
}

/// Course cohorts within one person's scope, to be narrowed further.
pub type Visible = cohort::BoxedQuery<'static, Multi>;

/// A provider sees its own cohorts, the service all of its partnership, nobody else any.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in.
pub fn visible_to(s: &Session<'_>) -> Result<Visible, Ending> {
    let actor = s.actor()?;
    let all = cohort::table.into_boxed();
    Ok(match actor.role {
        Role::CapStaff => all.filter(cohort::partnership_id.eq(actor.partnership)),
        Role::Tutor | Role::ProviderManager => all.filter(cohort::provider_id.eq(actor.organisation)),
        Role::CapAdministrator
        | Role::SchoolAttendance
        | Role::SchoolCoordinator
        | Role::SchoolDsl
        | Role::ProviderCoordinator
        | Role::ProviderDsl => all.filter(cohort::id.lt(0)),
    })
}

/// A course cohort that the reader may know of. Only [`open`] makes one.
#[derive(Clone, Debug)]
pub struct Cohort {
    key: CohortKey,
    public_id: PublicId,
    provider: OrganisationKey,
    title: String,
    age_group: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    version: i32,
    groups: Vec<Group>,
}

/// A tutor group of a [`Cohort`].
#[derive(Clone, Debug)]
pub struct Group {
    key: GroupKey,
    public_id: PublicId,
    name: String,
}

/// The cohort with this id and its tutor groups by name; `None` outside the reader's scope.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Cohort>, Ending> {
    let found: Option<(CohortKey, PublicId, OrganisationKey, String, String, NaiveDate, NaiveDate, i32)> =
        visible_to(s)?
            .filter(cohort::public_id.eq(id))
            .select((
                cohort::id,
                cohort::public_id,
                cohort::provider_id,
                cohort::title,
                cohort::age_group,
                cohort::starts_on,
                cohort::ends_on,
                cohort::version,
            ))
            .first(s.db())
            .optional()?;
    let Some((key, public_id, provider, title, age_group, starts_on, ends_on, version)) = found else {
        return Ok(None);
    };
    s.about("cohort", key.0);
    let groups: Vec<(GroupKey, PublicId, String)> = tutor_group::table
        .filter(tutor_group::cohort_id.eq(key))
        .order((tutor_group::name, tutor_group::id))
        .select((tutor_group::id, tutor_group::public_id, tutor_group::name))
        .load(s.db())?;
    let group = |(key, public_id, name)| Group { key, public_id, name };
    Ok(Some(Cohort {
        key,
        public_id,
        provider,
        title,
        age_group,
        starts_on,
        ends_on,
        version,
        groups: groups.into_iter().map(group).collect(),
    }))
}

impl Cohort {
    /// Its key.
    pub fn key(&self) -> CohortKey {
        self.key
    }

    /// Its id in addresses.
    pub fn public_id(&self) -> &PublicId {
        &self.public_id
    }

    /// Whose course it is.
    pub fn provider(&self) -> OrganisationKey {
        self.provider
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Such as "KS4".
    pub fn age_group(&self) -> &str {
        &self.age_group
    }

    /// Its first day (the entry).
    pub fn starts_on(&self) -> NaiveDate {
        self.starts_on
    }

    /// Its last day.
    pub fn ends_on(&self) -> NaiveDate {
        self.ends_on
    }

    /// How often it was changed: a form that was opened before the last change is refused.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Its tutor groups, by name.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Whether it has a group of this name, however it is written, beside this one.
    pub fn has_group_named(&self, name: &str, beside: Option<&Group>) -> bool {
        self.groups
            .iter()
            .filter(|group| beside.is_none_or(|one| one.key != group.key))
            .any(|group| fold(&group.name) == fold(name))
    }

    /// The group of this cohort that has this id.
    pub fn group(&self, id: &PublicId) -> Option<&Group> {
        self.groups.iter().find(|group| group.public_id == *id)
    }
}

impl Group {
    /// Its key.
    pub fn key(&self) -> GroupKey {
        self.key
    }

    /// Its id in addresses and forms.
    pub fn public_id(&self) -> &PublicId {
        &self.public_id
    }

    /// Such as "A".
    pub fn name(&self) -> &str {
        &self.name
    }
}
