//! The songs within one recording, as the recording itself tells them.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{
    ChapterGroup, ChapterGroupItem, MetadataOptions, RawValue, StandardTag,
};

use crate::media::error::{MediaError, Unplayable, guard};
use crate::media::format::patched::PatchedFile;
use crate::media::format::{flac, mkv, mp4};
use crate::media::info::Chapter;
use crate::media::read::chain::{self, Chain};
use crate::{regular, text};

/// Most chapters taken; a CD has 99 tracks, a long book a few hundred.
const MOST: usize = 5_000;

/// What a recording says of the songs in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// The text of an embedded cue sheet.
    pub cue_sheet: Option<String>,
    /// ID3 CHAP, a FLAC CUESHEET block, Vorbis CHAPTERxxx, Matroska chapters,
    /// the chapter list of an MP4, the links of a chain.
    pub chapters: Vec<Chapter>,
}

/// Reads what the recording at `path` says of the songs in it; nothing where
/// it says nothing or cannot be read.
pub fn parts(path: &Path) -> Parts {
    guard(path, || read(path)).unwrap_or_default()
}

fn read(path: &Path) -> Result<Parts, MediaError> {
    let file = regular::open(path).map_err(|error| Unplayable::from(&error).of(path))?;
    let size = regular::end(&file).map_err(|error| Unplayable::from(&error).of(path))?;
    if let Some(links) = chain::links(&file, size) {
        return Ok(Parts {
            chapters: links_as_chapters(path, &links),
            cue_sheet: None,
        });
    }
    let all = 0..size;
    let mut parts = Parts {
        chapters: mp4::chapters(&file),
        ..Parts::default()
    };
    if let Some(head) = flac::head(&file, &all) {
        let starts = head.tracks(&file);
        parts.chapters = starts
            .into_iter()
            .map(|start| Chapter::new(start, None))
            .collect();
    }
    if parts.chapters.is_empty() {
        parts.chapters = mkv::chapters(&file);
    }
    let Some(mut reader) = reader(path, &all) else {
        return Ok(parts);
    };
    if let Some(group) = reader.chapters() {
        collect(group, &mut parts.chapters);
    }
    let tags = text_tags(&mut *reader);
    let value = |key: &str| {
        let found = tags
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(key));
        found.map(|(_, value)| value.as_str())
    };
    parts.cue_sheet = value("CUESHEET").map(str::to_owned);
    if parts.chapters.is_empty() {
        // CHAPTER000=00:00:00.000 and CHAPTER000NAME=Title, from 0 or 1 on.
        let starts = (0..1_000).map(|n| format!("CHAPTER{n:03}"));
        let chapters = starts.filter_map(|key| {
            let title = value(&format!("{key}NAME")).and_then(text::clean_some);
            Some(Chapter::new(clock(value(&key)?)?, title))
        });
        parts.chapters = chapters.collect();
    }
    Ok(parts)
}

/// The reader of what is in these bytes of the file.
fn reader(path: &Path, bytes: &Range<u64>) -> Option<Box<dyn FormatReader>> {
    let view = PatchedFile::new(File::open(path).ok()?, bytes, Arc::default()).ok()?;
    let stream = MediaSourceStream::new(Box::new(view), MediaSourceStreamOptions::default());
    let (format, metadata) = (FormatOptions::default(), MetadataOptions::default());
    symphonia::default::get_probe()
        .probe(&Hint::new(), stream, format, metadata)
        .ok()
}

/// The links of a chain, each with the words that it carries itself.
fn links_as_chapters(path: &Path, links: &[Range<u64>]) -> Vec<Chapter> {
    let Ok((chain, heading)) = Chain::open(path, links) else {
        return Vec::new();
    };
    let chapter = |(start, bytes): (f64, &Range<u64>)| {
        let tags = reader(path, bytes).map_or_else(Vec::new, |mut reader| text_tags(&mut *reader));
        let value = |wanted: &str| {
            let mut tags = tags.iter();
            let found = tags.find(|(key, _)| key.eq_ignore_ascii_case(wanted));
            found.and_then(|(_, value)| text::clean_some(value))
        };
        Chapter {
            start_s: start,
            title: value("TITLE"),
            artist: value("ARTIST"),
        }
    };
    let starts = chain.starts(heading.sample_rate);
    starts.map(chapter).take(MOST).collect()
}

/// Seconds of `hh:mm:ss.mmm`.
fn clock(text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    for part in text.trim().split(':') {
        seconds = seconds * 60.0 + part.parse::<f64>().ok()?;
    }
    (0.0..1e7).contains(&seconds).then_some(seconds)
}

/// All tags of a file and its tracks that are text.
fn text_tags(reader: &mut dyn FormatReader) -> Vec<(String, String)> {
    let mut metadata = reader.metadata();
    let Some(revision) = metadata.skip_to_latest() else {
        return Vec::new();
    };
    let tracks = revision
        .per_track
        .iter()
        .flat_map(|track| &track.metadata.tags);
    let tags = revision.media.tags.iter().chain(tracks);
    tags.filter_map(|tag| match &tag.raw.value {
        RawValue::String(value) => Some((tag.raw.key.clone(), value.to_string())),
        _ => None,
    })
    .collect()
}

fn collect(group: &ChapterGroup, chapters: &mut Vec<Chapter>) {
    for item in &group.items {
        match item {
            ChapterGroupItem::Group(group) => collect(group, chapters),
            ChapterGroupItem::Chapter(chapter) if chapters.len() < MOST => {
                let title = chapter.tags.iter().find_map(|tag| match &tag.std {
                    Some(StandardTag::ChapterTitle(title) | StandardTag::TrackTitle(title)) => {
                        text::clean_some(title)
                    }
                    _ => None,
                });
                chapters.push(Chapter::new(chapter.start_time.as_secs_f64(), title));
            }
            ChapterGroupItem::Chapter(_) => {}
        }
    }
}
