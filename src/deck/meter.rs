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
/// Nothing.
const FLOOR_DB: f32 = -99.0;

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
            self.power[c] += (sum[c] * mean - self.power[c]) * follow;
            let meter = &mut self.meters[c];
            meter.vu_db = (10.0 * self.power[c].max(1e-12).log10()).max(FLOOR_DB);
            let peak_db = (20.0 * (peak[c] * gain).max(1e-6).log10()).max(FLOOR_DB);
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
