//! What is open to the world: the start page, help, contact, assets, and the server's health.

use crate::{
    accounts::{
        deeds::{Deed, may},
        settings,
    },
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Permit, Reading,
    access::{Anyone, Who},
    problem::OrMissing,
    web::{Query, Word},
};

#[derive(Template)]
#[template(path = "public/start.html")]
struct StartPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "public/help.html")]
struct HelpPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "public/contact.html")]
struct ContactPage {
    frame: Frame,
}

/// `GET /`: where a visitor begins; whoever is signed in goes on to their work. Datalocker is where
/// its people begin (JOURNEYS.md D1), CLM's home page where all others do.
pub fn start(permit: Permit<Anyone>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    if let Who::Actor(actor) = permit.who() {
        let uses_datalocker = may(actor.role, Deed::UseDatalocker);
        return Ok(Answer::see_other(if uses_datalocker { "/datalocker" } else { "/clm" }));
    }
    Answer::page(&StartPage { frame: shell::public(r.context(), "Start") })
}

/// `GET /help`
pub fn help(_permit: Permit<Anyone>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&HelpPage {
        frame: shell::public(r.context(), "Help with signing in"),
    })
}

/// `GET /contact`
pub fn contact(_permit: Permit<Anyone>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&ContactPage { frame: shell::public(r.context(), "Contact us") })
}

/// `GET /assets/{path}`: stylesheets, scripts and pictures; the address changes with their content.
pub fn asset(
    _permit: Permit<Anyone>,
    _r: &mut Reading<'_>,
    Word(path): Word,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let asset = ui::assets::asset(&path).or_missing()?;
    // A script that another one imports carries no version, so browsers ask again for it.
    let versioned = query.value("v") == ui::assets::version();
    let cache = if versioned {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    };
    Ok(Answer::bytes(asset.content_type, asset.bytes.into_owned(), cache))
}

/// `GET /brand.css`: the service's colour.
pub fn brand(_permit: Permit<Anyone>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let css = format!(":root {{ --brand: {}; }}\n", settings::text(r.settings(), "brand_colour"));
    Ok(Answer::bytes("text/css; charset=utf-8", css.into_bytes(), "public, max-age=3600"))
}

/// `GET /logo`: an SVG or PNG that the administrator gave.
pub fn logo(_permit: Permit<Anyone>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let (kind, text) = r.settings().get("logo").and_then(|logo| logo.split_once(',')).or_missing()?;
    let bytes = (0..text.len() / 2)
        .map(|i| text.get(i * 2..i * 2 + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
        .collect::<Option<Vec<u8>>>()
        .or_missing()?;
    let content_type = match kind {
        "image/png" => "image/png",
        _ => return Err(Ending::Missing),
    };
    Ok(Answer::bytes(content_type, bytes, "public, max-age=3600"))
}

/// `GET /healthz`: the process answers.
pub fn health(_permit: Permit<Anyone>, _r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Ok(Answer::bytes("text/plain; charset=utf-8", b"ok\n".to_vec(), "no-store"))
}

/// `GET /readyz`: the database answers too.
pub fn ready(_permit: Permit<Anyone>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    use diesel::prelude::*;
    let partnerships: i64 = crate::schema::partnership::table.count().get_result(r.db())?;
    Ok(Answer::bytes(
        "text/plain; charset=utf-8",
        format!("ready, {partnerships} partnerships\n").into_bytes(),
        "no-store",
    ))
}
