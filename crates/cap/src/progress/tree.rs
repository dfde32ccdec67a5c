//! A qualification's tree of groups and units, as everybody reads it.

use super::{ComponentKey, QualificationKey};
use crate::schema::component;
use diesel::prelude::*;
use platform::{Ending, Session, ids::PublicId};
use std::collections::HashMap;

/// What a component is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Holds units and further groups; has no progress of its own.
    Group,
    /// What learners make progress in.
    Unit,
}

impl Kind {
    /// In the order of forms.
    pub const ALL: [Kind; 2] = [Kind::Unit, Kind::Group];

    /// The word in the database, in forms and in import files.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Group => "group",
            Kind::Unit => "unit",
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Group => "Group",
            Kind::Unit => "Unit",
        }
    }

    /// The kind that has this word.
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A component of a tree, in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    pub key: ComponentKey,
    pub public_id: PublicId,
    /// How many groups it stands in: 0 at the top.
    pub depth: usize,
    /// The group it stands in.
    pub parent: Option<ComponentKey>,
    pub kind: Kind,
    /// Its awarding body's reference; may be empty.
    pub reference: String,
    pub title: String,
    pub credits: Option<i16>,
    pub mandatory: bool,
}

impl Node {
    /// Whether learners make progress in it.
    pub fn is_unit(&self) -> bool {
        self.kind == Kind::Unit
    }

    /// Reference and title, as lists name it.
    pub fn name(&self) -> String {
        if self.reference.is_empty() {
            self.title.clone()
        } else {
            format!("{} {}", self.reference, self.title)
        }
    }
}

/// The live components of a qualification in display order: each group before what stands in it, and
/// what stands in one group by its position. Components withdrawn from the tree are not among them.
///
/// # Errors
/// A database error.
pub fn of_qualification(s: &mut Session<'_>, of: QualificationKey) -> Result<Vec<Node>, Ending> {
    load(s, of, false)
}

/// As [`of_qualification`], with the components that were withdrawn from the tree: for what was
/// reported while they stood in it.
///
/// # Errors
/// A database error.
pub fn with_withdrawn(s: &mut Session<'_>, of: QualificationKey) -> Result<Vec<Node>, Ending> {
    load(s, of, true)
}

fn load(s: &mut Session<'_>, of: QualificationKey, withdrawn: bool) -> Result<Vec<Node>, Ending> {
    type Row = (ComponentKey, PublicId, Option<i64>, String, String, String, Option<i16>, bool);
    let mut query = component::table
        .filter(component::qualification_id.eq(of))
        .order((component::position, component::id))
        .select((
            component::id,
            component::public_id,
            component::parent_id,
            component::kind,
            component::reference,
            component::title,
            component::credits,
            component::mandatory,
        ))
        .into_boxed::<platform::Multi>();
    if !withdrawn {
        query = query.filter(component::ended_at.is_null());
    }
    let rows: Vec<Row> = query.load(s.db())?;
    let mut nodes = Vec::with_capacity(rows.len());
    for (key, public_id, parent, kind, reference, title, credits, mandatory) in rows {
        nodes.push(Node {
            key,
            public_id,
            depth: 0,
            parent: parent.map(ComponentKey),
            kind: Kind::parse(&kind).ok_or_else(|| Ending::fault("a component of no known kind"))?,
            reference,
            title,
            credits,
            mandatory,
        });
    }
    Ok(in_order(nodes))
}

/// Nodes that are ordered among their siblings, put under their groups with their depths.
fn in_order(nodes: Vec<Node>) -> Vec<Node> {
    let mut below: HashMap<Option<ComponentKey>, Vec<Node>> = HashMap::new();
    let number = nodes.len();
    // The last sibling first, so that the first one is taken off the end.
    for node in nodes.into_iter().rev() {
        below.entry(node.parent).or_default().push(node);
    }
    let mut ordered = Vec::with_capacity(number);
    let mut path = vec![None];
    while let Some(group) = path.last().copied() {
        match below.get_mut(&group).and_then(Vec::pop) {
            None => {
                path.pop();
            }
            Some(node) => {
                let depth = path.len() - 1;
                path.push(Some(node.key));
                ordered.push(Node { depth, ..node });
            }
        }
    }
    ordered
}

/// The nodes that stand in this one, at whatever depth: those that follow it and are deeper.
pub fn within(nodes: &[Node], key: ComponentKey) -> &[Node] {
    let Some(at) = nodes.iter().position(|node| node.key == key) else {
        return &[];
    };
    let rest = &nodes[at + 1..];
    let end = rest.iter().position(|node| node.depth <= nodes[at].depth).unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(key: i64, parent: Option<i64>, kind: Kind) -> Node {
        Node {
            key: ComponentKey(key),
            public_id: PublicId::random(),
            depth: 0,
            parent: parent.map(ComponentKey),
            kind,
            reference: String::new(),
            title: key.to_string(),
            credits: None,
            mandatory: true,
        }
    }

    #[test]
    fn a_group_stands_before_what_is_in_it() {
        let nodes = in_order(vec![
            node(4, Some(2), Kind::Unit),
            node(1, None, Kind::Unit),
            node(2, None, Kind::Group),
            node(5, Some(3), Kind::Unit),
            node(3, Some(2), Kind::Group),
            node(6, None, Kind::Unit),
        ]);
        let order: Vec<(i64, usize)> = nodes.iter().map(|node| (node.key.0, node.depth)).collect();
        assert_eq!(order, [(1, 0), (2, 0), (4, 1), (3, 1), (5, 2), (6, 0)]);
        let keys = |of| within(&nodes, ComponentKey(of)).iter().map(|node| node.key.0).collect::<Vec<_>>();
        assert_eq!(keys(2), [4, 3, 5]);
        assert_eq!(keys(3), [5]);
        assert!(keys(1).is_empty() && keys(6).is_empty() && keys(99).is_empty());
    }
}
