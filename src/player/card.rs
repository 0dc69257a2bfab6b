//! The J-card: what is written on the tape in the machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::box_of_tapes::TapeBox;
use super::model::{Card, Listed, SongLine, WEAR_PARTS};
use super::songs::{Song, State};
use super::sound::nr_name;
use crate::deck::WEAR_CELL_S;
use afterdark_media::playlist::Programme;
use afterdark_media::text;
use afterdark_tape::cassette::{Geometry, LEADER_S, Layout, Length, Side};
use afterdark_tape::tape::{Nr, Setup, worn};

/// Writes the card of tape `tape` of the box, but for notes and cover.
pub fn write(of: &TapeBox, tape: usize, setup: &Setup) -> Card {
    let TapeBox {
        programme,
        songs,
        layout,
        ..
    } = of;
    let on_tape = &layout.tapes[tape];
    let rate = f64::from(layout.sample_rate);
    let artist = programme
        .artist
        .clone()
        .unwrap_or_else(|| common_artist(songs));
    let mut lines = Vec::new();
    for side in Side::BOTH {
        for (i, piece) in on_tape.sides[side.index()].iter().enumerate() {
            let song = &songs[piece.song];
            let by = song.artist().filter(|&by| by != artist);
            lines.push(SongLine {
                song: piece.song,
                number: i + 1,
                side,
                title: text::clean(&song.title()),
                artist: by.map(text::clean),
                start_s: piece.start as f64 / rate,
                length_s: piece.frames as f64 / rate,
                guessed: matches!(song.state, State::Unknown(None)),
                blank: song.blank().map(text::clean),
                continued: piece.offset > 0,
                counter: None,
            });
        }
    }
    Card {
        revision: 0,
        title: text::clean(&title(programme, songs)),
        artist: text::clean(&artist),
        tape_of: (tape + 1, layout.tapes.len()),
        length: on_tape.length.to_string(),
        formulation: setup.tape.kind.clone(),
        noise_reduction: match setup.encode {
            Nr::Off => String::new(),
            nr => nr_name(nr).to_owned(),
        },
        copy: programme.request.hand().unwrap_or_default(),
        seed: of.seed(tape),
        side_s: Geometry::new(on_tape.length).side_s(),
        leader_s: LEADER_S,
        songs: lines,
        ..Card::default()
    }
}

/// How worn each side of a cassette is (0.0 new to 1.0 worn out) in
/// [`WEAR_PARTS`] equal parts, from the passes over each cell of it.
pub fn wear(passes: &[Vec<f32>; 2], length: Length) -> [Vec<f32>; 2] {
    let cells = Geometry::new(length).side_s() / WEAR_CELL_S;
    let part = |side: &[f32], n: usize| {
        let [from, to] = [n, n + 1].map(|n| (cells * n as f64 / WEAR_PARTS as f64) as usize);
        let part = from.min(side.len())..to.min(side.len());
        let passes: f32 = side[part].iter().sum();
        worn(passes / (to - from).max(1) as f32) as f32
    };
    let side = |side: &Vec<f32>| (0..WEAR_PARTS).map(|n| part(side, n)).collect();
    [side(&passes[0]), side(&passes[1])]
}

/// All songs of the box, each where it begins.
pub fn list(songs: &[Song], layout: &Layout) -> Vec<Listed> {
    let several = layout.tapes.len() > 1;
    let mut list = Vec::with_capacity(songs.len());
    for (n, tape) in layout.tapes.iter().enumerate() {
        for side in Side::BOTH {
            let pieces = tape.sides[side.index()].iter().enumerate();
            for (i, piece) in pieces.filter(|(_, piece)| piece.offset == 0) {
                let song = &songs[piece.song];
                let tape = if several {
                    format!("{}·", n + 1)
                } else {
                    String::new()
                };
                list.push(Listed {
                    song: piece.song,
                    title: text::clean(&song.title()),
                    artist: song.artist().map(text::clean).unwrap_or_default(),
                    place: format!("{tape}{}{}", side.name(), i + 1),
                });
            }
        }
    }
    list
}

/// The name of the folder that several songs are all of.
fn folder_of(songs: &[Song]) -> Option<String> {
    let folders: BTreeSet<PathBuf> = songs
        .iter()
        .map(|song| {
            song.entry
                .path()
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default()
        })
        .collect();
    let name = folders.first()?.file_name()?.to_string_lossy();
    (songs.len() > 1 && folders.len() == 1).then(|| text::clean(&name))
}

/// The playlist's name, else the album's where all songs found have one, else
/// the folder's.
fn title(programme: &Programme, songs: &[Song]) -> String {
    let albums: BTreeSet<Option<&str>> = songs
        .iter()
        .filter_map(Song::found)
        .map(|found| found.tags.album.as_deref())
        .collect();
    if let [Some(album)] = albums.into_iter().collect::<Vec<_>>()[..]
        && !programme.named
    {
        return album.to_owned();
    }
    programme
        .title
        .clone()
        .or_else(|| folder_of(songs))
        .unwrap_or_else(|| songs.first().map(Song::title).unwrap_or_default())
}

/// Who the tape is by: the one artist of all songs, else several.
fn common_artist(songs: &[Song]) -> String {
    let mut artists = BTreeSet::new();
    for song in songs
        .iter()
        .filter(|song| !matches!(song.state, State::Unknown(_)))
    {
        let album = song
            .found()
            .and_then(|found| found.tags.album_artist.as_deref());
        artists.extend(album.or_else(|| song.artist()));
        if artists.len() > 1 {
            return "various".to_owned();
        }
    }
    artists
        .first()
        .map_or_else(String::new, |&artist| artist.to_owned())
}

/// Folders in which notes may lie: those of the songs that were found.
pub fn folders(songs: &[Song]) -> Vec<PathBuf> {
    let folders = songs.iter().take(200).filter_map(Song::folder);
    let folders: BTreeSet<PathBuf> = folders.collect();
    folders.into_iter().collect()
}

/// Liner notes: a file `beside` the music, else the playlist's own words, else
/// the songs' comment where all have the same.
pub fn notes(beside: Option<String>, programme: &Programme, songs: &[Song]) -> String {
    let comments: BTreeSet<&str> = songs
        .iter()
        .filter_map(|song| song.found()?.tags.comment.as_deref())
        .collect();
    let comment = || {
        comments
            .first()
            .filter(|_| comments.len() == 1)
            .map(|&c| c.to_owned())
    };
    let notes = beside
        .or_else(|| programme.notes.clone())
        .or_else(comment)
        .unwrap_or_default();
    text::clean_lines(&notes)
}
