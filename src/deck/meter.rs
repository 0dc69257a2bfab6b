//! The level meters' ballistics.

use super::Meter;
use afterdark_tape::Frame;

/// A VU meter reaches 99 % of a tone in 300 ms (IEC 60268-17): one pole.
const VU_S: f32 = 0.3 / 4.605;
/// A peak meter falls 20 dB in 1.5 s (IEC 60268-10, type I).
const FALL_DB_S: f32 = 20.0 / 1.5;
/// A held peak stands this long.
const HOLD_S: f32 = 1.5;
/// A VU meter is calibrated in the rms of a sine but shows its average: this
/// brings the rms of a sine of peak 1.0 to 0 dB.
const SINE_RMS: f32 = 2.0;
/// Nothing, and the most that is told: more is on no scale.
const FLOOR_DB: f32 = -99.0;
const CEILING_DB: f32 = 24.0;

/// [`CEILING_DB`] as power.
const MOST_POWER: f32 = 251.2;

/// Both channels' meters.
#[derive(Clone, Copy, Default)]
pub(super) struct Meters {
    power: [f32; 2],
    meters: [Meter; 2],
    held_s: [f32; 2],
}

impl Meters {
    /// Takes in frames in units of the reference flux, `seconds` of them.
    pub(super) fn take(&mut self, frames: &[Frame], gain: f32, seconds: f32) {
        let mut sum = [0.0f32; 2];
        let mut peak = [0.0f32; 2];
        for frame in frames {
            for c in 0..2 {
                sum[c] += frame[c] * frame[c];
                peak[c] = peak[c].max(frame[c].abs());
            }
        }
        let mean = SINE_RMS * gain * gain / frames.len().max(1) as f32;
        let follow = 1.0 - (-seconds / VU_S).exp();
        for c in 0..2 {
            // What is no number, or beyond all, must not stay in the average.
            let power = (sum[c] * mean).clamp(0.0, MOST_POWER);
            if !power.is_nan() {
                self.power[c] += (power - self.power[c]) * follow;
            }
            let meter = &mut self.meters[c];
            meter.vu_db = (10.0 * self.power[c].max(1e-12).log10()).max(FLOOR_DB);
            let peak_db = 20.0 * (peak[c] * gain).max(1e-6).log10();
            let peak_db = peak_db.clamp(FLOOR_DB, CEILING_DB);
            meter.peak_db = peak_db.max(meter.peak_db - FALL_DB_S * seconds);
            self.held_s[c] += seconds;
            if peak_db >= meter.hold_db || self.held_s[c] > HOLD_S {
                meter.hold_db = meter.peak_db;
                self.held_s[c] = 0.0;
            }
        }
    }

    pub(super) fn read(&self) -> [Meter; 2] {
        self.meters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_comes_the_meters_stay_on_the_scale_and_come_back(
            bits in proptest::collection::vec(any::<[u32; 2]>(), 1..200)
        ) {
            let mut meters = Meters::default();
            let wild: Vec<Frame> = bits.iter().map(|frame| frame.map(f32::from_bits)).collect();
            meters.take(&wild, 1.0, 0.01);
            for meter in meters.read() {
                for db in [meter.vu_db, meter.peak_db, meter.hold_db] {
                    prop_assert!((FLOOR_DB..=CEILING_DB + 0.1).contains(&db), "{}", db);
                }
            }
            for _ in 0..3_000 {
                meters.take(&[[0.0; 2]; 64], 1.0, 0.01);
            }
            prop_assert!(meters.read().iter().all(|meter| meter.vu_db < -60.0 && meter.peak_db < -60.0));
        }
    }
}
