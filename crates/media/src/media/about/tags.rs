//! Words and loudness about a recording, by lofty.

use std::path::Path;

use lofty::config::ParseOptions;
use lofty::file::TaggedFileExt;
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag, TagType};

use crate::gain::Gain;
use crate::media::error::guard;
use crate::media::info::Tags;
use crate::text;

/// From the −23 LUFS of R128 tags to the −18 LUFS of ReplayGain 2.
const R128_TO_REPLAYGAIN_DB: f32 = 5.0;

/// Reads a file's tags, cleaned; what cannot be read is not there.
pub fn tags(path: &Path) -> Tags {
    read(path).0
}

pub(crate) fn read(path: &Path) -> (Tags, Gain) {
    let found = guard(path, || {
        let options = ParseOptions::new()
            .read_properties(false)
            .read_cover_art(false);
        let probe = Probe::open(path).and_then(|probe| Ok(probe.guess_file_type()?));
        Ok(probe.and_then(|probe| probe.options(options).read()).ok())
    });
    let Ok(Some(file)) = found else {
        return Default::default();
    };
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
    let first = |keys: &[ItemKey]| {
        let found = keys
            .iter()
            .flat_map(|key| order.iter().map(|tag| (dubious(tag), tag.get_string(*key))));
        let mut found = found.map(|(dubious, text)| {
            let text = text?;
            if dubious {
                text::clean_some(&text::reread(text, mistaken))
            } else {
                text::clean_some(text)
            }
        });
        found.find_map(|text| text)
    };
    let number = |key| first(&[key])?.split('/').next()?.trim().parse().ok();
    let tags = Tags {
        title: first(&[ItemKey::TrackTitle]),
        artist: first(&[ItemKey::TrackArtist, ItemKey::TrackArtists]),
        album: first(&[ItemKey::AlbumTitle]),
        album_artist: first(&[ItemKey::AlbumArtist]),
        track: number(ItemKey::TrackNumber),
        disc: number(ItemKey::DiscNumber),
        date: first(&[ItemKey::RecordingDate, ItemKey::Year, ItemKey::ReleaseDate]),
        genre: first(&[ItemKey::Genre]),
        composer: first(&[ItemKey::Composer]),
        compilation: first(&[ItemKey::FlagCompilation]).is_some_and(|flag| flag != "0"),
        comment: first(&[ItemKey::Comment]),
    };
    let decibels = |key, r128| {
        let gain = first(&[key]).and_then(|text| {
            text.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ')
                .parse::<f32>()
                .ok()
        });
        let gain = gain.or_else(|| {
            let fixed = first(&[r128])?.parse::<i16>().ok()?;
            Some(f32::from(fixed) / 256.0 + R128_TO_REPLAYGAIN_DB)
        });
        gain.filter(|gain| (-60.0..=60.0).contains(gain))
    };
    let peak = |key| {
        first(&[key])?
            .parse::<f32>()
            .ok()
            .filter(|peak| (1e-6..=100.0).contains(peak))
    };
    let gain = Gain {
        track_db: decibels(ItemKey::ReplayGainTrackGain, ItemKey::R128TrackGain),
        track_peak: peak(ItemKey::ReplayGainTrackPeak),
        album_db: decibels(ItemKey::ReplayGainAlbumGain, ItemKey::R128AlbumGain),
        album_peak: peak(ItemKey::ReplayGainAlbumPeak),
    };
    (tags, gain)
}
