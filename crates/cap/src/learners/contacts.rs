//! Emergency contacts as they are typed or imported: up to four, in order of whom to ring first.

use super::learner::Contact;
use crate::accounts::identifiers::Phone;
use platform::{Form, form::LINE};

/// The field names of one contact, which are also columns of the import.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    pub name: &'static str,
    pub relationship: &'static str,
    pub daytime: &'static str,
    pub evening: &'static str,
    pub mobile: &'static str,
}

macro_rules! fields { ($($n:literal),*) => {
    /// The field names of every contact, in order.
    pub const FIELDS: &[Fields] = &[$(Fields {
        name: concat!("contact", $n, "_name"),
        relationship: concat!("contact", $n, "_relationship"),
        daytime: concat!("contact", $n, "_daytime"),
        evening: concat!("contact", $n, "_evening"),
        mobile: concat!("contact", $n, "_mobile"),
    }),*];

    /// The same with their labels.
    pub const LABELS: &[(&str, &str)] = &[$(
        (concat!("contact", $n, "_name"), concat!("Contact ", $n, " name")),
        (concat!("contact", $n, "_relationship"), concat!("Contact ", $n, " relationship")),
        (concat!("contact", $n, "_daytime"), concat!("Contact ", $n, " daytime telephone")),
        (concat!("contact", $n, "_evening"), concat!("Contact ", $n, " evening telephone")),
        (concat!("contact", $n, "_mobile"), concat!("Contact ", $n, " mobile telephone")),
    )*];
} }

fields!("1", "2", "3", "4");

impl Fields {
    /// All five.
    pub fn all(&self) -> [&'static str; 5] {
        [
            self.name,
            self.relationship,
            self.daytime,
            self.evening,
            self.mobile,
        ]
    }
}

/// Reads the contacts, those that are left empty passed over; `None` when a field is refused.
pub fn read(form: &mut Form) -> Option<Vec<Contact>> {
    let mut contacts = Vec::new();
    for fields in FIELDS {
        if fields.all().iter().all(|field| form.value(field).trim().is_empty()) {
            continue;
        }
        let phone = |form: &mut Form, field: &str| {
            form.parsed(field, Phone::parse)
                .map_or_else(String::new, |phone| phone.as_str().to_owned())
        };
        let contact = Contact {
            name: form.required(
                fields.name,
                LINE,
                "Enter the contact's name, or leave the whole contact empty",
            ),
            relationship: form.text(fields.relationship, LINE),
            daytime: phone(form, fields.daytime),
            evening: phone(form, fields.evening),
            mobile: phone(form, fields.mobile),
        };
        if [fields.daytime, fields.evening, fields.mobile]
            .iter()
            .all(|field| form.value(field).trim().is_empty())
        {
            form.refuse(fields.daytime, "Enter at least one telephone number of this contact");
        }
        contacts.push(contact);
    }
    form.is_good().then_some(contacts)
}

/// The form with these contacts in it.
pub fn fill(form: Form, contacts: &[Contact]) -> Form {
    FIELDS.iter().zip(contacts).fold(form, |form, (fields, contact)| {
        form.with(fields.name, &contact.name)
            .with(fields.relationship, &contact.relationship)
            .with(fields.daytime, &contact.daytime)
            .with(fields.evening, &contact.evening)
            .with(fields.mobile, &contact.mobile)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_keep_their_order_and_close_ranks() {
        let mut form = Form::empty()
            .with("contact3_name", "Aunt")
            .with("contact3_mobile", "07700 900001")
            .with("contact1_name", "Father")
            .with("contact1_daytime", "01632 960001");
        let contacts = read(&mut form).unwrap();
        let names: Vec<&str> = contacts.iter().map(|contact| contact.name.as_str()).collect();
        assert_eq!(names, ["Father", "Aunt"]);
        assert_eq!(read(&mut fill(Form::empty(), &contacts)), Some(contacts));
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (fields, wrong) in [
            (&[("contact1_mobile", "07700 900001")][..], "contact1_name"),
            (&[("contact2_name", "Aunt")][..], "contact2_daytime"),
            (
                &[("contact4_name", "Aunt"), ("contact4_evening", "ring the bell")][..],
                "contact4_evening",
            ),
        ] {
            let mut form = fields.iter().fold(Form::empty(), |form, (name, value)| form.with(name, value));
            assert_eq!(read(&mut form), None, "{wrong}");
            assert!(form.problem(wrong).is_some() && form.problems().len() == 1, "{wrong}");
        }
    }
}
