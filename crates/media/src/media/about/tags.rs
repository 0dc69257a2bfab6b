//! Words and loudness about a recording, by lofty.

use std::path::Path;

use lofty::file::{AudioFile, TaggedFile, TaggedFileExt};
use lofty::tag::{ItemKey, Tag, TagType};

use crate::gain::{self, Gain};
use crate::media::about::{loudness, matroska, tagged};
use crate::media::info::Tags;
use crate::text;

/// Reads a file's tags, cleaned; what cannot be read is not there.
pub fn tags(path: &Path) -> Tags {
    read(path).0
}

/// Reads a file's tags and its length in seconds as its header has it, without
/// a decoder: quick enough for a hundred thousand files, exact within the
/// encoder's padding. `None` where the header tells no length.
pub fn glance(path: &Path) -> (Tags, Option<f64>) {
    let Some(file) = tagged::read_with_length(path) else {
        return (read(path).0, None);
    };
    let seconds = file.properties().duration().as_secs_f64();
    (texts(&file).0, (seconds > 0.0).then_some(seconds))
}

pub(crate) fn read(path: &Path) -> (Tags, Gain) {
    match tagged::read(path, false) {
        Some(file) => texts(&file),
        None => matroska::read(path).unwrap_or_default(),
    }
}

fn texts(file: &TaggedFile) -> (Tags, Gain) {
    let mut order: Vec<&Tag> = file.primary_tag().into_iter().collect();
    order.extend(file.tags());
    // Only these have fields that are Latin-1 by their rule and not in truth.
    let dubious = |tag: &Tag| {
        matches!(
            tag.tag_type(),
            TagType::Id3v1 | TagType::Id3v2 | TagType::RiffInfo
        )
    };
    let dubious_texts = order.iter().filter(|tag| dubious(tag));
    let dubious_texts = dubious_texts.flat_map(|tag| tag.items());
    let mistaken = text::mistaken(dubious_texts.filter_map(|item| item.value().text()));
    // Several values are several people, in one field or in many of one name.
    let values = |tag: &Tag, key| {
        let clean = |text: &str| {
            if dubious(tag) {
                text::clean_some(&text::reread(text, mistaken))
            } else {
                text::clean_some(text)
            }
        };
        let mut values: Vec<String> = Vec::new();
        for value in tag.get_strings(key).flat_map(|text| text.split('\0')) {
            values.extend(clean(value).filter(|value| !values.contains(value)));
        }
        values
    };
    let found = |keys: &[ItemKey]| {
        let mut found = keys
            .iter()
            .flat_map(|key| order.iter().map(|tag| values(tag, *key)));
        found.find(|values| !values.is_empty())
    };
    let first = |keys: &[ItemKey]| found(keys)?.into_iter().next();
    let all = |keys: &[ItemKey]| Some(text::clean(&found(keys)?.join(", ")));
    let number = |key| first(&[key])?.split('/').next()?.trim().parse().ok();
    let tags = Tags {
        title: first(&[ItemKey::TrackTitle]),
        artist: all(&[ItemKey::TrackArtist, ItemKey::TrackArtists]),
        album: first(&[ItemKey::AlbumTitle]),
        album_artist: all(&[ItemKey::AlbumArtist, ItemKey::AlbumArtists]),
        track: number(ItemKey::TrackNumber),
        disc: number(ItemKey::DiscNumber),
        date: first(&[ItemKey::RecordingDate, ItemKey::Year, ItemKey::ReleaseDate]),
        genre: all(&[ItemKey::Genre]),
        composer: all(&[ItemKey::Composer]),
        compilation: first(&[ItemKey::FlagCompilation]).is_some_and(|flag| flag != "0"),
        comment: first(&[ItemKey::Comment]),
    };
    let decibels = |key, r128| {
        let gain = first(&[key]).and_then(|text| gain::decibels(&text));
        gain.or_else(|| gain::r128(&first(&[r128])?))
    };
    let peak = |key| gain::peak(&first(&[key])?);
    let gain = Gain {
        track_db: decibels(ItemKey::ReplayGainTrackGain, ItemKey::R128TrackGain),
        track_peak: peak(ItemKey::ReplayGainTrackPeak),
        album_db: decibels(ItemKey::ReplayGainAlbumGain, ItemKey::R128AlbumGain),
        album_peak: peak(ItemKey::ReplayGainAlbumPeak),
    };
    let others = order.iter().map(|tag| loudness::of(tag));
    (tags, others.fold(gain, Gain::or))
}
