//! A person's whole music as tapes: an index of what lies below the roots, a
//! scan that keeps it true, and a search through it.
//!
//! The index is a cache: it can be thrown away and is made anew. It is the
//! owner's files that count, and they are only read.

mod blank_tape;
mod cover_color;
mod desk;
mod disk;
mod disk_name;
mod fold;
mod history;
mod index;
mod query;
mod reading;
mod rows;
mod scan;
mod search;
mod surprise;
mod writing;

pub use blank_tape::{BlankTape, NoRoom, Request};
pub use desk::{Answer, Choices, Desk, Found, Question, Setting, Visit};
pub use disk::{FolderEntry, notes_beside};
pub use fold::fold;
pub use history::{HISTORY, History, Played, home};
pub use index::{Index, IndexError};
pub use query::{Filter, Query};
pub use rows::{CoverColor, Kind, Song, Tape, What};
pub use scan::{Progress, Roots, Scan, Summary};
pub use search::{Catalog, Hit, TapeOrder};
pub use surprise::surprise;
