//! The guides to reports: Word's own mail merge, and ours.

use super::guides::{Guide, Part};
use crate::accounts::deeds::Deed;

/// JOURNEYS.md S4, word for word.
pub const TEMPLATES: Guide = Guide {
    name: "custom-learner-report-templates",
    title: "Custom Learner Report Templates",
    summary: "A ready Word template for reports, to be changed and merged in Word or here",
    needs: Deed::ViewRecords,
    file: Some("/clm/help/learner-report.docx"),
    start: ("Training Records", "/clm/training-records"),
    parts: &[
        Part {
            heading: "In Word",
            steps: &[
                "Choose Help, then under How To Guides choose Custom Learner Report Templates. The ready template is downloaded. Open it in Word.",
                "Choose Learning, then Training Records. Filter the list until it shows the learners that you want.",
                "Choose Export to Excel at the top right. The file training-records.csv is downloaded.",
                "In Word choose Mailings, then Select Recipients, then Use an Existing List, and choose that file.",
                "Choose Preview Results to see the first learner’s report.",
                "Choose Finish & Merge, then Edit Individual Documents, then All.",
            ],
        },
        Part {
            heading: "A template of your own",
            steps: &[
                "Change the ready template in Word: its words, its order, its look. Insert Merge Field offers every column of training-records.csv once that file is chosen.",
                "Put your school’s own logo in, or keep the picture called Logo: the service’s logo takes its place when the reports are made here.",
                "Choose Tools, then Mail merge. Under Add a template choose the file, then Add the template. You are told by name which of its fields no training record has.",
                "Choose it as the template when you ask for reports.",
            ],
        },
    ],
    notes: &[
        "Of Word’s other fields, IF, DATE and MERGEREC are worked out here, and page numbers by Word itself. Any other keeps the text that it showed last, and is named when you add the template.",
        "A document with macros, with a password or with parts outside itself is refused, with the reason.",
        "Emergency contacts and duty of care are in no column.",
    ],
};

/// Mail merge on the server.
pub const ONE_BUTTON: Guide = Guide {
    name: "reports-by-one-button",
    title: "Reports by one button",
    summary: "Word files or PDFs on one learner or many, without Word’s mail merge",
    needs: Deed::ViewRecords,
    file: None,
    start: ("Mail merge", "/clm/mail-merge"),
    parts: &[Part {
        heading: "",
        steps: &[
            "Choose Learning, then Training Records, and filter the list. Choose Report (PDF / Word) at its top. On the page of one record the same button makes a report on that learner alone.",
            "Choose the template: the ready learner report, or one of your own.",
            "Choose what is to be made: one Word file, one PDF, or a zip with a file for each learner. Then choose Make the reports.",
            "The page shows how far they are. You may go on with other work, or cancel.",
            "Choose Download when they are ready. Until a day has passed they also stand under Tools, Mail merge.",
        ],
    }],
    notes: &[
        "Only you can download what you asked for, and only while you may see every learner in it.",
        "The reports are removed after a day. The file names of a zip hold the learners’ names: keep it as safe as the reports.",
    ],
};
