//! Which training records somebody may know of: the one definition. Everything that shows a
//! learner starts from it.

use crate::{accounts::settings, schema::training_record};
use chrono::{Months, NaiveDate, TimeDelta};
use diesel::{
    expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
};
use platform::{Ending, Multi, Role, Session};

/// Training records within one person's scope, to be narrowed further.
pub type Visible = training_record::BoxedQuery<'static, Multi>;

/// Their keys, for queries that start elsewhere.
pub type VisibleKeys = diesel::dsl::Select<Visible, training_record::id>;

/// The keys of their learners, likewise.
pub type VisibleLearners = diesel::dsl::Select<Visible, training_record::learner_id>;

/// A school sees the records of its own roll; a provider those that are with it, and for some
/// months after they end; the service all of its partnership (PRODUCT.md §1).
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in.
pub fn visible_to(s: &Session<'_>) -> Result<Visible, Ending> {
    let actor = s.actor()?;
    let all = training_record::table.into_boxed();
    Ok(match actor.role {
        Role::CapStaff => all.filter(training_record::partnership_id.eq(actor.partnership)),
        Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => {
            all.filter(training_record::school_id.eq(actor.organisation))
        }
        Role::Tutor | Role::ProviderManager => {
            all.filter(training_record::provider_id.eq(actor.organisation)).filter(
                training_record::closed_on
                    .is_null()
                    .or(training_record::closed_on.ge(records_kept_since(s))),
            )
        }
        Role::CapAdministrator | Role::ProviderCoordinator | Role::ProviderDsl => {
            all.filter(training_record::id.lt(0))
        }
    })
}

/// The keys of the visible records.
///
/// # Errors
/// As [`visible_to`].
pub fn visible_keys(s: &Session<'_>) -> Result<VisibleKeys, Ending> {
    Ok(visible_to(s)?.select(training_record::id))
}

/// The keys of the learners with a visible record.
///
/// # Errors
/// As [`visible_to`].
pub fn visible_learners(s: &Session<'_>) -> Result<VisibleLearners, Ending> {
    Ok(visible_to(s)?.select(training_record::learner_id))
}

/// A provider keeps its registers, notes and progress of records that closed on this day or later.
fn records_kept_since(s: &Session<'_>) -> NaiveDate {
    let months = u32::try_from(settings::whole(s.settings(), "provider_records_grace_months")).unwrap_or(0);
    s.today().checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// Whether the reader may see contacts and duty of care of a record that closed on this day: schools
/// and the service always, a provider only while the placement is live (and the days of grace).
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in.
pub fn may_see_care(s: &Session<'_>, closed_on: Option<NaiveDate>) -> Result<bool, Ending> {
    let grace = TimeDelta::days(settings::whole(s.settings(), "provider_details_grace_days"));
    Ok(match s.actor()?.role {
        Role::CapStaff | Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => true,
        Role::Tutor | Role::ProviderManager => closed_on.is_none_or(|closed| closed + grace >= s.today()),
        Role::CapAdministrator | Role::ProviderCoordinator | Role::ProviderDsl => false,
    })
}

/// Of these records, those whose duty of care the reader may see ([`may_see_care`]): nobody learns by
/// searching what no page would show them.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in.
pub fn with_care(s: &Session<'_>, records: Visible) -> Result<Visible, Ending> {
    let grace = TimeDelta::days(settings::whole(s.settings(), "provider_details_grace_days"));
    Ok(match s.actor()?.role {
        Role::CapStaff | Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => records,
        Role::Tutor | Role::ProviderManager => records.filter(
            training_record::closed_on.is_null().or(training_record::closed_on.ge(s.today() - grace)),
        ),
        Role::CapAdministrator | Role::ProviderCoordinator | Role::ProviderDsl => {
            records.filter(training_record::id.lt(0))
        }
    })
}

/// `column in (the visible records, or their learners)`, for queries that must start elsewhere. Diesel's own `eq_any`
/// wants each engine's own fragment, and a boxed query has only that of both.
pub struct Among<C, K = VisibleKeys>(pub C, pub K);

impl<C, K> Expression for Among<C, K> {
    type SqlType = diesel::sql_types::Bool;
}

impl<C: AppearsOnTable<Q>, K, Q> AppearsOnTable<Q> for Among<C, K> {}

impl<C, K> ValidGrouping<()> for Among<C, K> {
    type IsAggregate = is_aggregate::No;
}

impl<C, K> QueryId for Among<C, K> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<Multi>, K: QueryFragment<Multi>> QueryFragment<Multi> for Among<C, K> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Multi>) -> QueryResult<()> {
        // A plus: the list of records only checks. As an index key SQLite would try each of them against
        // every lesson: 9.6 s against 41 ms at five million marks.
        out.push_sql("(+");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") IN (");
        self.1.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
