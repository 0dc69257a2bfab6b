//! The screen: views, key table, and the painter of the cassette.

mod animation;
mod changes;
mod cover;
mod draw;
mod find;
mod frame;
mod gallery;
mod input;
mod keyboard;
pub mod keys;
pub mod layout;
pub mod own_keys;
pub use crate::player::model;
mod pasted;
pub mod picture;
mod rack_picture;
mod run;
pub mod scene;
pub(crate) mod shelf;
mod state;
pub mod terminal;
mod views;

pub use draw::Screen;
pub use frame::Appearance;
pub use run::{Opening, Options, run};
pub use terminal::listen;
pub use views::line::sentence;
pub use views::said;
