//! The songs within one recording, as the recording itself tells them.

use std::fs::File;
use std::path::Path;

use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{
    ChapterGroup, ChapterGroupItem, MetadataOptions, RawValue, StandardTag,
};

use super::{MediaError, mp4};
use crate::text;

/// Most chapters taken; a CD has 99 tracks, a long book a few hundred.
const MOST: usize = 5_000;

/// What a recording says of the songs in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// The text of an embedded cue sheet.
    pub cue_sheet: Option<String>,
    /// Starts in seconds, and titles: ID3 CHAP, a FLAC CUESHEET block, Vorbis
    /// CHAPTERxxx, Matroska chapters, the chapter list of an MP4.
    pub chapters: Vec<(f64, Option<String>)>,
}

/// Reads what the recording at `path` says of the songs in it; nothing where
/// it says nothing or cannot be read.
pub fn parts(path: &Path) -> Parts {
    super::decoder::guard(path, || read(path)).unwrap_or_default()
}

fn read(path: &Path) -> Result<Parts, MediaError> {
    let failed = || MediaError(String::new());
    let file = File::open(path).map_err(|_| failed())?;
    let mut parts = Parts {
        chapters: mp4::chapters(&file),
        ..Parts::default()
    };
    let stream = MediaSourceStream::new(
        Box::new(File::open(path).map_err(|_| failed())?),
        MediaSourceStreamOptions::default(),
    );
    let probe = symphonia::default::get_probe();
    let (format, metadata) = (FormatOptions::default(), MetadataOptions::default());
    let Ok(mut reader) = probe.probe(&Hint::new(), stream, format, metadata) else {
        return Ok(parts);
    };
    if let Some(group) = reader.chapters() {
        collect(group, &mut parts.chapters);
    }
    parts.cue_sheet = cue_sheet(&mut *reader);
    Ok(parts)
}

fn cue_sheet(reader: &mut dyn FormatReader) -> Option<String> {
    let mut metadata = reader.metadata();
    let revision = metadata.skip_to_latest()?;
    let tracks = revision
        .per_track
        .iter()
        .flat_map(|track| &track.metadata.tags);
    let mut tags = revision.media.tags.iter().chain(tracks);
    let tag = tags.find(|tag| tag.raw.key.eq_ignore_ascii_case("CUESHEET"))?;
    match &tag.raw.value {
        RawValue::String(sheet) => Some(sheet.to_string()),
        _ => None,
    }
}

fn collect(group: &ChapterGroup, chapters: &mut Vec<(f64, Option<String>)>) {
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
                chapters.push((chapter.start_time.as_secs_f64(), title));
            }
            ChapterGroupItem::Chapter(_) => {}
        }
    }
}
