//! Working fields out for one record.

use crate::{
    date,
    instruction::{Argument, Instruction, Piece, Treatment},
    template::Values,
};
use std::cmp::Ordering;

/// What a field shows for this record; none where it is not for the merge to work out.
pub(crate) fn evaluate(field: &Instruction, values: &Values<'_>) -> Option<String> {
    if field.treatment() != Treatment::WorkedOut {
        return None;
    }
    Some(match field.kind.as_str() {
        "MERGEFIELD" => merge_field(field, values),
        "DATE" => in_case(field, written(field, values)),
        "IF" => {
            let text = |at: usize| field.arguments.get(at).map(|a| filled(a, values)).unwrap_or_default();
            let is_so = compare(&text(0), &text(1), &text(2));
            in_case(field, text(if is_so { 3 } else { 4 }))
        }
        // MERGEREC and MERGESEQ count the records; nothing is left out here, so both are one.
        _ => values.number.to_string(),
    })
}

fn written(field: &Instruction, values: &Values<'_>) -> String {
    let picture = field.switch('@').filter(|picture| !picture.is_empty()).unwrap_or(date::USUAL);
    date::by_picture(values.today, picture).unwrap_or_default()
}

fn merge_field(field: &Instruction, values: &Values<'_>) -> String {
    let name = field.arguments.first().map(|name| filled(name, values)).unwrap_or_default();
    let Some(value) = (values.of)(&name) else {
        return format!("«{name}»");
    };
    let by_picture = |picture: &str| date::by_picture(date::read(&value)?, picture);
    let value = field.switch('@').and_then(by_picture).unwrap_or(value);
    if value.is_empty() {
        return value;
    }
    let (before, after) = (field.switch('b').unwrap_or_default(), field.switch('f').unwrap_or_default());
    format!("{before}{}{after}", in_case(field, value))
}

fn filled(argument: &Argument, values: &Values<'_>) -> String {
    let pieces = argument.iter().map(|piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Field(field) => evaluate(field, values).unwrap_or_default(),
    });
    pieces.collect()
}

/// Follows `\* Upper` and the like; others say how the text looks, not what it is.
fn in_case(field: &Instruction, text: String) -> String {
    let mut cases = field.switches.iter().filter(|(letter, _)| *letter == '*');
    cases.by_ref().fold(text, |text, (_, case)| match case.to_ascii_lowercase().as_str() {
        "upper" => text.to_uppercase(),
        "lower" => text.to_lowercase(),
        "firstcap" => capital(&text),
        "caps" => text.split_inclusive(char::is_whitespace).map(capital).collect(),
        _ => text,
    })
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

/// Numbers are compared as numbers, everything else as text; `*` and `?` stand for any letters.
fn compare(left: &str, comparison: &str, right: &str) -> bool {
    let numbers = (number(left), number(right));
    let order = match numbers {
        (Some(left), Some(right)) => left.partial_cmp(&right),
        _ => Some(left.cmp(right)),
    };
    let is_equal = order == Some(Ordering::Equal) || is_like(left, right);
    match comparison {
        "=" => is_equal,
        "<>" => !is_equal,
        "<" => order == Some(Ordering::Less),
        ">" => order == Some(Ordering::Greater),
        "<=" => order != Some(Ordering::Greater),
        _ => order != Some(Ordering::Less),
    }
}

/// A plain number or percentage; leading zeros and plus signs are telephone numbers and codes.
fn number(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-');
    text.parse().ok().filter(|_| is_plain)
}

/// Whether a text is as a pattern says, in time proportional to the product of their lengths.
fn is_like(text: &str, pattern: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return false;
    }
    let text: Vec<char> = text.chars().collect();
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for wanted in pattern.chars() {
        let mut next = vec![false; text.len() + 1];
        match wanted {
            '*' => {
                let first = reached.iter().position(|at| *at).unwrap_or(text.len() + 1);
                next.iter_mut().skip(first).for_each(|at| *at = true);
            }
            wanted => {
                for (at, c) in text.iter().enumerate() {
                    next[at + 1] = reached[at] && (wanted == '?' || wanted == *c);
                }
            }
        }
        reached = next;
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn shown(text: &str) -> Option<String> {
        let of = |name: &str| match name {
            "Surname" => Some("o’neill-łuk".to_owned()),
            "Phone" => Some("+44 24 7600 0000".to_owned()),
            "Contribution" => Some("-2".to_owned()),
            "Code" => Some("007".to_owned()),
            "Born" => Some("04/03/2012".to_owned()),
            "Empty" => Some(String::new()),
            _ => None,
        };
        let values = Values {
            of: &of,
            number: 3,
            today: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
        };
        // `[X]` in the text is the field MERGEFIELD X inside the field.
        let mut pieces = Vec::new();
        for (at, piece) in text.split(['[', ']']).enumerate() {
            let words = |text: &str| vec![Piece::Words(text.to_owned())];
            pieces.push(match at % 2 {
                0 => Piece::Words(piece.to_owned()),
                _ => Piece::Field(Box::new(Instruction::parse(words(&format!("MERGEFIELD {piece}"))))),
            });
        }
        evaluate(&Instruction::parse(pieces), &values)
    }

    #[test]
    fn fields_are_worked_out() {
        for (field, text) in [
            ("MERGEFIELD Surname", "o’neill-łuk"),
            ("MERGEFIELD Surname \\* Upper", "O’NEILL-ŁUK"),
            ("MERGEFIELD Surname \\* FirstCap", "O’neill-łuk"),
            ("MERGEFIELD Phone \\* MERGEFORMAT", "+44 24 7600 0000"),
            ("MERGEFIELD Contribution", "-2"),
            ("MERGEFIELD Code", "007"),
            ("MERGEFIELD Born \\@ \"d MMMM yyyy\"", "4 March 2012"),
            ("MERGEFIELD Surname \\@ \"d MMMM yyyy\"", "o’neill-łuk"),
            ("MERGEFIELD Empty \\b \"Tel. \"", ""),
            ("MERGEFIELD Code \\b \"Nr \" \\f \"!\"", "Nr 007!"),
            ("MERGEFIELD Nobody", "«Nobody»"),
            ("DATE \\@ \"dd.MM.yyyy\"", "24.11.2026"),
            ("DATE", "24/11/2026"),
            ("MERGEREC", "3"),
            ("IF [Contribution] < 0 \"low\" \"fair\"", "low"),
            ("IF [Contribution]<\"0\" \"low\" \"fair\"", "low"),
            ("IF [Code] = 7 \"same\" \"other\"", "same"),
            ("IF [Code] <> \"007\" \"other\" \"same\"", "same"),
            ("IF [Phone] = \"+44*\" \"here: [Phone]\" \"abroad\"", "here: +44 24 7600 0000"),
            ("IF [Empty] = \"\" \"\" \"some\"", ""),
            ("IF [Surname] > \"p\" \"late\"", ""),
        ] {
            assert_eq!(shown(field).as_deref(), Some(text), "{field}");
        }
        for field in ["PAGE", "NEXT", "DDE x", "IF 1", ""] {
            assert_eq!(shown(field), None, "{field}");
        }
    }

    #[test]
    fn patterns_are_matched() {
        for (text, pattern, is) in [
            ("abc", "a*", true),
            ("abc", "*c", true),
            ("abc", "?b?", true),
            ("abc", "a?", false),
            ("", "*", true),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "*a*a*a*a*a*a*a*c", false),
        ] {
            assert_eq!(is_like(text, pattern), is, "{text} {pattern}");
        }
    }
}
