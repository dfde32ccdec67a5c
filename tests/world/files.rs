//! Sending files by the pages of Datalocker.

use super::{Client, Page, page::Fields};

/// What is in every file that [`send`] sends.
pub const CONTENT: &[u8] = b"Support plan of a learner, in confidence.";

/// The page's form, as its button for files sends it.
pub fn picker(page: &Page) -> Fields {
    page.form("/datalocker/rows").to("/datalocker/files").without("press").without("files")
}

/// Puts files into somebody's list and opens it.
pub async fn add(person: &mut Client, files: &[(&str, &[u8])]) -> Page {
    let page = person.get("/datalocker").await;
    let answer = person.upload(picker(&page), files).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    person.follow(answer).await
}

/// The first row's field of this kind.
pub fn field(page: &Page, kind: &str) -> String {
    let html = page.html();
    let start = html.find(&format!("name=\"{kind}-")).expect("there is a row") + "name=\"".len();
    html[start..].split('"').next().expect("an attribute ends").to_owned()
}

/// Sends a file from one person to a role of an organisation; the answer is the page after it.
pub async fn send(person: &mut Client, name: &str, to: &str, role: &str) -> Page {
    send_content(person, (name, CONTENT), to, role).await
}

/// The same with other content.
pub async fn send_content(person: &mut Client, file: (&str, &[u8]), to: &str, role: &str) -> Page {
    let page = add(person, &[file]).await;
    finish(person, page, to, role, &[]).await
}

/// The same as [`send`] with other values in the row's fields, such as its category.
pub async fn send_as(person: &mut Client, name: &str, to: &str, role: &str, fields: &[(&str, &str)]) -> Page {
    let page = add(person, &[(name, CONTENT)]).await;
    finish(person, page, to, role, fields).await
}

async fn finish(person: &mut Client, page: Page, to: &str, role: &str, fields: &[(&str, &str)]) -> Page {
    let check = fill(person, page, to, role, fields).await;
    if check.status != 200 {
        return check;
    }
    check.sees(200, "Nothing has been sent yet").sees(200, role);
    person.sent(check.form("/datalocker/sending")).await
}

/// Fills the first row of a page of *Upload to Organisation*; the answer is the page to confirm on.
pub async fn fill(person: &mut Client, page: Page, to: &str, role: &str, fields: &[(&str, &str)]) -> Page {
    let (to_field, role_field) = (field(&page, "to"), field(&page, "recipient"));
    let mut form = page
        .form("/datalocker/rows")
        .with(&to_field, page.option(&to_field, to))
        .with(&role_field, page.option(&role_field, role))
        .with(&field(&page, "category"), "support-plan")
        .with(&field(&page, "description"), "Plan AA")
        .with("press", "confirm");
    for (kind, value) in fields {
        form = form.with(&field(&page, kind), value);
    }
    person.sent(form).await
}
