//! The screen: views, key table, and the painter of the cassette.

pub mod app;
mod cover;
mod find;
pub mod keys;
pub mod layout;
pub use crate::player::model;
mod run;
pub mod scene;
pub mod terminal;
mod views;

pub use run::{Options, run};
pub use views::line::sentence;
