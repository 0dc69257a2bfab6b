//! Tags of Matroska and WebM, whose names say what a level says elsewhere: the
//! title of level 50 is an album's, that of level 30 a song's.

use std::path::Path;

use crate::gain::{self, Gain};
use crate::media::error::{Unplayable, guard};
use crate::media::format::mkv_tags::{self, ALBUM};
use crate::media::info::Tags;
use crate::{regular, text};

/// Tags and loudness of a Matroska file; `None` of others.
pub(crate) fn read(path: &Path) -> Option<(Tags, Gain)> {
    let words = guard(path, || {
        let file = regular::open(path).map_err(|error| Unplayable::from(&error).of(path))?;
        Ok(mkv_tags::read(&file))
    });
    let words = words.ok().flatten()?;
    let all = |of_album: bool, names: &[&str]| {
        let found = |wanted: &&str| {
            let mut values: Vec<String> = Vec::new();
            for (level, name, value) in &words.tags {
                if (*level >= ALBUM) == of_album && name == wanted {
                    values.extend(text::clean_some(value).filter(|value| !values.contains(value)));
                }
            }
            Some(values.join(", ")).filter(|joined| !joined.is_empty())
        };
        names.iter().find_map(found)
    };
    let any = |names: &[&str]| all(false, names).or_else(|| all(true, names));
    let own = all(false, &["TITLE"]);
    let titled = words.title.as_deref().and_then(text::clean_some);
    // An album's title is one only where the song has its own.
    let album = all(true, &["TITLE"]);
    let is_album = own.is_some()
        || titled
            .as_ref()
            .is_some_and(|title| album.as_ref() != Some(title));
    let number = |names: &[&str]| any(names)?.split('/').next()?.trim().parse().ok();
    let by_song = all(false, &["ARTIST"]);
    let by_album = all(true, &["ARTIST"]);
    let tags = Tags {
        title: own.or(titled).or_else(|| album.clone()),
        album: any(&["ALBUM"]).or_else(|| album.filter(|_| is_album)),
        album_artist: any(&["ALBUM_ARTIST", "ALBUMARTIST"])
            .or_else(|| by_album.clone().filter(|_| by_song.is_some())),
        artist: by_song.or(by_album),
        track: number(&["PART_NUMBER", "TRACKNUMBER", "TRACK"]),
        disc: number(&["DISC", "DISCNUMBER"]),
        date: any(&["DATE_RECORDED", "DATE_RELEASED", "DATE"]),
        genre: any(&["GENRE"]),
        composer: any(&["COMPOSER"]),
        compilation: false,
        comment: any(&["COMMENT"]),
    };
    let gain = Gain {
        track_db: any(&["REPLAYGAIN_TRACK_GAIN"])
            .or_else(|| all(false, &["REPLAYGAIN_GAIN"]))
            .and_then(|text| gain::decibels(&text)),
        track_peak: any(&["REPLAYGAIN_TRACK_PEAK"])
            .or_else(|| all(false, &["REPLAYGAIN_PEAK"]))
            .and_then(|text| gain::peak(&text)),
        album_db: any(&["REPLAYGAIN_ALBUM_GAIN"])
            .or_else(|| all(true, &["REPLAYGAIN_GAIN"]))
            .and_then(|text| gain::decibels(&text)),
        album_peak: any(&["REPLAYGAIN_ALBUM_PEAK"])
            .or_else(|| all(true, &["REPLAYGAIN_PEAK"]))
            .and_then(|text| gain::peak(&text)),
    };
    Some((tags, gain))
}
