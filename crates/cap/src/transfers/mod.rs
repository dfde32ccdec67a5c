//! Datalocker: files between the service and its schools and providers, and no other way.

mod answer_pages;
pub mod answering;
pub mod category;
mod category_pages;
pub mod chasing;
pub mod deliveries;
mod delivery_pages;
pub mod documents;
pub mod draft;
pub mod inbox;
mod many_pages;
pub mod outbox;
mod quarantine_pages;
mod receive_pages;
pub mod retention;
pub mod scanning;
mod send_pages;
mod sent_pages;
pub mod stored;
pub mod told;
mod upload_pages;
pub mod vault_check;
pub mod way;
mod zipped;

platform::keys!(
    /// A file as the vault keeps it.
    FileKey,
    /// A row that has not been sent yet.
    DraftKey,
    /// A file sent to one recipient.
    TransferKey,
);

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::{
        answer_pages::{accept, act, answer_page},
        category_pages::{categories_page, change_categories},
        delivery_pages::deliveries,
        many_pages::{address_many, many_page},
        quarantine_pages::quarantine,
        receive_pages::{downloads, search_files, take, take_many},
        send_pages::{change_rows, confirm_page, send, send_page},
        sent_pages::{recall, sent},
        upload_pages::add_files,
    };
}
