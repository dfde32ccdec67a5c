//! `cap import qualifications`: the units of qualifications, one a row, with the groups they stand in.

use super::{
    ComponentKey, QualificationKey,
    component::{self, NewComponent},
    number::Number,
    qualification,
    tree::{self, Kind, Node},
};
use crate::{
    accounts::import::{Column, Import, Planned, Planning, may, must, overlay},
    schema::component as components,
};
use diesel::prelude::*;
use platform::{Ending, Form, Session, Writing, form::LINE, ids::PartnershipKey, table::Table, text::fold};
use std::collections::{HashMap, HashSet, hash_map::Entry};

/// A file of units.
#[derive(Debug)]
pub struct Units;

/// What stands between the groups of a path.
const INSIDE: char = '>';

/// A unit as a row has it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Unit {
    /// The groups it stands in, the outermost first.
    path: Vec<String>,
    reference: String,
    title: String,
    credits: Option<i16>,
    mandatory: bool,
}

/// A unit that is made, or changed from what is here.
#[derive(Debug)]
pub struct Change {
    of: QualificationKey,
    known: Option<ComponentKey>,
    unit: Unit,
    /// Whether it is the file's last change of its qualification, after which all is counted anew.
    is_last: bool,
}

impl Import for Units {
    type Change = Change;
    const WORD: &'static str = "qualifications";
    const KNOWN: &'static str = "The units of qualifications that are here already (`ofqual`, or entered by page), one a row, in their order. A unit of the same reference is the same one; where either has no reference, one of the same title in the same group. Filled cells replace what is known of it, and in another group it comes last. Groups that are not there yet are made, mandatory or optional as their first unit of the file is. Units that the file does not name stay as they are: they are withdrawn by page.";
    const COLUMNS: &'static [Column] = &[
        must("qualification", "Its number, like 100/5073/5, with or without slashes"),
        may(
            "group",
            "The groups it stands in, the outermost first, like Options > Engines; empty for none",
        ),
        may("unit_reference", "The awarding body's"),
        must("unit_title", ""),
        may("credits", "A whole number"),
        must("mandatory", "yes or no"),
    ];

    fn plan(s: &mut Session<'_>, at: PartnershipKey, table: &Table) -> Result<Planned<Change>, Ending> {
        let mut planning = Planning::<Change>::default();
        let mut trees: HashMap<QualificationKey, Vec<Node>> = HashMap::new();
        let (mut numbers, mut lines) = (HashMap::new(), HashMap::new());
        for one in qualification::of_partnership(s, at)? {
            numbers.insert(one.particulars().number.clone(), one.key());
        }
        for row in table.rows() {
            let mut form = overlay(Form::empty(), &row, Self::COLUMNS);
            let of = form.parsed("qualification", |text| {
                let number = Number::parse(text)?;
                numbers
                    .get(&number)
                    .copied()
                    .ok_or("no qualification of this number is here; import it first")
            });
            let unit = read(&mut form);
            let (true, Some(of), Some(mut unit)) = (planning.takes(&row, &form), of, unit) else {
                continue;
            };
            let tree = match trees.entry(of) {
                Entry::Occupied(tree) => tree.into_mut(),
                Entry::Vacant(place) => place.insert(tree::of_qualification(s, of)?),
            };
            if let Some(line) = lines.insert((of, identity(&unit)), row.line()) {
                let column = if unit.reference.is_empty() {
                    "unit_title"
                } else {
                    "unit_reference"
                };
                planning.fault(&row, column, format!("this unit stands on line {line} too"));
                continue;
            }
            let known = tree.iter().find(|node| node.is_unit() && are_one(&unit, &as_unit(tree, node)));
            let what = format!("unit {} {} of {}", unit.reference, unit.title, row.get("qualification"));
            let Some(node) = known else {
                planning.makes(&row, what, Change { of, known: None, unit, is_last: false });
                continue;
            };
            let now = as_unit(tree, node);
            if row.find("group").is_none() {
                unit.path.clone_from(&now.path);
            }
            unit.credits = unit.credits.or(now.credits);
            if unit.reference.is_empty() {
                unit.reference.clone_from(&now.reference);
            }
            if is_same(&unit, &now) {
                planning.leaves();
            } else {
                planning.changes(&row, what, Change { of, known: Some(node.key), unit, is_last: false });
            }
        }
        let mut seen: HashSet<QualificationKey> = HashSet::new();
        for step in planning.steps_mut().iter_mut().rev() {
            step.change.is_last = seen.insert(step.change.of);
        }
        Ok(planning.done())
    }

    fn apply(w: &mut Writing<'_>, _at: PartnershipKey, change: &Change) -> Result<Option<i64>, Ending> {
        let tree = tree::of_qualification(w, change.of)?;
        let parent = group_at(w, change.of, &tree, &change.unit)?;
        let unit = &change.unit;
        let new = NewComponent {
            kind: Kind::Unit,
            parent,
            reference: unit.reference.clone(),
            title: unit.title.clone(),
            credits: unit.credits,
            mandatory: unit.mandatory,
        };
        match change.known {
            None => {
                component::insert(w, change.of, &new)?;
            }
            Some(key) => {
                let version = components::table
                    .filter(components::id.eq(key))
                    .select(components::version)
                    .first(w.db())?;
                let stands_in = tree.iter().find(|node| node.key == key).and_then(|node| node.parent);
                component::rewrite(w, change.of, key, version, stands_in, &new)?;
            }
        }
        if change.is_last {
            component::recount(w, change.of)?;
        }
        Ok(None)
    }
}

/// The unit of a row; `None` when a field is refused.
fn read(form: &mut Form) -> Option<Unit> {
    let path = form.parsed("group", |text| {
        let path: Vec<String> = text.split(INSIDE).map(|group| group.trim().to_owned()).collect();
        if path.iter().any(String::is_empty) {
            Err("Enter a group on each side of a >")
        } else if path.iter().any(|group| group.chars().count() > LINE) {
            Err("Enter groups of at most 200 characters each")
        } else {
            Ok(path)
        }
    });
    let unit = Unit {
        path: path.unwrap_or_default(),
        reference: form.text("unit_reference", LINE),
        title: form.text("unit_title", LINE),
        credits: form.number("credits", 0, 999).and_then(|number| i16::try_from(number).ok()),
        mandatory: form.required_parsed("mandatory", "Enter yes or no", |word| {
            match word.to_lowercase().as_str() {
                "yes" | "mandatory" => Ok(true),
                "no" | "optional" => Ok(false),
                _ => Err("Enter yes or no"),
            }
        })?,
    };
    form.is_good().then_some(unit)
}

/// What no two rows of a qualification may have in common: the reference, or else group and title.
fn identity(unit: &Unit) -> (String, Vec<String>) {
    if unit.reference.is_empty() {
        (fold(&unit.title), folded(&unit.path))
    } else {
        (unit.reference.to_uppercase(), Vec::new())
    }
}

fn folded(path: &[String]) -> Vec<String> {
    path.iter().map(|group| fold(group)).collect()
}

/// Whether a row and what is here are one unit.
fn are_one(row: &Unit, known: &Unit) -> bool {
    if row.reference.is_empty() || known.reference.is_empty() {
        fold(&row.title) == fold(&known.title) && folded(&row.path) == folded(&known.path)
    } else {
        row.reference.to_uppercase() == known.reference.to_uppercase()
    }
}

/// Whether a row leaves everything of a unit as it is; groups are the same however they are written.
fn is_same(row: &Unit, known: &Unit) -> bool {
    folded(&row.path) == folded(&known.path)
        && Unit { path: Vec::new(), ..row.clone() } == Unit { path: Vec::new(), ..known.clone() }
}

/// A unit of the tree as a row would have it.
fn as_unit(tree: &[Node], node: &Node) -> Unit {
    let mut path = Vec::new();
    let mut above = node.parent;
    while let Some(group) = tree.iter().find(|group| Some(group.key) == above) {
        path.insert(0, group.title.clone());
        above = group.parent;
    }
    Unit {
        path,
        reference: node.reference.clone(),
        title: node.title.clone(),
        credits: node.credits,
        mandatory: node.mandatory,
    }
}

/// The group in which a unit stands; those of its path that are not there are made.
fn group_at(
    w: &mut Writing<'_>,
    of: QualificationKey,
    tree: &[Node],
    unit: &Unit,
) -> Result<Option<ComponentKey>, Ending> {
    let mut at = None;
    for title in &unit.path {
        let known = tree
            .iter()
            .find(|node| !node.is_unit() && node.parent == at && fold(&node.title) == fold(title));
        at = Some(match known {
            Some(group) => group.key,
            None => {
                let new = NewComponent {
                    kind: Kind::Group,
                    parent: at,
                    reference: String::new(),
                    title: title.clone(),
                    credits: None,
                    mandatory: unit.mandatory,
                };
                component::insert(w, of, &new)?
            }
        });
    }
    Ok(at)
}
