//! Noise reduction: a side path that sends up what is faint and high, by a
//! high-pass whose corner slides up with the level.

use super::filter::Section;
use super::setup::Nr;
use super::skew::Skew;
use super::sliding_band::{ATTACK_S, DETECTOR, DISCHARGE_S, OVERSHOOT, SMOOTH_S, Settings};
use super::wide::{Loop, wide};
use crate::Frame;

/// Encoder and decoder of one kind. The decoder feeds the same side path from
/// its own output and takes away what the encoder added, so it undoes the
/// encoder exactly if levels and response between them are right.
#[derive(Clone, Debug)]
pub struct Compander {
    kind: Nr,
    stages: [Stage; 2],
    skew: Skew,
}

impl Compander {
    /// Off. `rate` in Hz.
    pub fn new(rate: f64) -> Self {
        Self {
            kind: Nr::Off,
            stages: [Stage::new(rate, 1.0), Stage::new(rate, 1.0)],
            skew: Skew::new(rate),
        }
    }

    /// Chooses the kind; the memory stays.
    pub fn set(&mut self, kind: Nr) {
        self.kind = kind;
        let rate = self.stages[0].rate;
        let settings = match kind {
            Nr::Off | Nr::B => [Settings::B, Settings::B],
            Nr::C => [Settings::C_HIGH, Settings::C_LOW],
        };
        for (stage, settings) in self.stages.iter_mut().zip(settings) {
            stage.tune(rate, settings);
        }
    }

    /// Forgets the past.
    pub fn clear(&mut self) {
        for stage in &mut self.stages {
            stage.memory = Memory::default();
            stage.count = 0;
        }
        self.skew.memory = [[0.0; 2]; 2];
    }

    pub(super) fn remember(&mut self, other: &Self) {
        for (stage, from) in self.stages.iter_mut().zip(&other.stages) {
            (stage.memory, stage.count) = (from.memory, from.count);
        }
        self.skew.memory = other.skew.memory;
    }

    /// Encodes in place; 1.0 is a sine's peak at Dolby level, 200 nWb/m.
    pub fn encode(&mut self, frames: &mut [Frame]) {
        match self.kind {
            Nr::Off => {}
            Nr::B => self.stages[0].encode(frames),
            Nr::C => {
                self.skew.encode(frames);
                self.stages[0].encode(frames);
                self.stages[1].encode(frames);
            }
        }
    }

    /// Decodes in place.
    pub fn decode(&mut self, frames: &mut [Frame]) {
        match self.kind {
            Nr::Off => {}
            Nr::B => self.stages[0].decode(frames),
            Nr::C => {
                self.stages[1].decode(frames);
                self.stages[0].decode(frames);
                self.skew.decode(frames);
            }
        }
    }
}

/// Frames between two moves of the band, each to where the control was at the
/// move before: a sixth of a millisecond late at 48 kHz, as the attack takes 0.27.
const GROUP: usize = 4;
/// A jump in level bypasses the second smoother when it exceeds this share of the threshold region.
const BYPASS: f64 = 0.1;

/// A value of the left and of the right channel.
type Pair = [f64; 2];

/// What a stage remembers of both channels.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    /// Input of the side path, what its fixed filter held against it, and its output.
    input: Pair,
    fixed: Pair,
    side: Pair,
    /// The output before, as the control path met it, and what it makes of it.
    last: Pair,
    bright: Pair,
    peak: Pair,
    control: Pair,
    /// What the sliding corner is above its lowest, rad/s: now, and after the
    /// next move.
    corner: Pair,
    coming: Pair,
}

#[derive(Clone, Debug)]
struct Stage {
    rate: f64,
    settings: Settings,
    /// One-zero, one-pole high-pass.
    fixed: [f64; 2],
    attack: f64,
    discharge: f64,
    smooth: f64,
    quick: f64,
    /// 1 over the settings' level.
    inverse_level: f64,
    /// 1 + s/ω of the control path: two coefficients forward, one back.
    bright: [f64; 3],
    memory: Memory,
    /// Frames since the band was moved.
    count: usize,
}

impl Stage {
    fn new(rate: f64, level: f64) -> Self {
        let settings = Settings {
            level,
            ..Settings::B
        };
        let mut stage = Self {
            rate,
            settings,
            fixed: [0.0; 2],
            attack: 1.0 - (-1.0 / (ATTACK_S * rate)).exp(),
            discharge: (-1.0 / (DISCHARGE_S * rate)).exp(),
            smooth: 1.0 - (-1.0 / (SMOOTH_S * rate)).exp(),
            quick: 1.0 - (-1.0 / (2e-3 * rate)).exp(),
            inverse_level: 1.0,
            bright: [1.0, 0.0, 0.0],
            memory: Memory::default(),
            count: 0,
        };
        stage.tune(rate, settings);
        stage
    }

    fn tune(&mut self, rate: f64, settings: Settings) {
        let k = 2.0 * rate;
        let w = std::f64::consts::TAU * settings.fixed_hz;
        self.fixed = [k / (k + w), (k - w) / (k + w)];
        self.bright = Section::first_order(rate, [5000.0, 14_000.0], |f| {
            1.0 + (f / settings.control_hz).powi(2)
        })
        .first_order_taps();
        self.settings = settings;
        self.inverse_level = 1.0 / settings.level;
    }

    /// The sliding band with its corner where it stands.
    #[inline(always)]
    fn band(&self, corner: Pair) -> Band {
        let k = 2.0 * self.rate;
        let w = std::f64::consts::TAU * self.settings.sliding_hz;
        let [forward, back] = self.fixed;
        // Fixed: v = f0·(y − y₁) + f1·v₁.  Sliding: u = G·((k+w)v + (w−k)v₁)·norm + (k−w−corner)·norm·u₁.
        let ahead = self.settings.gain * (k + w);
        let behind = self.settings.gain * (w - k);
        let input = (ahead * (back - 1.0) + behind) * forward;
        let fixed = ahead * back + behind;
        let slope = ahead * forward;
        let norm = corner.map(|corner| 1.0 / (k + w + corner));
        let share = corner.map(|corner| (k + w + corner) / (k + w + corner + slope));
        Band {
            slope: norm.map(|norm| slope * norm),
            input: norm.map(|norm| input * norm),
            fixed: norm.map(|norm| fixed * norm),
            side: [0, 1].map(|c| (k - w - corner[c]) * norm[c]),
            rest: share.map(|share| 1.0 - share),
            share,
        }
    }

    /// Where the control wants the sliding corner.
    #[inline(always)]
    fn corner(&self, control: f64) -> f64 {
        let over = (control * DETECTOR - self.settings.threshold).max(0.0);
        // The bilinear transform bends high frequencies; bent along, the corner
        // stays where it belongs (tan x by its series).
        let corner = std::f64::consts::TAU * self.settings.slope * over * over.sqrt();
        let x = (corner / (2.0 * self.rate)).min(1.2);
        corner * (1.0 + x * x * (1.0 / 3.0 + x * x * (2.0 / 15.0)))
    }

    fn encode(&mut self, frames: &mut [Frame]) {
        wide(Run::<false> {
            stage: self,
            frames,
        });
    }

    fn decode(&mut self, frames: &mut [Frame]) {
        wide(Run::<true> {
            stage: self,
            frames,
        });
    }
}

/// The sliding high-pass between two moves of its corner: its answer to the
/// input itself, and to what it remembers.
#[derive(Clone, Copy, Debug)]
struct Band {
    slope: Pair,
    input: Pair,
    fixed: Pair,
    side: Pair,
    /// `1/(1 + slope)`, and what that leaves of 1.
    share: Pair,
    rest: Pair,
}

/// Both channels through a stage, encoding or `DECODING`.
struct Run<'a, const DECODING: bool> {
    stage: &'a mut Stage,
    frames: &'a mut [Frame],
}

impl<const DECODING: bool> Loop for Run<'_, DECODING> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { stage, mut frames } = self;
        let mut m = stage.memory;
        let mut band = stage.band(m.corner);
        while !frames.is_empty() {
            if stage.count == GROUP {
                stage.count = 0;
                m.corner = m.coming;
                m.coming = m.control.map(|control| stage.corner(control));
                band = stage.band(m.corner);
            }
            let count = (GROUP - stage.count).min(frames.len());
            let (group, rest) = frames.split_at_mut(count);
            // The side path first and its control after it: in one loop the
            // compiler would have each wait for the other.
            let mut sides = [[0.0; 2]; GROUP];
            for (frame, side) in group.iter_mut().zip(&mut sides) {
                let x = frame.map(f64::from);
                let out: Pair = if DECODING {
                    stage.decode_one(&mut m, &band, x)
                } else {
                    stage.encode_one(&mut m, &band, x)
                };
                *side = m.side;
                *frame = out.map(|out| out as f32);
            }
            stage.follow(&mut m, &sides[..count]);
            stage.count += count;
            frames = rest;
        }
        stage.memory = m.calm();
    }
}

/// One or the other, without a branch: the processor would guess, and guess wrong.
#[inline(always)]
fn choose(first: bool, one: f64, other: f64) -> f64 {
    let mask = 0u64.wrapping_sub(u64::from(first));
    f64::from_bits(one.to_bits() & mask | other.to_bits() & !mask)
}

impl Stage {
    #[inline(always)]
    fn encode_one(&self, m: &mut Memory, band: &Band, y: Pair) -> Pair {
        let held = self.held(m, band);
        let side: Pair = std::array::from_fn(|c| band.slope[c] * y[c] + held[c]);
        (m.input, m.side) = (y, side);
        std::array::from_fn(|c| y[c] + side[c].clamp(-OVERSHOOT, OVERSHOOT))
    }

    /// y + clamp(slope·y + held) = u has one solution: it rises with y.
    #[inline(always)]
    fn decode_one(&self, m: &mut Memory, band: &Band, u: Pair) -> Pair {
        let held = self.held(m, band);
        let (mut y, mut side) = ([0.0; 2], [0.0; 2]);
        for c in 0..2 {
            let free = band.rest[c] * u[c] + band.share[c] * held[c];
            let full = u[c] - OVERSHOOT.copysign(free);
            let within = free.abs() <= OVERSHOOT;
            y[c] = choose(within, (u[c] - held[c]) * band.share[c], full);
            side[c] = choose(within, free, band.slope[c] * full + held[c]);
        }
        (m.input, m.side) = (y, side);
        y
    }

    /// What the side path puts out beside its answer to the input itself.
    #[inline(always)]
    fn held(&self, m: &mut Memory, band: &Band) -> Pair {
        let held = std::array::from_fn(|c| {
            band.input[c] * m.input[c] + (band.fixed[c] * m.fixed[c] + band.side[c] * m.side[c])
        });
        let [forward, back] = self.fixed;
        let step = (back - 1.0) * forward;
        m.fixed = std::array::from_fn(|c| step * m.input[c] + back * m.fixed[c]);
        held
    }

    /// Takes the control on over what the side path put out.
    #[inline(always)]
    fn follow(&self, m: &mut Memory, sides: &[Pair]) {
        // The control path: brighter than the side path, rectified, smoothed twice.
        let [b0, b1, a1] = self.bright;
        let mut brights = [[0.0; 2]; GROUP];
        for (side, bright) in sides.iter().zip(&mut brights) {
            for c in 0..2 {
                m.bright[c] = b0 * side[c] + b1 * m.last[c] - a1 * m.bright[c];
                bright[c] = m.bright[c].abs() * self.inverse_level;
            }
            m.last = *side;
        }
        for (bright, _) in brights.iter().zip(sides) {
            for (c, bright) in bright.iter().enumerate() {
                let peak = m.peak[c] * self.discharge;
                m.peak[c] = peak + self.attack * (bright - peak).max(0.0);
                let gap = m.peak[c] - m.control[c];
                m.control[c] += choose(gap > BYPASS, self.quick, self.smooth) * gap;
            }
        }
    }
}

impl Memory {
    /// Nothing so small that the processor is slow with it.
    fn calm(mut self) -> Self {
        for value in [
            &mut self.input,
            &mut self.fixed,
            &mut self.side,
            &mut self.last,
            &mut self.bright,
            &mut self.peak,
            &mut self.control,
        ]
        .into_iter()
        .flatten()
        {
            if value.abs() < 1e-30 {
                *value = 0.0;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// Level in dB that a steady sine of `db` comes out of the encoder with.
    fn encoded_db(rate: f64, hz: f64, db: f64) -> f64 {
        let amplitude = 10f64.powf(db / 20.0);
        let n = (1.5 * rate) as usize;
        let mut x: Vec<Frame> = (0..n)
            .map(|i| [(amplitude * (TAU * hz * i as f64 / rate).sin()) as f32; 2])
            .collect();
        let mut nr = Compander::new(rate);
        nr.set(Nr::B);
        nr.encode(&mut x);
        let late = &x[n - (0.1 * rate) as usize..];
        let mean = late.iter().map(|f| f64::from(f[0]).powi(2)).sum::<f64>() / late.len() as f64;
        10.0 * (2.0 * mean).log10()
    }

    /// NTE2003 data sheet: Hz, input dB, encoder output least and most.
    const TABLE: [(f64, f64, f64, f64); 7] = [
        (1300.0, -20.0, -17.2, -14.2),
        (2500.0, -20.0, -17.4, -14.4),
        (3000.0, -30.0, -22.7, -19.7),
        (5000.0, -30.0, -23.3, -20.3),
        (10000.0, 0.0, -1.0, 2.0),
        (10000.0, -40.0, -31.1, -28.1),
        (14000.0, -30.0, -25.4, -22.4),
    ];

    #[test]
    fn the_encoder_meets_the_data_sheet() {
        for rate in [44_100.0, 48_000.0, 96_000.0] {
            for (hz, db, least, most) in TABLE {
                let out = encoded_db(rate, hz, db);
                assert!(
                    (least..=most).contains(&out),
                    "{hz} Hz at {db} dB gives {out:.2} dB ({rate} Hz)"
                );
            }
        }
    }

    /// Something like music: tones that come and go over noise.
    fn programme(rate: f64) -> Vec<Frame> {
        let mut noise = crate::tape::random::NoiseStream::new(7);
        let mut x = vec![[0.0f32; 2]; (3.0 * rate) as usize];
        noise.fill(x.as_flattened_mut());
        for (i, frame) in x.iter_mut().enumerate() {
            let t = i as f64 / rate;
            let swell = (0.5 - 0.5 * (TAU * 0.9 * t).cos()).powi(4);
            let tone =
                (swell * 0.8 * (TAU * 3100.0 * t).sin() + 0.3 * (TAU * 220.0 * t).sin()) as f32;
            *frame = [frame[0] * 0.02 + tone, frame[1] * 0.01 - 0.5 * tone];
        }
        x
    }

    #[test]
    fn decoding_undoes_encoding() {
        for kind in [Nr::B, Nr::C] {
            let x = programme(48_000.0);
            let mut y = x.clone();
            let (mut encoder, mut decoder) = (Compander::new(48_000.0), Compander::new(48_000.0));
            encoder.set(kind);
            decoder.set(kind);
            encoder.encode(&mut y);
            decoder.decode(&mut y);
            let power = |f: &dyn Fn(usize) -> f64| (0..x.len()).map(f).sum::<f64>();
            let signal = power(&|i| f64::from(x[i][0]).powi(2));
            let error = power(&|i| f64::from(x[i][0] - y[i][0]).powi(2));
            let null = 10.0 * (error / signal).log10();
            assert!(null < -60.0, "{kind:?}: {null:.1} dB");
        }
    }
}
