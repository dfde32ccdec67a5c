//! Believable marks: most learners are there, some come late, a few are hardly ever seen, and an
//! absence in the morning mostly lasts for the day.

use super::dice::Dice;
use crate::attendance::{contribution::Contribution, mark::Mark, status::Status};
use chrono::{NaiveTime, TimeDelta};

/// How a learner tends to attend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Habit {
    Steady,
    Ordinary,
    /// Persistently absent: misses a tenth or more of all lessons.
    Persistent,
}

impl Habit {
    /// One learner in eight is persistently absent.
    pub(super) fn draw(dice: &mut Dice) -> Habit {
        match dice.below(1000) {
            0..590 => Habit::Steady,
            590..875 => Habit::Ordinary,
            _ => Habit::Persistent,
        }
    }

    /// In a thousand mornings.
    fn absences(self) -> u32 {
        match self {
            Habit::Steady => 12,
            Habit::Ordinary => 40,
            Habit::Persistent => 230,
        }
    }
}

/// What a school decides on an absence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Decided {
    pub status: Status,
    pub code: &'static str,
    pub reason: &'static str,
}

const AUTHORISED: [(&str, &str); 6] = [
    ("I", "Ill, parent rang"),
    ("I", "Ill, message left before nine"),
    ("I", "Sent home from school with a temperature the day before"),
    ("M", "Dentist, letter seen"),
    ("M", "Hospital appointment"),
    ("C", "Family funeral"),
];
const UNAUTHORISED: [(&str, &str); 3] = [
    ("O", "No reason given after three calls"),
    ("O", "Overslept, not accepted"),
    ("O", "Reason given was not accepted"),
];

impl Decided {
    /// A decision: two absences in three are accepted.
    pub(super) fn draw(dice: &mut Dice) -> Decided {
        let (status, (code, reason)) = if dice.happens(660) {
            (Status::Authorised, dice.pick(&AUTHORISED))
        } else {
            (Status::Unauthorised, dice.pick(&UNAUTHORISED))
        };
        Decided { status, code, reason }
    }
}

const LEFT_REASONS: [&str; 4] = [
    "Refused to wear eye protection",
    "Argument with another learner",
    "Left the room twice without asking",
    "Used a phone after two warnings",
];
const UNWELL: [&str; 3] = ["Felt sick", "Headache", "Cut finger, first aid given"];
const COLLECTORS: [&str; 5] = [
    "Mother",
    "Father",
    "Grandmother",
    "Aunt",
    "School's pastoral lead",
];

/// The mark that a tutor gives at a lesson. `was_away` is whether the learner missed the lesson
/// before it on the same day.
pub(super) fn draw(
    dice: &mut Dice,
    habit: Habit,
    was_away: bool,
    contributions: bool,
    (starts, ends): (NaiveTime, NaiveTime),
) -> Mark {
    let status = if dice.happens(if was_away { 850 } else { habit.absences() }) {
        Status::Unexplained
    } else {
        match dice.below(1000) {
            0..62 => Status::Late,
            62..65 => Status::DismissedBehaviour,
            65..67 => Status::DismissedOther,
            67..70 => Status::NotRequired,
            _ => Status::Present,
        }
    };
    let mut mark = Mark { status: Some(status), ..Mark::default() };
    match status {
        Status::Late => mark.late_minutes = Some(3 + dice.below(12) as i16 + dice.below(25) as i16),
        Status::DismissedBehaviour | Status::DismissedOther => {
            let minutes = (ends - starts).num_minutes() - 30;
            let gone = TimeDelta::minutes(20 + i64::from(dice.below(minutes.max(1) as u32)));
            mark.left_at = Some(starts + gone);
            let why: &[&str] = if status == Status::DismissedOther { &UNWELL } else { &LEFT_REASONS };
            mark.left_reason = Some(dice.pick(why).to_owned());
            mark.collected_by = Some(dice.pick(&COLLECTORS).to_owned());
        }
        Status::Present
        | Status::Authorised
        | Status::Unexplained
        | Status::Unauthorised
        | Status::NotRequired => {}
    }
    if contributions && status.counts_as_attended() && dice.happens(930) {
        mark.contribution = Contribution::new(match dice.below(100) {
            0..2 => -2,
            2..10 => -1,
            10..62 => 0,
            62..92 => 1,
            _ => 2,
        });
    }
    mark
}

const GOOD: [&str; 6] = [
    "Settled quickly and finished the task before the others.",
    "Helped somebody who was new to the group.",
    "Asked good questions in the safety talk.",
    "Worked without a break until the piece was done.",
    "Brought sketches from home and talked the group through them.",
    "Cleared up without being asked.",
];
const SLOW: [&str; 4] = [
    "Needed several reminders to stay with the task.",
    "Quiet today; did not want to join the practical part.",
    "Spent much of the lesson on the phone until asked to put it away.",
    "Found the written part hard; we go over it again next time.",
];
const LATE: [&str; 3] = [
    "The bus was late; caught up by the break.",
    "Came in calmly and started at once.",
    "Late for the third time this fortnight; spoken to after the lesson.",
];
const SENT_HOME: [&str; 2] = [
    "Spoken to twice before. Agreed to start afresh next time.",
    "Home school told by telephone at once.",
];

/// The note that a tutor writes beside a mark, now and then.
pub(super) fn note(dice: &mut Dice, mark: &Mark) -> Option<&'static str> {
    let (often, texts): (u32, &[&str]) = match mark.status? {
        Status::Present if mark.contribution.is_some_and(|level| level.value() < 0) => (120, &SLOW),
        Status::Present => (12, &GOOD),
        Status::Late => (60, &LATE),
        Status::DismissedBehaviour | Status::DismissedOther => (600, &SENT_HOME),
        Status::Authorised | Status::Unexplained | Status::Unauthorised | Status::NotRequired => {
            return None;
        }
    };
    dice.happens(often).then(|| dice.pick(texts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_as_the_register_would_take_them_and_about_88_in_100_are_present() {
        let mut dice = Dice::new(5, 0);
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).expect("a time");
        let (mut present, mut late, mut all, mut away) = (0.0, 0.0, 0.0, false);
        let (mut dismissed, mut morning) = (0, false);
        for _ in 0..20_000 {
            let habit = Habit::draw(&mut dice);
            for _ in 0..2 {
                morning = !morning;
                let mark = draw(&mut dice, habit, away && !morning, true, (time(9, 15), time(12, 0)));
                away = mark.status == Some(Status::Unexplained);
                assert_eq!(mark.clone().tidied(), mark);
                all += 1.0;
                match mark.status {
                    Some(Status::Present) => present += 1.0,
                    Some(Status::Late) => late += 1.0,
                    Some(Status::DismissedBehaviour | Status::DismissedOther) => {
                        dismissed += 1;
                        assert!(mark.left_at.is_some_and(|left| left < time(12, 0)));
                    }
                    _ => {}
                }
            }
        }
        assert!((0.86..0.90).contains(&(present / all)), "{}", present / all);
        assert!((0.05..0.07).contains(&(late / all)), "{}", late / all);
        assert!(dismissed > 0);
    }
}
