//! Duty of care as it is typed or imported.

use super::{
    codes::{SenNeed, SenProvision},
    learner::Care,
};
use platform::{
    Form,
    clock::short_date,
    form::{LINE, TEXT},
};

/// The fields of the form, which are also columns of the import, with their labels.
pub const FIELDS: &[(&str, &str)] = &[
    ("free_school_meals", "Free school meals"),
    ("pupil_premium", "Pupil premium"),
    ("in_care", "In care"),
    ("gifted_talented", "Gifted or talented"),
    ("medical_flag", "Medical flag"),
    ("medical_notes", "Medical notes"),
    ("allergies", "Allergies"),
    ("risks", "Risks"),
    ("risk_assessed_on", "Risk assessed on"),
    ("sen_provision", "SEN provision"),
    ("sen_need", "SEN classification"),
    ("sen_notes", "SEN notes"),
    ("previous_attendance", "Previous year's attendance"),
];

/// Reads duty of care; `None` when a field is refused.
pub fn read(form: &mut Form) -> Option<Care> {
    let care = Care {
        free_school_meals: flag(form, "free_school_meals"),
        pupil_premium: flag(form, "pupil_premium"),
        medical_flag: flag(form, "medical_flag"),
        medical_notes: form.text("medical_notes", TEXT),
        allergies: form.text("allergies", TEXT),
        risks: form.text("risks", TEXT),
        risk_assessed_on: form.date("risk_assessed_on"),
        gifted_talented: flag(form, "gifted_talented"),
        sen_provision: form.parsed("sen_provision", SenProvision::parse),
        sen_need: form.parsed("sen_need", SenNeed::parse),
        sen_notes: form.text("sen_notes", TEXT),
        previous_attendance: form.text("previous_attendance", LINE),
        in_care: flag(form, "in_care"),
    };
    let provision = care.sen_provision.unwrap_or(SenProvision::NoNeed);
    if care.sen_need.is_some_and(|need| !need.fits(provision)) {
        form.refuse(
            "sen_need",
            format!("This classification does not go with “{provision}”: change one of the two"),
        );
    }
    form.is_good().then_some(care)
}

/// A ticked box, or what a file says in its place.
fn flag(form: &mut Form, name: &str) -> bool {
    match form.text(name, LINE).to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => true,
        "" | "no" | "n" | "false" | "0" => false,
        _ => {
            form.refuse(name, "Enter yes or no");
            false
        }
    }
}

/// The form with this care in it.
pub fn fill(form: Form, care: &Care) -> Form {
    let ticked = |yes: bool| if yes { "yes" } else { "" };
    form.with("free_school_meals", ticked(care.free_school_meals))
        .with("pupil_premium", ticked(care.pupil_premium))
        .with("in_care", ticked(care.in_care))
        .with("gifted_talented", ticked(care.gifted_talented))
        .with("medical_flag", ticked(care.medical_flag))
        .with("medical_notes", &care.medical_notes)
        .with("allergies", &care.allergies)
        .with("risks", &care.risks)
        .with("risk_assessed_on", care.risk_assessed_on.map_or_else(String::new, |day| day.to_string()))
        .with("sen_provision", care.sen_provision.unwrap_or(SenProvision::NoNeed).code())
        .with("sen_need", care.sen_need.map_or("", SenNeed::code))
        .with("sen_notes", &care.sen_notes)
        .with("previous_attendance", &care.previous_attendance)
}

/// Duty of care as a page shows it: label and value.
pub fn rows(care: &Care) -> Vec<(&'static str, String)> {
    let yes = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let or_none = |text: &str| if text.is_empty() { "None entered" } else { text }.to_owned();
    vec![
        ("Free school meals", yes(care.free_school_meals)),
        ("Pupil premium", yes(care.pupil_premium)),
        ("In care", yes(care.in_care)),
        ("Gifted or talented", yes(care.gifted_talented)),
        ("Medical flag", yes(care.medical_flag)),
        ("Medical notes", or_none(&care.medical_notes)),
        ("Allergies", or_none(&care.allergies)),
        ("Risks", or_none(&care.risks)),
        (
            "Risk assessed on",
            care.risk_assessed_on.map_or_else(|| "Not entered".to_owned(), short_date),
        ),
        ("SEN provision", care.sen_provision.unwrap_or(SenProvision::NoNeed).label().to_owned()),
        ("SEN classification", or_none(care.sen_need.map_or("", SenNeed::label))),
        ("SEN notes", or_none(&care.sen_notes)),
        ("Previous year's attendance", or_none(&care.previous_attendance)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_read_back() {
        let mut form = Form::empty()
            .with("in_care", "TRUE")
            .with("pupil_premium", "0")
            .with("sen_provision", "k")
            .with("sen_need", "SEMH")
            .with("risk_assessed_on", "01/09/2026")
            .with("allergies", "Nuts");
        let care = read(&mut form).unwrap();
        assert!(
            care.in_care
                && !care.pupil_premium
                && care.sen_need == Some(SenNeed::SocialEmotionalMentalHealth)
        );
        let again = read(&mut fill(Form::empty(), &care)).unwrap();
        assert_eq!(rows(&again), rows(&care));
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (name, value) in [
            ("medical_flag", "perhaps"),
            ("risk_assessed_on", "soon"),
            ("sen_provision", "Q"),
            ("sen_need", "SEMH"),
        ] {
            let mut form = Form::empty().with(name, value);
            assert!(read(&mut form).is_none(), "{name}");
            assert!(form.problem(name).is_some() && form.problems().len() == 1, "{name}");
        }
    }
}
