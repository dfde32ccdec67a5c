//! Filling an empty database with the demo service, part by part: each group's year is one
//! transaction, so that a large demo needs no more memory than a small one.

use super::{
    cast::{self, PASSWORD},
    dice::Dice,
    people::{self, Group},
    terms, words,
    year::{self, Setting},
};
use crate::schema::{partnership, person};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{App, Ending, access::Task, password::Password};
use std::sync::Arc;

/// What demo to make.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many times the demo's further schools, providers, cohorts and learners are made: 1 for the
    /// demo itself, 400 for about five million marks.
    pub scale: u32,
    /// One seed makes one demo.
    pub seed: u64,
    /// The day that the demo ends on: its registers are not yet taken.
    pub today: NaiveDate,
}

/// Whether there is nothing in the database yet.
///
/// # Errors
/// A database error.
pub async fn is_empty(app: &App) -> Result<bool, Ending> {
    app.read(Task::Demo, |r| Ok(partnership::table.count().get_result::<i64>(r.db())? == 0))
        .await
}

/// Fills the database.
///
/// # Errors
/// A database error; what was made until then stays, and the database is not empty any more.
pub async fn fill(app: &App, plan: Plan) -> Result<(), Ending> {
    let hash: Arc<str> = app.gate().hash(&Password::typed(PASSWORD)).await?.into();
    let dice = move |stream: u64| Dice::new(plan.seed, stream);
    let first = hash.clone();
    let (cast, groups) = app
        .write(Task::Demo, move |w| {
            let cast = cast::make(w, plan.today, &first)?;
            words::write(w)?;
            words::announce(w, cast.brightwater)?;
            for service in [cast.service, cast.other_service] {
                terms::write(w, service, plan.today)?;
            }
            let groups = people::cast_groups(w, &cast, &mut dice(1), plan.today)?;
            Ok(w.event("demo.cast").then((cast, groups)))
        })
        .await?;
    years(app, plan, groups, 1_000_000).await?;
    for number in 0..plan.scale {
        let hash = hash.clone();
        let groups = app
            .write(Task::Demo, move |w| {
                let groups =
                    people::part(w, &cast, number, &mut dice(10 + u64::from(number)), &hash, plan.today)?;
                Ok(w.event("demo.part").with("part", number).then(groups))
            })
            .await?;
        years(app, plan, groups, 2_000_000 + u64::from(number) * 100).await?;
    }
    app.reload_settings().await
}

/// Makes each group's year.
async fn years(app: &App, plan: Plan, groups: Vec<Group>, stream: u64) -> Result<(), Ending> {
    for (at, group) in (stream..).zip(groups) {
        app.write(Task::Demo, move |w| {
            let decider = person::table
                .filter(person::username.eq("attendance.northgate"))
                .select(person::id)
                .first(w.db())?;
            let calendar = terms::calendar(plan.today);
            let setting = Setting {
                calendar: &calendar,
                today: plan.today,
                first: cast::year_of(plan.today).0,
                decider,
            };
            year::make(w, &group, &setting, &mut Dice::new(plan.seed, at))?;
            Ok(w.event("demo.year").about("cohort", group.at.cohort.0).then(()))
        })
        .await?;
    }
    Ok(())
}
