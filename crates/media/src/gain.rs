//! How loud a recording says it is.

/// Loudness tags, as gains in dB to −18 LUFS (ReplayGain 2; R128 tags are
/// moved up by 5 dB from their −23 LUFS), and peaks (1.0 = full scale).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gain {
    /// Of the song, dB.
    pub track_db: Option<f32>,
    /// Highest sample of the song.
    pub track_peak: Option<f32>,
    /// Of the album that it is from, dB.
    pub album_db: Option<f32>,
    /// Highest sample of the album.
    pub album_peak: Option<f32>,
}

impl Gain {
    /// These, and what they lack from others.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            track_db: self.track_db.or(others.track_db),
            track_peak: self.track_peak.or(others.track_peak),
            album_db: self.album_db.or(others.album_db),
            album_peak: self.album_peak.or(others.album_peak),
        }
    }
}

/// A ReplayGain in dB: `-7.10 dB`, `+3,2`. Beyond ±60 dB it is a mistake.
pub(crate) fn decibels(text: &str) -> Option<f32> {
    let number = text
        .trim()
        .trim_end_matches(|c: char| c.is_alphabetic() || c == ' ');
    let gain = number.replace(',', ".").parse::<f32>().ok()?;
    (-60.0..=60.0).contains(&gain).then_some(gain)
}

/// A ReplayGain peak, 1.0 = full scale.
pub(crate) fn peak(text: &str) -> Option<f32> {
    let peak = text.trim().replace(',', ".").parse::<f32>().ok()?;
    (1e-6..=100.0).contains(&peak).then_some(peak)
}

/// The number of an R128 tag: dB to −23 LUFS in 1/256 dB (RFC 7845, 5.2.1).
pub(crate) fn r128(text: &str) -> Option<f32> {
    const TO_REPLAYGAIN_DB: f32 = 5.0;
    let fixed = text.trim().parse::<i16>().ok()?;
    let gain = f32::from(fixed) / 256.0 + TO_REPLAYGAIN_DB;
    (-60.0..=60.0).contains(&gain).then_some(gain)
}
