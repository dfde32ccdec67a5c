//! A group or a unit of a qualification: added, changed, moved, withdrawn. Whatever changes how many
//! units there are counts them anew, in the qualification and in every training record that leads to it.

use super::{
    ComponentKey, QualificationKey,
    qualification::Qualification,
    sums,
    tree::{self, Kind, Node},
};
use crate::schema::{component, qualification};
use diesel::{
    dsl::{count_star, max},
    prelude::*,
};
use platform::{Ending, Session, Writing, ids::PublicId};

/// What a component is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewComponent {
    pub kind: Kind,
    /// The group it stands in.
    pub parent: Option<ComponentKey>,
    pub reference: String,
    pub title: String,
    pub credits: Option<i16>,
    pub mandatory: bool,
}

/// A live component of a qualification, in its tree. Only [`open`] makes one.
#[derive(Clone, Debug)]
pub struct Component {
    node: Node,
    version: i32,
    tree: Vec<Node>,
}

impl Component {
    /// What it is and where it stands.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// How often it was changed: a form that was opened before the last change is refused.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// The units that are withdrawn with it: itself, or those of the group.
    pub fn units(&self) -> usize {
        usize::from(self.node.is_unit())
            + tree::within(&self.tree, self.node.key).iter().filter(|node| node.is_unit()).count()
    }

    /// The groups that it can be put into: none that stands in itself.
    pub fn possible_groups(&self) -> Vec<&Node> {
        let inside = tree::within(&self.tree, self.node.key);
        let is_inside = |key| key == self.node.key || inside.iter().any(|node| node.key == key);
        self.tree.iter().filter(|node| !node.is_unit() && !is_inside(node.key)).collect()
    }
}

/// The live component of this qualification that has this id.
///
/// # Errors
/// A database error.
pub fn open(s: &mut Session<'_>, of: &Qualification, id: &PublicId) -> Result<Option<Component>, Ending> {
    let tree = tree::of_qualification(s, of.key())?;
    let Some(node) = tree.iter().find(|node| node.public_id == *id).cloned() else {
        return Ok(None);
    };
    let version = component::table
        .filter(component::id.eq(node.key))
        .select(component::version)
        .first(s.db())?;
    Ok(Some(Component { node, version, tree }))
}

/// Adds a component at the end of its group, or of the tree.
///
/// # Errors
/// A database error.
pub fn add(w: &mut Writing<'_>, of: QualificationKey, new: &NewComponent) -> Result<ComponentKey, Ending> {
    let key = insert(w, of, new)?;
    recount(w, of)?;
    Ok(key)
}

/// As [`add`], where many are added before the units are counted anew.
pub(super) fn insert(
    w: &mut Writing<'_>,
    of: QualificationKey,
    new: &NewComponent,
) -> Result<ComponentKey, Ending> {
    let key = ComponentKey::next();
    let position = next_position(w, of)?;
    diesel::insert_into(component::table)
        .values((
            component::id.eq(key),
            component::public_id.eq(PublicId::random()),
            component::qualification_id.eq(of),
            component::parent_id.eq(new.parent.map(i64::from)),
            component::position.eq(position),
            component::kind.eq(new.kind.word()),
            component::reference.eq(&new.reference),
            component::title.eq(&new.title),
            component::credits.eq(new.credits),
            component::mandatory.eq(new.mandatory),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// A place behind every other component, so that it is the last one of whichever group.
fn next_position(s: &mut Session<'_>, of: QualificationKey) -> Result<i32, Ending> {
    let last: Option<i32> = component::table
        .filter(component::qualification_id.eq(of))
        .select(max(component::position))
        .first(s.db())?;
    Ok(last.map_or(0, |last| last + 1))
}

/// Changes a component; its kind stays. In another group it comes last.
///
/// # Errors
/// [`Ending::Conflict`] when it was changed since; a database error.
pub fn change(
    w: &mut Writing<'_>,
    of: QualificationKey,
    old: &Component,
    new: &NewComponent,
) -> Result<(), Ending> {
    rewrite(w, of, old.node.key, old.version, old.node.parent, new)
}

/// As [`change`], for a component of this version that stands in this group.
pub(super) fn rewrite(
    w: &mut Writing<'_>,
    of: QualificationKey,
    key: ComponentKey,
    version: i32,
    stands_in: Option<ComponentKey>,
    new: &NewComponent,
) -> Result<(), Ending> {
    let changed = diesel::update(
        component::table
            .filter(component::id.eq(key))
            .filter(component::version.eq(version))
            .filter(component::ended_at.is_null()),
    )
    .set((
        component::reference.eq(&new.reference),
        component::title.eq(&new.title),
        component::credits.eq(new.credits),
        component::mandatory.eq(new.mandatory),
        component::version.eq(version + 1),
    ))
    .execute(w.db())?;
    if changed == 0 {
        return Err(Ending::Conflict("Somebody else has changed this component since you opened it."));
    }
    if new.parent != stands_in {
        let position = next_position(w, of)?;
        diesel::update(component::table.filter(component::id.eq(key)))
            .set((component::parent_id.eq(new.parent.map(i64::from)), component::position.eq(position)))
            .execute(w.db())?;
    }
    Ok(())
}

/// Which way a component is moved among those of its group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Up,
    Down,
}

impl Way {
    /// The way that has this word.
    pub fn parse(word: &str) -> Option<Way> {
        match word {
            "up" => Some(Way::Up),
            "down" => Some(Way::Down),
            _ => None,
        }
    }
}

/// Moves a component past its neighbour in the same group; the first one stays when moved up, the last
/// one when moved down.
///
/// # Errors
/// A database error.
pub fn move_by_one(w: &mut Writing<'_>, moved: &Component, way: Way) -> Result<(), Ending> {
    let mut order: Vec<ComponentKey> = moved
        .tree
        .iter()
        .filter(|node| node.parent == moved.node.parent)
        .map(|node| node.key)
        .collect();
    let at = order.iter().position(|key| *key == moved.node.key).unwrap_or(0);
    let other = match way {
        Way::Up => at.checked_sub(1),
        Way::Down => Some(at + 1).filter(|next| *next < order.len()),
    };
    let Some(other) = other else {
        return Ok(());
    };
    order.swap(at, other);
    // All are numbered anew: those withdrawn between them keep numbers that say nothing now.
    for (position, key) in (0..).zip(order) {
        diesel::update(component::table.filter(component::id.eq(key)))
            .set(component::position.eq(position))
            .execute(w.db())?;
    }
    Ok(())
}

/// Withdraws a component, and with a group all that stands in it. What was reported of it stays.
///
/// # Errors
/// A database error.
pub fn end(w: &mut Writing<'_>, of: QualificationKey, ended: &Component) -> Result<(), Ending> {
    let inside = tree::within(&ended.tree, ended.node.key).iter().map(|node| node.key);
    let keys: Vec<ComponentKey> = std::iter::once(ended.node.key).chain(inside).collect();
    let now = w.now();
    diesel::update(component::table.filter(component::id.eq_any(keys)))
        .set(component::ended_at.eq(now))
        .execute(w.db())?;
    recount(w, of)
}

/// Counts the units of the tree and of every training record that leads to the qualification.
pub(super) fn recount(w: &mut Writing<'_>, of: QualificationKey) -> Result<(), Ending> {
    let units: i64 = component::table
        .filter(component::qualification_id.eq(of))
        .filter(component::kind.eq(Kind::Unit.word()))
        .filter(component::ended_at.is_null())
        .select(count_star())
        .first(w.db())?;
    diesel::update(qualification::table.filter(qualification::id.eq(of)))
        .set(qualification::units.eq(i32::try_from(units).unwrap_or(i32::MAX)))
        .execute(w.db())?;
    sums::recount_qualification(w, of)
}
