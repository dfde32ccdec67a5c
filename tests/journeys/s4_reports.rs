//! S4: the ready template and `training-records.csv` for Word's own mail merge; and the same by one
//! button.

use std::collections::HashMap;

use word::Template;

use crate::{
    browser::{JavaScript, Screen},
    served::{ANA, Served},
};

async fn reports(javascript: JavaScript) {
    let served = Served::start().await;
    let school = served.sign_in("attendance.northgate", Screen::Desk, javascript).await;
    school.visit("/clm").await;
    school.click("How To Guides").await;
    school.click("Custom Learner Report Templates").await;
    let template = school.see_download("learner-report.docx").await;
    school.visit("/clm/training-records").await;
    school.see(ANA).await;
    school.click("Export to Excel").await;
    let file = school.see_download("training-records.csv").await;

    // What Word does with both: each field of the template is a column of the file.
    let template = Template::read(&template).expect("the template can be read");
    let mut rows = csv::Reader::from_reader(&file[..]);
    let columns: Vec<String> = rows
        .headers()
        .expect("headings")
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').to_owned())
        .collect();
    for field in template.fields() {
        assert!(columns.contains(field), "{field} is a column of the file");
    }
    assert_eq!(template.unsupported().count(), 0);
    let all: Vec<HashMap<String, String>> = rows
        .records()
        .map(|row| {
            let row = row.expect("a row");
            columns.iter().cloned().zip(row.iter().map(str::to_owned)).collect()
        })
        .collect();
    // Ana once, and Cara with each of her two providers.
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|row| row["Home_School"] == "Northgate School"));

    school.click("Report (PDF / Word)").await;
    school.see("New reports").await;
    school.is_sound().await;
    school.screenshot(&format!("reports-new-Desk-{javascript:?}")).await;
    school.choose("One Word file").await;
    school.click("Make the reports").await;
    school.is_sound().await;
    served.world.run_jobs().await;
    school.reload().await;
    school.is_sound().await;
    school.screenshot(&format!("reports-run-Desk-{javascript:?}")).await;
    school.click("Download").await;
    let merged = school.see_download("reports-2026-11-24.docx").await;
    assert!(merged.starts_with(b"PK"), "a Word file");
}

#[tokio::test]
async fn with_scripts() {
    reports(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    reports(JavaScript::Off).await;
}
