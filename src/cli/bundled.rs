//! The tape that comes with the program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use etcetera::BaseStrategy;

/// The playlist, from the root of the repository or of the folder unpacked to.
const PLAYLIST: &str = "playlists/songs-after-dark.m3u8";

/// Files with their places; they travel inside the program.
macro_rules! files {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_bytes!(concat!("../../", $path)) as &[u8])),*]
    };
}

const FILES: [(&str, &[u8]); 11] = files![
    "playlists/songs-after-dark.m3u8",
    "tracks/A1 - House Lights Down.mp3",
    "tracks/A2 - Ashtray Moon.opus",
    "tracks/A3 - As Far as the Door.ogg",
    "tracks/A4 - Cab Fare.m4a",
    "tracks/B1 - The Corner Table.mp3",
    "tracks/B2 - Cloakroom Waltz.opus",
    "tracks/B3 - As Far as the Door (A Fair Copy).flac",
    "tracks/B4 - One Lamp Left On.ogg",
    "tracks/cover.png",
    "tracks/liner-notes.md",
];

/// Where it is: in the repository that the program was built in, else unpacked
/// in the folder for the program's data.
///
/// # Errors
/// When it cannot be unpacked.
pub fn tape() -> Result<Vec<PathBuf>> {
    let program = std::env::current_exe().unwrap_or_default();
    let built = program
        .ancestors()
        .find(|folder| folder.join("Cargo.toml").is_file());
    if let Some(playlist) = built
        .map(|root| root.join(PLAYLIST))
        .filter(|path| path.is_file())
    {
        return Ok(vec![playlist]);
    }
    let base = etcetera::choose_base_strategy().context("there is no home folder")?;
    let folder = base.data_dir().join("afterdark/songs-after-dark");
    for (place, bytes) in FILES {
        let path = folder.join(place);
        if fs::metadata(&path).is_ok_and(|meta| meta.len() == bytes.len() as u64) {
            continue;
        }
        unpack(&path, bytes).with_context(|| {
            format!(
                "cannot unpack the tape that comes with the program to {}",
                path.display()
            )
        })?;
    }
    Ok(vec![folder.join(PLAYLIST)])
}

fn unpack(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
