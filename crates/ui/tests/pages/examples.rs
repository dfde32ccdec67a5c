//! Example pages, written as pages of the product are.

use askama::Template;
use ui::{
    chart::{BarRow, Column, Columns, Progress, Series, StackedBars},
    filters::ActiveFilter,
    frame::{Choice, Crumb, Flash, FlashAction, Frame, MenuGroup, MenuItem, Person, Service, Tone},
    pagination::Pages,
};

/// A form as the product's own answers the components.
#[derive(Default)]
pub struct ExampleForm {
    pub values: Vec<(&'static str, &'static str)>,
    pub problems: Vec<Problem>,
}

pub struct Problem {
    pub field: &'static str,
    pub message: &'static str,
}

impl ExampleForm {
    fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| value)
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.values.contains(&(name, value))
    }

    fn problem(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|problem| problem.field == name).map(|problem| problem.message)
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

#[derive(Template)]
#[template(path = "form.html")]
pub struct FormPage {
    pub frame: Frame,
    pub form: ExampleForm,
    pub cohorts: Vec<(String, String)>,
    pub kinds: [(&'static str, &'static str); 2],
}

#[derive(Template)]
#[template(path = "list.html")]
pub struct ListPage {
    pub frame: Frame,
    pub form: ExampleForm,
    pub cohorts: Vec<(String, String)>,
    pub active: Vec<ActiveFilter>,
    pub states: [(&'static str, &'static str, &'static str, &'static str); 8],
    pub progress: Progress,
    pub pages: Pages,
    pub bars: StackedBars,
    pub columns: Columns,
}

#[derive(Template)]
#[template(path = "register.html")]
pub struct RegisterPage {
    pub frame: Frame,
    pub statuses: [(&'static str, &'static str); 6],
    pub rows: Vec<RegisterRow>,
}

pub struct RegisterRow {
    pub reference: &'static str,
    pub name: &'static str,
    pub school: &'static str,
    pub status: &'static str,
    pub contribution: &'static str,
}

impl RegisterRow {
    fn field(&self, field: &str) -> String {
        format!("{field}-{}", self.reference)
    }

    fn has(&self, status: &str) -> bool {
        self.status == status
    }
}

pub const STATUSES: [(&str, &str); 8] = [
    ("present", "Present"),
    ("late", "Late"),
    ("authorised", "Authorised"),
    ("unexplained", "Unexplained"),
    ("unauthorised", "Unauthorised"),
    ("dismissed-behaviour", "Dismissed (behaviour)"),
    ("dismissed-other", "Dismissed (other)"),
    ("not-required", "Not required"),
];

pub fn public_frame(title: &str) -> Frame {
    let service = Service {
        name: "Brightwater Alternative Provision".into(),
        authority: "Brightwater Council".into(),
        logo: false,
        brand_version: "1".into(),
        contact_email: "help@brightwater.example".into(),
        contact_phone: "01632 960000".into(),
    };
    Frame::new(title, service, "key".into())
}

pub fn staff_frame(title: &str) -> Frame {
    let item = |label: &str, count, current| MenuItem {
        label: label.into(),
        href: format!("/clm/{}", label.to_lowercase().replace(' ', "-")),
        count,
        current,
    };
    let group = |label: &str, items| MenuGroup {
        label: label.into(),
        href: None,
        items,
        current: false,
    };
    let mut frame = public_frame(title);
    frame.person = Some(Person {
        name: "Tess Ryder".into(),
        organisation: "Riverside".into(),
        role: "Tutor".into(),
    });
    frame.organisations = [("riverside", "Riverside", true), ("harbour", "Harbour", false)]
        .map(|(value, label, current)| Choice { value: value.into(), label: label.into(), current })
        .into();
    frame.menu = vec![
        MenuGroup {
            label: "My Account".into(),
            href: Some("/account".into()),
            items: vec![],
            current: false,
        },
        group(
            "Learning",
            vec![
                item("Course Cohorts", None, false),
                item("Training Records", None, false),
            ],
        ),
        group(
            "Attendance",
            vec![
                item("Today's Attendance", None, false),
                item("Registers", None, true),
                item("Register Entries", None, false),
                item("Unprocessed Absences", Some(12), false),
            ],
        ),
        MenuGroup {
            label: "Help".into(),
            href: Some("/clm/help".into()),
            items: vec![],
            current: false,
        },
    ];
    frame.crumbs = vec![Crumb { label: "Home".into(), href: "/clm".into() }];
    frame.csrf = "token".into();
    frame
}

pub fn cohorts() -> Vec<(String, String)> {
    vec![
        ("a".into(), "Construction Level 1".into()),
        ("b".into(), "Motor vehicle <2>".into()),
    ]
}

pub fn series() -> Vec<Series> {
    [
        ("Present", "✓", "present"),
        ("Late", "L", "late"),
        ("Unexplained", "U", "unexplained"),
        ("Other", "O", "other"),
    ]
    .map(|(label, letter, class)| Series {
        label: label.into(),
        letter: letter.into(),
        class: class.into(),
    })
    .into()
}

pub fn form_page(form: ExampleForm) -> FormPage {
    FormPage {
        frame: public_frame("Sign in"),
        form,
        cohorts: cohorts(),
        kinds: [("school", "School"), ("provider", "Provider")],
    }
}

pub fn refused_form() -> ExampleForm {
    ExampleForm {
        values: vec![
            ("username", "t.ryder\"><script>"),
            ("password", "secret"),
            ("cohort", "b"),
            ("kind", "provider"),
            ("days", "school"),
            ("days", "provider"),
            ("note", "First line"),
        ],
        problems: vec![
            Problem { field: "username", message: "Enter your username" },
            Problem { field: "kind", message: "Choose a kind" },
        ],
    }
}

pub fn list_page() -> ListPage {
    let mut frame = staff_frame("Registers");
    frame.flash = Some(Flash {
        tone: Tone::Success,
        heading: "3 absences authorised".into(),
        text: "The provider sees the outcome.".into(),
        action: Some(FlashAction {
            label: "Undo".into(),
            post_to: "/clm/absences/undo".into(),
        }),
    });
    let days = [
        "2 Nov", "3 Nov", "4 Nov", "5 Nov", "6 Nov", "9 Nov", "10 Nov", "11 Nov",
    ];
    ListPage {
        frame,
        form: ExampleForm::default(),
        cohorts: cohorts(),
        active: vec![
            ActiveFilter {
                label: "Show: overdue".into(),
                remove_href: "/clm/registers?group=A".into(),
            },
            ActiveFilter {
                label: "Group: A".into(),
                remove_href: "/clm/registers?show=overdue".into(),
            },
        ],
        states: std::array::from_fn(|index| {
            let (state, word) = [
                ("completed", "Completed"),
                ("overdue", "Overdue"),
                ("in-progress", "In progress"),
                ("future", "Future"),
            ][index % 4];
            (state, word, STATUSES[index].0, STATUSES[index].1)
        }),
        progress: Progress {
            label: "marked".into(),
            value: 9,
            total: 15,
            class: "present".into(),
        },
        pages: Pages::new(3, 20, 170, "/clm/registers?show=overdue"),
        bars: StackedBars {
            id: "shares".into(),
            title: "Attendance by cohort".into(),
            description: "Construction is attended best.".into(),
            row_heading: "Course cohort".into(),
            series: series(),
            rows: [
                ("Construction Level 1", [173, 16, 2, 3]),
                ("Motor vehicle", [80, 24, 30, 9]),
            ]
            .map(|(label, values)| BarRow { label: label.into(), values: values.into() })
            .into(),
        },
        columns: Columns {
            id: "days".into(),
            title: "Marks by date".into(),
            description: "Unexplained absences fell in the second week.".into(),
            column_heading: "Date".into(),
            series: series(),
            columns: (0..8)
                .map(|day| Column {
                    label: days[day as usize].into(),
                    values: vec![30 + day, 8, 9 - day, 2],
                })
                .collect(),
        },
    }
}

pub fn register_page() -> RegisterPage {
    let row = |reference, name, school, status, contribution| RegisterRow {
        reference,
        name,
        school,
        status,
        contribution,
    };
    RegisterPage {
        frame: staff_frame("Register"),
        // A tutor's choice: the school alone authorises.
        statuses: [0, 1, 3, 5, 6, 7].map(|index| STATUSES[index]),
        rows: vec![
            row("r1", "Ana Lindqvist", "Northgate", "present", "1"),
            row("r2", "Cara Oduya", "Elm", "", ""),
            row("r3", "Dev O'Hanlon", "Northgate", "", ""),
        ],
    }
}
