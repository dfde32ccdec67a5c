//! The frame of every page: service name, one's own name, menu, message.

use crate::accounts::{
    deeds::{Deed, may},
    settings,
};
use platform::{
    Role, Session, Who,
    db::Context,
    web::{Flash, Tone},
};
use ui::frame::{Choice, Crumb, FlashAction, MenuGroup, MenuItem, Person, Service};

pub use ui::frame::Frame;

/// One line of the left-hand menu.
pub struct Entry {
    pub label: &'static str,
    pub href: &'static str,
    pub needs: Deed,
}

/// A heading of the left-hand menu with its lines, in CLM's order.
pub struct Group {
    pub label: &'static str,
    pub entries: &'static [Entry],
}

const fn entry(label: &'static str, href: &'static str, needs: Deed) -> Entry {
    Entry { label, href, needs }
}

/// The whole menu; each person sees the lines that they may use.
pub const MENU: &[Group] = &[
    Group {
        label: "Home",
        entries: &[entry("Home", "/clm", Deed::UseClm)],
    },
    Group {
        label: "My Account",
        entries: &[entry("My Account", "/account", Deed::UseClm)],
    },
    Group {
        label: "Datalocker",
        entries: &[
            entry("Upload to Organisation", "/datalocker", Deed::UseDatalocker),
            entry("Download File(s)", "/datalocker/downloads", Deed::UseDatalocker),
            entry("Sent Files", "/datalocker/sent", Deed::UseDatalocker),
            entry("Deliveries", "/datalocker/deliveries", Deed::OverseeDatalocker),
            entry("Quarantine", "/datalocker/quarantine", Deed::OverseeDatalocker),
        ],
    },
    Group {
        label: "System",
        entries: &[
            entry("Settings", "/admin/settings", Deed::ManageSettings),
            entry("Terms & Conditions", "/admin/terms-and-conditions", Deed::ManageSettings),
            entry("Categories of files", "/admin/file-categories", Deed::ManageSettings),
            entry("Attendance codes", "/admin/attendance-codes", Deed::ManageSettings),
            entry("Background jobs", "/admin/jobs", Deed::ManageJobs),
            entry("Audit", "/admin/audit", Deed::ReadAudit),
        ],
    },
    Group {
        label: "Directory",
        entries: &[
            entry("Organisations and people", "/clm/directory", Deed::ViewDirectory),
            entry("Manage organisations", "/admin/organisations", Deed::ManageOrganisations),
            entry("Manage people", "/admin/people", Deed::ManagePeople),
            entry("Our staff", "/clm/staff", Deed::ManageOwnStaff),
        ],
    },
    Group {
        label: "Learning",
        entries: &[
            entry("Course Cohorts", "/clm/cohorts", Deed::ViewCohorts),
            entry("Training Records", "/clm/training-records", Deed::ViewRecords),
            entry("Notes & Comments", "/clm/notes", Deed::ViewRecords),
            entry("Learners", "/clm/learners", Deed::ManageLearners),
            entry("Corrections", "/clm/corrections", Deed::DecideCorrection),
            entry("Course Reports", "/clm/course-reports", Deed::ViewRecords),
            entry("Qualifications", "/clm/qualifications", Deed::ManageQualifications),
            entry("Term dates and closures", "/admin/terms", Deed::ManageTerms),
        ],
    },
    Group {
        label: "Attendance",
        entries: &[
            entry("Today's Attendance", "/clm/today", Deed::ViewRegisters),
            entry("Registers", "/clm/registers", Deed::ViewRegisters),
            entry("Register Entries", "/clm/entries", Deed::ViewRegisters),
            entry("Attendance by Month", "/clm/attendance/month", Deed::ViewSummaries),
            entry("Summary by Cohort", "/clm/attendance/by-cohort", Deed::ViewSummaries),
            entry("Summary by Learner", "/clm/attendance/by-learner", Deed::ViewSummaries),
            entry("Summary by Date", "/clm/attendance/by-date", Deed::ViewSummaries),
            entry("Unprocessed Absences", "/clm/absences", Deed::DecideAbsence),
            entry("Planned Absences", "/clm/planned-absences", Deed::PlanAbsence),
        ],
    },
    Group {
        label: "Tools",
        entries: &[
            entry("Mail merge", "/clm/mail-merge", Deed::ViewRecords),
            entry("Saved views", "/clm/saved-views", Deed::ViewRecords),
        ],
    },
    Group {
        label: "Announcements",
        entries: &[entry(
            "Announcements",
            "/clm/announcements",
            Deed::PostAnnouncements,
        )],
    },
    Group {
        label: "Help",
        entries: &[entry("How To Guides", "/clm/help", Deed::UseClm)],
    },
];

/// The frame of a page for somebody who is signed in.
pub fn frame(session: &Session<'_>, title: &str) -> Frame {
    of_context(session.context(), title)
}

/// The same, where there is no session at hand.
pub fn of_context(context: &Context, title: &str) -> Frame {
    let mut frame = Frame::new(title, service(context), context.form_key.clone());
    if let (Who::Actor(actor), Some(standing)) = (&context.caller.who, &context.caller.standing) {
        frame.person = Some(Person {
            name: standing.person_name.clone(),
            organisation: standing.organisation_name.clone(),
            role: actor.role.label().to_owned(),
        });
        let choice = |c: &platform::db::Choice| Choice {
            value: c.public_id.to_string(),
            label: c.label.clone(),
            current: c.current,
        };
        frame.organisations = standing.choices.iter().map(choice).collect();
        frame.menu = menu(actor.role, &context.path);
        frame.csrf = context.sign();
    }
    frame.flash = context.told.as_ref().map(flash);
    frame
}

/// A page with a form for somebody who is not signed in (or only half).
pub fn plain(context: &Context, title: &str) -> Frame {
    let mut frame = of_context(context, title);
    frame.csrf = context.sign();
    frame
}

/// A page without a form: a visitor gets no cookie for it.
pub fn public(context: &Context, title: &str) -> Frame {
    of_context(context, title)
}

/// A crumb of the way to a page.
pub fn crumb(label: &str, href: &str) -> Crumb {
    Crumb { label: label.to_owned(), href: href.to_owned() }
}

fn service(context: &Context) -> Service {
    let text = |name: &str| settings::text(&context.settings, name).to_owned();
    Service {
        name: text("service_name"),
        authority: text("authority_name"),
        logo: context.settings.get("logo").is_some(),
        brand_version: context.settings.get("brand_version").unwrap_or("0").to_owned(),
        contact_email: text("contact_email"),
        contact_phone: text("contact_phone"),
    }
}

fn menu(role: Role, path: &str) -> Vec<MenuGroup> {
    let current = |href: &str| {
        // These two are the beginning of other entries' addresses.
        let is_start = href == "/clm" || href == "/datalocker";
        path == href || (!is_start && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    };
    let mut groups = Vec::new();
    for group in MENU {
        let mine: Vec<&Entry> = group.entries.iter().filter(|entry| may(role, entry.needs)).collect();
        match mine.as_slice() {
            [] => {}
            [only] if only.label == group.label => groups.push(MenuGroup {
                label: group.label.to_owned(),
                href: Some(only.href.to_owned()),
                items: Vec::new(),
                current: current(only.href),
            }),
            several => {
                let item = |entry: &&Entry| MenuItem {
                    label: entry.label.to_owned(),
                    href: entry.href.to_owned(),
                    count: None,
                    current: current(entry.href),
                };
                groups.push(MenuGroup {
                    label: group.label.to_owned(),
                    href: None,
                    items: several.iter().map(item).collect(),
                    current: false,
                });
            }
        }
    }
    groups
}

fn flash(told: &Flash) -> ui::frame::Flash {
    ui::frame::Flash {
        tone: match told.tone {
            Tone::Success => ui::frame::Tone::Success,
            Tone::Notice => ui::frame::Tone::Notice,
            Tone::Problem => ui::frame::Tone::Problem,
        },
        heading: told.heading.clone(),
        text: told.text.clone(),
        action: told
            .action
            .as_ref()
            .map(|(label, post_to)| FlashAction { label: label.clone(), post_to: post_to.clone() }),
    }
}
