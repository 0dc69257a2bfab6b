//! CUE sheets: one file or many, cut in tracks at 1/75 s.

use std::path::PathBuf;
use std::sync::Arc;

use crate::gain::{self, Gain};
use crate::playlist::entry::{Entry, Span};
use crate::playlist::error::{Blank, Remark};
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;
use crate::text;

/// A track as the sheet tells it.
#[derive(Default)]
struct Track {
    /// Which of the sheet's files its first index is in.
    file: usize,
    title: Option<String>,
    artist: Option<String>,
    /// Seconds of its pregap's start and of its own, in that file.
    index_0: Option<f64>,
    index_1: Option<f64>,
    /// Silence asked for that is in no file, before it and after.
    gap_s: Option<f64>,
    post_gap_s: f64,
    /// Its number, where it is data and no sound.
    data: Option<String>,
    gain: Gain,
}

/// A sheet's lines.
struct Sheet {
    files: Vec<Entry>,
    tracks: Vec<Track>,
    /// Loudness of the whole.
    album: Gain,
}

/// What a sheet calls its files' formats.
const FORMATS: [&str; 10] = [
    "WAVE", "MP3", "AIFF", "BINARY", "MOTOROLA", "FLAC", "OGG", "OPUS", "APE", "WAVPACK",
];

/// Reads the text of a cue sheet lying in `home` into entries, one a track.
///
/// A track reaches from its first index to that of the next in the same file,
/// the last one to the file's end, so what is between them belongs to the
/// track before and everything in a file is played. For a sheet that is
/// embedded in a recording, `own` is that recording and stands for all files.
pub fn sheet(sheet: &str, home: &Arc<Home>, own: Option<&Entry>, programme: &mut Programme) {
    let Sheet {
        files,
        tracks,
        album,
    } = parse(sheet, home, own, programme);
    let mut last_file = None;
    let mut gap_before = 0.0;
    for n in 0..tracks.len() {
        let track = &tracks[n];
        if let Some(number) = &track.data {
            programme.remarks.push(Remark::DataTrack(number.clone()));
            continue;
        }
        let opens = last_file.replace(track.file) != Some(track.file);
        // Only the first track of a file keeps its own pregap; all others'
        // are the end of the track before.
        let start = if opens {
            track.index_0.or(track.index_1)
        } else {
            track.index_1
        };
        let next = tracks.get(n + 1).filter(|next| next.file == track.file);
        let end = next.and_then(|next| next.index_1.or(next.index_0));
        let nameless = || Entry::blank_for(PathBuf::new(), Blank::TrackWithoutFile);
        let mut entry = files.get(track.file).cloned().unwrap_or_else(nameless);
        let start = start.unwrap_or(0.0);
        if end.is_some_and(|end| end <= start) {
            programme.remarks.push(Remark::TimesBackwards(n + 1));
            entry.set_blank(Blank::TimesBackwards);
        }
        let shared = |words: &Option<String>| words.as_deref().map(Into::into);
        entry.title = shared(&track.title);
        entry.artist = shared(&track.artist).or_else(|| shared(&programme.artist));
        let gap = track.gap_s.unwrap_or(0.0) + std::mem::replace(&mut gap_before, track.post_gap_s);
        let particulars = entry.particulars_mut();
        particulars.span = (start > 0.0 || end.is_some()).then_some(Span {
            start_s: start,
            end_s: end,
        });
        particulars.gap_s = track.gap_s.map(|_| gap).or((gap > 0.0).then_some(gap));
        particulars.gain = track.gain.or(album);
        programme.entries.push(entry);
    }
}

/// What the lines of a sheet tell; title and artist of the whole go to
/// `programme`.
fn parse(sheet: &str, home: &Arc<Home>, own: Option<&Entry>, programme: &mut Programme) -> Sheet {
    let mut files: Vec<Entry> = Vec::new();
    let mut tracks: Vec<Track> = Vec::new();
    let mut album = Gain::default();
    if let Some(own) = own {
        files.push(own.clone());
    }
    for line in sheet.split(['\n', '\r']) {
        let (word, rest) = cut(line.trim_start_matches(['\u{feff}', ' ', '\t']));
        match word.to_ascii_uppercase().as_str() {
            "FILE" if own.is_none() => files.push(Entry::written(file_name(rest), home)),
            "TRACK" => {
                let file = files.len().saturating_sub(1);
                let (number, kind) = cut(rest);
                // MODE1/2352 and its like on an enhanced CD.
                let sound = kind.is_empty() || kind.to_ascii_uppercase().starts_with("AUDIO");
                tracks.push(Track {
                    file,
                    data: (!sound).then(|| number.to_owned()),
                    ..Track::default()
                });
            }
            "TITLE" => {
                let title = text::clean_some(value(rest));
                match tracks.last_mut() {
                    Some(track) => track.title = title,
                    None => programme.title = title,
                }
            }
            "PERFORMER" => {
                let artist = text::clean_some(value(rest));
                match tracks.last_mut() {
                    Some(track) => track.artist = artist,
                    None => programme.artist = artist,
                }
            }
            "INDEX" => {
                let (number, at) = cut(rest);
                let Some(track) = tracks.last_mut() else {
                    continue;
                };
                let file = files.len().saturating_sub(1);
                match (number.parse::<u32>(), time(at)) {
                    (Ok(0), Some(at)) => track.index_0 = Some(at),
                    (Ok(1), Some(at)) => {
                        // The pregap may lie in the file before.
                        if track.file != file {
                            track.index_0 = None;
                            track.file = file;
                        }
                        track.index_1 = Some(at);
                    }
                    _ => {}
                }
            }
            "REM" => {
                let (key, words) = cut(rest);
                match (key.to_ascii_uppercase().as_str(), tracks.last_mut()) {
                    ("REPLAYGAIN_ALBUM_GAIN", _) => album.album_db = gain::decibels(value(words)),
                    ("REPLAYGAIN_ALBUM_PEAK", _) => album.album_peak = gain::peak(value(words)),
                    ("REPLAYGAIN_TRACK_GAIN", Some(track)) => {
                        track.gain.track_db = gain::decibels(value(words));
                    }
                    ("REPLAYGAIN_TRACK_PEAK", Some(track)) => {
                        track.gain.track_peak = gain::peak(value(words));
                    }
                    _ => {}
                }
            }
            "PREGAP" => {
                if let (Some(track), Some(gap)) = (tracks.last_mut(), time(rest)) {
                    track.gap_s = Some(gap);
                }
            }
            "POSTGAP" => {
                if let (Some(track), Some(gap)) = (tracks.last_mut(), time(rest)) {
                    track.post_gap_s = gap;
                }
            }
            _ => {}
        }
    }
    Sheet {
        files,
        tracks,
        album,
    }
}

fn cut(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once([' ', '\t'])
        .map_or((line, ""), |(word, rest)| (word, rest.trim()))
}

/// A value, its quotes taken off.
fn value(rest: &str) -> &str {
    let inner = rest.strip_prefix('"').unwrap_or(rest);
    inner.strip_suffix('"').unwrap_or(inner)
}

/// The name in `FILE "name" WAVE`, `FILE name WAVE`, and where a quote or the
/// format is forgotten.
fn file_name(rest: &str) -> &str {
    if let Some((name, _)) = rest
        .strip_prefix('"')
        .and_then(|rest| rest.rsplit_once('"'))
    {
        return name;
    }
    let rest = rest.strip_prefix('"').unwrap_or(rest);
    match rest.rsplit_once([' ', '\t']) {
        Some((name, format))
            if FORMATS
                .iter()
                .any(|known| format.eq_ignore_ascii_case(known)) =>
        {
            name.trim_end().trim_end_matches('"')
        }
        _ => rest,
    }
}

/// Seconds of `mm:ss:ff` with 75 frames a second.
fn time(text: &str) -> Option<f64> {
    let mut parts = text.split_whitespace().next()?.split(':');
    let mut number = || parts.next()?.parse::<u32>().ok();
    let (minutes, seconds, frames) = (number()?, number()?, number()?);
    Some(f64::from(minutes) * 60.0 + f64::from(seconds) + f64::from(frames) / 75.0)
}
