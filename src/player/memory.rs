//! What is remembered between runs: each tape's place, the switches, the last tape.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::sound::Chosen;
use crate::files;
use afterdark_media::playlist::Programme;
use afterdark_media::text;
use afterdark_tape::cassette::Side;

/// Songs that a tape is known by; more would only cost time.
const KNOWN_BY: usize = 64;

/// The folder where it all is.
#[derive(Clone, Debug)]
pub struct Memory {
    folder: PathBuf,
    /// Nothing can be written there: what lies in it is read, and no more kept.
    read_only: bool,
    /// What the listener should know of it, a sentence each.
    pub remarks: Vec<String>,
}

/// The listener's switches, the same for every tape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Settings {
    pub volume: f32,
    pub source: bool,
    /// What was chosen of the sound.
    pub sound: Chosen,
    pub auto_reverse: bool,
    pub noises: bool,
    /// The screen's theme, where one was chosen on it.
    pub theme: Option<String>,
    /// What was asked to be played last.
    pub last: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            volume: 1.0,
            source: false,
            sound: Chosen::default(),
            auto_reverse: true,
            noises: true,
            theme: None,
            last: Vec::new(),
        }
    }
}

/// A pass of the head is kept in so many parts.
const PARTS: f32 = 100.0;

/// Passes over each second of a side, in hundredths.
#[derive(Default, Serialize, Deserialize)]
struct Worn {
    passes: [Vec<u32>; 2],
}

/// Where a tape was left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// The tape's name, for whoever reads the file.
    pub title: String,
    /// Which tape of the box, from 0.
    pub tape: usize,
    /// Side facing the head.
    pub side: Side,
    /// Seconds from the side's start.
    pub side_s: f64,
    /// Song under the head, and seconds into it, for a box laid anew.
    pub song: Option<(usize, f64)>,
}

/// What was found of a song the last time: frames, frames a second, and, where
/// it was measured, gain to the target loudness in dB and peak.
pub type Known = (u64, u32, Option<(f32, f32)>);

impl Memory {
    /// Under the XDG state folder.
    pub fn open() -> Self {
        match files::state() {
            Some(folder) => Self::at(folder),
            None => Self::read_only(PathBuf::new(), "there is no home folder"),
        }
    }

    /// In a folder of one's own. One that cannot be written is no reason not to
    /// play: it is read, and `remarks` says that nothing will be remembered.
    pub fn at(folder: PathBuf) -> Self {
        let tapes = folder.join("tapes");
        let proof = fs::create_dir_all(&tapes).and_then(|()| tempfile::tempfile_in(&tapes));
        match proof {
            Ok(_) => Self {
                folder,
                read_only: false,
                remarks: Vec::new(),
            },
            Err(error) => {
                let cause = match error.kind() {
                    io::ErrorKind::PermissionDenied => "it may not be written".to_owned(),
                    kind => kind.to_string(),
                };
                let reason = format!("{}: {cause}", folder.display());
                Self::read_only(folder, &reason)
            }
        }
    }

    fn read_only(folder: PathBuf, reason: &str) -> Self {
        let remark = format!("Nothing of this will be remembered: {reason}");
        Self {
            folder,
            read_only: true,
            remarks: vec![text::clean(&remark)],
        }
    }

    /// The folder itself, for logs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The switches as they were left.
    pub fn settings(&mut self) -> Settings {
        self.read(&self.folder.join("settings.json"))
    }

    /// Keeps the switches.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_settings(&self, settings: &Settings) -> io::Result<()> {
        self.write(&self.folder.join("settings.json"), settings)
    }

    /// Where a tape was left.
    pub fn place(&mut self, tape: u64) -> Option<Place> {
        self.read(&self.tape_file(tape, "json"))
    }

    /// Keeps where a tape is.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_place(&self, tape: u64, place: &Place) -> io::Result<()> {
        self.write(&self.tape_file(tape, "json"), place)
    }

    /// What was found of a tape's songs.
    pub fn known(&mut self, tape: u64) -> Vec<Option<Known>> {
        self.read(&self.tape_file(tape, "songs.json"))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_known(&self, tape: u64, known: &[Option<Known>]) -> io::Result<()> {
        self.write(&self.tape_file(tape, "songs.json"), &known)
    }

    /// How often each place of a tape has been played, side A and side B.
    pub fn wear(&mut self, tape: u64) -> [Vec<f32>; 2] {
        let worn: Worn = self.read(&self.tape_file(tape, "wear.json"));
        worn.passes
            .map(|side| side.into_iter().map(|n| n as f32 / PARTS).collect())
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_wear(&self, tape: u64, passes: &[Vec<f32>; 2]) -> io::Result<()> {
        let whole = |side: &Vec<f32>| side.iter().map(|p| (p * PARTS).round() as u32).collect();
        let worn = Worn {
            passes: [whole(&passes[0]), whole(&passes[1])],
        };
        self.write(&self.tape_file(tape, "wear.json"), &worn)
    }

    fn tape_file(&self, tape: u64, ending: &str) -> PathBuf {
        self.folder
            .join("tapes")
            .join(format!("{tape:016x}.{ending}"))
    }

    /// In one go, so that no reader and no kill ever sees half of it.
    fn write<T: Serialize>(&self, path: &Path, value: &T) -> io::Result<()> {
        if self.read_only {
            return Ok(());
        }
        files::save(path, &serde_json::to_vec(value)?, true).map_err(io::Error::other)
    }

    fn read<T: DeserializeOwned + Default>(&mut self, path: &Path) -> T {
        let Ok(text) = fs::read(path) else {
            return T::default();
        };
        match serde_json::from_slice(&text) {
            Ok(value) => value,
            Err(_) => {
                let mut aside = path.as_os_str().to_owned();
                aside.push(".damaged");
                let done = fs::rename(path, &aside).is_ok();
                let what = if done {
                    "set aside beside it"
                } else {
                    "left as it is"
                };
                self.remarks.push(format!(
                    "{} is damaged and was {what}; starting afresh",
                    path.display()
                ));
                T::default()
            }
        }
    }
}

/// A tape's own number: it follows from the names and sizes of its files, so
/// that it stays the same when the folder moves.
pub fn tape_number(programme: &Programme) -> u64 {
    let mut hash = Fnv::default();
    hash.add(&programme.entries.len().to_le_bytes());
    for entry in programme.entries.iter().take(KNOWN_BY) {
        let path = entry.path();
        if let Some(name) = path.file_name() {
            hash.add(name.as_encoded_bytes());
        }
        let size = fs::metadata(&path).map_or(0, |meta| meta.len());
        hash.add(&size.to_le_bytes());
        let start = entry.span().map_or(0.0, |span| span.start_s);
        hash.add(&start.to_le_bytes());
    }
    hash.0
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_set_aside_and_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = Memory::at(folder.path().to_owned());
        let settings = Settings {
            volume: 0.5,
            ..Settings::default()
        };
        memory.keep_settings(&settings).unwrap();
        assert_eq!(memory.settings(), settings);
        let file = folder.path().join("settings.json");
        fs::write(&file, b"{\"volume\": 0.").unwrap();
        assert_eq!(memory.settings(), Settings::default());
        assert!(!file.exists() && folder.path().join("settings.json.damaged").exists());
        assert!(memory.remarks[0].contains("settings.json"));
    }

    #[test]
    fn wear_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let worn = [vec![0.0, 1.5, 100.0], Vec::new()];
        let memory = Memory::at(folder.path().to_owned());
        memory.keep_wear(7, &worn).unwrap();
        let mut again = Memory::at(folder.path().to_owned());
        assert_eq!(again.wear(7), worn);
        assert_eq!(again.wear(8), [const { Vec::<f32>::new() }; 2]);
    }

    #[test]
    fn a_tape_keeps_its_number_when_its_folder_moves() {
        let folder = tempfile::tempdir().unwrap();
        let tape = |place: &str, bytes: usize| {
            let place = folder.path().join(place);
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join("a.flac"), vec![0; bytes]).unwrap();
            let entries = vec![place.join("a.flac").into()];
            tape_number(&Programme {
                entries,
                ..Programme::default()
            })
        };
        assert_eq!(tape("here", 10), tape("there", 10));
        assert_ne!(tape("here", 10), tape("elsewhere", 11));
    }
}
