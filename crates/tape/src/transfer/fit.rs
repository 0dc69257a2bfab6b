//! The figures of a profile that give what was read of a deck.

use std::sync::Arc;

use super::find::FoundTape;
use super::reading::DeckReading;
use super::test_tape::TestTape;
use super::{bass_fit, law_fit};
use crate::Frame;
use crate::cassette::TAPE_SPEED_MM_S;
use crate::measure::{Bench, FlutterSheet, flutter};
use crate::tape::{DeckProfile, Formulation, Part, Published, Reel, Setup, column};

/// A deck and a tape made after a reading.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The deck.
    pub deck: DeckProfile,
    /// The tape.
    pub tape: Formulation,
    /// The built-in ones that give what cannot be read.
    pub nearest: [String; 2],
    /// The clone, read by the same test tape.
    pub clone: Option<DeckReading>,
}

/// Rounds of measuring the clone and mending what is off.
const ROUNDS: usize = 6;
/// Distance of the centres of the two tracks, mm (IEC 60094-7).
const CENTRES_MM: f64 = 0.9;
/// Frames a second at which the clone is measured.
const RATE: u32 = 48_000;

impl Fit {
    /// Fits the profiles' figures; `iec_type` is the tape's.
    pub fn of(reading: &DeckReading, iec_type: u8) -> Self {
        let (mut deck, mut tape) = nearest(reading, iec_type);
        let nearest = [deck.id.clone(), tape.id.clone()];
        first_guess(reading, &mut deck, &mut tape);
        let mut wanted = reading.response_20.clone();
        let mut thirds = reading.distortion.clone();
        fit_response(&mut deck, &tape, &wanted);
        law_fit::fit(&mut tape, &thirds);
        let mut clone = None;
        for round in 0..=ROUNDS {
            let measured = measure(&deck, &tape);
            if let Some(measured) = &measured
                && round < ROUNDS
            {
                mend_noise(reading, measured, &mut tape);
                mend_separation(reading, measured, &mut deck);
            }
            // What follows moves the noise too, which is therefore mended last.
            if let Some(measured) = &measured
                && round + 1 < ROUNDS
            {
                mend(&mut wanted, &reading.response_20, &measured.response_20);
                fit_response(&mut deck, &tape, &wanted);
                for want in &mut thirds {
                    let step = |r: &DeckReading| {
                        let step = r.distortion.iter().find(|step| step[0] == want[0])?;
                        Some(step[2].max(1e-3))
                    };
                    // The clone is read by the short tape, which has fewer steps.
                    if let (Some(read), Some(got)) = (step(reading), step(measured)) {
                        want[2] *= (read / got).clamp(0.5, 2.0);
                    }
                }
                law_fit::fit(&mut tape, &thirds);
            }
            clone = measured;
        }
        Self {
            deck,
            tape,
            nearest,
            clone,
        }
    }
}

/// The built-in deck and tape that are most like it.
fn nearest(reading: &DeckReading, iec_type: u8) -> (DeckProfile, Formulation) {
    let wrms = reading.flutter.as_ref().map_or(0.1, |f| f.readings.wrms);
    let high = minus_3(&reading.response_20, true).unwrap_or(16_000.0);
    let unlike = |deck: &DeckProfile| {
        let high_hz = deck.response.high_hz[column(iec_type)];
        (deck.flutter.wrms_percent / wrms).ln().abs() + 2.0 * (high_hz / high).ln().abs()
    };
    let decks = DeckProfile::all().iter().filter(|deck| !deck.mono);
    let deck = decks.min_by(|a, b| unlike(a).total_cmp(&unlike(b)));
    let deck = deck.cloned().unwrap_or_else(DeckProfile::default_deck);
    let mol = law_fit::level_at(&reading.distortion, 3.0);
    let unlike = |tape: &Formulation| {
        let other = if column(tape.iec_type) == column(iec_type) {
            0.0
        } else {
            100.0
        };
        other + mol.map_or(0.0, |mol| (tape.mol3_db - mol).abs())
    };
    let tapes = Formulation::all().iter();
    let tape = tapes.min_by(|a, b| unlike(a).total_cmp(&unlike(b)));
    let tape = tape.cloned().unwrap_or_else(Formulation::default_tape);
    (DeckProfile::clone(&deck), Formulation::clone(&tape))
}

/// Where a response is 3 dB below 1 kHz, Hz: above that, or below.
fn minus_3(curve: &[[f64; 2]], above: bool) -> Option<f64> {
    let near = |hz: f64| {
        curve
            .iter()
            .min_by(|a, b| off(a[0], hz).total_cmp(&off(b[0], hz)))
    };
    let floor = near(1000.0)?[1] - 3.0;
    let mut points: Vec<&[f64; 2]> = curve.iter().filter(|p| (p[0] > 1000.0) == above).collect();
    if !above {
        points.reverse();
    }
    let under = points
        .iter()
        .position(|p| p[1] < floor)
        .filter(|n| *n > 0)?;
    let (a, b) = (points[under - 1], points[under]);
    let share = (a[1] - floor) / (a[1] - b[1]);
    Some(a[0] * (b[0] / a[0]).powf(share))
}

fn off(a: f64, b: f64) -> f64 {
    (a / b).ln().abs()
}

/// The figures that are read off directly.
fn first_guess(reading: &DeckReading, deck: &mut DeckProfile, tape: &mut Formulation) {
    if let Some(sheet) = &reading.flutter {
        deck.speed_error_percent = sheet.speed_error_percent;
        deck.flutter.wrms_percent = sheet.readings.wrms;
        deck.flutter.parts = parts(sheet);
        deck.battery_sag_percent = 0.0;
    }
    if let Some(separation) = reading.separation_db {
        deck.separation_db = Some(((separation[0] + separation[1]) / 2.0).clamp(6.0, 90.0));
    }
    if let Some([mean, wander]) = reading.azimuth_us {
        let arcmin = |us: f64| {
            let tangent = us * 1e-6 * TAPE_SPEED_MM_S / CENTRES_MM;
            tangent.atan().to_degrees() * 60.0
        };
        // A positive angle has the left channel late.
        deck.azimuth.error_arcmin = arcmin(-mean).clamp(-30.0, 30.0);
        deck.azimuth.wander_arcmin = arcmin(wander).clamp(0.0, 15.0);
    }
    if let Some(noise) = reading.noise {
        // What is the tape's and what the amplifier's cannot be told apart.
        deck.electronics_noise_dba = -110.0;
        deck.signal_to_noise_db = [0.0; 3];
        tape.noise_dba = noise.a_db.clamp(-90.0, -20.0);
    }
    let highest = reading.output_10k.iter().map(|step| step[1]);
    if let Some(sol) = highest.max_by(f64::total_cmp) {
        let was = tape.sol10k_db;
        tape.sol10k_db = sol.clamp(-20.0, 12.0);
        tape.sol15k_db = (tape.sol15k_db + tape.sol10k_db - was).clamp(-30.0, 12.0);
    }
    let mol = |curve: &[[f64; 3]], percent| law_fit::level_at(curve, percent);
    tape.mol3_db = mol(&reading.distortion, 3.0).unwrap_or(tape.mol3_db);
    tape.mol1_db = mol(&reading.distortion, 1.0).unwrap_or(tape.mol1_db);
    tape.mol1k_db = mol(&reading.distortion_1k, 3.0).unwrap_or(tape.mol1k_db);
    if let Some(step) = reading.distortion.iter().find(|step| step[0] == 0.0) {
        tape.thd_percent = step[2].clamp(0.01, 20.0);
    }
    deck.published = Published::default();
}

/// Lines of the flutter's spectrum as the parts that turn so fast. Reels turn
/// at 0.31 to 0.69 times a second, rollers at 1 to 2, belts below 6, capstans
/// of 1.8 to 3 mm at 5 to 9, motors above.
fn parts(sheet: &FlutterSheet) -> Vec<Part> {
    let part = |hz: f64, percent: f64| {
        let (name, reel) = match hz {
            ..0.25 => ("slow drift", None),
            ..0.5 => ("supply reel", Some(Reel::Left)),
            ..0.8 => ("take-up reel", Some(Reel::Right)),
            ..2.2 => ("pinch roller", None),
            ..5.0 => ("belt", None),
            ..20.0 => ("capstan", None),
            _ => ("motor", None),
        };
        Part {
            name: format!("{name}, {hz:.2} Hz"),
            hz: if reel.is_some() { 0.0 } else { hz },
            reel,
            percent: vec![percent.clamp(0.0, 5.0)],
        }
    };
    let lines = sheet
        .peaks
        .iter()
        .filter(|peak| (0.05..=100.0).contains(&peak.hz));
    lines.map(|peak| part(peak.hz, peak.percent)).collect()
}

fn mend_noise(reading: &DeckReading, clone: &DeckReading, tape: &mut Formulation) {
    if let (Some(wanted), Some(got)) = (reading.noise, clone.noise) {
        tape.noise_dba = (tape.noise_dba + wanted.a_db - got.a_db).clamp(-90.0, -20.0);
    }
}

fn mend_separation(reading: &DeckReading, clone: &DeckReading, deck: &mut DeckProfile) {
    let mean = |pair: [f64; 2]| (pair[0] + pair[1]) / 2.0;
    if let (Some(wanted), Some(got), Some(db)) = (
        reading.separation_db,
        clone.separation_db,
        deck.separation_db,
    ) {
        deck.separation_db = Some((db + mean(wanted) - mean(got)).clamp(6.0, 90.0));
    }
}

/// Moves what is wanted of the filters by what the clone is off.
fn mend(wanted: &mut [[f64; 2]], read: &[[f64; 2]], clone: &[[f64; 2]]) {
    for (want, (read, got)) in wanted.iter_mut().zip(read.iter().zip(clone)) {
        want[1] += (read[1] - got[1]).clamp(-3.0, 3.0);
    }
}

/// The profile's filters after a response: high-pass and bumps by least squares
/// below 500 Hz, the treble's slope by its −3 dB point and its points by what
/// that leaves.
fn fit_response(deck: &mut DeckProfile, tape: &Formulation, wanted: &[[f64; 2]]) {
    let Some(middle) = wanted
        .iter()
        .min_by(|a, b| off(a[0], 1000.0).total_cmp(&off(b[0], 1000.0)))
    else {
        return;
    };
    let level = middle[1];
    let treble: Vec<[f64; 2]> = wanted.iter().filter(|p| p[0] >= 600.0).copied().collect();
    let corner = minus_3(wanted, true)
        .unwrap_or(20_000.0)
        .clamp(1000.0, 30_000.0);
    let response = &mut deck.response;
    response.high_hz = [corner; 3];
    response.high_order = 4;
    response.treble.clear();
    let rest = |hz: f64, db: f64| {
        let slope = response.treble_db(hz, tape.iec_type);
        [hz, (db - level - slope).clamp(-60.0, 12.0)]
    };
    response.treble = treble.iter().map(|p| rest(p[0], p[1])).collect();
    let bass: Vec<[f64; 2]> = wanted
        .iter()
        .filter(|p| p[0] < 800.0)
        .map(|p| [p[0], p[1] - level])
        .collect();
    bass_fit::fit(response, &bass);
}

/// The clone's own reading: the test tape over its tape, and its flutter.
fn measure(deck: &DeckProfile, tape: &Formulation) -> Option<DeckReading> {
    let setup = Setup::new(Arc::new(deck.clone()), Arc::new(tape.clone()));
    let bench = Bench::new(RATE, setup);
    let unit = 10f64.powf(crate::tape::REFERENCE_DBFS / 20.0) as f32;
    let scale = |frames: Vec<Frame>, by: f32| -> Vec<Frame> {
        frames.iter().map(|f| f.map(|x| x * by)).collect()
    };
    let test = scale(TestTape::new(true).render(RATE), 1.0 / unit);
    let heard = scale(bench.over_the_tape(&test), unit);
    let found = FoundTape::find(&heard, RATE)?;
    let mut reading = DeckReading::of(&heard, RATE, &found)?;
    let tone = bench.flutter_tone(3150.0, 32.5);
    let tone = crate::measure::channel(&tone, 0);
    reading.flutter = flutter(&tone, f64::from(RATE), Some(3150.0)).ok();
    reading.flutter_again = None;
    Some(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_of_our_own_reads_as_it_did() {
        let (deck, tape) = ("twin", "chrome");
        let deck = DeckProfile::by_id(deck).unwrap();
        let tape = Formulation::by_id(tape).unwrap();
        let reading = measure(&deck, &tape).unwrap();
        let fit = Fit::of(&reading, tape.iec_type);
        let clone = fit.clone.unwrap();
        let name = &deck.id;
        for (read, got) in reading.response_20.iter().zip(&clone.response_20) {
            if (40.0..12_500.0).contains(&read[0]) {
                let off = got[1] - read[1];
                assert!(off.abs() < 0.5, "{name}, {} Hz: {off} dB", read[0]);
            }
        }
        let noise = |r: &DeckReading| r.noise.unwrap().a_db;
        let off = noise(&clone) - noise(&reading);
        assert!(off.abs() < 0.5, "{name}, noise: {off} dB");
        for (read, got) in reading.distortion.iter().zip(&clone.distortion) {
            let off = 20.0 * (got[2] / read[2]).log10();
            let limit = if read[0] > -5.0 { 1.0 } else { 3.0 };
            assert!(off.abs() < limit, "{name}, third at {}: {off} dB", read[0]);
        }
        let wrms = |r: &DeckReading| r.flutter.as_ref().unwrap().readings.wrms;
        let ratio = wrms(&clone) / wrms(&reading);
        assert!(
            (ratio - 1.0).abs() < 0.05,
            "{name}, wow and flutter: {ratio}"
        );
        let off = clone.azimuth_us.unwrap()[0] - reading.azimuth_us.unwrap()[0];
        // It wanders, by another course on each machine.
        let wander = reading.azimuth_us.unwrap()[1];
        assert!(off.abs() < 0.5 * wander + 1.0, "{name}, azimuth: {off} µs");
    }
}
