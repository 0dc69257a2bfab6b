//! The screen: views, key table, themes, and the painter of the cassette.

pub use crate::player::model;
