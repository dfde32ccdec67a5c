//! The qualifications of the demo: made up, with numbers of their usual shape that nobody was given.

use crate::progress::{
    component::{self, NewComponent},
    number::Number,
    qualification::{self, Particulars, grades_of},
    tree::Kind,
};
use platform::{Ending, Writing, ids::PartnershipKey};

/// A qualification with its tree.
struct Made {
    number: &'static str,
    title: &'static str,
    level: &'static str,
    kind: &'static str,
    grades: &'static str,
    tree: &'static [Part],
}

/// A group (without a reference) or a unit; what stands in a group follows it, one deeper.
struct Part {
    depth: usize,
    reference: &'static str,
    title: &'static str,
    credits: Option<i16>,
    mandatory: bool,
}

const fn group(depth: usize, title: &'static str, mandatory: bool) -> Part {
    Part {
        depth,
        reference: "",
        title,
        credits: None,
        mandatory,
    }
}

const fn unit(
    depth: usize,
    reference: &'static str,
    title: &'static str,
    credits: i16,
    mandatory: bool,
) -> Part {
    Part {
        depth,
        reference,
        title,
        credits: Some(credits),
        mandatory,
    }
}

const BODY: &str = "Brightwater Awards";

const VEHICLES: Made = Made {
    number: "699/1001/7",
    title: "Level 1 Diploma in Vehicle Maintenance",
    level: "Level 1",
    kind: "Vocationally-Related Qualification",
    grades: "Distinction, Merit, Pass",
    tree: &[
        group(0, "Core units", true),
        unit(1, "VM101", "Health and safety in the workshop", 3, true),
        unit(1, "VM102", "Tools, equipment and materials", 4, true),
        unit(1, "VM103", "Working with others", 2, true),
        group(0, "Vehicle units", false),
        group(1, "Light vehicles", false),
        unit(2, "VM210", "Routine checks", 3, false),
        unit(2, "VM211", "Wheels and tyres", 3, false),
        unit(2, "VM212", "Braking systems", 5, false),
        group(1, "Motorcycles", false),
        unit(2, "VM220", "Chains and sprockets", 3, false),
        unit(2, "VM221", "Batteries and lighting", 4, false),
        unit(0, "VM301", "Applying for work or training", 2, true),
    ],
};

const LAND: Made = Made {
    number: "699/1002/9",
    title: "Level 1 Certificate in Land and Animals",
    level: "Level 1",
    kind: "Vocationally-Related Qualification",
    grades: "Distinction, Merit, Pass",
    tree: &[
        group(0, "Core units", true),
        unit(1, "LA101", "Working safely out of doors", 3, true),
        unit(1, "LA102", "Caring for tools and clothing", 2, true),
        group(0, "Animals", false),
        unit(1, "LA210", "Feeding and watering", 3, false),
        unit(1, "LA211", "Handling small animals", 4, false),
        unit(1, "LA212", "Cleaning housing", 2, false),
        group(0, "Plants and paths", false),
        unit(1, "LA220", "Sowing and potting", 3, false),
        unit(1, "LA221", "Keeping paths and fences", 3, false),
    ],
};

const SKILLS: Made = Made {
    number: "699/1003/0",
    title: "Entry Level Award in Skills for Work and Life",
    level: "Entry Level",
    kind: "Other Vocational Qualification",
    grades: "Pass",
    tree: &[
        group(0, "Work", true),
        unit(1, "WL11", "Arriving ready for work", 1, true),
        unit(1, "WL12", "Following instructions", 1, true),
        unit(1, "WL13", "A project of one's own", 3, true),
        group(0, "Life", true),
        unit(1, "WL21", "Looking after oneself", 1, true),
        unit(1, "WL22", "Money", 2, false),
        unit(1, "WL23", "Getting about", 1, false),
    ],
};

const CREATIVE: Made = Made {
    number: "699/2004/7",
    title: "Level 2 Award in Creative Practice",
    level: "Level 2",
    kind: "Vocationally-Related Qualification",
    grades: "Distinction, Merit, Pass",
    tree: &[
        unit(0, "CP1", "Finding ideas", 2, true),
        unit(0, "CP2", "Making a piece", 4, true),
        unit(0, "CP3", "Showing it", 2, true),
    ],
};

/// Makes those of the demo's own partnership.
pub(super) fn make(w: &mut Writing<'_>, at: PartnershipKey) -> Result<(), Ending> {
    [VEHICLES, LAND, SKILLS, CREATIVE].iter().try_for_each(|one| write(w, at, one))
}

/// Makes the other partnership's one.
pub(super) fn make_other(w: &mut Writing<'_>, at: PartnershipKey) -> Result<(), Ending> {
    write(w, at, &CREATIVE)
}

/// The number of the qualification to which a course of this title leads.
pub(super) fn of_course(title: &str) -> &'static str {
    match title {
        "Motor mechanics" => VEHICLES.number,
        "Animal care" | "Horticulture" | "Outdoor learning" => LAND.number,
        "Music production" | "Art and design" => CREATIVE.number,
        _ => SKILLS.number,
    }
}

fn write(w: &mut Writing<'_>, at: PartnershipKey, one: &Made) -> Result<(), Ending> {
    let particulars = Particulars {
        number: Number::parse(one.number).map_err(Ending::fault)?,
        awarding_body: BODY.to_owned(),
        title: one.title.to_owned(),
        level: one.level.to_owned(),
        kind: one.kind.to_owned(),
        grades: grades_of(one.grades),
    };
    let key = qualification::make(w, at, &particulars)?;
    let mut path = Vec::new();
    for part in one.tree {
        path.truncate(part.depth);
        let new = NewComponent {
            kind: if part.reference.is_empty() { Kind::Group } else { Kind::Unit },
            parent: path.last().copied(),
            reference: part.reference.to_owned(),
            title: part.title.to_owned(),
            credits: part.credits,
            mandatory: part.mandatory,
        };
        path.push(component::add(w, key, &new)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_trees_are_sound() {
        for one in [VEHICLES, LAND, SKILLS, CREATIVE] {
            assert!(Number::parse(one.number).unwrap().has_right_check(), "{}", one.number);
            let mut groups = 0;
            for part in one.tree {
                assert!(part.depth <= groups, "{} stands in no group", part.title);
                groups = part.depth + usize::from(part.reference.is_empty());
            }
        }
    }
}
