//! The machines and tapes there are to choose from: those that come with the
//! program and the listener's own.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files;
use afterdark_media::text;
use afterdark_tape::tape::{DeckProfile, Formulation, Preset, ProfileError, Setup};

/// A profile is a page of text; what is longer is something else, bytes.
const LONGEST: u64 = 64 * 1024;

/// All decks and tapes, the defaults first, the listener's own last.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Machines.
    pub decks: Vec<Arc<DeckProfile>>,
    /// Tapes.
    pub tapes: Vec<Arc<Formulation>>,
    /// What of the listener's own could not be used.
    pub left_out: Vec<Arc<LeftOut>>,
}

/// A profile of the listener's own that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} is left out: {}; correct it or move it away", text::clean(&path.to_string_lossy()), text::clean(&why.to_string()))]
pub struct LeftOut {
    /// Its file.
    pub path: PathBuf,
    /// Why.
    pub why: Useless,
}

/// Why a file is no profile.
#[derive(Debug, thiserror::Error)]
pub enum Useless {
    /// So many bytes.
    #[error("it is {0} bytes long, which is no profile")]
    TooLong(u64),
    /// The disk's own reason.
    #[error(transparent)]
    Unreadable(#[from] std::io::Error),
    /// What is wrong in it.
    #[error(transparent)]
    Wrong(#[from] ProfileError),
}

impl Default for Catalogue {
    /// Those that come with the program.
    fn default() -> Self {
        Self {
            decks: DeckProfile::all().to_vec(),
            tapes: Formulation::all().to_vec(),
            left_out: Vec::new(),
        }
    }
}

impl Catalogue {
    /// With what lies in `decks` and `tapes` of the configuration folder.
    pub fn open() -> Self {
        Self::at(&files::config().unwrap_or_default())
    }

    /// With what lies in `decks` and `tapes` of `folder`. Of two with the same
    /// id the listener's own counts, and of two own ones the first by name.
    pub fn at(folder: &Path) -> Self {
        let mut catalogue = Self::default();
        let (decks, left_out) = own(&folder.join("decks"), DeckProfile::from_toml);
        catalogue.left_out.extend(left_out);
        for mut deck in decks {
            for words in [&mut deck.id, &mut deck.name, &mut deck.about] {
                *words = text::clean(words);
            }
            place(&mut catalogue.decks, deck, |deck| &deck.id);
        }
        let (tapes, left_out) = own(&folder.join("tapes"), Formulation::from_toml);
        catalogue.left_out.extend(left_out);
        for mut tape in tapes {
            for words in [
                &mut tape.id,
                &mut tape.name,
                &mut tape.about,
                &mut tape.kind,
            ] {
                *words = text::clean(words);
            }
            place(&mut catalogue.tapes, tape, |tape| &tape.id);
        }
        catalogue
    }

    /// The machine with this id or name, capitals or not.
    pub fn deck(&self, name: &str) -> Option<Arc<DeckProfile>> {
        let called = |words: &str| words.eq_ignore_ascii_case(name);
        let by_id = self.decks.iter().find(|deck| called(&deck.id));
        by_id
            .or_else(|| self.decks.iter().find(|deck| called(&deck.name)))
            .cloned()
    }

    /// The tape with this id or name, capitals or not.
    pub fn tape(&self, name: &str) -> Option<Arc<Formulation>> {
        let called = |words: &str| words.eq_ignore_ascii_case(name);
        let by_id = self.tapes.iter().find(|tape| called(&tape.id));
        by_id
            .or_else(|| self.tapes.iter().find(|tape| called(&tape.name)))
            .cloned()
    }

    /// What a preset stands for, the listener's own machine or tape in the
    /// place of one with the same id.
    pub fn preset(&self, preset: &Preset) -> Setup {
        let setup = preset.setup();
        Setup {
            deck: self.deck(&setup.deck.id).unwrap_or(setup.deck),
            tape: self.tape(&setup.tape.id).unwrap_or(setup.tape),
            dubbed_on: self.deck(&setup.dubbed_on.id).unwrap_or(setup.dubbed_on),
            ..setup
        }
    }
}

/// Puts an own one in the place of the built-in one, else behind the others.
fn place<T>(catalogue: &mut Vec<Arc<T>>, own: T, id: impl Fn(&T) -> &str) {
    match catalogue.iter_mut().find(|there| id(there) == id(&own)) {
        Some(there) => *there = Arc::new(own),
        None => catalogue.push(Arc::new(own)),
    }
}

/// Reads the `.toml` files of a folder, the first by name last, so that it is
/// the one that stays.
fn own<T>(
    folder: &Path,
    read: impl Fn(&str) -> Result<T, ProfileError>,
) -> (Vec<T>, Vec<Arc<LeftOut>>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return (Vec::new(), Vec::new());
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension() == Some(OsStr::new("toml")))
        .collect();
    paths.sort();
    let (mut profiles, mut left_out) = (Vec::new(), Vec::new());
    for path in paths.into_iter().rev() {
        match read_file(&path).and_then(|text| Ok(read(&text)?)) {
            Ok(profile) => profiles.push(profile),
            Err(why) => left_out.push(Arc::new(LeftOut { path, why })),
        }
    }
    (profiles, left_out)
}

fn read_file(path: &Path) -> Result<String, Useless> {
    let length = fs::metadata(path).map_or(0, |meta| meta.len());
    if length > LONGEST {
        return Err(Useless::TooLong(length));
    }
    Ok(fs::read_to_string(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECK: &str = include_str!("../../crates/tape/src/tape/profiles/decks/stroller.toml");

    fn catalogue(files: &[(&str, String)]) -> Catalogue {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Catalogue::at(folder.path())
    }

    #[test]
    fn an_own_deck_stands_beside_the_others_and_wins_by_its_id() {
        let mine = DECK.replace("id = \"stroller\"", "id = \"mine\"");
        let same = DECK.replace("name = \"", "name = \"My \\u202e\\u001b[31m");
        let catalogue = catalogue(&[("decks/mine.toml", mine), ("decks/same.toml", same)]);
        assert!(catalogue.left_out.is_empty());
        assert_eq!(catalogue.decks.len(), DeckProfile::all().len() + 1);
        assert!(catalogue.deck("mine").is_some());
        let name = &catalogue.deck("stroller").unwrap().name;
        assert!(name.starts_with("My "), "{name}");
        assert!(!name.contains(['\u{202e}', '\u{1b}']), "{name}");
        // What follows a preset by name follows it to the own one.
        let preset = Preset::all()
            .iter()
            .find(|p| p.setup().deck.id == "stroller");
        assert_eq!(&catalogue.preset(preset.unwrap()).deck.name, name);
    }

    #[test]
    fn a_wrong_profile_is_told_with_file_and_line_and_stops_nothing() {
        let line = |text: &str, key: &str| {
            let found = text.lines().position(|line| line.starts_with(key));
            found.unwrap() + 1
        };
        let range = DECK.replace("separation_db = ", "separation_db = -");
        let unknown = format!("colour = 3\n{DECK}");
        let broken = DECK.replace("id = \"stroller\"", "id = stroller\"");
        let at = [line(&range, "separation_db"), 1, line(&broken, "id =")];
        let catalogue = catalogue(&[
            ("decks/a.toml", range),
            ("decks/b.toml", unknown),
            ("decks/c.toml", broken),
            ("decks/notes.txt", "not a profile".to_owned()),
        ]);
        assert_eq!(catalogue.decks.len(), DeckProfile::all().len());
        let told = catalogue.left_out.iter().map(ToString::to_string);
        let told: Vec<String> = told.collect();
        assert_eq!(told.len(), 3, "{told:?}");
        for (remark, (file, line)) in
            told.iter()
                .rev()
                .zip([("a.toml", at[0]), ("b.toml", at[1]), ("c.toml", at[2])])
        {
            assert!(remark.contains(file), "{remark}");
            assert!(remark.contains(&format!("line {line}:")), "{remark}");
            assert!(!remark.contains('\n'), "{remark}");
        }
        assert!(told[2].contains("separation_db"));
    }
}
