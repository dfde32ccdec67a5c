//! What a home school may say of an absence, read from a form: the one rule, for the list of
//! unprocessed absences and for the register.

use super::{
    codes::{Code, Codes},
    marking::Decision,
    status::Status,
};
use chrono::NaiveDate;
use platform::{
    clock,
    form::{Form, LINE},
};

/// The decisions that there are, in the order in which pages offer them.
pub const CHOICES: [Status; 2] = [Status::Authorised, Status::Unauthorised];

/// Reads the fields `code` and `reason`, each followed by `field_suffix` (such as `-REF` for one
/// learner of a register, or nothing). The code must have been in use on the lesson's date and fit
/// the decision. An empty one means O for an unauthorised absence; for an authorised one there is no
/// code that could be assumed. What is wrong stands beside its field, and the answer is `None`.
pub fn parse(
    form: &mut Form,
    field_suffix: &str,
    status: Status,
    held_on: NaiveDate,
    codes: &Codes,
) -> Option<Decision> {
    let (code_field, reason_field) = (format!("code{field_suffix}"), format!("reason{field_suffix}"));
    let reason = form.optional(&reason_field, LINE);
    let typed = form.text(&code_field, LINE);
    let code = match chosen(&typed, status, held_on, codes) {
        Ok(code) => Some(code.code.clone()),
        Err(sentence) => {
            form.refuse(&code_field, sentence);
            None
        }
    };
    let is_good = form.problem(&code_field).is_none() && form.problem(&reason_field).is_none();
    is_good.then_some(Decision { dfe_code: code, reason })
}

/// The codes to choose from, as a list of forms takes them.
pub fn options(codes: &Codes, status: Status, held_on: NaiveDate) -> Vec<(String, String)> {
    codes
        .for_decision(status, held_on)
        .into_iter()
        .map(|code| (code.code.clone(), code.to_string()))
        .collect()
}

fn chosen<'c>(typed: &str, status: Status, held_on: NaiveDate, codes: &'c Codes) -> Result<&'c Code, String> {
    let fitting = codes.for_decision(status, held_on);
    if typed.is_empty() {
        let assumed = (status == Status::Unauthorised).then(|| fitting.first().copied()).flatten();
        return assumed
            .ok_or_else(|| "Choose the DfE code that says why the absence is authorised".to_owned());
    }
    let Some(code) = codes.find(typed, held_on) else {
        return Err(format!(
            "Choose another DfE code: {typed} was not in use on {}",
            clock::short_date(held_on)
        ));
    };
    if fitting.contains(&code) {
        Ok(code)
    } else {
        Err(format!(
            "Choose another DfE code: {} ({}) does not go with an {}",
            code.code,
            code.meaning.name,
            status.label().to_lowercase()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_must_be_in_use_and_fit_the_decision() {
        let codes = Codes::of_seed();
        for (status, typed, on, expected) in [
            (Status::Authorised, "M", "2026-11-24", Ok("M")),
            (Status::Authorised, "m", "2026-11-24", Ok("M")),
            (Status::Authorised, "Y1", "2026-11-24", Ok("Y1")),
            (Status::Authorised, "", "2026-11-24", Err("Choose the DfE code that says why")),
            (Status::Authorised, "O", "2026-11-24", Err("does not go with an authorised absence")),
            (Status::Authorised, "B", "2026-11-24", Err("does not go with")),
            (Status::Authorised, "H", "2026-11-24", Err("H was not in use on 24 Nov 2026")),
            (Status::Authorised, "H", "2024-06-03", Ok("H")),
            (Status::Authorised, "C2", "2024-06-03", Err("was not in use on 3 Jun 2024")),
            (Status::Unauthorised, "", "2026-11-24", Ok("O")),
            (Status::Unauthorised, "G", "2026-11-24", Ok("G")),
            (Status::Unauthorised, "N", "2026-11-24", Err("does not go with an unauthorised absence")),
            (Status::Unauthorised, "I", "2026-11-24", Err("does not go with")),
            (Status::Present, "I", "2026-11-24", Err("does not go with a")),
        ] {
            let mut form = Form::empty().with("code-r", typed).with("reason-r", " rang home ");
            let held_on = on.parse().expect("a date");
            let decision = parse(&mut form, "-r", status, held_on, &codes);
            match expected {
                Ok(code) => {
                    let reason = Some("rang home".to_owned());
                    assert_eq!(decision, Some(Decision { dfe_code: Some(code.to_owned()), reason }));
                }
                Err(sentence) => {
                    assert_eq!(decision, None, "{typed}");
                    let problem = form.problem("code-r").unwrap_or_default();
                    assert!(problem.contains(sentence), "{typed}: {problem}");
                }
            }
        }
    }

    #[test]
    fn a_reason_is_one_line_and_a_problem_of_before_stays() {
        let codes = Codes::of_seed();
        let held_on = "2026-11-24".parse().expect("a date");
        let mut form = Form::empty().with("code", "I").with("reason", "x".repeat(201));
        assert_eq!(parse(&mut form, "", Status::Authorised, held_on, &codes), None);
        assert!(form.problem("reason").is_some_and(|sentence| sentence.contains("200")));
        let mut form = Form::empty().with("code", "I");
        form.refuse("code", "Something else");
        assert_eq!(parse(&mut form, "", Status::Authorised, held_on, &codes), None);
    }
}
