//! Saving the list of training records as a view, and the page of one's views.

use super::{
    filter::{self, PLACE},
    list_pages::list_page,
    saved_view::{self, View},
};
use crate::{
    accounts::deeds::ViewRecords,
    shell::{self, Frame, crumb},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

#[derive(Template)]
#[template(path = "records/views/saved_views.html")]
struct ViewsPage {
    frame: Frame,
    views: Vec<View>,
    /// The form that was refused, and whose it is.
    form: Form,
    refused: Option<String>,
}

impl ViewsPage {
    fn name_of(&self, view: &View) -> String {
        if self.is_refused(view) {
            self.form.value("view_name").to_owned()
        } else {
            view.name.clone()
        }
    }

    fn is_refused(&self, view: &View) -> bool {
        self.refused.as_deref() == Some(view.id.as_str())
    }

    fn problem(&self) -> &str {
        self.form.problem("view_name").unwrap_or_default()
    }
}

fn views_page(s: &mut Session<'_>, form: Form, refused: Option<String>) -> Result<ViewsPage, Ending> {
    let mut frame = shell::frame(s, "Saved views");
    frame.crumbs = vec![crumb("Training Records", filter::ADDRESS)];
    Ok(ViewsPage {
        frame,
        views: saved_view::list(s, PLACE)?,
        form,
        refused,
    })
}

/// `GET /clm/saved-views`
pub fn saved_views_page(_permit: Permit<ViewRecords>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&views_page(r, Form::empty(), None)?)
}

/// `POST /clm/saved-views`: the list as it is shown, under a name.
pub fn save_view(
    _permit: Permit<ViewRecords>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let wanted = filter::of_address(w, &form)?;
    let name = saved_view::read_name(w, PLACE, &mut form, None)?;
    let Some(name) = name.filter(|_| wanted.is_good()) else {
        return Err(refused(&list_page(w, wanted, form)?));
    };
    let (key, id) = saved_view::keep(w, PLACE, &name, &wanted.to_keep())?;
    let told = Flash::success(
        "The view is saved",
        "It stands under “Saved views” with its filters and columns; nobody else sees it.",
    );
    let to = format!("{}?view={id}", filter::ADDRESS);
    Ok(w.event("view.saved").about("saved-view", key.0).then(Answer::see_other(to).telling(told)))
}

/// `POST /clm/saved-views/{view}`
pub fn rename_view(
    _permit: Permit<ViewRecords>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let view = saved_view::open(w, &id)?.or_missing()?;
    let Some(name) = saved_view::read_name(w, PLACE, &mut form, Some(&view))? else {
        return Err(refused(&views_page(w, form, Some(id.to_string()))?));
    };
    saved_view::rename(w, &view, &name)?;
    let told = Flash::success("The view has its new name", "Its filters and columns are as they were.");
    let event = w.event("view.renamed").about("saved-view", view.key.0);
    Ok(event.then(Answer::see_other("/clm/saved-views").telling(told)))
}

/// `POST /clm/saved-views/{view}/removal`
pub fn remove_view(
    _permit: Permit<ViewRecords>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    let view = saved_view::open(w, &id)?.or_missing()?;
    saved_view::remove(w, &view)?;
    let told = Flash::success("The view is removed", "The training records that it listed are as they were.");
    let event = w.event("view.removed").about("saved-view", view.key.0);
    Ok(event.then(Answer::see_other("/clm/saved-views").telling(told)))
}
