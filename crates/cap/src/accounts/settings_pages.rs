//! Administration of settings, and of the Terms & Conditions.

use super::{
    deeds::ManageSettings,
    sessions,
    settings::{self, INSTALLATION, Kind},
    terms,
};
use crate::shell::{self, Frame, crumb};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    web::{Flash, refused},
};

#[derive(Template)]
#[template(path = "accounts/views/settings.html")]
struct SettingsPage {
    frame: Frame,
    form: Form,
    fields: Vec<Field>,
    keeps_installation: bool,
}

struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: &'static str,
}

#[derive(Template)]
#[template(path = "accounts/views/manage_terms.html")]
struct TermsPage {
    frame: Frame,
    form: Form,
    may_publish: bool,
    in_force: Option<(i32, String)>,
    history: Vec<(i32, String)>,
}

fn page(s: &mut Session<'_>, form: Form) -> Result<SettingsPage, Ending> {
    let partnership = s.actor()?.partnership;
    let field = |setting: &settings::Setting| Field {
        name: setting.name,
        label: setting.label,
        hint: setting.hint,
        kind: match setting.kind {
            Kind::Line | Kind::Colour | Kind::List => "text",
            Kind::Number { .. } => "numeric",
        },
    };
    Ok(SettingsPage {
        frame: shell::frame(s, "Settings"),
        form,
        fields: settings::ALL.iter().map(field).collect(),
        keeps_installation: settings::keeps_installation(s, partnership)?,
    })
}

/// `GET /admin/settings`
pub fn settings_page(_permit: Permit<ManageSettings>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let form = settings::ALL
        .iter()
        .fold(Form::empty(), |form, one| form.with(one.name, settings::text(r.settings(), one.name)));
    Answer::page(&page(r, form)?)
}

/// `POST /admin/settings`
pub fn change_settings(
    permit: Permit<ManageSettings>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let partnership = permit.actor().partnership;
    let mut values = Vec::new();
    for setting in settings::ALL {
        match settings::parse(setting, form.value(setting.name)) {
            Ok(value) => values.push((setting.name, value)),
            Err(sentence) => form.refuse(setting.name, sentence),
        }
    }
    if !form.is_good() {
        return Err(refused(&page(w, form)?));
    }
    let for_visitors = form.ticked("visitors") && settings::keeps_installation(w, partnership)?;
    let changed: Vec<&str> = values
        .iter()
        .filter(|(name, value)| settings::text(w.settings(), name) != value)
        .map(|(name, _)| *name)
        .collect();
    let event = w
        .event("settings.changed")
        .about("partnership", partnership.0)
        .with("names", changed.join(" "))
        .with("visitors", for_visitors);
    let places: &[i64] = if for_visitors {
        &[partnership.0, INSTALLATION]
    } else {
        &[partnership.0]
    };
    settings::set(w, places, &values)?;
    let who = if for_visitors {
        "your partnership and for visitors"
    } else {
        "your partnership"
    };
    let told = Flash::success("The settings are saved", format!("They hold for {who} from now on."));
    Ok(event.then(Answer::see_other("/admin/settings").telling(told)))
}

fn terms_page(s: &mut Session<'_>, form: Form) -> Result<TermsPage, Ending> {
    let partnership = s.actor()?.partnership;
    let mut frame = shell::frame(s, "Terms & Conditions");
    frame.crumbs = vec![crumb("Settings", "/admin/settings")];
    Ok(TermsPage {
        frame,
        form,
        may_publish: settings::keeps_installation(s, partnership)?,
        in_force: sessions::terms_in_force(s)?,
        history: terms::history(s)?.into_iter().map(|(version, at)| (version, clock::moment(at))).collect(),
    })
}

/// `GET /admin/terms-and-conditions`
pub fn manage_terms_page(_permit: Permit<ManageSettings>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let text = sessions::terms_in_force(r)?.map(|(_, text)| text).unwrap_or_default();
    Answer::page(&terms_page(r, Form::empty().with("body", text))?)
}

/// `POST /admin/terms-and-conditions`
pub fn publish_terms(
    permit: Permit<ManageSettings>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    if !settings::keeps_installation(w, permit.actor().partnership)? {
        return Err(Ending::Forbidden);
    }
    let body = form.required("body", terms::LONGEST, "Enter the text of the terms");
    let now = sessions::terms_in_force(w)?;
    if form.is_good() && now.is_some_and(|(_, text)| text == body) {
        form.refuse("body", "This text is in force already; change it before you publish it");
    }
    if !form.is_good() {
        return Err(refused(&terms_page(w, form)?));
    }
    let version = terms::publish(w, &body)?;
    let told = Flash::success(
        format!("Version {version} is in force"),
        "Everybody is asked to accept it when they next sign in.",
    );
    Ok(w.event("terms.published")
        .about("terms", i64::from(version))
        .then(Answer::see_other("/admin/terms-and-conditions").telling(told)))
}
