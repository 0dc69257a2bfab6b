//! What is remembered between runs: each tape's place, the switches, the last tape.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::marks::Marks;
use super::sound::Chosen;
use super::writer::Writer;
use crate::files;
use crate::recorder::Loudness;
use afterdark_media::playlist::Programme;
use afterdark_media::text;
use afterdark_tape::cassette::Side;

/// Songs that a tape is known by; more would only cost time.
const KNOWN_BY: usize = 64;

/// Of what is kept; what is older has no number.
const VERSION: u32 = 1;

/// The folder where it all is, and who writes there.
pub struct Memory {
    folder: PathBuf,
    writer: Writer,
    /// What had to be set aside, a sentence each.
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
    /// The last setting of one's own, which stays among the presets.
    pub custom: Option<Chosen>,
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
            custom: None,
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
#[serde(default)]
struct Wear {
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

/// What was found of a song the last time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "KnownFile")]
pub struct Known {
    /// Frames of it.
    pub frames: u64,
    /// Frames a second.
    pub sample_rate: u32,
    /// Gain to the target loudness, dB, and peak, where it was measured.
    pub loudness: Option<Loudness>,
}

/// The same as it stands in a file of this version, or of the first one.
#[derive(Deserialize)]
#[serde(untagged)]
enum KnownFile {
    Named {
        frames: u64,
        sample_rate: u32,
        loudness: Option<Loudness>,
    },
    First(u64, u32, Option<(f32, f32)>),
}

impl From<KnownFile> for Known {
    fn from(file: KnownFile) -> Self {
        let (frames, sample_rate, loudness) = match file {
            KnownFile::Named {
                frames,
                sample_rate,
                loudness,
            } => (frames, sample_rate, loudness),
            KnownFile::First(frames, sample_rate, loudness) => {
                let loudness = loudness.map(|(gain_db, peak)| Loudness { gain_db, peak });
                (frames, sample_rate, loudness)
            }
        };
        Self {
            frames,
            sample_rate,
            loudness,
        }
    }
}

/// What was found of a tape's songs, in this version or the first one.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SongsFile {
    Named { songs: Vec<Option<Known>> },
    First(Vec<Option<Known>>),
}

impl Default for SongsFile {
    fn default() -> Self {
        Self::First(Vec::new())
    }
}

/// What a file of this version begins with.
#[derive(Serialize)]
struct Versioned<'a, T> {
    version: u32,
    #[serde(flatten)]
    value: &'a T,
}

impl Memory {
    /// Under the XDG state folder. Where there is none to be had nothing is
    /// remembered, and a remark says so.
    pub fn open() -> Self {
        Self::at(files::state().unwrap_or_default())
    }

    /// In a folder of one's own.
    pub fn at(folder: PathBuf) -> Self {
        let mut memory = Self {
            writer: Writer::start(),
            remarks: Vec::new(),
            folder,
        };
        let tapes = memory.folder.join("tapes");
        let made = fs::create_dir_all(&tapes).and_then(|()| tempfile::tempfile_in(&tapes));
        if let Err(error) = made {
            memory.writer = Writer::none();
            let cause = match error.kind() {
                ErrorKind::PermissionDenied => "it may not be written".to_owned(),
                ErrorKind::NotFound => "there is no home folder".to_owned(),
                kind => kind.to_string(),
            };
            let remark = format!(
                "Nothing will be remembered: {}: {cause}",
                memory.folder.display()
            );
            memory.remarks.push(text::clean(&remark));
        }
        memory
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
    pub fn keep_settings(&self, settings: &Settings) {
        self.write(self.folder.join("settings.json"), settings);
    }

    /// Where a tape was left.
    pub fn place(&mut self, tape: u64) -> Option<Place> {
        self.read(&self.tape_file(tape, "json"))
    }

    /// Keeps where a tape is.
    pub fn keep_place(&self, tape: u64, place: &Place) {
        self.write(self.tape_file(tape, "json"), place);
    }

    /// What was found of a tape's songs.
    pub fn known(&mut self, tape: u64) -> Vec<Option<Known>> {
        match self.read(&self.tape_file(tape, "songs.json")) {
            SongsFile::Named { songs } | SongsFile::First(songs) => songs,
        }
    }

    /// Keeps it.
    pub fn keep_known(&self, tape: u64, songs: Vec<Option<Known>>) {
        let songs = SongsFile::Named { songs };
        self.write(self.tape_file(tape, "songs.json"), &songs);
    }

    /// How often each place of a tape has been played, side A and side B.
    pub fn wear(&mut self, tape: u64) -> [Vec<f32>; 2] {
        let wear: Wear = self.read(&self.tape_file(tape, "wear.json"));
        wear.passes
            .map(|side| side.into_iter().map(|n| n as f32 / PARTS).collect())
    }

    /// Keeps it.
    pub fn keep_wear(&self, tape: u64, passes: &[Vec<f32>; 2]) {
        let whole = |side: &Vec<f32>| side.iter().map(|p| (p * PARTS).round() as u32).collect();
        let wear = Wear {
            passes: [whole(&passes[0]), whole(&passes[1])],
        };
        self.write(self.tape_file(tape, "wear.json"), &wear);
    }

    /// The pencil marks on a tape.
    pub fn marks(&mut self, tape: u64) -> Marks {
        self.read(&self.tape_file(tape, "marks.json"))
    }

    /// Keeps them.
    pub fn keep_marks(&self, tape: u64, marks: &Marks) {
        self.write(self.tape_file(tape, "marks.json"), marks);
    }

    /// Why something could not be kept since the last call.
    pub fn take_failure(&self) -> Option<String> {
        self.writer.take_failure()
    }

    /// Has a file written; it is not waited for.
    fn write<T: Serialize>(&self, path: PathBuf, value: &T) {
        let version = VERSION;
        // What is kept is numbers, text and lists of them: it can always be told.
        if let Ok(bytes) = serde_json::to_vec(&Versioned { version, value }) {
            self.writer.write(path, bytes);
        }
    }

    fn tape_file(&self, tape: u64, ending: &str) -> PathBuf {
        self.folder
            .join("tapes")
            .join(format!("{tape:016x}.{ending}"))
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
    for copy in &programme.request.copies {
        hash.add(&copy.of.to_le_bytes());
        hash.add(&copy.copy.to_le_bytes());
    }
    hash.0
}

/// The number of a tape that is copied so many times from tape to tape, the first
/// recording having the number `first`: its own where it is not copied.
pub fn copy_number(first: u64, copies: usize) -> u64 {
    (1..=copies).fold(first, |number, copy| {
        let mut hash = Fnv::default();
        hash.add(&number.to_le_bytes());
        hash.add(&copy.to_le_bytes());
        hash.0
    })
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
        let memory = Memory::at(folder.path().to_owned());
        let settings = Settings {
            volume: 0.5,
            ..Settings::default()
        };
        memory.keep_settings(&settings);
        drop(memory);
        let mut memory = Memory::at(folder.path().to_owned());
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
        memory.keep_wear(7, &worn);
        drop(memory);
        let mut again = Memory::at(folder.path().to_owned());
        assert_eq!(again.wear(7), worn);
        assert_eq!(again.wear(8), [const { Vec::<f32>::new() }; 2]);
    }

    #[test]
    fn what_the_first_version_kept_is_read_and_kept_anew_with_its_version() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::create_dir(file("tapes")).unwrap();
        let songs = "tapes/0000000000000007.songs.json";
        fs::write(file(songs), "[null,[480,48000,[-3.5,0.5]],[9,8,null]]").unwrap();
        fs::write(
            file("settings.json"),
            r#"{"volume":0.5,"source":true,"sound":{"deck":"summit","wow":2.0,"drive_db":null},
            "auto_reverse":false,"noises":true,"theme":null,"last":["/a.m3u"]}"#,
        )
        .unwrap();
        let mut memory = Memory::at(folder.path().to_owned());
        let known = memory.known(7);
        let loudness = Some(Loudness {
            gain_db: -3.5,
            peak: 0.5,
        });
        assert_eq!(known[1].and_then(|known| known.loudness), loudness);
        assert_eq!(known[2].map(|known| known.frames), Some(9));
        let settings = memory.settings();
        assert_eq!((settings.volume, settings.source), (0.5, true));
        assert_eq!(settings.sound.deck.as_deref(), Some("summit"));
        assert!(memory.remarks.is_empty(), "{:?}", memory.remarks);
        memory.keep_known(7, known.clone());
        memory.keep_settings(&settings);
        drop(memory);
        let text = fs::read_to_string(file(songs)).unwrap();
        assert!(text.contains("\"version\":1") && text.contains("\"frames\":480"));
        let mut memory = Memory::at(folder.path().to_owned());
        assert_eq!((memory.known(7), memory.settings()), (known, settings));
    }

    #[test]
    fn where_nothing_can_be_kept_it_is_said_and_all_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let mut memory = Memory::at(file.join("state"));
        assert!(memory.remarks[0].starts_with("Nothing will be remembered: "));
        memory.keep_settings(&Settings::default());
        assert_eq!(memory.settings(), Settings::default());
        assert_eq!(memory.take_failure(), None);
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
