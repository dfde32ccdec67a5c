//! Templates of one's own: added, taken away.

use super::{
    file,
    merge_pages::{ADDRESS, mail_merge},
    template,
};
use crate::accounts::deeds::ViewRecords;
use platform::{
    Answer, Ending, Form, Permit,
    problem::OrMissing,
    web::{Flash, Ids, Posted, Steps, Upload, refused},
};
use word::{LARGEST_BYTES, Refusal, Template};

/// `POST /clm/mail-merge/templates`: reads a Word document, and keeps it if it is harmless.
pub async fn add_template(
    _permit: Permit<ViewRecords>,
    steps: Steps,
    form: Form,
    mut upload: Upload,
) -> Result<Answer, Ending> {
    let Some(posted) = upload.next().await? else {
        return refuse(&steps, form, "Choose a Word document").await;
    };
    let name = posted.name().to_owned();
    let bytes = receive(posted).await?;
    // The rest is read and thrown away: a browser that is cut off shows no answer.
    while upload.next().await?.is_some() {}
    let hop = move || {
        let bytes = bytes.ok_or(Refusal::TooLarge)?;
        Template::read(&bytes).map(|read| (bytes, read))
    };
    let (bytes, read) = match tokio::task::spawn_blocking(hop).await.map_err(Ending::fault)? {
        Ok(good) => good,
        Err(refusal) => return refuse(&steps, form, &refusal.to_string()).await,
    };
    if !steps.app().vault().has_room(steps.app().config().keep_free_percent) {
        return refuse(
            &steps,
            form,
            "The server’s disk is almost full. Tell the service, and try again later",
        )
        .await;
    }
    let stored = file::seal(steps.app().vault(), bytes).await?;
    let added = steps
        .write(move |w| {
            let added = template::add(w, &name, &stored, &read)?;
            Ok(w.event("template.added").with("kept", added.is_some()).then(added))
        })
        .await?;
    let Some(own) = added else {
        let full = format!("You keep {} templates already. Remove one, then add this one", template::MOST);
        return refuse(&steps, form, &full).await;
    };
    let (unknown, unsupported) = (own.unknown(), own.unsupported());
    let told = if unknown.is_empty() && unsupported.is_empty() {
        Flash::success("The template was added", "Only you can use it. Choose it when you ask for reports.")
    } else {
        let unknown = said("Fields that no training record has, which print their own name: ", &unknown);
        let unsupported = said("Not worked out here, so that it keeps its last text: ", &unsupported);
        Flash::notice(
            "The template was added, but not all of it will work",
            format!("{unknown}{unsupported}"),
        )
    };
    Ok(Answer::see_other(ADDRESS).telling(told))
}

fn said(what: &str, list: &str) -> String {
    if list.is_empty() {
        String::new()
    } else {
        format!("{what}{list}. ")
    }
}

/// The file, or none if it is larger than any template.
async fn receive(mut posted: Posted) -> Result<Option<Vec<u8>>, Ending> {
    let (mut bytes, mut is_too_large) = (Vec::new(), false);
    while let Some(chunk) = posted.chunk().await? {
        is_too_large |= bytes.len() + chunk.len() > LARGEST_BYTES;
        if !is_too_large {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((!is_too_large).then_some(bytes))
}

/// The page again with what is wrong.
async fn refuse(steps: &Steps, mut form: Form, why: &str) -> Result<Answer, Ending> {
    form.refuse("files", why);
    steps
        .read(move |r| {
            let mut page = mail_merge(r)?;
            page.form = form;
            Err(refused(&page))
        })
        .await
}

/// `POST /clm/mail-merge/templates/{template}/removal`
pub async fn remove_template(
    _permit: Permit<ViewRecords>,
    steps: Steps,
    Ids([id]): Ids<1>,
    _form: Form,
) -> Result<Answer, Ending> {
    let blobs = steps
        .write(move |w| {
            let own = template::open(w, &id)?.or_missing()?;
            let blobs = template::remove(w, &own)?;
            Ok(w.event("template.removed").then(blobs))
        })
        .await?;
    file::shred(steps.app().vault(), blobs).await;
    let told = Flash::success("The template was removed", "Reports that are being made with it go on.");
    Ok(Answer::see_other(ADDRESS).telling(told))
}
