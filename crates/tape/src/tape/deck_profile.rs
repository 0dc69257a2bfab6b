//! A machine as data: what is known of it from published figures.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::filter::Section;
use super::profile_error::ProfileError;
use crate::cassette::HUB_RADIUS_MM;

/// A machine's figures. Levels in dB, frequencies in Hz, speeds in per cent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeckProfile {
    /// What one types to choose it.
    pub id: String,
    /// What the screen calls it.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// Where the figures come from; what is a guess is called one.
    pub sources: Vec<String>,
    /// Error of the tape speed, per cent.
    #[serde(default)]
    pub speed_error_percent: f64,
    /// How much slower the motor of a machine on batteries gets, without a
    /// governor that would hold it, from the start of a side to its end, per
    /// cent: the brake holds the tape the harder the smaller the pack is.
    #[serde(default)]
    pub battery_sag_percent: f64,
    /// Seconds it takes to wind a C60 from end to end.
    #[serde(default = "default_wind_c60_s")]
    pub wind_c60_s: f64,
    /// Wow and flutter.
    pub flutter: FlutterProfile,
    /// Frequency response at −20 dB, record and play where it can record.
    pub response: ResponseProfile,
    /// One gap spans both tracks: both ears hear their sum, and a recording of
    /// this machine is the same on both.
    #[serde(default)]
    pub mono: bool,
    /// Separation of left and right at 1 kHz, dB; none where the machine is mono.
    #[serde(default)]
    pub separation_db: Option<f64>,
    /// How far the other side's programme is down at 1 kHz, dB.
    pub crosstalk_db: f64,
    /// How far down what was on the tape before is left, dB.
    pub erasure_db: f64,
    /// Noise of the electronics, A-weighted, dB re 200 nWb/m; used where no
    /// signal to noise is published.
    pub electronics_noise_dba: f64,
    /// Level at which the player's electronics are full, dB re 200 nWb/m.
    #[serde(default = "default_headroom_db")]
    pub headroom_db: f64,
    /// Published signal to noise, A-weighted, from the tape's 3 % level, for
    /// types I, II, IV; 0 where it is not known. The electronics get what the
    /// tape itself leaves of it.
    #[serde(default)]
    pub signal_to_noise_db: [f64; 3],
    /// How the head stands to the tape.
    pub azimuth: AzimuthProfile,
    /// Figures that the specification sheet is held against.
    #[serde(default)]
    pub published: Published,
}

/// What moves the tape unevenly.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlutterProfile {
    /// Weighted rms of playing, all causes together, per cent; the parts are
    /// scaled to it and so give only their shares.
    pub wrms_percent: f64,
    /// Rotating parts.
    pub parts: Vec<Part>,
    /// Share of slow unrotating drift (0.05 to 2 Hz), peak per cent.
    #[serde(default)]
    pub drift_percent: f64,
    /// Share of the weighted rms that has no line of its own: what slips and drags.
    /// The lines have the rest. An estimate wherever it stands.
    #[serde(default = "default_floor_share")]
    pub floor_share: f64,
    /// Scrape flutter, rms per cent, not scaled.
    #[serde(default)]
    pub scrape_percent: f64,
    /// Centre of the scrape flutter, Hz.
    #[serde(default = "default_scrape_hz")]
    pub scrape_hz: f64,
}

fn default_headroom_db() -> f64 {
    16.0
}

fn default_wind_c60_s() -> f64 {
    110.0
}

fn default_floor_share() -> f64 {
    0.4
}

fn default_scrape_hz() -> f64 {
    2800.0
}

/// Something that turns.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// For the flutter sheet.
    pub name: String,
    /// Turns a second at nominal speed; for reels leave out.
    #[serde(default)]
    pub hz: f64,
    /// Which reel, where it is one.
    #[serde(default)]
    pub reel: Option<Reel>,
    /// Peak speed deviation at once a turn, per cent, and at two, three… times a turn.
    pub percent: Vec<f64>,
}

/// A reel as one faces the playing side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reel {
    /// The supply.
    Left,
    /// The take-up.
    Right,
}

/// The head's error of angle, arc minutes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzimuthProfile {
    /// Steady, against the recording; the other way round on side B.
    pub error_arcmin: f64,
    /// How far the tape's guidance by the shell wanders about that, peak.
    pub wander_arcmin: f64,
}

/// What its maker or a test report said, where anything was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Published {
    /// Wow and flutter, weighted rms (JIS), per cent.
    pub wrms_percent: Option<f64>,
    /// Wow and flutter, weighted quasi-peak (IEC, DIN), ± per cent.
    pub peak_percent: Option<f64>,
    /// −3 dB point of the bass, Hz.
    pub low_hz: Option<f64>,
    /// −3 dB point for types I, II, IV; 0 where it is not known.
    pub high_hz: [f64; 3],
    /// Separation of left and right, 1 kHz, dB.
    pub separation_db: Option<f64>,
    /// How far the other side is down, 1 kHz, dB.
    pub crosstalk_db: Option<f64>,
    /// How far an earlier recording is down, dB.
    pub erasure_db: Option<f64>,
    /// From the 3 % level, A-weighted, for types I, II, IV; 0 where it is not known.
    pub signal_to_noise_db: [f64; 3],
    /// Winding of a C60 from end to end, s.
    pub wind_c60_s: Option<f64>,
}

/// Response at −20 dB re 1 kHz.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseProfile {
    /// −3 dB point of the bass, Hz.
    pub low_hz: f64,
    /// Q of that high-pass.
    #[serde(default = "default_low_q")]
    pub low_q: f64,
    /// Head bumps: Hz, dB, Q.
    #[serde(default)]
    pub bumps: Vec<[f64; 3]>,
    /// −3 dB point of the treble for types I, II and IV, Hz.
    pub high_hz: [f64; 3],
    /// Steepness there: as a Butterworth low-pass of this order.
    pub high_order: i32,
    /// Unevenness of the treble besides: points of Hz and dB, rising in Hz,
    /// joined by straight lines on a logarithmic scale, level beyond.
    #[serde(default)]
    pub treble: Vec<[f64; 2]>,
}

fn default_low_q() -> f64 {
    std::f64::consts::FRAC_1_SQRT_2
}

impl DeckProfile {
    /// Error of the speed as a ratio while the supply pack has this radius;
    /// `wow` is the knob, which the battery's sag goes by.
    pub fn speed_error(&self, supply_radius_mm: f64, wow: f64) -> f64 {
        let sag_percent = self.battery_sag_percent * wow * Self::load(supply_radius_mm);
        (self.speed_error_percent - sag_percent) / 100.0
    }

    /// How hard the supply's brake pulls at the tape: its torque over the pack's
    /// radius, 0 with the fullest pack and 1 at the hub.
    pub(super) fn load(supply_radius_mm: f64) -> f64 {
        let pull = |mm: f64| 1.0 / mm;
        let (full, hub) = (pull(FULL_PACK_MM), pull(HUB_RADIUS_MM));
        ((pull(supply_radius_mm) - full) / (hub - full)).clamp(0.0, 1.0)
    }
}

/// Radius of the fullest pack, mm.
const FULL_PACK_MM: f64 = 24.5;

impl ResponseProfile {
    /// The bass: high-pass and up to three head bumps.
    pub(super) fn bass(&self, rate: f64) -> [Section; 4] {
        let mut sections = [Section::THROUGH; 4];
        sections[0] = Section::high_pass(rate, self.low_hz, self.low_q);
        for (section, [hz, db, q]) in sections[1..].iter_mut().zip(&self.bumps) {
            *section = Section::peak(rate, *hz, *db, *q);
        }
        sections
    }

    /// The treble's level at `hz` with a tape of IEC type 1, 2 or 4, dB.
    pub fn treble_db(&self, hz: f64, iec_type: u8) -> f64 {
        let corner = self.high_hz[column(iec_type)];
        let roll_off =
            (hz / corner).powi(2 * self.high_order).ln_1p() * 10.0 / std::f64::consts::LN_10;
        interpolate(&self.treble, hz) - roll_off
    }
}

/// Where a tape of IEC type 1 to 4 stands in the rows of three of a [`DeckProfile`]:
/// 0 for ferric, 1 for chrome (and ferrichrome), 2 for metal.
pub fn column(iec_type: u8) -> usize {
    match iec_type {
        0 | 1 => 0,
        2 | 3 => 1,
        _ => 2,
    }
}

/// Straight lines over lg f through `points`, level before the first and after the last.
fn interpolate(points: &[[f64; 2]], hz: f64) -> f64 {
    let Some(first) = points.first() else {
        return 0.0;
    };
    if hz <= first[0] || points.len() == 1 {
        return first[1];
    }
    let next = points
        .partition_point(|p| p[0] < hz)
        .clamp(1, points.len() - 1);
    let ([f0, a], [f1, b]) = (points[next - 1], points[next]);
    a + (b - a) * (hz / f0).ln() / (f1 / f0).ln()
}

static BUILT_IN: LazyLock<Vec<Arc<DeckProfile>>> = LazyLock::new(|| {
    SOURCES
        .iter()
        // A built-in profile that does not read is caught by the test below.
        .filter_map(|text| DeckProfile::from_toml(text).ok())
        .map(Arc::new)
        .collect()
});

const SOURCES: &[&str] = &[
    include_str!("profiles/decks/stroller.toml"),
    include_str!("profiles/decks/parlour.toml"),
    include_str!("profiles/decks/summit.toml"),
    include_str!("profiles/decks/household.toml"),
    include_str!("profiles/decks/twin.toml"),
    include_str!("profiles/decks/firststeps.toml"),
    include_str!("profiles/decks/reporter.toml"),
    include_str!("profiles/decks/shoebox.toml"),
    include_str!("profiles/decks/memo.toml"),
    include_str!("profiles/decks/nowadays.toml"),
];

impl DeckProfile {
    /// Reads a profile and checks it.
    ///
    /// # Errors
    /// When it is not TOML, a figure is missing or out of its range.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let profile: Self =
            toml::from_str(text).map_err(|error| ProfileError::of_toml(text, &error))?;
        profile.check().map_err(|error| error.with_line(text))?;
        Ok(profile)
    }

    /// Those that come with the program, the default first.
    pub fn all() -> &'static [Arc<Self>] {
        &BUILT_IN
    }

    /// The one with this id.
    pub fn by_id(id: &str) -> Option<Arc<Self>> {
        Self::all().iter().find(|profile| profile.id == id).cloned()
    }

    /// The machine one gets without asking: a personal stereo.
    pub fn default_deck() -> Arc<Self> {
        Arc::clone(&Self::all()[0])
    }

    /// The machine that tapes are recorded on without asking.
    pub fn dubbing() -> Arc<Self> {
        Self::by_id("parlour").unwrap_or_else(Self::default_deck)
    }

    fn check(&self) -> Result<(), ProfileError> {
        let within = ProfileError::unless_within;
        within("speed_error_percent", self.speed_error_percent, -10.0, 10.0)?;
        within("battery_sag_percent", self.battery_sag_percent, 0.0, 5.0)?;
        within("headroom_db", self.headroom_db, 3.0, 40.0)?;
        within("flutter.wrms_percent", self.flutter.wrms_percent, 0.0, 5.0)?;
        within(
            "flutter.drift_percent",
            self.flutter.drift_percent,
            0.0,
            5.0,
        )?;
        within(
            "flutter.scrape_percent",
            self.flutter.scrape_percent,
            0.0,
            1.0,
        )?;
        within("flutter.floor_share", self.flutter.floor_share, 0.0, 1.0)?;
        within("flutter.scrape_hz", self.flutter.scrape_hz, 100.0, 8000.0)?;
        for part in &self.flutter.parts {
            if part.reel.is_none() {
                within(
                    &format!("hz of the part `{}`", part.name),
                    part.hz,
                    0.05,
                    100.0,
                )?;
            }
            for percent in &part.percent {
                within(
                    &format!("percent of the part `{}`", part.name),
                    *percent,
                    0.0,
                    5.0,
                )?;
            }
        }
        within("response.low_hz", self.response.low_hz, 5.0, 500.0)?;
        within("response.low_q", self.response.low_q, 0.3, 3.0)?;
        for [hz, db, q] in &self.response.bumps {
            within("a bump's Hz", *hz, 10.0, 1000.0)?;
            within("a bump's dB", *db, -12.0, 12.0)?;
            within("a bump's Q", *q, 0.2, 10.0)?;
        }
        for hz in self.response.high_hz {
            within("response.high_hz", hz, 1000.0, 30_000.0)?;
        }
        within(
            "response.high_order",
            f64::from(self.response.high_order),
            1.0,
            12.0,
        )?;
        within(
            "azimuth.error_arcmin",
            self.azimuth.error_arcmin,
            -30.0,
            30.0,
        )?;
        within(
            "azimuth.wander_arcmin",
            self.azimuth.wander_arcmin,
            0.0,
            15.0,
        )?;
        for db in self.signal_to_noise_db {
            within("signal_to_noise_db", db, 0.0, 90.0)?;
        }
        within("wind_c60_s", self.wind_c60_s, 20.0, 600.0)?;
        within("crosstalk_db", self.crosstalk_db, 20.0, 120.0)?;
        within("erasure_db", self.erasure_db, 20.0, 120.0)?;
        for pair in self.response.treble.windows(2) {
            if pair[1][0] <= pair[0][0] {
                return Err(ProfileError("response.treble must rise in Hz".to_owned()));
            }
        }
        for [hz, db] in &self.response.treble {
            within("a treble point's Hz", *hz, 500.0, 40_000.0)?;
            within("a treble point's dB", *db, -60.0, 12.0)?;
        }
        match self.separation_db {
            Some(db) if !self.mono => within("separation_db", db, 6.0, 90.0)?,
            None if self.mono => {}
            _ => {
                let why =
                    "separation_db belongs to a machine that is not mono, and to each of them";
                return Err(ProfileError(why.to_owned()));
            }
        }
        within(
            "electronics_noise_dba",
            self.electronics_noise_dba,
            -120.0,
            -20.0,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_deck_reads() {
        for text in SOURCES {
            DeckProfile::from_toml(text).unwrap();
        }
        assert_eq!(DeckProfile::all().len(), SOURCES.len());
    }

    #[test]
    fn a_wrong_figure_is_named() {
        let text = SOURCES[0].replace("separation_db = ", "separation_db = -");
        let error = DeckProfile::from_toml(&text).unwrap_err().to_string();
        assert!(error.contains("separation_db"), "{error}");
    }
}
