//! The bench: a machine and a tape, put through the procedure of a test tape.

use std::f64::consts::TAU;
use std::sync::Arc;

use crate::Frame;
use crate::cassette::{Geometry, Length, Side, TAPE_SPEED_MM_S};
use crate::tape::{
    DeckProfile, Generations, Knobs, Mechanism, Passage, Pickup, PlaybackChain, QUANTUM, Setup,
};

/// A machine and a tape on the bench.
#[derive(Clone, Debug)]
pub struct Bench {
    /// Frames a second.
    pub rate: u32,
    /// What is measured.
    pub setup: Setup,
    /// Of machine and tape.
    pub seed: u64,
    /// Side that plays.
    pub side: Side,
}

/// Run before each recording and cut off, s.
const LEAD_S: f64 = 0.25;
/// Where the head stands on a side of half an hour, s, and the packs then, left and
/// right (C60), mm: not quite equal, so that the reels do not turn in step.
const MIDDLE: Spot = Spot {
    side_s: 900.0,
    radius_mm: [20.0, 16.9],
};
/// A side of half an hour, s.
const SIDE_S: f64 = 1800.0;

/// A place on the side, and the radius of the packs there, left and right, mm.
#[derive(Clone, Copy)]
struct Spot {
    side_s: f64,
    radius_mm: [f64; 2],
}

impl Bench {
    /// `setup` as it is, at `rate` Hz.
    pub fn new(rate: u32, setup: Setup) -> Self {
        Self {
            rate,
            setup,
            seed: 1984,
            side: Side::A,
        }
    }

    /// The same without what disturbs a level: hiss and dropouts.
    #[must_use]
    pub fn quiet(&self) -> Self {
        let knobs = Knobs {
            hiss: 0.0,
            wear: 0.0,
            ..self.setup.knobs
        };
        Self {
            setup: Setup {
                knobs,
                ..self.setup.clone()
            },
            ..self.clone()
        }
    }

    /// Sine of `hz` and `db` re 200 nWb/m on both channels, times `share`.
    pub fn tone(&self, hz: f64, db: f64, seconds: f64, share: Frame) -> Vec<Frame> {
        let amplitude = 10f64.powf(db / 20.0);
        (0..self.frames(seconds))
            .map(|n| {
                let x = amplitude * ((hz * n as f64 / f64::from(self.rate)).fract() * TAU).sin();
                share.map(|share| share * x as f32)
            })
            .collect()
    }

    /// A tone that rises from 20 Hz to 20 kHz, as fast in every octave, at `db`.
    pub fn sweep(&self, db: f64, seconds: f64) -> Vec<Frame> {
        let amplitude = 10f64.powf(db / 20.0);
        let growth = 1000f64.ln() / seconds;
        (0..self.frames(seconds))
            .map(|n| {
                let t = n as f64 / f64::from(self.rate);
                let turns = 20.0 * ((growth * t).exp() - 1.0) / growth;
                [(amplitude * (turns.fract() * TAU).sin()) as f32; 2]
            })
            .collect()
    }

    /// Records `programme` and plays it, the tape running true; the first quarter
    /// second is cut off.
    pub fn over_the_tape(&self, programme: &[Frame]) -> Vec<Frame> {
        let mut frames = self.record(programme);
        self.play(&mut frames, |_| Pickup::default());
        frames.split_off(self.frames(LEAD_S).min(frames.len()))
    }

    /// Flux of `programme`.
    pub fn record(&self, programme: &[Frame]) -> Vec<Frame> {
        let mut frames = programme.to_vec();
        let mut chain = Generations::new(self.rate, &self.setup, self.seed, SIDE_S);
        chain.locate(self.side, self.frames(MIDDLE.side_s) as u64);
        chain.process(&mut frames);
        frames
    }

    /// Plays flux that passes at its true speed; `pickup` tells what else the
    /// head has at each frame's block.
    pub fn play<'a>(&self, flux: &mut [Frame], pickup: impl Fn(usize) -> Pickup<'a>) {
        let mut chain = PlaybackChain::new(self.rate, &self.setup, self.seed);
        for (i, block) in flux.chunks_mut(QUANTUM).enumerate() {
            let at = self.passage(&MIDDLE, (i * QUANTUM) as f64);
            chain.process_with(at, &pickup(i * QUANTUM), block);
        }
    }

    /// A test tape's tone of `hz` at −10 dB as the machine plays it, wow,
    /// flutter and speed error and all. The tone is read off where the tape
    /// is; the test tape itself ran true.
    pub fn flutter_tone(&self, hz: f64, seconds: f64) -> Vec<Frame> {
        self.flutter_tone_from(&MIDDLE, hz, seconds)
    }

    /// The same with the tone so many seconds into a side of half an hour, where
    /// the packs are as full as those of a C60 are there.
    pub fn flutter_tone_at(&self, side_s: f64, hz: f64, seconds: f64) -> Vec<Frame> {
        let c60 = Geometry::new(Length::SHOP[1]);
        let radius_mm = [SIDE_S - side_s, side_s].map(|wound_s| c60.radius_mm(wound_s));
        self.flutter_tone_from(&Spot { side_s, radius_mm }, hz, seconds)
    }

    fn flutter_tone_from(&self, spot: &Spot, hz: f64, seconds: f64) -> Vec<Frame> {
        let count = self.frames(seconds);
        let mut true_running = DeckProfile::clone(&self.setup.dubbed_on);
        true_running.flutter.wrms_percent = 0.0;
        let setup = Setup {
            dubbed_on: Arc::new(true_running),
            ..self.setup.clone()
        };
        let mut mechanism = Mechanism::new(self.rate, &setup, self.seed);
        let speed = 1.0 + mechanism.speed_error();
        let amplitude = 10f64.powf(-10.0 / 20.0);
        let mut away = [0.0f32; QUANTUM];
        let mut flux = Vec::with_capacity(count);
        while flux.len() < count {
            let start = flux.len();
            let mut at = self.passage(spot, start as f64 * speed);
            at.speed = speed;
            mechanism.displacement(at, &mut away);
            for (i, away) in away.iter().enumerate() {
                let place = (start + i) as f64 * speed + f64::from(*away);
                let x = amplitude * ((hz * place / f64::from(self.rate)).fract() * TAU).sin();
                flux.push([x as f32; 2]);
            }
        }
        flux.truncate(count);
        // A dropout would be read as flutter, so test tapes have none.
        let mut clean = self.clone();
        clean.setup.knobs.wear = 0.0;
        clean.play(&mut flux, |_| Pickup::default());
        flux
    }

    /// Where the head is, `frames` after a place.
    fn passage(&self, spot: &Spot, frames: f64) -> Passage {
        let rate = f64::from(self.rate);
        let wound_mm = frames / rate * TAPE_SPEED_MM_S;
        let turns = spot.radius_mm.map(|mm| wound_mm / (TAU * mm));
        Passage {
            side: self.side,
            frame: spot.side_s * rate + frames,
            speed: 1.0,
            length_frames: SIDE_S * rate,
            left_turns: turns[0],
            right_turns: turns[1],
            left_radius_mm: spot.radius_mm[0],
            right_radius_mm: spot.radius_mm[1],
        }
    }

    fn frames(&self, seconds: f64) -> usize {
        (seconds * f64::from(self.rate)) as usize
    }
}

/// One channel of a recording.
pub fn channel(frames: &[Frame], index: usize) -> Vec<f32> {
    frames.iter().map(|frame| frame[index]).collect()
}
