//! The How To Guides as data: plain steps, in the words that stand on the screen.

use super::report_guides;
use crate::accounts::deeds::Deed;

/// One guide.
pub struct Guide {
    /// As it stands in the address.
    pub name: &'static str,
    pub title: &'static str,
    /// What it is for, without a full stop.
    pub summary: &'static str,
    /// Whoever may do this gets the guide.
    pub needs: Deed,
    /// What its title leads to, where that is a file to download.
    pub file: Option<&'static str>,
    /// Where its first step happens: the page's name and address.
    pub start: (&'static str, &'static str),
    pub parts: &'static [Part],
    pub notes: &'static [&'static str],
}

/// Steps that belong together. The only part of a guide needs no heading.
pub struct Part {
    pub heading: &'static str,
    pub steps: &'static [&'static str],
}

/// Every guide, in the order of the list.
pub const GUIDES: &[Guide] = &[
    Guide {
        name: "find-your-way",
        title: "Find your way",
        summary: "What stands on your home page and around every page",
        needs: Deed::UseClm,
        file: None,
        start: ("Home", "/clm"),
        parts: &[
            Part {
                heading: "Your home page",
                steps: &[
                    "The buttons at the top lead to what is waiting for you today, with how much there is of it.",
                    "Unread Notifications counts what you have not opened yet. Choose Training, Lesson or Student to see the list.",
                    "The calendar shows school days, holidays and closures. The number in a day counts its lessons; choose it to see their registers.",
                    "Announcements come from the service. To see only recent ones, open Filter, enter a date and choose Go.",
                ],
            },
            Part {
                heading: "Around every page",
                steps: &[
                    "Your own name, your role and your organisation stand at the top right. If you work for several, choose another one there and then Switch.",
                    "Everything else is in the menu on the left. On a phone, choose Menu to open it.",
                    "If others can see your screen, choose Hide names, or press F9. Press it again to show them.",
                    "My Account holds your password and the browsers in which you are signed in.",
                    "Choose Sign out when you leave.",
                ],
            },
        ],
        notes: &[
            "If you are signed out while you are saving, sign in again: your work is kept for a day and offered to you.",
        ],
    },
    Guide {
        name: "send-a-file",
        title: "Send a file",
        summary: "Send files to the people who are to have them, and to nobody else",
        needs: Deed::UseDatalocker,
        file: None,
        start: ("Upload to Organisation", "/datalocker"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Choose Datalocker, then Upload to Organisation.",
                "Choose your file or files under Select Files. Each becomes a row that only you can see.",
                "Choose the organisation and the role in each row. To find an organisation in a long list, type into the box above it.",
                "Choose a category and describe the file: what it is and the learner’s initials, for example “CFC JN”.",
                "If all rows are for the same people, fill in the first and choose Copy top organisation to all, and so on. A wrong file goes by Remove.",
                "Choose Upload Files, read what will be sent and to whom, then choose Confirm and send.",
            ],
        }],
        notes: &[
            "The people who are to have the file are told by e-mail that one waits, never what it is.",
            "Sent Files shows who downloaded it and when. Until somebody does, Recall takes it back.",
            "A file for the designated safeguarding lead is seen by no other role.",
            "Where a virus scanner is set up, a file is looked at before anybody else can see it. One in which something is found is held back, and you are told.",
            "The service can send the same files to all schools, all providers or a ticked set: Upload by organisation type. A learner’s CLM ID in a row puts the file on their training record too.",
            "Who gets a safeguarding concern or a social care report accepts it and says what was done; Sent Files shows both. If nobody downloads it in time, others are told that something waits.",
        ],
    },
    Guide {
        name: "download-a-file",
        title: "Download a file",
        summary: "Get what was sent to you",
        needs: Deed::UseDatalocker,
        file: None,
        start: ("Download File(s)", "/datalocker/downloads"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Choose Datalocker, then Download File(s). The page says how many files are new.",
                "Tick the files and choose Download Selected, or choose Download All. Several come as one zip.",
                "Files that you or a colleague in your role downloaded stand under Previously Downloaded Files. Search finds them by name, sender or description.",
            ],
        }],
        notes: &["The sender sees who downloaded a file and when."],
    },
    Guide {
        name: "check-a-record",
        title: "Check a training record",
        summary: "Read what is kept of a learner, and have what is wrong put right",
        needs: Deed::AskCorrection,
        file: None,
        start: ("Training Records", "/clm/training-records"),
        parts: &[
            Part {
                heading: "Read it",
                steps: &[
                    "Choose Learning, then Training Records, and choose the learner.",
                    "The list at the top leads to each part: attendance, contribution, units, appraisal, details, contacts, notes.",
                    "Under Attendance in depth, each square is a day. Its letter says what the register says; the table below has it in words.",
                    "Notes can be read newest or oldest first. What your organisation wrote, you can edit or delete; what it said before is kept.",
                    "Choose Print for the whole record on paper.",
                ],
            },
            Part {
                heading: "Have it put right",
                steps: &[
                    "Choose Tell CAP this is wrong below the details that are wrong.",
                    "Fill in only what is wrong, and say how you know.",
                    "Choose Send to CAP. CAP staff decide field by field, and you are told. Until then the record shows that it waits.",
                ],
            },
        ],
        notes: &[
            "Notes can be found in all your training records at once: Learning, then Notes & Comments.",
            "A provider sees contacts and duty of care while the placement lasts.",
            "Every reading is recorded. The service and the home school’s designated safeguarding lead can see who looked.",
        ],
    },
    Guide {
        name: "take-the-register",
        title: "Take the register",
        summary: "Mark who came to a lesson",
        needs: Deed::MarkRegister,
        file: None,
        start: ("Registers", "/clm/registers"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Choose Attendance, then Registers. Today’s registers are listed, and any that are overdue. For another day or cohort, open Filter.",
                "Choose the lesson.",
                "Choose Edit.",
                "Give each learner one mark: present, late, unexplained absence, dismissed (behaviour), dismissed (other) or not required.",
                "If most are there, mark the exceptions first, then choose Mark the rest present. It fills only what is blank.",
                "Choose Save at the top.",
            ],
        }],
        notes: &[
            "A register is completed when every learner has a mark. Until then you can save as often as you like.",
            "You can see authorised and unauthorised absences but not choose them: the home school decides. Mark the learner as unexplained.",
            "Once the home school has decided, you can still change the mark to present or late, and the school is told. If you then mark the learner absent again, the school decides anew.",
            "If a colleague saves the same register before you, you are shown what differs. Nothing that you marked is lost.",
        ],
    },
    Guide {
        name: "contribution",
        title: "Record contribution",
        summary: "Say how much a learner took part in a lesson",
        needs: Deed::MarkRegister,
        file: None,
        start: ("Registers", "/clm/registers"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Open the register and choose Edit.",
                "Mark the learner as present or late.",
                "To the right of the marks, the upper button raises the contribution by one and the lower one lowers it.",
                "Choose x, none, to leave it empty.",
                "Choose Save at the top.",
            ],
        }],
        notes: &[
            "+2 is exceptionally positive, +1 above standard, +0 the expected standard, −1 below standard, −2 exceptionally negative.",
            "Only learners who attended have a contribution.",
            "Your service can switch contributions off for a provider; then you do not see them.",
        ],
    },
    Guide {
        name: "progress-reports",
        title: "Write a progress report",
        summary: "How a learner is getting on: your appraisal, and every unit of the qualification",
        needs: Deed::WriteProgress,
        file: None,
        start: ("Training Records", "/clm/training-records"),
        parts: &[
            Part {
                heading: "A new report",
                steps: &[
                    "Choose Learning, then Training Records, and choose the learner. The filters most used are Course cohort and Surname.",
                    "Choose New progress report.",
                    "Section 1 is your appraisal: aptitude from A, the highest, to E; effort from 1, the highest, to 5; a comment; the target grade and the grade that you expect.",
                    "Section 2 lists the units. Choose + to open a group, or Expand one level to open them all.",
                    "Untick a unit that the learner does not study: it is left out of every figure.",
                    "Choose a unit, then say how it is going, which grade you expect, and anything that helps.",
                    "Choose Save at the top to keep a draft, or Publish when it is finished.",
                ],
            },
            Part {
                heading: "Assessments and targets",
                steps: &[
                    "Open the training record and choose Manage Assessment or Manage Target.",
                    "Choose New.",
                    "For an assessment, enter the subject, the date, the level if there is one, and the outcome as comments.",
                    "For a target, enter what is to be reached, when it was set and by when it is to be reached.",
                    "Choose Save.",
                    "Later, choose the assessment to add a row for another date, or the target to say that it is achieved.",
                ],
            },
        ],
        notes: &[
            "A draft is saved while you type. Only your colleagues see it.",
            "A published report can’t be changed. The next one starts from it, and all older ones stay on the training record.",
            "If a colleague saves the same draft before you, you are shown what differs. Nothing that you typed is lost.",
            "The learner and their parents can ask to read what you write.",
        ],
    },
    Guide {
        name: "attendance-notes",
        title: "Add an attendance note",
        summary: "Write down something about a learner at a lesson",
        needs: Deed::WriteNotes,
        file: None,
        start: ("Registers", "/clm/registers"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Open the register of the lesson. Schools and the service find it by Today’s Attendance too.",
                "Choose Edit. A school can do so once the provider has completed the register.",
                "Choose the note button to the left of the learner.",
                "Read the warning, then write the note.",
                "Choose Save.",
            ],
        }],
        notes: &[
            "A note is part of the training record. The learner and their parents can ask for it under data protection law: write only what you would say to them.",
            "Your name and the time stand beside it. If you change or delete it, what it said before is kept.",
        ],
    },
    Guide {
        name: "check-attendance",
        title: "Check a day’s attendance",
        summary: "See who came today, or on another day",
        needs: Deed::ViewRegisters,
        file: None,
        start: ("Today’s Attendance", "/clm/today"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Choose Attendance, then Today’s Attendance. The learners that you may see are listed by surname.",
                "The first column shows the mark and the contribution once the register is taken.",
                "For another day, open Filter, enter the date and choose Go.",
                "Choose a row to open its register.",
            ],
        }],
        notes: &[
            "Attendance by Month and the three summaries, in the same menu, count the same marks over a longer time.",
        ],
    },
    Guide {
        name: "decide-absences",
        title: "Decide on absences",
        summary: "Say whether an unexplained absence is authorised",
        needs: Deed::DecideAbsence,
        file: None,
        start: ("Unprocessed Absences", "/clm/absences"),
        parts: &[Part {
            heading: "",
            steps: &[
                "On the home page choose Unprocessed Absences. The oldest come first.",
                "Choose a row. Its register opens.",
                "Choose Edit.",
                "The orange cross says that the absence is unexplained. Choose the green cross to authorise it, or the red one not to.",
                "Add a reason and the national code if you know them.",
                "Choose Save. The absence has left the list.",
            ],
        }],
        notes: &[
            "You can decide in the list itself too, on several absences at once, and take that back.",
            "An absence is to be decided within five school days. The list says when each is due.",
            "If the provider finds that the learner came after all, the mark changes to present or late and you are told, also when you had decided. Should they mark the learner absent again, the absence comes back to the list and says when you had decided on it before.",
        ],
    },
    Guide {
        name: "planned-absences",
        title: "Enter an absence known beforehand",
        summary: "Tell the provider once that a learner will not come",
        needs: Deed::PlanAbsence,
        file: None,
        start: ("Planned Absences", "/clm/planned-absences"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Choose Attendance, then Planned Absences.",
                "Choose to enter a new one.",
                "Choose the learner, the first and the last day, and whether it is the whole day, the morning or the afternoon.",
                "Enter the reason and choose the national code.",
                "Save. Every provider of the learner sees it in the registers of those days.",
            ],
        }],
        notes: &[
            "If plans change, open the absence in the list and withdraw it. Marks that were made already stay.",
        ],
    },
    report_guides::TEMPLATES,
    report_guides::ONE_BUTTON,
    Guide {
        name: "timetable",
        title: "Set up a cohort and its timetable",
        summary: "From a course to lessons with registers",
        needs: Deed::ManageCohorts,
        file: None,
        start: ("Course Cohorts", "/clm/cohorts"),
        parts: &[Part {
            heading: "",
            steps: &[
                "See first that the terms and closures are entered: Learning, then Term dates and closures. Lessons fall on open days only.",
                "Choose Learning, then Course Cohorts.",
                "Make the course of the provider, or choose the one there is.",
                "Make the cohort: its title, its first and last day, its tutor groups.",
                "Add a line to the timetable for each weekly lesson: weekday, start, end, location, tutor and group.",
                "The lessons are made, each with its register. Place learners on the cohort and they are expected at them.",
            ],
        }],
        notes: &["Changing a timetable never touches a register that has been taken."],
    },
    Guide {
        name: "change-a-lesson",
        title: "Move or cancel a lesson",
        summary: "When a single lesson differs from the timetable",
        needs: Deed::ChangeLessons,
        file: None,
        start: ("Course Cohorts", "/clm/cohorts"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Choose Learning, then Course Cohorts, and open the cohort.",
                "Find the lesson by its date and open it.",
                "Enter the new date and time to move it, or the reason to cancel it.",
                "Save. Nobody is expected at a cancelled lesson, and it counts in no figure.",
            ],
        }],
        notes: &[
            "A cancelled lesson can be restored. A lesson whose register has been taken can’t be moved or cancelled.",
        ],
    },
    Guide {
        name: "our-staff",
        title: "Give an account to a colleague",
        summary: "And end it when they leave",
        needs: Deed::ManageOwnStaff,
        file: None,
        start: ("Our staff", "/clm/staff"),
        parts: ACCOUNTS_OF_STAFF,
        notes: ACCOUNT_NOTES,
    },
    Guide {
        name: "accounts",
        title: "Give an account",
        summary: "To designated people of schools, providers and the service",
        needs: Deed::ManagePeople,
        file: None,
        start: ("Manage people", "/admin/people"),
        parts: ACCOUNTS,
        notes: ACCOUNT_NOTES,
    },
    Guide {
        name: "announcements",
        title: "Post an announcement",
        summary: "Tell schools, providers or all of them something on their home page",
        needs: Deed::PostAnnouncements,
        file: None,
        start: ("Announcements", "/clm/announcements"),
        parts: &[Part {
            heading: "",
            steps: &[
                "Choose Announcements, then New announcement.",
                "Choose who is to read it.",
                "Enter a heading and the text. An empty line starts a new paragraph, and a web address that begins with https:// becomes a link.",
                "Choose Publish. It stands on its readers’ home pages at once.",
                "To change it, choose it in the list. To take it away, choose Withdraw on the same page.",
            ],
        }],
        notes: &["Never write a child’s name: everybody whom you chose reads it."],
    },
];

const ACCOUNTS_OF_STAFF: &[Part] = &[
    Part {
        heading: "A new colleague",
        steps: &[
            "Choose Directory, then Our staff.",
            "Choose to add somebody.",
            "Enter their name, their work e-mail and a username, and choose their role.",
            "Save. They get a link by e-mail with which they choose their own password.",
        ],
    },
    Part {
        heading: "Somebody leaves",
        steps: &[
            "Choose them in the list.",
            "End their part in your organisation. They are signed out everywhere at once.",
        ],
    },
];

const ACCOUNTS: &[Part] = &[
    Part {
        heading: "A new account",
        steps: &[
            "See first that their organisation is there: Directory, then Manage organisations.",
            "Choose Directory, then Manage people.",
            "Choose to add somebody.",
            "Enter their name, their work e-mail and a username, and choose their organisation and role.",
            "Save. They get a link by e-mail with which they choose their own password.",
        ],
    },
    Part {
        heading: "Somebody leaves",
        steps: &[
            "Choose them in the list.",
            "End their part in the organisation, or their account. They are signed out everywhere at once.",
        ],
    },
];

const ACCOUNT_NOTES: &[&str] = &[
    "The link works once, for 14 days. Send another one if it has run out.",
    "One person has one account, and a part in each organisation that they work for.",
    "What somebody did stays under their name after they have left.",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{accounts::deeds::may, shell::MENU};
    use platform::Role;
    use std::collections::BTreeSet;

    #[test]
    fn every_guide_has_its_own_address_and_some_steps() {
        let names: BTreeSet<&str> = GUIDES.iter().map(|guide| guide.name).collect();
        assert_eq!(names.len(), GUIDES.len());
        for guide in GUIDES {
            assert!(guide.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", guide.name);
            assert!(!guide.parts.is_empty(), "{}", guide.name);
            for part in guide.parts {
                assert!(part.steps.len() > 1, "{}", guide.name);
                assert_eq!(part.heading.is_empty(), guide.parts.len() == 1, "{}", guide.name);
            }
        }
    }

    #[test]
    fn a_guide_starts_at_a_page_of_the_menu_that_its_readers_may_open() {
        for guide in GUIDES {
            let (_, href) = guide.start;
            let entry = MENU.iter().flat_map(|group| group.entries).find(|entry| entry.href == href);
            let entry = entry.unwrap_or_else(|| panic!("{href} is not in the menu"));
            for role in Role::ALL.into_iter().filter(|role| may(*role, guide.needs)) {
                assert!(may(role, entry.needs), "{role:?} reads {} and may not open {href}", guide.name);
            }
        }
    }
}
