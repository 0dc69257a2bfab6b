//! From the flux that passes the head to what is heard.

use super::change::{CHANGE_S, Change, Successor};
use super::filter::{Cascade, Section};
use super::fir::{Designer, Fir};
use super::random::NoiseStream;
use super::record::blend;
use super::{Passage, QUANTUM, Setup, eq, hiss};
use crate::Frame;

/// The player: head, losses, hiss, crosstalk, playback equalization, electronics.
///
/// In: flux read off the tape at the head's place, as a function of time, 1.0
/// the peak of a sine at 200 nWb/m. Out: programme in the same unit. The whole
/// way through a [`RecordChain`](super::RecordChain) and this has gain 1 in the
/// middle band at a middle level, whatever the drive.
pub struct PlaybackChain {
    rate: f64,
    designer: Designer,
    voice: Change<Voice>,
    tape_noise: NoiseStream,
    amplifier_noise: NoiseStream,
    shape: Cascade<1>,
    lifted: Cascade<1>,
    /// Gain for tape noise, amplifier noise; and how far the head is off the tape.
    levels: [f32; 3],
}

#[derive(Clone, Debug)]
struct Voice {
    /// Equalization, bass and up to three head bumps.
    recursive: Cascade<5>,
    treble: Fir,
    /// Share of the other channel.
    bleed: f32,
    gain: f32,
    /// Gains of the noises, knob included.
    noise: [f32; 2],
}

/// The treble filter's length in seconds.
const TREBLE_S: f64 = 0.001;
/// Above this speed the head has been lifted a little, as for cue and review.
const LIFT_SPEED: f64 = 2.5;

impl PlaybackChain {
    /// Allocates all it will ever need. `rate` in Hz.
    pub fn new(rate: u32, setup: &Setup, seed: u64) -> Self {
        let mut designer = Designer::new(rate);
        let rate = f64::from(rate);
        let mut voice = Voice {
            recursive: Cascade::new([Section::THROUGH; 5]),
            treble: Fir::new((rate * TREBLE_S).ceil() as usize),
            bleed: 0.0,
            gain: 1.0,
            noise: [0.0; 2],
        };
        voice.configure(rate, &mut designer, setup);
        let [first, second] = hiss::shape(rate);
        Self {
            rate,
            designer,
            levels: [0.0; 3],
            voice: Change::new(voice),
            tape_noise: NoiseStream::new(seed ^ 0x68_69_73_73),
            amplifier_noise: NoiseStream::new(seed ^ 0x61_6d_70),
            shape: Cascade::new([first.times(&second)]),
            // A head held 25 µm off loses 1/e at the wavelength 2π·25 µm; at
            // twenty times the speed that is 6 kHz.
            lifted: Cascade::new([Section::first_order(rate, [3000.0, 9000.0], |f| {
                1.0 / (1.0 + (f / 4500.0).powi(2))
            })]),
        }
    }

    /// Another setup, from now on, without a click or an allocation.
    pub fn set(&mut self, setup: &Setup) {
        let (rate, designer) = (self.rate, &mut self.designer);
        self.voice
            .to(|voice| voice.configure(rate, designer, setup));
    }

    /// Makes flux into sound, in place.
    pub fn process(&mut self, at: Passage, frames: &mut [Frame]) {
        for block in frames.chunks_mut(QUANTUM) {
            self.process_block(at, block);
        }
    }

    fn process_block(&mut self, at: Passage, block: &mut [Frame]) {
        let count = block.len();
        let step = count as f32 / (CHANGE_S * self.rate as f32);
        let (active, mut incoming) = self.voice.parts(step);
        let wanted = incoming
            .as_ref()
            .map_or(active.noise, |(next, _)| next.noise);
        let speed = at.speed.abs();
        let moving = speed.min(1.0) as f32;
        let lift = ((speed - LIFT_SPEED) / LIFT_SPEED).clamp(0.0, 1.0) as f32;
        let from = self.levels;
        // Levels follow within some blocks, so that a knob does not crackle.
        let follow = |old: f32, new: f32| old + (new - old) * 0.2;
        self.levels = [
            follow(from[0], wanted[0] * moving),
            follow(from[1], wanted[1]),
            follow(from[2], lift),
        ];

        let mut noise = [[0.0; 2]; QUANTUM];
        let noise = &mut noise[..count];
        self.tape_noise.fill(noise.as_flattened_mut());
        self.shape.process(noise);
        add_ramped(block, noise, from[0], self.levels[0]);

        let mut copy = [[0.0; 2]; QUANTUM];
        let copy = &mut copy[..count];
        if incoming.is_some() {
            copy.copy_from_slice(block);
        }
        active.process(block);
        if let Some((next, weights)) = &mut incoming {
            next.process(copy);
            blend(block, copy, *weights);
        }
        if from[2] > 1e-4 || lift > 0.0 {
            copy.copy_from_slice(block);
            self.lifted.process(copy);
            // The head's lift and the machine's own muting of the rush.
            for frame in copy.iter_mut() {
                *frame = frame.map(|x| 0.15 * x);
            }
            blend(block, copy, [from[2], self.levels[2]]);
        }
        self.amplifier_noise.fill(noise.as_flattened_mut());
        add_ramped(block, noise, from[1], self.levels[1]);
    }
}

fn add_ramped(block: &mut [Frame], noise: &[Frame], from: f32, to: f32) {
    let step = (to - from) / block.len() as f32;
    let mut gain = from;
    for (out, x) in block.iter_mut().zip(noise) {
        out[0] += gain * x[0];
        out[1] += gain * x[1];
        gain += step;
    }
}

impl Voice {
    fn configure(&mut self, rate: f64, designer: &mut Designer, setup: &Setup) {
        let deck = &setup.deck;
        let switch = setup.play_eq.unwrap_or(setup.tape.eq);
        let mut sections = [Section::THROUGH; 5];
        sections[0] = eq::play_bass(rate).times(&switch.treble(rate).inverse());
        sections[1] = Section::high_pass(rate, deck.response.low_hz, deck.response.low_q);
        for (section, [hz, db, q]) in sections[2..].iter_mut().zip(&deck.response.bumps) {
            *section = Section::peak(rate, *hz, *db, *q);
        }
        self.recursive.set(sections);
        designer.minimum_phase(|hz| deck.response.treble_db(hz), self.treble.taps_mut());
        self.bleed = 10f64.powf(-deck.separation_db / 20.0) as f32;
        self.gain = 10f32.powf(-setup.knobs.drive_db / 20.0);
        let amplifier = 10f64.powf(deck.electronics_noise_dba / 20.0);
        let tape = hiss::gain(rate, setup.tape.eq, setup.tape.noise_dba);
        // The tape's noise goes through the programme's gain, the amplifier's comes after it.
        self.noise = [
            tape as f32,
            (amplifier * hiss::white_gain(rate)) as f32 * self.gain,
        ]
        .map(|gain| gain * setup.knobs.hiss);
    }

    fn process(&mut self, block: &mut [Frame]) {
        self.recursive.process(block);
        self.treble.process(block);
        for frame in block {
            let [l, r] = *frame;
            *frame = [
                self.gain * (l + self.bleed * r),
                self.gain * (r + self.bleed * l),
            ];
        }
    }
}

impl Successor for Voice {
    fn inherit(&mut self, from: &Self) {
        self.recursive.remember(&from.recursive);
        self.treble.remember(&from.treble);
    }
}
