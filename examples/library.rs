//! Makes a library to measure the shelf with: so many files of eight formats,
//! a fraction of a second of sound each, every one with tags of its own, ten
//! on an album. `library FOLDER [COUNT]`; needs ffmpeg for the eight first
//! files, of which all others are copies with other tags.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lofty::config::WriteOptions;
use lofty::file::TaggedFileExt;
use lofty::probe::Probe;
use lofty::tag::{Accessor, ItemKey, Tag, TagExt};

const FORMATS: [&str; 8] = ["flac", "mp3", "ogg", "opus", "m4a", "wav", "aiff", "wv"];

const WORDS: [&str; 48] = [
    "Amber", "Ashes", "August", "Balcony", "Blue", "Bridge", "Candle", "Carousel", "Cellar",
    "Chapel", "Cinema", "Copper", "Coral", "Corner", "Dance", "Distance", "Evening", "Ferry",
    "Garden", "Glass", "Gravel", "Harbour", "Hotel", "Island", "Lantern", "Letter", "Linen",
    "Meadow", "Midnight", "Mirror", "Morning", "Neon", "Orchard", "Paper", "Piano", "Platform",
    "Quiet", "Rain", "River", "Saturday", "Silver", "Station", "Stone", "Tide", "Velvet", "Window",
    "Winter", "Yellow",
];

const GENRES: [&str; 6] = ["Jazz", "Folk", "Soul", "New Wave", "Ambient", "Chanson"];

/// Numbers that look like chance and are the same every time (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect();
        words.join(" ")
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let root = PathBuf::from(arguments.next().ok_or("name a folder")?);
    let count: usize = match arguments.next() {
        Some(count) => count.to_str().ok_or("a number")?.parse()?,
        None => 100_000,
    };
    let first = tempfile::tempdir()?;
    for format in FORMATS {
        make_first(&first.path().join(format!("first.{format}")))?;
    }
    let mut chance = Chance(1);
    for album in 0..count.div_ceil(10) {
        let artist = format!("{} {}", chance.words(2), album / 4 % 997);
        let title = chance.words(3);
        let year = 1960 + chance.below(65) as u32;
        let genre = GENRES[chance.below(GENRES.len())];
        let format = FORMATS[album % FORMATS.len()];
        let folder = root
            .join(format!("{:02}", album % 100))
            .join(format!("{artist} - {title} {album}"));
        fs::create_dir_all(&folder)?;
        for track in 1..=10.min(count - album * 10) as u32 {
            let song = chance.words(3);
            let path = folder.join(format!("{track:02} {song}.{format}"));
            fs::copy(first.path().join(format!("first.{format}")), &path)?;
            let file = Probe::open(&path)?.guess_file_type()?.read()?;
            let mut tag = Tag::new(file.primary_tag_type());
            tag.set_artist(artist.clone());
            tag.set_album(title.clone());
            tag.set_title(song);
            tag.set_genre(genre.to_owned());
            tag.set_track(track);
            tag.insert_text(ItemKey::AlbumArtist, artist.clone());
            tag.insert_text(ItemKey::RecordingDate, year.to_string());
            tag.save_to_path(&path, WriteOptions::default())?;
        }
    }
    Ok(())
}

fn make_first(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-f", "lavfi", "-i", "sine=300:d=0.25"]);
    if command.arg(path).status()?.success() {
        Ok(())
    } else {
        Err("ffmpeg cannot make the first file".into())
    }
}
