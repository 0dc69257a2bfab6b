//! Copies of copies: how a tape came from tape to tape, and the file of a new copy.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::box_of_tapes::tape_seed;
use super::catalogue::Catalogue;
use super::memory::copy_number;
use crate::files::{self, SaveError};
use afterdark_media::playlist::{self, CopyRequest, Format, Programme};
use afterdark_tape::tape::{Copying, DeckProfile};

/// The machine that copies where none is named: the one built for it.
pub const COPYING_DECK: &str = "twin";

/// The copyings that a tape's own file tells of, of the tape with this place in the
/// box. A machine that is gone is taken for [`COPYING_DECK`].
pub fn copyings(catalogue: &Catalogue, copies: &[CopyRequest], tape: usize) -> Arc<[Copying]> {
    let deck = |name: &Option<String>| {
        let named = name.as_deref().and_then(|name| catalogue.deck(name));
        let usual = || catalogue.deck(COPYING_DECK);
        named
            .or_else(usual)
            .unwrap_or_else(DeckProfile::default_deck)
    };
    let copying = |copy: &CopyRequest| Copying {
        seed: tape_seed(copy.of, tape),
        played_on: deck(&copy.played_on),
        recorded_on: deck(&copy.recorded_on),
        passes: f32::from(copy.passes),
    };
    copies.iter().map(copying).collect()
}

/// `count` copyings, each of the tape before, the first of the tape with the number
/// `first`, and the number of the last copy.
pub fn generations(first: u64, count: usize, decks: [&Arc<DeckProfile>; 2]) -> (Vec<Copying>, u64) {
    let copying = |copies| Copying {
        seed: copy_number(first, copies),
        played_on: Arc::clone(decks[0]),
        recorded_on: Arc::clone(decks[1]),
        passes: 0.0,
    };
    ((0..count).map(copying).collect(), copy_number(first, count))
}

/// The copyings as they are of another tape of the box.
pub fn of_tape(copies: &[Copying], tape: usize) -> Arc<[Copying]> {
    let of_tape = |copy: &Copying| Copying {
        seed: tape_seed(copy.seed, tape),
        ..copy.clone()
    };
    copies.iter().map(of_tape).collect()
}

/// Writes a copy's own file into `folder`: `programme` with one more copying, of which
/// all but the number of the copy is given.
///
/// # Errors
/// When it cannot be written.
pub fn write(
    mut programme: Programme,
    mut copying: CopyRequest,
    folder: &Path,
) -> Result<PathBuf, SaveError> {
    std::fs::create_dir_all(folder).map_err(|cause| SaveError::Io {
        path: folder.to_owned(),
        cause,
    })?;
    let kept = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let title = programme.title.clone().unwrap_or_default();
    let name: String = title.chars().take(80).map(kept).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let copies = programme.request.copies.clone();
    loop {
        copying.copy += 1;
        programme.request.copies = [&copies[..], std::slice::from_ref(&copying)].concat();
        let hand = programme.request.hand().unwrap_or_default();
        let number = match copying.copy {
            1 => String::new(),
            number => format!(" {number}"),
        };
        let path = folder.join(format!("{name} {hand}{number}.tape.toml").trim_start());
        let text = playlist::write(&programme, Format::Tape, folder, |_| None);
        match files::save(&path, text.as_bytes(), false) {
            Err(SaveError::Exists(_)) if copying.copy < u16::MAX => {}
            saved => return saved.map(|()| path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::player::tape_number;

    #[test]
    fn a_copy_is_a_tape_of_its_own_that_knows_where_it_comes_from() {
        let folder = tempfile::tempdir().unwrap();
        let song = folder.path().join("one.flac");
        std::fs::write(&song, vec![0; 100]).unwrap();
        let original = Programme {
            title: Some("Late".to_owned()),
            entries: vec![song.clone().into()],
            ..Programme::default()
        };
        let number = tape_number(&original);
        let own = folder.path().join("own");
        let copy = |of: &Programme| {
            let copying = CopyRequest {
                of: tape_number(of),
                played_on: Some("stroller".to_owned()),
                recorded_on: Some("household".to_owned()),
                passes: 12,
                ..CopyRequest::default()
            };
            let path = write(of.clone(), copying, &own).unwrap();
            (playlist::gather(std::slice::from_ref(&path)).unwrap(), path)
        };
        let (first, path) = copy(&original);
        let (second, other) = copy(&original);
        assert!(path.ends_with("Late second-hand copy.tape.toml"));
        assert!(other.ends_with("Late second-hand copy 2.tape.toml"));
        assert_eq!(first.title, original.title);
        assert_eq!(first.entries[0].path(), song);
        let numbers = [number, tape_number(&first), tape_number(&second)];
        assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[0] != numbers[2]);
        let copies = copyings(&Catalogue::default(), &first.request.copies, 0);
        assert_eq!((copies.len(), copies[0].seed), (1, number));
        let decks = (&*copies[0].played_on.id, &*copies[0].recorded_on.id);
        assert_eq!((decks, copies[0].passes), (("stroller", "household"), 12.0));
        // And a copy of the copy.
        let (third, path) = copy(&first);
        assert!(path.ends_with("Late third-hand copy.tape.toml"));
        let seeds: Vec<u64> = third.request.copies.iter().map(|copy| copy.of).collect();
        assert_eq!(seeds, [number, tape_number(&first)]);
        assert_eq!(third.request.hand().as_deref(), Some("third-hand copy"));
    }
}
