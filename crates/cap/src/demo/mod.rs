//! The demo service: *Brightwater Alternative Provision*, made up from end to end. One seed makes
//! one demo; `scale` multiplies it for benchmarks.

mod bulk;
pub mod cast;
mod dice;
mod extras;
mod files;
mod lessons;
mod marks;
mod names;
mod people;
mod places;
mod progress;
mod qualifications;
mod record_notes;
mod terms;
mod views;

pub use lessons::Made;

use cast::Cast;
use chrono::NaiveDate;
use dice::Dice;
use people::{Member, Serials};
use places::{Maker, Unit};
use platform::{App, Ending, Writing, access::Task, ids::PartnershipKey, password::Password, vault::Stored};
use std::sync::Arc;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many times 6 schools, 8 providers, 14 cohorts and 120 learners; at least 1.
    pub scale: u32,
    /// Names, marks and notes follow from it; keys and public ids do not.
    pub seed: u64,
    /// Registers are taken up to the day before.
    pub today: NaiveDate,
}

/// The seed of the demo that guides and journeys speak of.
pub const SEED: u64 = 2026;

/// The largest scale: beyond it schools would run out of numbers.
pub const MOST_SCALE: u32 = 900;

/// Whether nobody has put anything into this database.
///
/// # Errors
/// A database error.
pub async fn is_empty(app: &App) -> Result<bool, Ending> {
    app.read(Task::Demo, |r| extras::is_empty(r)).await
}

/// Fills an empty database. Each unit is one transaction, so memory does not grow with the scale,
/// and a demo of scale 1 is there as a whole or not at all. Everybody has the same password
/// ([`cast::PASSWORD`]) and the same hash of it, since hashing is slow on purpose.
///
/// # Errors
/// [`Ending::Conflict`] when the database is not empty; a database error.
pub async fn fill(app: &App, plan: Plan) -> Result<Made, Ending> {
    if !is_empty(app).await? {
        return Err(Ending::Conflict("The database is not empty; the demo goes into an empty one only."));
    }
    let hash = app.gate().hash(&Password::typed(cast::PASSWORD)).await?;
    let sent = Arc::new(files::seal(app).await?);
    let mut made = Made::default();
    let mut partnership = PartnershipKey(0);
    for number in 0..plan.scale.max(1) {
        let (hash, sent) = (hash.clone(), sent.clone());
        let (more, home) = app
            .write(Task::Demo, move |w| {
                let maker = Maker { today: plan.today, password_hash: &hash };
                let (made, home) = unit(w, &maker, plan.seed, number, partnership, &sent)?;
                Ok(w.event("demo.filled").with("unit", number).with("marks", made.marks).then((made, home)))
            })
            .await?;
        made += more;
        partnership = home;
        if number % 20 == 19 {
            tracing::info!(demo.units = number + 1, demo.marks = made.marks, "filling the demo");
        }
    }
    app.reload_settings().await?;
    Ok(made)
}

/// One unit, and the partnership to which further ones belong.
fn unit(
    w: &mut Writing<'_>,
    maker: &Maker<'_>,
    seed: u64,
    number: u32,
    partnership: PartnershipKey,
    sent: &[Stored],
) -> Result<(Made, PartnershipKey), Ending> {
    let mut dice = Dice::new(seed, u64::from(number));
    if number > 0 {
        let unit = places::further(w, &mut dice, maker, partnership, number)?;
        return Ok((teach(w, &mut dice, maker, unit, number, None)?, partnership));
    }
    let cast = cast::make(w, maker.today, maker.password_hash)?;
    for service in [cast.service, cast.other_service] {
        terms::write(w, service, maker.today)?;
    }
    let unit = places::first(w, &mut dice, maker, &cast)?;
    let made = teach(w, &mut dice, maker, unit, number, Some(&cast))?;
    extras::write(w, &cast, maker.today)?;
    files::write(w, &cast, sent)?;
    views::write(w, &cast)?;
    record_notes::write(w, &cast, maker.today)?;
    Ok((made, cast.brightwater))
}

/// Fills the cohorts with learners, and their registers with marks.
fn teach(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    maker: &Maker<'_>,
    unit: Unit,
    number: u32,
    cast: Option<&Cast>,
) -> Result<Made, Ending> {
    let today = maker.today;
    let mut serials = Serials::of_unit(number);
    let mut made = Made::default();
    for (at, course) in unit.courses.iter().enumerate() {
        let mut members: Vec<Member> = Vec::new();
        for placed in cast.map(|cast| cast.members_of(course.at.cohort)).unwrap_or_default() {
            members.push(people::known(w, placed, &unit.schools, today)?);
        }
        members.extend(people::make(w, dice, course, &unit.schools, &mut serials, today)?);
        made += lessons::make(w, dice, course, &members, today)?;
        extras::plan_absences(w, dice, &members, today)?;
        // With dice of its own, so that names and marks do not follow from what is reported.
        progress::write(w, &mut dice.clone(), course, &members, number == 0 || at == 0, today)?;
    }
    made.learners = u64::from(serials.count()) + cast.map_or(0, |_| cast::LEARNERS);
    Ok(made)
}
