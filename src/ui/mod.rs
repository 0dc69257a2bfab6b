//! The screen: views, key table, themes, and the painter of the cassette.

pub mod app;
mod find;
mod front;
pub mod keys;
pub mod layout;
pub use crate::player::model;
mod run;
pub mod scene;
pub mod terminal;
pub mod text;
pub mod theme;
mod views;

pub use run::{Options, run};
pub use views::line::sentence;
