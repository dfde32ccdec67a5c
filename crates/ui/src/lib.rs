//! How CAP looks: the page frame, the components that pages are built from, charts, and
//! the files that a browser loads. Nothing here reads data; a page hands over all it shows.
//!
//! Templates are in `templates/`. A page template extends `frame.html` (with the menu) or
//! `plain.html` (without), has a field `frame: ui::frame::Frame`, and imports
//! `components.html` for its macros.

pub mod assets;
pub mod chart;
pub mod filters;
pub mod frame;
pub mod pagination;
