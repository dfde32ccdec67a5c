//! Attendance figures, worked out everywhere in this one way.
//!
//! *Scheduled* are the lessons up to now, less those where the learner was not required; *taken* are
//! those of them with a mark, and every percentage is a share of the taken, not of the scheduled.

use std::fmt;
use std::iter::Sum;
use std::ops::AddAssign;

use super::contribution::Contribution;
use super::status::Status;

/// How many lessons had which mark: of a training record, a cohort, a day, or any sum of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lessons up to now that are not cancelled, less those marked not required.
    pub scheduled: u32,
    /// Marked present.
    pub present: u32,
    /// Marked late.
    pub late: u32,
    /// Authorised absences.
    pub authorised: u32,
    /// Unexplained absences.
    pub unexplained: u32,
    /// Unauthorised absences.
    pub unauthorised: u32,
    /// Dismissed for behaviour.
    pub dismissed_behaviour: u32,
    /// Dismissed for another reason.
    pub dismissed_other: u32,
    /// Marked not required; part of none of the other figures.
    pub not_required: u32,
}

impl Counts {
    /// Counts one lesson that has been due, with its mark if it has one.
    pub fn add(&mut self, mark: Option<Status>) {
        self.add_many(mark, 1);
    }

    /// Counts several lessons that have been due and have the same mark, or none.
    pub fn add_many(&mut self, mark: Option<Status>, number: u32) {
        if mark != Some(Status::NotRequired) {
            self.scheduled += number;
        }
        match mark {
            Some(Status::Present) => self.present += number,
            Some(Status::Late) => self.late += number,
            Some(Status::Authorised) => self.authorised += number,
            Some(Status::Unexplained) => self.unexplained += number,
            Some(Status::Unauthorised) => self.unauthorised += number,
            Some(Status::DismissedBehaviour) => self.dismissed_behaviour += number,
            Some(Status::DismissedOther) => self.dismissed_other += number,
            Some(Status::NotRequired) => self.not_required += number,
            None => {}
        }
    }

    /// Lessons with one mark.
    pub fn of(&self, status: Status) -> u32 {
        match status {
            Status::Present => self.present,
            Status::Late => self.late,
            Status::Authorised => self.authorised,
            Status::Unexplained => self.unexplained,
            Status::Unauthorised => self.unauthorised,
            Status::DismissedBehaviour => self.dismissed_behaviour,
            Status::DismissedOther => self.dismissed_other,
            Status::NotRequired => self.not_required,
        }
    }

    /// Lessons whose register has been taken for the learner.
    pub fn taken(&self) -> u32 {
        self.total_attendance() + self.absent() + self.other()
    }

    /// Lessons without a mark though they have been due.
    pub fn missing(&self) -> u32 {
        self.scheduled.saturating_sub(self.taken())
    }

    /// Present and late.
    pub fn total_attendance(&self) -> u32 {
        self.present + self.late
    }

    /// Absences of every kind.
    pub fn absent(&self) -> u32 {
        self.authorised + self.unexplained + self.unauthorised
    }

    /// Dismissed, for whatever reason.
    pub fn other(&self) -> u32 {
        self.dismissed_behaviour + self.dismissed_other
    }

    /// The share of some of these counts in the registers taken; `None` before any is taken.
    pub fn share(&self, part: u32) -> Option<Percent> {
        percent(part, self.taken())
    }

    /// Whether a tenth or more of the registers taken are absences.
    pub fn is_persistent_absence(&self) -> bool {
        is_persistent_absence(self.absent(), self.taken())
    }

    /// Whether half or more of the registers taken are absences.
    pub fn is_severe_absence(&self) -> bool {
        is_severe_absence(self.absent(), self.taken())
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.scheduled += other.scheduled;
        self.present += other.present;
        self.late += other.late;
        self.authorised += other.authorised;
        self.unexplained += other.unexplained;
        self.unauthorised += other.unauthorised;
        self.dismissed_behaviour += other.dismissed_behaviour;
        self.dismissed_other += other.dismissed_other;
        self.not_required += other.not_required;
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut total, part| {
            total += part;
            total
        })
    }
}

/// The national threshold of persistent absence: ten per cent or more of the possible sessions.
/// Severe absence is part of it. Nobody is absent from nothing, so no flag when nothing was possible.
pub fn is_persistent_absence(absent: u32, possible: u32) -> bool {
    possible > 0 && u64::from(absent) * 10 >= u64::from(possible)
}

/// The national threshold of severe absence: half or more of the possible sessions.
pub fn is_severe_absence(absent: u32, possible: u32) -> bool {
    possible > 0 && u64::from(absent) * 2 >= u64::from(possible)
}

/// A share in tenths of a per cent, rounded half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u64);

impl Percent {
    /// Tenths of a per cent: 974 for 97.4 %.
    pub fn tenths(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} %", self.0 / 10, self.0 % 10)
    }
}

/// The share of a part in a whole; `None` when the whole is nothing.
///
/// Whole numbers throughout: floating point would round some halves down.
pub fn percent(part: u32, whole: u32) -> Option<Percent> {
    let whole = u64::from(whole);
    (whole > 0).then(|| Percent((u64::from(part) * 2000 + whole) / (2 * whole)))
}

/// How many attended marks had which contribution. A mark without one is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contributions([u32; Contribution::LEVELS.len()]);

impl Contributions {
    /// From stored counts, lowest level first.
    pub fn new(counts: [u32; Contribution::LEVELS.len()]) -> Self {
        Self(counts)
    }

    /// Counts one contribution.
    pub fn add(&mut self, level: Contribution) {
        self.add_many(level, 1);
    }

    /// Counts several marks that have the same contribution.
    pub fn add_many(&mut self, level: Contribution, number: u32) {
        self.0[place(level)] += number;
    }

    /// Marks with one level.
    pub fn of(&self, level: Contribution) -> u32 {
        self.0[place(level)]
    }

    /// Marks that have a contribution at all.
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// The sum of all contributions, below zero when the low ones outweigh.
    pub fn balance(&self) -> i64 {
        Contribution::LEVELS
            .into_iter()
            .map(|level| i64::from(level.value()) * i64::from(self.of(level)))
            .sum()
    }

    /// The balance with its sign, as people read it: "+12", "−3", "+0".
    pub fn balance_said(&self) -> String {
        let balance = self.balance();
        format!("{}{}", if balance < 0 { '−' } else { '+' }, balance.unsigned_abs())
    }

    /// The average contribution in tenths, halves away from zero: -4 is −0.4. `None` when no mark has one.
    pub fn average_tenths(&self) -> Option<i64> {
        let (balance, total) = (self.balance(), i64::from(self.total()));
        (total > 0).then(|| balance.signum() * ((balance.abs() * 20 + total) / (2 * total)))
    }

    /// The average with its sign, as people read it: "+0.4", "−1.0".
    pub fn average_said(&self) -> Option<String> {
        let tenths = self.average_tenths()?;
        let (sign, size) = (if tenths < 0 { '−' } else { '+' }, tenths.unsigned_abs());
        Some(format!("{sign}{}.{}", size / 10, size % 10))
    }

    /// The share of one level in the marks that have a contribution; `None` when none has.
    pub fn share(&self, level: Contribution) -> Option<Percent> {
        percent(self.of(level), self.total())
    }
}

impl AddAssign for Contributions {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}

impl Sum for Contributions {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut total, part| {
            total += part;
            total
        })
    }
}

/// Where a level stands in `Contribution::LEVELS`.
fn place(level: Contribution) -> usize {
    usize::from((level.value() + 2).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(share: Option<Percent>) -> String {
        share.map_or_else(|| "–".to_owned(), |share| share.to_string())
    }

    /// The example by which the product defines these figures.
    #[test]
    fn the_worked_example() {
        let counts = Counts {
            scheduled: 208,
            present: 173,
            late: 16,
            authorised: 1,
            unexplained: 1,
            dismissed_behaviour: 2,
            dismissed_other: 1,
            not_required: 5,
            ..Counts::default()
        };
        assert_eq!((counts.taken(), counts.missing(), counts.total_attendance()), (194, 14, 189));
        assert_eq!((counts.absent(), counts.other()), (2, 3));
        let shares = [
            counts.total_attendance(),
            counts.present,
            counts.late,
            counts.absent(),
            counts.other(),
        ];
        let shares = shares.map(|part| shown(counts.share(part)));
        assert_eq!(shares, ["97.4 %", "89.2 %", "8.2 %", "1.0 %", "1.5 %"]);
    }

    #[test]
    fn one_lesson_of_each_kind() {
        let mut counts = Counts::default();
        for mark in Status::ALL.into_iter().map(Some).chain([None]) {
            let before = counts;
            counts.add(mark);
            let required = mark != Some(Status::NotRequired);
            assert_eq!(counts.scheduled - before.scheduled, u32::from(required), "{mark:?}");
            assert_eq!(counts.taken() - before.taken(), u32::from(mark.is_some_and(Status::counts_as_taken)));
            assert_eq!(
                counts.total_attendance() - before.total_attendance(),
                u32::from(mark.is_some_and(Status::counts_as_attended))
            );
            assert_eq!(counts.missing() - before.missing(), u32::from(mark.is_none()));
        }
        assert!(Status::ALL.into_iter().all(|status| counts.of(status) == 1));
        assert_eq!((counts.scheduled, counts.taken(), counts.absent(), counts.other()), (8, 7, 3, 2));

        let twice: Counts = [counts, counts].into_iter().sum();
        assert!(Status::ALL.into_iter().all(|status| twice.of(status) == 2));
        assert_eq!((twice.scheduled, twice.taken(), twice.missing()), (16, 14, 2));
    }

    #[test]
    fn nothing_taken_has_no_share() {
        let mut counts = Counts::default();
        counts.add(None);
        counts.add(Some(Status::NotRequired));
        assert_eq!((counts.scheduled, counts.missing(), counts.share(0)), (1, 1, None));
        assert!(!counts.is_persistent_absence() && !counts.is_severe_absence());
    }

    #[test]
    fn halves_round_up() {
        for (part, whole, written) in [
            (0, 7, "0.0 %"),
            (1, 3, "33.3 %"),
            (2, 3, "66.7 %"),
            (1, 2000, "0.1 %"),
            (1, 2001, "0.0 %"),
            (1, 8, "12.5 %"),
            (1, 16, "6.3 %"),
            (3, 16, "18.8 %"),
            (1999, 2000, "100.0 %"),
            (7, 7, "100.0 %"),
            (u32::MAX, u32::MAX, "100.0 %"),
        ] {
            assert_eq!(shown(percent(part, whole)), written, "{part} of {whole}");
        }
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(189, 194).map(Percent::tenths), Some(974));
    }

    /// The rounded tenths never lie further than half a tenth from the true share, and a half goes up.
    #[test]
    fn every_small_share_is_rounded_rightly() {
        for whole in 1..=300_u32 {
            for part in 0..=whole {
                let tenths = percent(part, whole).expect("a whole").tenths();
                let error =
                    i64::from(part) * 2000 - i64::try_from(tenths).expect("small") * 2 * i64::from(whole);
                assert!(
                    (-i64::from(whole)..i64::from(whole)).contains(&error),
                    "{part} of {whole}: {tenths}"
                );
            }
        }
    }

    #[test]
    fn absence_thresholds() {
        for (absent, possible, persistent, severe) in [
            (0, 0, false, false),
            (0, 10, false, false),
            (1, 10, true, false),
            (9, 91, false, false),
            (10, 100, true, false),
            (49, 99, true, false),
            (50, 100, true, true),
            (1, 1, true, true),
            (u32::MAX, u32::MAX, true, true),
        ] {
            assert_eq!(is_persistent_absence(absent, possible), persistent, "{absent} of {possible}");
            assert_eq!(is_severe_absence(absent, possible), severe, "{absent} of {possible}");
        }
        let counts = Counts {
            present: 4,
            dismissed_other: 1,
            unauthorised: 3,
            authorised: 2,
            ..Counts::default()
        };
        assert!(counts.is_persistent_absence() && counts.is_severe_absence());
    }

    #[test]
    fn contributions() {
        let mut counts = Contributions::new([1, 0, 4, 2, 1]);
        counts.add(Contribution::default().down());
        assert_eq!(Contribution::LEVELS.map(|level| counts.of(level)), [1, 1, 4, 2, 1]);
        assert_eq!((counts.total(), counts.balance()), (9, 1));
        let shares = Contribution::LEVELS.map(|level| shown(counts.share(level)));
        assert_eq!(shares, ["11.1 %", "11.1 %", "44.4 %", "22.2 %", "11.1 %"]);

        let total: Contributions = [counts, Contributions::new([3, 0, 0, 0, 0])].into_iter().sum();
        assert_eq!((total.total(), total.balance()), (12, -5));
        assert_eq!(shown(Contributions::default().share(Contribution::default())), "–");
    }

    #[test]
    fn averages_of_contributions() {
        for (counts, said) in [
            ([0, 0, 0, 0, 0], None),
            ([0, 0, 3, 0, 0], Some("+0.0")),
            ([1, 0, 0, 0, 0], Some("−2.0")),
            ([0, 1, 2, 0, 0], Some("−0.3")),
            ([0, 0, 19, 1, 0], Some("+0.1")),
            ([0, 1, 19, 0, 0], Some("−0.1")),
            ([0, 0, 20, 1, 0], Some("+0.0")),
            ([0, 0, 0, 1, 2], Some("+1.7")),
        ] {
            assert_eq!(Contributions::new(counts).average_said().as_deref(), said, "{counts:?}");
        }
    }
}
