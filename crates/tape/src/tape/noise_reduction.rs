//! Noise reduction: a side path that sends up what is faint and high, by a
//! high-pass whose corner slides up with the level.

use super::filter::Section;
use super::setup::Nr;
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
            stage.channels = [Channel::default(); 2];
            stage.count = 0;
        }
        self.skew.memory = [[0.0; 2]; 2];
    }

    pub(super) fn remember(&mut self, other: &Self) {
        for (stage, from) in self.stages.iter_mut().zip(&other.stages) {
            (stage.channels, stage.count) = (from.channels, from.count);
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

/// Corners in Hz and the law of the sliding band.
#[derive(Clone, Copy, Debug)]
struct Settings {
    fixed_hz: f64,
    sliding_hz: f64,
    /// Side path's gain.
    gain: f64,
    /// `corner = slope·(control − threshold)^1.5` is added to the sliding corner, Hz.
    slope: f64,
    threshold: f64,
    /// The control path rises above this.
    control_hz: f64,
    /// Levels are this much higher or lower than B's.
    level: f64,
}

impl Settings {
    /// Fixed high-pass 3.3 kΩ·32.6 nF, sliding one 47 kΩ·4.7 nF with the
    /// transistor open (the circuit of Wireless World, 1975); gain, slope and
    /// threshold are a least-squares fit with the exponent 1.5 to the encoder
    /// table of the NTE2003's data sheet, all points within 0.4 dB.
    const B: Self = Self {
        fixed_hz: 1479.4,
        sliding_hz: 720.5,
        gain: 2.3616,
        slope: 170_077.0,
        threshold: 0.09366,
        control_hz: 1796.0,
        level: 1.0,
    };
    /// Approximate: two stages of 10 dB two octaves lower, staggered by 10 dB to each side.
    const C_HIGH: Self = Self {
        fixed_hz: 375.0,
        sliding_hz: 180.0,
        level: 1.0,
        ..Self::B
    };
    const C_LOW: Self = Self {
        level: 0.1,
        ..Self::C_HIGH
    };
}

/// Most that the side path puts out, re Dolby level: its diodes hold the
/// overshoot while the band has not yet slid.
const OVERSHOOT: f64 = 0.25;
/// Rise of the first rectifier, its fall, and the second smoother, s.
const ATTACK_S: f64 = 0.27e-3;
const DISCHARGE_S: f64 = 27e-3;
const SMOOTH_S: f64 = 89e-3;
/// Frames between two moves of the band: a third of the attack time at 48 kHz.
const GROUP: u32 = 4;
/// A jump in level bypasses the second smoother when it exceeds this share of the threshold region.
const BYPASS: f64 = 0.1;

#[derive(Clone, Copy, Debug, Default)]
struct Channel {
    fixed_x: f64,
    fixed_y: f64,
    side: f64,
    bright: f64,
    peak: f64,
    control: f64,
    /// What the sliding corner is above its lowest, rad/s.
    corner: f64,
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
    channels: [Channel; 2],
    /// Frames since the band was moved.
    count: u32,
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
            channels: [Channel::default(); 2],
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

    /// The sliding band as it stands.
    fn band(&self, c: &Channel) -> Band {
        let k = 2.0 * self.rate;
        let w = std::f64::consts::TAU * self.settings.sliding_hz;
        let norm = 1.0 / (k + w + c.corner);
        // Fixed: v = f0·(y − x₁) + f1·v₁.  Sliding: u = ((k+w)v + (w−k)v₁ + (k−w−corner)u₁)·norm.
        let ahead = self.settings.gain * (k + w) * norm;
        let slope = ahead * self.fixed[0];
        Band {
            slope,
            ahead,
            behind: self.settings.gain * (w - k) * norm,
            own: (k - w - c.corner) * norm,
            share: 1.0 / (1.0 + slope),
        }
    }

    /// What the fixed filter and the side path hold already: their answers to
    /// an input y are `fixed₀·y` and `slope·y` more.
    fn held(&self, c: &Channel, band: &Band) -> [f64; 2] {
        let fixed = self.fixed[1] * c.fixed_y - self.fixed[0] * c.fixed_x;
        [
            fixed,
            band.ahead * fixed + band.behind * c.fixed_y + band.own * c.side,
        ]
    }

    /// Takes the side path on by one sample of input and output.
    fn advance(&self, c: &mut Channel, y: f64, side: f64, fixed: f64) {
        c.fixed_y = self.fixed[0] * y + fixed;
        c.fixed_x = y;
        // The control path: brighter than the side path, rectified, smoothed twice.
        c.bright = self.bright[0] * side + self.bright[1] * c.side - self.bright[2] * c.bright;
        c.side = side;
        let bright = c.bright.abs() * self.inverse_level;
        c.peak *= self.discharge;
        c.peak += self.attack * (bright - c.peak).max(0.0);
        let gap = c.peak - c.control;
        let share = if gap > BYPASS {
            self.quick
        } else {
            self.smooth
        };
        c.control += share * gap;
    }

    /// Slides the band to where the control says.
    fn slide(&self, c: &mut Channel) {
        let over = (c.control * DETECTOR - self.settings.threshold).max(0.0);
        // The bilinear transform bends high frequencies; bent along, the corner
        // stays where it belongs (tan x by its series).
        let corner = std::f64::consts::TAU * self.settings.slope * over * over.sqrt();
        let x = (corner / (2.0 * self.rate)).min(1.2);
        c.corner = corner * (1.0 + x * x * (1.0 / 3.0 + x * x * (2.0 / 15.0)));
    }

    /// Runs `path` over all samples; it gives the output, the input of the side
    /// path and what the side path makes of it.
    #[inline(always)]
    fn run(&mut self, frames: &mut [Frame], path: impl Fn(f64, f64, &Band) -> [f64; 3]) {
        let mut channels = self.channels;
        let mut bands = [0, 1].map(|c| self.band(&channels[c]));
        for frame in frames {
            if self.count == GROUP {
                self.count = 0;
                for (band, c) in bands.iter_mut().zip(&mut channels) {
                    self.slide(c);
                    *band = self.band(c);
                }
            }
            self.count += 1;
            for ((x, c), band) in frame.iter_mut().zip(&mut channels).zip(&bands) {
                let [fixed, held] = self.held(c, band);
                let [out, y, side] = path(f64::from(*x), held, band);
                self.advance(c, y, side, fixed);
                *x = out as f32;
            }
        }
        self.channels = channels.map(Channel::calm);
    }

    fn encode(&mut self, frames: &mut [Frame]) {
        self.run(frames, |y, held, band| {
            let side = band.slope * y + held;
            [y + side.clamp(-OVERSHOOT, OVERSHOOT), y, side]
        });
    }

    fn decode(&mut self, frames: &mut [Frame]) {
        self.run(frames, |u, held, band| {
            // y + clamp(slope·y + held) = u has one solution: it rises with y.
            let y = (u - held) * band.share;
            let side = band.slope * y + held;
            if side.abs() <= OVERSHOOT {
                return [y, y, side];
            }
            let y = u - OVERSHOOT.copysign(side);
            [y, y, band.slope * y + held]
        });
    }
}

/// The sliding high-pass between two moves of its corner.
#[derive(Clone, Copy, Debug)]
struct Band {
    /// The side path's answer to the input itself.
    slope: f64,
    /// Its coefficients, the gain included.
    ahead: f64,
    behind: f64,
    own: f64,
    /// `1/(1 + slope)`.
    share: f64,
}

/// What the two smoothers make of a steady sine's peak, undone; the mean over
/// 1 to 10 kHz of the circuit's own reading.
const DETECTOR: f64 = 1.04;

impl Channel {
    /// Nothing so small that the processor is slow with it.
    fn calm(mut self) -> Self {
        for value in [
            &mut self.fixed_y,
            &mut self.side,
            &mut self.bright,
            &mut self.peak,
            &mut self.control,
        ] {
            if value.abs() < 1e-30 {
                *value = 0.0;
            }
        }
        self
    }
}

/// Spectral skewing of NR C: the highest treble goes to the tape 10 dB down.
#[derive(Clone, Debug)]
struct Skew {
    down: Section,
    up: Section,
    memory: [[f64; 2]; 2],
}

impl Skew {
    fn new(rate: f64) -> Self {
        let down = Section::first_order(rate, [10_000.0, 18_000.0], |f| {
            let x = (f / 12_000.0).powi(4);
            (1.0 + x * 0.1) / (1.0 + x)
        });
        Self {
            up: down.inverse(),
            down,
            memory: [[0.0; 2]; 2],
        }
    }

    fn encode(&mut self, frames: &mut [Frame]) {
        run(&self.down, &mut self.memory, frames);
    }

    fn decode(&mut self, frames: &mut [Frame]) {
        run(&self.up, &mut self.memory, frames);
    }
}

fn run(section: &Section, memory: &mut [[f64; 2]; 2], frames: &mut [Frame]) {
    for (channel, memory) in memory.iter_mut().enumerate() {
        for frame in frames.iter_mut() {
            let mut one = [frame[channel]];
            section.run(memory, &mut one);
            frame[channel] = one[0];
        }
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
