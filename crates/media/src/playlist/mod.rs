//! Arguments, folders and playlists to a list of entries, in order, and lists
//! of entries to playlists. Knows nothing of decoding.

mod address;
pub mod arrange;
mod bounds;
mod cue;
mod entry;
mod error;
mod extensions;
mod folder;
mod gather;
mod home;
mod library;
mod locate;
mod m3u;
mod markup;
mod pls;
mod programme;
mod read;
mod split;
mod tape_file;
mod write;
mod xml;

pub use address::from_file_address;
pub use cue::sheet as cue_sheet;
pub use entry::{Entry, Located, Particulars, Span};
pub use error::{Blank, How, PlaylistError, Remark};
pub use extensions::{AUDIO_EXTENSIONS, has_audio_extension};
pub use gather::{gather, is_there};
pub use home::Home;
pub use programme::{CopyRequest, Programme, TapeRequest};
pub use read::is_playlist;
pub use split::{Part, split};
pub use write::{Format, write};
