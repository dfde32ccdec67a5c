//! Files in the demo's Datalocker: some wait, one was downloaded.

use super::cast::Cast;
use crate::{
    learners::LearnerKey,
    schema::{membership, organisation, person, stored_file, transfer, transfer_taking},
    transfers::{FileKey, TransferKey, category::Categories, retention, way::Recipient},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    App, Ending, Instant, Writing, clock,
    ids::{self, OrganisationKey, PersonKey, PublicId},
    text::fold,
    vault::{Stored, Vault},
};

/// One file that was sent.
struct Sending {
    /// The sender's username.
    by: &'static str,
    name: &'static str,
    category: &'static str,
    description: &'static str,
    content: &'static str,
    /// To whom of which organisation.
    to: fn(&Cast) -> OrganisationKey,
    recipient: Recipient,
    /// Whom the file is about.
    about: fn(&Cast) -> Option<LearnerKey>,
    days_ago: i64,
    /// The username of whoever downloaded it.
    taken_by: Option<&'static str>,
}

const SENDINGS: [Sending; 5] = [
    Sending {
        by: "cap.staff",
        name: "Support plan AA.txt",
        category: "support-plan",
        description: "Plan AA",
        content: "A made-up support plan for a learner of the demonstration.\n",
        to: |cast| cast.northgate,
        recipient: Recipient::Coordinator,
        about: |cast| Some(cast.ana.learner),
        days_ago: 1,
        taken_by: None,
    },
    Sending {
        by: "cap.staff",
        name: "Review minutes CC.txt",
        category: "minutes",
        description: "Minutes CC",
        content: "Made-up minutes of a review meeting of the demonstration.\n",
        to: |cast| cast.northgate,
        recipient: Recipient::Coordinator,
        about: |_| None,
        days_ago: 6,
        taken_by: Some("coordinator.northgate"),
    },
    Sending {
        by: "cap.staff",
        name: "Social care report AA.txt",
        category: "social-care",
        description: "Report AA",
        content: "A made-up report of the demonstration. Its recipients say what they did about it.\n",
        to: |cast| cast.northgate,
        recipient: Recipient::Coordinator,
        about: |cast| Some(cast.ana.learner),
        days_ago: 4,
        taken_by: Some("coordinator.northgate"),
    },
    Sending {
        by: "cap.staff",
        name: "Concern CC.txt",
        category: "safeguarding",
        description: "Concern CC",
        content: "A made-up concern. Only the designated safeguarding lead finds this file.\n",
        to: |cast| cast.northgate,
        recipient: Recipient::Dsl,
        about: |_| None,
        days_ago: 2,
        taken_by: None,
    },
    Sending {
        by: "coordinator.riverside",
        name: "Invoice November.txt",
        category: "invoice",
        description: "Invoice",
        content: "A made-up invoice of the demonstration.\n",
        to: |cast| cast.service,
        recipient: Recipient::Cap,
        about: |_| None,
        days_ago: 3,
        taken_by: None,
    },
];

/// Puts the files' contents into the vault, in the order in which [`write`] wants them.
pub(super) async fn seal(app: &App) -> Result<Vec<Stored>, Ending> {
    let vault = app.vault().clone();
    let all = move || SENDINGS.iter().map(|one| sealed(&vault, one.content)).collect();
    tokio::task::spawn_blocking(all).await.map_err(Ending::fault)?
}

/// Sends the files.
pub(super) fn write(w: &mut Writing<'_>, cast: &Cast, files: &[Stored]) -> Result<(), Ending> {
    SENDINGS.iter().zip(files).try_for_each(|(one, stored)| sent(w, one, cast, stored))
}

fn sealed(vault: &Vault, content: &str) -> Result<Stored, Ending> {
    let mut incoming = vault.begin().map_err(Ending::fault)?;
    incoming.write(content.as_bytes()).map_err(Ending::fault)?;
    incoming.finish().map_err(Ending::fault)
}

/// Somebody of the cast: their key, and the key, name, kind and role of where they work.
type Worker = (PersonKey, OrganisationKey, String, String, String);

fn worker(w: &mut Writing<'_>, username: &str) -> Result<Worker, Ending> {
    Ok(membership::table
        .inner_join(person::table)
        .inner_join(organisation::table)
        .filter(person::username.eq(username))
        .select((person::id, organisation::id, organisation::name, organisation::kind, membership::role))
        .first(w.db())?)
}

fn sent(w: &mut Writing<'_>, one: &Sending, cast: &Cast, stored: &Stored) -> Result<(), Ending> {
    let (by, from, from_name, from_kind, role) = worker(w, one.by)?;
    let (to, at) = ((one.to)(cast), w.now() - TimeDelta::days(one.days_ago));
    let kind = organisation::table.filter(organisation::id.eq(to)).select(organisation::kind);
    let to_kind: String = kind.first(w.db())?;
    let categories = Categories::usual();
    let category = categories.find(one.category).ok_or_else(|| Ending::fault("a category that is none"))?;
    let last_day = retention::last_day(clock::today(at), category.days);
    let (file, key) = (FileKey::next(), TransferKey::next());
    diesel::insert_into(stored_file::table)
        .values((
            stored_file::id.eq(file),
            stored_file::public_id.eq(PublicId::random()),
            stored_file::blob.eq(&stored.id),
            stored_file::wrapped_key.eq(&stored.wrapped_key),
            stored_file::name.eq(one.name),
            stored_file::name_key.eq(fold(one.name)),
            stored_file::length.eq(i64::try_from(stored.length).map_err(Ending::fault)?),
            stored_file::sha256.eq(stored.sha256.to_vec()),
            stored_file::organisation_id.eq(from),
            stored_file::uploaded_by.eq(by),
            stored_file::uploaded_at.eq(at),
        ))
        .execute(w.db())?;
    diesel::insert_into(transfer::table)
        .values((
            transfer::id.eq(key),
            transfer::public_id.eq(PublicId::random()),
            transfer::file_id.eq(file),
            transfer::from_id.eq(from),
            transfer::from_kind.eq(from_kind),
            transfer::from_role.eq(role),
            transfer::to_id.eq(to),
            transfer::to_kind.eq(to_kind),
            transfer::recipient.eq(one.recipient.word()),
            transfer::category.eq(one.category),
            transfer::description.eq(one.description),
            transfer::found_by.eq(fold(&format!("{} {from_name} {}", one.name, one.description))),
            transfer::sent_by.eq(by),
            transfer::sent_at.eq(at),
            transfer::released_at.eq(at),
            transfer::answered.eq(category.answered),
            transfer::expires_on.eq(last_day),
            transfer::learner_id.eq((one.about)(cast)),
        ))
        .execute(w.db())?;
    retention::plan(w, key, last_day)?;
    match one.taken_by {
        Some(username) => taken(w, key, username, at + TimeDelta::hours(2)),
        None => Ok(()),
    }
}

fn taken(w: &mut Writing<'_>, key: TransferKey, username: &str, at: Instant) -> Result<(), Ending> {
    let (person, ..) = worker(w, username)?;
    diesel::update(transfer::table.filter(transfer::id.eq(key)))
        .set(transfer::taken_at.eq(at))
        .execute(w.db())?;
    diesel::insert_into(transfer_taking::table)
        .values((
            transfer_taking::id.eq(ids::next_key()),
            transfer_taking::transfer_id.eq(key),
            transfer_taking::person_id.eq(person),
            transfer_taking::taken_at.eq(at),
        ))
        .execute(w.db())?;
    Ok(())
}
