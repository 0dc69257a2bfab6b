//! What `transfer` found and did: for people, as JSON, as a cue sheet.

use serde::Serialize;

use afterdark_media::text::clock;
use afterdark_tape::transfer::{Channels, Place};

/// All that is told; docs/real-cassettes.md says what the fields mean.
#[derive(Serialize)]
pub(super) struct Told {
    pub(super) title: String,
    pub(super) recording: String,
    pub(super) seconds: f64,
    pub(super) channels: Channels,
    pub(super) mended: Vec<&'static str>,
    pub(super) nr: Option<&'static str>,
    /// The decoder is only near the real one.
    pub(super) approximate: bool,
    pub(super) reference_dbfs: Option<f64>,
    pub(super) noise_db: f64,
    pub(super) speed_error_percent: Option<f64>,
    pub(super) speed_uncertain_percent: Option<f64>,
    pub(super) songs: Vec<ToldSong>,
    pub(super) files: Vec<String>,
}

/// A song, its file, and how long the list says it is.
#[derive(Serialize)]
pub(super) struct ToldSong {
    pub(super) number: usize,
    pub(super) file: String,
    pub(super) title: String,
    pub(super) artist: Option<String>,
    pub(super) side: Option<&'static str>,
    #[serde(flatten)]
    pub(super) place: Place,
    pub(super) wanted: Option<f64>,
}

impl ToldSong {
    /// Tags of its file.
    pub(super) fn tags(&self, album: &str) -> Vec<(&'static str, String)> {
        let mut tags = vec![
            ("TITLE", self.title.clone()),
            ("ALBUM", album.to_owned()),
            ("TRACKNUMBER", self.number.to_string()),
        ];
        tags.extend(self.artist.clone().map(|artist| ("ARTIST", artist)));
        tags
    }
}

impl Told {
    /// For people.
    pub(super) fn text(&self) -> String {
        let mut out = format!(
            "{}\n{}, {}\n\n",
            self.title,
            self.recording,
            clock(self.seconds)
        );
        let pair = |x: [f64; 2]| format!("left {:.1}, right {:.1} dBFS", x[0], x[1]);
        out += &format!(
            "level: {}; highest: {}\n",
            pair(self.channels.level_db),
            pair(self.channels.peak_db)
        );
        for what in &self.mended {
            out += &format!("{what}\n");
        }
        out += &format!(
            "noise of the tape between songs: {:.1} dBFS\n",
            self.noise_db
        );
        match (self.speed_error_percent, self.speed_uncertain_percent) {
            (Some(speed), Some(off)) => {
                out += &format!(
                    "speed by the songs' lengths: {speed:+.2} ± {off:.2} %; left as it is\n"
                );
            }
            _ => out += "speed: nothing to tell it by\n",
        }
        match (self.nr, self.reference_dbfs) {
            (Some(nr), Some(dbfs)) => {
                let how = if self.approximate {
                    " (approximate)"
                } else {
                    ""
                };
                out += &format!("decoded: {nr}{how}, 200 nWb/m at {dbfs:.1} dBFS\n\n");
            }
            _ => out += "noise reduction: left as it is\n\n",
        }
        for song in &self.songs {
            let (at, length) = (clock(song.place.start), song.place.end - song.place.start);
            let by = song
                .artist
                .as_ref()
                .map(|artist| format!(" – {artist}"))
                .unwrap_or_default();
            let side = song
                .side
                .map(|side| format!("  (side {side})"))
                .unwrap_or_default();
            out += &format!("{at:>8}  {:>7}  {}{by}{side}\n", clock(length), song.title);
        }
        out
    }

    /// Where the songs are in the recording itself.
    pub(super) fn cue_sheet(&self, recording: &str) -> String {
        let quoted = |text: &str| text.replace('"', "'");
        let mut out = format!(
            "TITLE \"{}\"\nFILE \"{recording}\" WAVE\n",
            quoted(&self.title)
        );
        for song in &self.songs {
            out += &format!(
                "  TRACK {:02} AUDIO\n    TITLE \"{}\"\n",
                song.number,
                quoted(&song.title)
            );
            if let Some(artist) = &song.artist {
                out += &format!("    PERFORMER \"{}\"\n", quoted(artist));
            }
            // Frames of a compact disc, 75 a second.
            let frames = (song.place.start * 75.0).round() as u64;
            let (minutes, seconds) = (frames / 75 / 60, frames / 75 % 60);
            out += &format!(
                "    INDEX 01 {minutes:02}:{seconds:02}:{:02}\n",
                frames % 75
            );
        }
        out
    }
}
