//! Where a learner stands in each unit of their qualification's tree, with the sums of each group.

use super::{
    ComponentKey, QualificationKey, ReportKey, UnitStatus,
    appraisal::Report,
    qualification::grades_of,
    sums::Units,
    tree::{self, Node},
};
use crate::{
    learners::record::Record,
    schema::{cohort, component, course, qualification, report_unit, unit_progress},
};
use diesel::prelude::*;
use platform::{Ending, Session};
use std::collections::HashMap;

/// What is known of a learner in one unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// The learner does not study it: none of the sums counts it.
    pub left_out: bool,
    pub status: UnitStatus,
    pub predicted_grade: String,
    pub comment: String,
}

impl Default for Progress {
    /// Of a unit of which nothing was reported.
    fn default() -> Self {
        Progress {
            left_out: false,
            status: UnitStatus::NotStarted,
            predicted_grade: String::new(),
            comment: String::new(),
        }
    }
}

/// A group or a unit of a learner's tree.
#[derive(Clone, Debug)]
pub struct Line {
    pub node: Node,
    /// A unit's; a group's is that of a unit of which nothing is known.
    pub progress: Progress,
    /// The units in a group that count; a unit itself, unless it is left out.
    pub sums: Units,
}

/// A learner's tree in display order: each group before what stands in it.
#[derive(Clone, Default, Debug)]
pub struct LearnerTree {
    pub lines: Vec<Line>,
    pub total: Units,
}

/// How a tree is written as nested elements.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// A group begins.
    Open(&'a Line),
    Unit(&'a Line),
    /// The last group that began ends.
    Close,
}

impl LearnerTree {
    /// The tree with what is known of its units; units without any are not started.
    pub fn new(nodes: Vec<Node>, known: &HashMap<ComponentKey, Progress>) -> LearnerTree {
        let mut lines: Vec<Line> = Vec::with_capacity(nodes.len());
        let mut total = Units::default();
        for node in nodes {
            let progress = known.get(&node.key).cloned().unwrap_or_default();
            let mut sums = Units::default();
            if node.is_unit() && !progress.left_out {
                sums.add(progress.status);
                total += sums;
            }
            lines.push(Line { node, progress, sums });
        }
        // From the end, so that a group has its sum before the group around it takes it over.
        let mut of_groups: HashMap<ComponentKey, Units> = HashMap::new();
        for line in lines.iter_mut().rev() {
            if let Some(sums) = of_groups.remove(&line.node.key) {
                line.sums = sums;
            }
            if let Some(parent) = line.node.parent {
                *of_groups.entry(parent).or_default() += line.sums;
            }
        }
        LearnerTree { lines, total }
    }

    /// Its units, without the groups.
    pub fn units(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.node.is_unit())
    }

    /// The tree as beginnings and ends of groups, for templates.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::with_capacity(self.lines.len());
        let mut open = 0;
        for line in &self.lines {
            steps.extend((line.node.depth..open).map(|_| Step::Close));
            open = line.node.depth;
            if line.node.is_unit() {
                steps.push(Step::Unit(line));
            } else {
                steps.push(Step::Open(line));
                open += 1;
            }
        }
        steps.extend((0..open).map(|_| Step::Close));
        steps
    }
}

/// The qualification to which a training record leads.
#[derive(Clone, Debug)]
pub struct Goal {
    pub key: QualificationKey,
    pub number: String,
    pub title: String,
    /// The grades that it can be passed with, the best first; there may be none.
    pub grades: Vec<String>,
}

/// The qualification to which a record's course leads, where one is chosen.
///
/// # Errors
/// A database error.
pub fn goal(s: &mut Session<'_>, of: &Record) -> Result<Option<Goal>, Ending> {
    let found: Option<(QualificationKey, String, String, String)> = cohort::table
        .inner_join(course::table.inner_join(qualification::table))
        .filter(cohort::id.eq(of.cohort()))
        .select((qualification::id, qualification::number, qualification::title, qualification::grades))
        .first(s.db())
        .optional()?;
    let goal = |(key, number, title, grades): (_, _, _, String)| Goal {
        key,
        number,
        title,
        grades: grades_of(&grades),
    };
    Ok(found.map(goal))
}

/// Where the learner of a training record stands now. Empty where its course leads to no qualification.
///
/// # Errors
/// A database error.
pub fn of_record(s: &mut Session<'_>, of: &Record) -> Result<LearnerTree, Ending> {
    let Some(goal) = goal(s, of)? else {
        return Ok(LearnerTree::default());
    };
    let nodes = tree::of_qualification(s, goal.key)?;
    Ok(LearnerTree::new(nodes, &known(s, of)?))
}

/// What a published report says of each unit, those withdrawn from the tree since among them.
///
/// # Errors
/// A database error.
pub fn of_report(s: &mut Session<'_>, of: &Report) -> Result<LearnerTree, Ending> {
    let known = reported(s, of.key())?;
    let of_units = report_unit::table
        .inner_join(component::table)
        .filter(report_unit::report_id.eq(of.key()))
        .select(component::qualification_id)
        .distinct();
    let qualifications: Vec<QualificationKey> = of_units.load(s.db())?;
    let mut nodes = Vec::new();
    for one in qualifications {
        nodes.extend(tree::with_withdrawn(s, one)?);
    }
    Ok(LearnerTree::new(around(nodes, &known), &known))
}

/// The units that are known, and the groups that they stand in.
fn around(nodes: Vec<Node>, known: &HashMap<ComponentKey, Progress>) -> Vec<Node> {
    let mut kept = Vec::with_capacity(nodes.len());
    let mut groups: Vec<ComponentKey> = Vec::new();
    for node in nodes.into_iter().rev() {
        if known.contains_key(&node.key) || groups.contains(&node.key) {
            groups.extend(node.parent);
            kept.push(node);
        }
    }
    kept.reverse();
    kept
}

type Row = (ComponentKey, bool, i16, String, String);

fn read(rows: Vec<Row>) -> Result<HashMap<ComponentKey, Progress>, Ending> {
    let progress = |(key, left_out, status, predicted_grade, comment): Row| {
        let status =
            UnitStatus::from_code(status).ok_or_else(|| Ending::fault("a unit of no known status"))?;
        Ok((key, Progress { left_out, status, predicted_grade, comment }))
    };
    rows.into_iter().map(progress).collect()
}

/// What is kept of each unit of a record, as its latest published report says.
///
/// # Errors
/// A database error.
pub(super) fn known(s: &mut Session<'_>, of: &Record) -> Result<HashMap<ComponentKey, Progress>, Ending> {
    read(
        unit_progress::table
            .filter(unit_progress::record_id.eq(of.key()))
            .select((
                unit_progress::component_id,
                unit_progress::left_out,
                unit_progress::status,
                unit_progress::predicted_grade,
                unit_progress::comment,
            ))
            .load(s.db())?,
    )
}

/// What a report, or a draft, says of each unit.
///
/// # Errors
/// A database error.
pub(super) fn reported(
    s: &mut Session<'_>,
    of: ReportKey,
) -> Result<HashMap<ComponentKey, Progress>, Ending> {
    read(
        report_unit::table
            .filter(report_unit::report_id.eq(of))
            .select((
                report_unit::component_id,
                report_unit::left_out,
                report_unit::status,
                report_unit::predicted_grade,
                report_unit::comment,
            ))
            .load(s.db())?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::tree::Kind;
    use platform::ids::PublicId;

    fn node(key: i64, depth: usize, parent: Option<i64>, kind: Kind) -> Node {
        Node {
            key: ComponentKey(key),
            public_id: PublicId::random(),
            depth,
            parent: parent.map(ComponentKey),
            kind,
            reference: String::new(),
            title: key.to_string(),
            credits: None,
            mandatory: true,
        }
    }

    /// A unit, then a group with a unit and an inner group of two, then an empty group.
    fn nodes() -> Vec<Node> {
        vec![
            node(1, 0, None, Kind::Unit),
            node(2, 0, None, Kind::Group),
            node(3, 1, Some(2), Kind::Unit),
            node(4, 1, Some(2), Kind::Group),
            node(5, 2, Some(4), Kind::Unit),
            node(6, 2, Some(4), Kind::Unit),
            node(7, 0, None, Kind::Group),
        ]
    }

    fn at(status: UnitStatus, left_out: bool) -> Progress {
        Progress { left_out, status, ..Progress::default() }
    }

    #[test]
    fn groups_add_up_what_is_in_them_and_not_what_is_left_out() {
        let known = HashMap::from([
            (ComponentKey(3), at(UnitStatus::Behind, false)),
            (ComponentKey(5), at(UnitStatus::Completed, false)),
            (ComponentKey(6), at(UnitStatus::Completed, true)),
        ]);
        let tree = LearnerTree::new(nodes(), &known);
        let sums: Vec<[u32; 5]> =
            tree.lines.iter().map(|line| UnitStatus::ALL.map(|status| line.sums.of(status))).collect();
        assert_eq!(
            sums,
            [
                [1, 0, 0, 0, 0],
                [0, 1, 0, 0, 1],
                [0, 1, 0, 0, 0],
                [0, 0, 0, 0, 1],
                [0, 0, 0, 0, 1],
                [0; 5],
                [0; 5],
            ]
        );
        assert_eq!(UnitStatus::ALL.map(|status| tree.total.of(status)), [1, 1, 0, 0, 1]);
        assert_eq!(tree.units().count(), 4);
    }

    #[test]
    fn every_group_that_begins_ends() {
        let tree = LearnerTree::new(nodes(), &HashMap::new());
        let steps: String = tree
            .steps()
            .iter()
            .map(|step| match step {
                Step::Open(_) => '(',
                Step::Unit(_) => 'u',
                Step::Close => ')',
            })
            .collect();
        assert_eq!(steps, "u(u(uu))()");
        assert!(LearnerTree::default().steps().is_empty());
    }

    #[test]
    fn only_groups_around_what_is_known_are_kept() {
        let known = HashMap::from([(ComponentKey(5), Progress::default())]);
        let keys: Vec<i64> = around(nodes(), &known).iter().map(|node| node.key.0).collect();
        assert_eq!(keys, [2, 4, 5]);
    }
}
