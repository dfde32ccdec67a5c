//! How CAP talks to the world: database, access, audit, jobs, mail, clock, web.
//!
//! This crate knows no learner and no register. It owns everything that must not be forgotten
//! by a page: who is asking, whether they may, the transaction, its audit row, the form's one-time
//! key, and the headers of every answer.

pub mod access;
pub mod audit;
pub mod clock;
pub mod config;
pub mod db;
pub mod files;
pub mod form;
pub mod helper;
pub mod ids;
pub mod jobs;
pub mod logging;
pub mod mail;
pub mod password;
pub mod problem;
pub mod scan;
pub mod schema;
pub mod settings;
pub mod sheet;
pub mod table;
pub mod text;
pub mod vault;
pub mod web;

pub use access::{Access, Actor, Permit, Role, Task, Who};
pub use audit::Recorded;
pub use clock::Instant;
pub use db::{Db, Multi, Reading, Session, Writing};
pub use form::Form;
pub use problem::Ending;
pub use web::{Answer, App};
