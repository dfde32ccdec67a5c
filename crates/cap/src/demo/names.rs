//! Made-up names and numbers. Surnames and places are put together from syllables, so that no real
//! child, school or firm is meant; telephone numbers are of the ranges that the regulator keeps for
//! drama (Ofcom: 01632 960000 to 960999, 07700 900000 to 900999).

use super::dice::Dice;

const FIRST_NAMES: [&str; 60] = [
    "Aaliyah", "Adam", "Aisha", "Alfie", "Amelia", "Amir", "Anya", "Archie", "Aria", "Ben", "Bella",
    "Callum", "Chloe", "Connor", "Daisy", "Daniel", "Ebony", "Elijah", "Ellie", "Ethan", "Eva", "Faith",
    "Finley", "Freya", "George", "Grace", "Hamza", "Harley", "Hassan", "Holly", "Ibrahim", "Imogen", "Isla",
    "Jack", "Jasmine", "Jayden", "Kacey", "Kai", "Keira", "Leo", "Libby", "Logan", "Lucy", "Mason", "Maya",
    "Mia", "Mohammed", "Niamh", "Noah", "Olivia", "Oscar", "Poppy", "Reece", "Ruby", "Samir", "Sienna",
    "Tyler", "Yusuf", "Zara", "Zoe",
];
const BEGINNINGS: [&str; 30] = [
    "Abber", "Ard", "Bel", "Brin", "Cal", "Cor", "Dal", "Den", "Eck", "Fal", "Fen", "Gar", "Gil", "Hol",
    "Ibb", "Jor", "Kel", "Lan", "Mar", "Nor", "Ock", "Pel", "Quil", "Ros", "Sel", "Tam", "Ul", "Ver", "Wil",
    "Yar",
];
const MIDDLES: [&str; 12] = [
    "a", "an", "be", "der", "e", "en", "i", "ing", "le", "o", "ter", "u",
];
const ENDINGS: [&str; 24] = [
    "bane", "brook", "cote", "dell", "dray", "fold", "garth", "holm", "keld", "lock", "mere", "moor", "nall",
    "pest", "quist", "rick", "sall", "shaw", "tarn", "thorn", "vane", "wath", "wend", "yard",
];
const SCHOOL_KINDS: [&str; 4] = ["School", "Academy", "High School", "College"];
const TRADES: [&str; 10] = [
    "Garage",
    "Kitchens",
    "Nurseries",
    "Studio",
    "Skills",
    "Workshop",
    "Farm",
    "Media",
    "Outdoors",
    "Salon",
];

/// A first name.
pub(super) fn first_name(dice: &mut Dice) -> &'static str {
    dice.pick(&FIRST_NAMES)
}

/// A surname that nobody has.
pub(super) fn surname(dice: &mut Dice) -> String {
    format!("{}{}{}", dice.pick(&BEGINNINGS), dice.pick(&MIDDLES), dice.pick(&ENDINGS))
}

/// A school's name.
pub(super) fn school(dice: &mut Dice) -> String {
    format!("{} {}", surname(dice), dice.pick(&SCHOOL_KINDS))
}

/// A provider's name.
pub(super) fn provider(dice: &mut Dice) -> String {
    format!("{} {}", surname(dice), dice.pick(&TRADES))
}

/// A landline that rings nowhere.
pub(super) fn landline(dice: &mut Dice) -> String {
    format!("01632 960{:03}", dice.below(1000))
}

/// A mobile that rings nowhere.
pub(super) fn mobile(dice: &mut Dice) -> String {
    format!("07700 900{:03}", dice.below(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::identifiers::Phone;

    #[test]
    fn numbers_are_of_the_kept_ranges_and_of_the_right_shape() {
        let mut dice = Dice::new(1, 1);
        for _ in 0..50 {
            let (landline, mobile) = (landline(&mut dice), mobile(&mut dice));
            assert!(landline.starts_with("01632 960") && mobile.starts_with("07700 900"));
            assert!(Phone::parse(&landline).is_ok() && Phone::parse(&mobile).is_ok());
        }
    }
}
