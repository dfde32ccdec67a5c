//! The home page of everybody who is signed in.

use crate::{
    accounts::deeds::UseClm,
    shell::{self, Frame},
};
use askama::Template;
use platform::{Answer, Ending, Permit, Reading};

#[derive(Template)]
#[template(path = "notices/views/home.html")]
struct HomePage {
    frame: Frame,
}

/// `GET /clm`
pub fn home(_permit: Permit<UseClm>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&HomePage { frame: shell::frame(r, "Home") })
}
