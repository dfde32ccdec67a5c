//! Two people at one register: what one changed is laid over what stands there now, field by field.
//! A field that both changed differently is a clash, and a person decides.

/// One field of one learner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// Nothing of mine: what stands there stays.
    Kept(String),
    /// Mine goes in: nobody else touched it.
    Taken(String),
    /// Both changed it, differently.
    Clash { mine: String, theirs: String },
}

impl Merged {
    /// The text to go on with: mine where I changed it.
    pub fn text(&self) -> &str {
        match self {
            Merged::Kept(text) | Merged::Taken(text) | Merged::Clash { mine: text, .. } => text,
        }
    }
}

/// Merges a field: the value that my page was made from, mine, and the one that stands there now.
pub fn field(base: &str, mine: &str, theirs: &str) -> Merged {
    if mine == base || mine == theirs {
        Merged::Kept(theirs.to_owned())
    } else if theirs == base {
        Merged::Taken(mine.to_owned())
    } else {
        Merged::Clash { mine: mine.to_owned(), theirs: theirs.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Merged, field};

    #[test]
    fn nothing_is_lost_and_only_real_clashes_are_asked_about() {
        let values = ["", "present", "late"];
        for base in values {
            for mine in values {
                for theirs in values {
                    match field(base, mine, theirs) {
                        Merged::Kept(text) => assert!(text == theirs && (mine == base || mine == theirs)),
                        Merged::Taken(text) => assert!(text == mine && theirs == base && mine != base),
                        Merged::Clash { .. } => assert!(mine != base && theirs != base && mine != theirs),
                    }
                }
            }
        }
    }
}
