//! Finding the fields of a part. Word spreads a field over runs: one that begins it, some with its
//! instruction, one that separates, some with what it showed last, one that ends it; fields stand in
//! fields. Each becomes one place in the tree.

use crate::{
    Refusal,
    instruction::{Instruction, Piece, Treatment},
    xml::{Element, Node},
};
use std::collections::BTreeSet;

/// A field of a part.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) instruction: Instruction,
    /// How its text looks: the properties of its run (`w:rPr`).
    pub(crate) look: Option<Element>,
    /// What it showed last.
    pub(crate) shown: Vec<Node>,
}

/// The fields of a part, and what is to be told of them.
#[derive(Clone, Default, Debug)]
pub(crate) struct Fields {
    pub(crate) list: Vec<Field>,
    pub(crate) names: Vec<String>,
    pub(crate) unsupported: BTreeSet<String>,
}

/// How a run takes part in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Begin,
    Separate,
    End,
}

impl Fields {
    /// Puts a place where each field of this element stands.
    pub(crate) fn take_out_of(&mut self, element: &mut Element) -> Result<(), Refusal> {
        for node in &mut element.children {
            if let Node::Element(child) = node {
                self.take_out_of(child)?;
            }
        }
        let has_fields = element.elements().any(|child| {
            child.name == "w:fldSimple" || (child.name == "w:r" && child.child("w:fldChar").is_some())
        });
        if has_fields {
            element.children = self.rewritten(split(std::mem::take(&mut element.children)))?;
        }
        Ok(())
    }

    /// A list of siblings with places for its fields.
    fn rewritten(&mut self, nodes: Vec<Node>) -> Result<Vec<Node>, Refusal> {
        let (mut done, mut at) = (Vec::new(), 0);
        while let Some(node) = nodes.get(at) {
            if let Some(simple) = node.named("w:fldSimple") {
                let words = simple.attribute("w:instr").unwrap_or_default().into_owned();
                let instruction = Instruction::parse(vec![Piece::Words(words)]);
                instruction.survey(&mut self.names, &mut self.unsupported);
                match instruction.treatment() {
                    Treatment::LeftToWord => done.push(node.clone()),
                    _ => done.push(self.place(instruction, simple.children.clone(), None)),
                }
            } else if mark(node) == Some(Mark::Begin) {
                let rest = &nodes[at..];
                let end = end_of(rest);
                let inside = &rest[1..end.unwrap_or(rest.len())];
                let (instruction, shown) = taken_apart(inside);
                match (instruction.treatment(), end) {
                    (Treatment::LeftToWord, _) => done.push(node.clone()),
                    (Treatment::Fetches, None) => return Err(Refusal::FetchingField(instruction.kind)),
                    (_, None) => {
                        let name =
                            instruction.merge_field().map(|name| format!(" {name}")).unwrap_or_default();
                        let kind = &instruction.kind;
                        self.unsupported.insert(format!("{kind}{name} spread over several paragraphs"));
                        done.push(node.clone());
                    }
                    (_, Some(end)) => {
                        instruction.survey(&mut self.names, &mut self.unsupported);
                        let shown = self.rewritten(shown)?;
                        done.push(self.place(instruction, shown, first_look(inside)));
                        at += end;
                    }
                }
            } else {
                done.push(node.clone());
            }
            at += 1;
        }
        Ok(done)
    }

    fn place(&mut self, instruction: Instruction, shown: Vec<Node>, begun: Option<Element>) -> Node {
        let look = first_look(&shown).or(begun);
        self.list.push(Field { instruction, look, shown });
        Node::Slot(self.list.len() - 1)
    }
}

/// Runs with a mark of a field hold nothing else afterwards, so that fields begin and end at runs.
fn split(nodes: Vec<Node>) -> Vec<Node> {
    let mut done = Vec::new();
    for node in nodes {
        match node.named("w:r") {
            Some(run) if run.child("w:fldChar").is_some() && run.elements().count() > 1 => {
                let look = run.child("w:rPr").cloned().map(Node::Element);
                for content in run.elements().filter(|content| content.name != "w:rPr") {
                    let children = look.iter().cloned().chain([content.clone().into()]).collect();
                    done.push(Element { children, ..Element::new("w:r") }.into());
                }
            }
            _ => done.push(node),
        }
    }
    done
}

fn mark(node: &Node) -> Option<Mark> {
    let mark = node.named("w:r")?.child("w:fldChar")?;
    match mark.attribute("w:fldCharType")?.as_ref() {
        "begin" => Some(Mark::Begin),
        "separate" => Some(Mark::Separate),
        "end" => Some(Mark::End),
        _ => None,
    }
}

/// Where the field ends that begins at the first of these nodes.
fn end_of(nodes: &[Node]) -> Option<usize> {
    let mut depth = 0;
    nodes.iter().position(|node| {
        match mark(node) {
            Some(Mark::Begin) => depth += 1,
            Some(Mark::End) => depth -= 1,
            Some(Mark::Separate) | None => {}
        }
        depth == 0
    })
}

/// The instruction of a field, and what it showed last, from what stands between its beginning and
/// its end.
fn taken_apart(nodes: &[Node]) -> (Instruction, Vec<Node>) {
    let (mut pieces, mut at) = (Vec::new(), 0);
    while let Some(node) = nodes.get(at) {
        match mark(node) {
            Some(Mark::Separate) => return (Instruction::parse(pieces), nodes[at + 1..].to_vec()),
            Some(Mark::Begin) => {
                let Some(end) = end_of(&nodes[at..]) else { break };
                let (field, _) = taken_apart(&nodes[at + 1..at + end]);
                pieces.push(Piece::Field(Box::new(field)));
                at += end;
            }
            Some(Mark::End) => break,
            None => {
                for instruction in node.named("w:r").into_iter().flat_map(Element::elements) {
                    if instruction.name == "w:instrText" {
                        pieces.push(Piece::Words(instruction.text()));
                    }
                }
            }
        }
        at += 1;
    }
    (Instruction::parse(pieces), Vec::new())
}

/// The properties of the first run.
fn first_look(nodes: &[Node]) -> Option<Element> {
    nodes.iter().find_map(|node| node.named("w:r"))?.child("w:rPr").cloned()
}
