//! The tape that comes with the program.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::files;

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
    let data = files::data().context("there is no home folder")?;
    let folder = data.join("songs-after-dark");
    for (place, bytes) in FILES {
        let path = folder.join(place);
        if fs::metadata(&path).is_ok_and(|meta| meta.len() == bytes.len() as u64) {
            continue;
        }
        let room = path.parent().map_or(Ok(()), fs::create_dir_all);
        room.map_err(anyhow::Error::from)
            .and_then(|()| Ok(files::save(&path, bytes, true)?))
            .context("the tape that comes with the program cannot be unpacked")?;
    }
    Ok(vec![folder.join(PLAYLIST)])
}
