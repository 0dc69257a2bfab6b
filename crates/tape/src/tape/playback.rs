//! From the flux that passes the head to what is heard.

use super::azimuth::Azimuth;
use super::block::{QUANTUM, blend};
use super::change::{CHANGE_S, Change, Successor};
use super::deck_profile::column;
use super::dropouts::Spacing;
use super::filter::{Cascade, Section, abreast};
use super::fir::{Designer, Fir};
use super::noise_reduction::Compander;
use super::random::Hiss;
use super::saturation::Law;
use super::setup::{Passage, Pickup, Setup};
use super::{age, eq, hiss, separation};
use crate::Frame;
use crate::cassette::Side;

/// The player: what the tape has lost and picked up, head, hiss, playback
/// equalization, crosstalk, electronics with their noise and their limits, noise
/// reduction.
///
/// In: flux read off the tape at the head's place, as a function of time, 1.0
/// the peak of a sine at 200 nWb/m. Out: programme in the same unit. The whole
/// way through a [`RecordChain`](super::RecordChain) and this has gain 1 in the
/// middle band at a middle level.
pub struct PlaybackChain {
    rate: f64,
    seed: u64,
    designer: Designer,
    voice: Change<Voice>,
    surface: Surface,
    tape_noise: Hiss,
    amplifier_noise: Hiss,
    /// Noise of the tape, then of the amplifier; one block.
    noise: [Frame; QUANTUM],
    lifted: Cascade<1>,
    levels: Levels,
}

/// What the tape adds and takes before the head's coil.
struct Surface {
    spacing: Spacing,
    azimuth: Azimuth,
    print: Cascade<1>,
    reverse: Cascade<1>,
    /// Makes white noise the tape's.
    shape: Cascade<1>,
    print_gain: f32,
    /// What has printed through, and the bass of the other side; one block.
    printed: [Frame; QUANTUM],
    bass: [Frame; QUANTUM],
}

#[derive(Clone, Debug)]
struct Voice {
    /// Equalization, bass and up to three head bumps; and the separation of left
    /// and right. Over half the sum and half the difference of the channels.
    recursive: Cascade<7>,
    treble: Fir,
    /// One amplifier for both ears.
    mono: bool,
    /// What of the square a magnetised head adds.
    even: f32,
    decoder: Compander,
    amplifier: Law,
    wanted: Levels,
}

/// What moves from block to block and must not jump.
#[derive(Clone, Copy, Debug, Default)]
struct Levels {
    tape_noise: f32,
    amplifier_noise: f32,
    /// How far the head is off the tape.
    lift: f32,
    print: f32,
    reverse: f32,
}

/// The treble filter's length in seconds.
const TREBLE_S: f64 = 0.001;
/// Above this speed the head has been lifted a little, as for cue and review.
const LIFT_SPEED: f64 = 2.5;
/// What of a level's way to its aim is gone in one block.
const FOLLOW: f32 = 0.2;
/// Bass of the other side that reaches this one over the gap between them.
const REVERSE_BASS: f32 = 0.03;

impl PlaybackChain {
    /// Allocates all it will ever need. `rate` in Hz; `seed` is the machine's.
    pub fn new(rate: u32, setup: &Setup, seed: u64) -> Self {
        let mut designer = Designer::new(rate);
        let rate = f64::from(rate);
        let mut voice = Voice {
            recursive: Cascade::new([Section::THROUGH; 7]),
            treble: Fir::new((rate * TREBLE_S).ceil() as usize),
            mono: false,
            even: 0.0,
            decoder: Compander::new(rate),
            amplifier: amplifier(setup),
            wanted: Levels::default(),
        };
        voice.configure(rate, &mut designer, setup);
        Self {
            rate,
            seed,
            designer,
            levels: voice.wanted,
            surface: Surface::new(rate, setup, seed),
            voice: Change::new(voice),
            tape_noise: Hiss::new(seed ^ 0x68_69_73_73),
            amplifier_noise: Hiss::new(seed ^ 0x61_6d_70),
            noise: [[0.0; 2]; QUANTUM],
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
        self.surface.spacing.set(setup);
        self.surface.azimuth.set(setup);
    }

    /// From here on the hiss is a function of the place, from `frame` of `side` on: it
    /// is going to stay on a tape.
    pub(super) fn hiss_of_place(&mut self, side: Side, frame: u64) {
        // Left and right; no side is so long.
        let place = (2 * frame) | ((side as u64) << 62);
        self.tape_noise.locate(place);
        self.amplifier_noise.locate(place);
    }

    /// Frames by which the output lags behind the input.
    pub fn delay_frames(&self) -> f64 {
        self.surface.azimuth.delay()
    }

    /// Makes flux into sound, in place.
    pub fn process(&mut self, at: Passage, frames: &mut [Frame]) {
        self.process_with(at, &Pickup::default(), frames);
    }

    /// Makes flux into sound, in place, with what else the head picks up.
    pub fn process_with(&mut self, at: Passage, pickup: &Pickup, frames: &mut [Frame]) {
        let mut at = at;
        let mut done = 0;
        for block in frames.chunks_mut(QUANTUM) {
            let rows = [pickup.earlier, pickup.later, pickup.reverse]
                .map(|row| row.and_then(|row| row.get(done..done + block.len())));
            let seed = pickup.tape_seed.unwrap_or(self.seed);
            let wanted = self.voice.settled().wanted;
            self.tape_noise
                .fill(self.noise[..block.len()].as_flattened_mut());
            self.surface
                .process(rows, wanted, &mut self.noise[..block.len()], block);
            self.surface
                .spacing
                .process(&at, pickup.passes, seed, block);
            let worn_um = self.surface.spacing.worn_um(pickup.passes);
            self.surface.azimuth.process(&at, worn_um, block);
            self.process_block(&at, block);
            done += block.len();
            at = at.advanced(block.len() as f64, self.rate);
        }
    }

    fn process_block(&mut self, at: &Passage, block: &mut [Frame]) {
        let count = block.len();
        let step = count as f32 / (CHANGE_S * self.rate as f32);
        let wanted = self.voice.settled().wanted;
        let speed = at.speed.abs();
        let lift = ((speed - LIFT_SPEED) / LIFT_SPEED).clamp(0.0, 1.0) as f32;
        let from = self.levels;
        let follow = |old: f32, new: f32| old + (new - old) * FOLLOW;
        let to = Levels {
            tape_noise: follow(from.tape_noise, wanted.tape_noise * speed.min(1.0) as f32),
            amplifier_noise: follow(from.amplifier_noise, wanted.amplifier_noise),
            lift: follow(from.lift, lift),
            ..wanted
        };
        self.levels = to;

        let noise = &mut self.noise[..count];
        add_ramped(block, noise, [from.tape_noise, to.tape_noise]);
        // The amplifier's own comes after the equalization and before the decoder.
        self.amplifier_noise.fill(noise.as_flattened_mut());
        let ramp = [from.amplifier_noise, to.amplifier_noise];

        let (active, incoming) = self.voice.parts(step);
        if let Some((next, weights)) = incoming {
            let mut copy = [[0.0; 2]; QUANTUM];
            let copy = &mut copy[..count];
            copy.copy_from_slice(block);
            active.process(noise, ramp, block);
            next.process(noise, ramp, copy);
            blend(block, copy, weights);
        } else {
            active.process(noise, ramp, block);
        }
        if from.lift > 1e-4 || lift > 0.0 {
            let mut copy = [[0.0; 2]; QUANTUM];
            let copy = &mut copy[..count];
            copy.copy_from_slice(block);
            self.lifted.process(copy);
            // The head's lift and the machine's own muting of the rush.
            for frame in copy.iter_mut() {
                *frame = frame.map(|x| 0.15 * x);
            }
            blend(block, copy, [from.lift, to.lift]);
        }
    }
}

fn add_ramped(block: &mut [Frame], noise: &[Frame], [from, to]: [f32; 2]) {
    let step = (to - from) / block.len() as f32;
    let mut gain = from;
    for (out, x) in block.iter_mut().zip(noise) {
        out[0] += gain * x[0];
        out[1] += gain * x[1];
        gain += step;
    }
}

impl Surface {
    fn new(rate: f64, setup: &Setup, seed: u64) -> Self {
        let [first, second] = hiss::shape(rate);
        Self {
            spacing: Spacing::new(rate, setup),
            azimuth: Azimuth::new(rate, setup, seed),
            // Print-through is strongest at the wavelength 2π times the tape's
            // thickness (660 Hz for 11.5 µm), (kD)·e^(1−kD): a broad band-pass.
            print: Cascade::new([Section::band_pass(rate, 660.0, 0.55)]),
            // From 0.66 mm away: e^(−2π·0.66 mm/λ), some −38 dB at 50 Hz.
            reverse: Cascade::new([Section::low_pass(rate, 30.0, 0.6)]),
            shape: Cascade::new([first.times(&second)]),
            print_gain: 0.0,
            printed: [[0.0; 2]; QUANTUM],
            bass: [[0.0; 2]; QUANTUM],
        }
    }

    /// Adds to `block` what the head picks up besides, and makes white `noise`
    /// that of the tape.
    fn process(
        &mut self,
        rows: [Option<&[Frame]>; 3],
        wanted: Levels,
        noise: &mut [Frame],
        block: &mut [Frame],
    ) {
        let [earlier, later, reverse] = rows;
        let count = block.len();
        let printed = &mut self.printed[..count];
        match (earlier, later) {
            // What lay outside prints a little less than what lay inside.
            (Some(earlier), Some(later)) => {
                for ((out, x), y) in printed.iter_mut().zip(earlier).zip(later) {
                    *out = [0.8 * x[0] + y[0], 0.8 * x[1] + y[1]];
                }
            }
            (None, Some(later)) => printed.copy_from_slice(later),
            (Some(earlier), None) => {
                for (out, x) in printed.iter_mut().zip(earlier) {
                    *out = x.map(|x| 0.8 * x);
                }
            }
            (None, None) => printed.fill([0.0; 2]),
        }
        let bass = &mut self.bass[..count];
        match reverse {
            Some(row) => bass.copy_from_slice(row),
            None => bass.fill([0.0; 2]),
        }
        abreast(
            [&mut self.print, &mut self.reverse, &mut self.shape],
            [&mut *printed, &mut *bass, noise],
        );
        let from = self.print_gain;
        self.print_gain += (wanted.print - from) * FOLLOW;
        add_ramped(block, printed, [from, self.print_gain]);
        if let Some(row) = reverse {
            // The bass comes over the gap between the sides, from the neighbour
            // the right track there to the right track here; all else in the head.
            for ((out, bass), x) in block.iter_mut().zip(bass).zip(row) {
                let bleed = REVERSE_BASS * bass[1] + wanted.reverse * x[1];
                *out = [out[0] + 0.5 * bleed, out[1] + bleed];
            }
        }
    }
}

impl Voice {
    fn configure(&mut self, rate: f64, designer: &mut Designer, setup: &Setup) {
        let deck = &setup.deck;
        let switch = setup.play_eq.unwrap_or(setup.tape.eq);
        let equalization = eq::play_bass(rate).times(&switch.treble(rate).inverse());
        let bass = deck.response.bass(rate);
        let apart = separation::difference(rate, deck);
        let mut sections = [[equalization; 2]; 7];
        for (lanes, section) in sections[1..5].iter_mut().zip(bass) {
            *lanes = [section; 2];
        }
        for (lanes, section) in sections[5..].iter_mut().zip(apart) {
            *lanes = [Section::THROUGH, section];
        }
        self.recursive.set_lanes(sections);
        self.mono = deck.mono;
        let iec_type = setup.tape.iec_type;
        let age = f64::from(setup.knobs.age);
        designer.minimum_phase(
            |hz| deck.response.treble_db(hz, iec_type) + age::gap_loss_db(age, hz),
            self.treble.taps_mut(),
        );
        self.even = age::even(age);
        self.decoder.set(setup.decode);
        self.amplifier = amplifier(setup);
        let hiss = f64::from(setup.knobs.hiss);
        let tape = age::hiss(age) * hiss::gain(rate, setup.tape.eq, setup.tape.noise_dba);
        let amplifier = 10f64.powf(electronics_dba(setup) / 20.0) * hiss::white_gain(rate);
        // Half of it comes to the far track, so a mono head has three quarters.
        let spread = if deck.mono { 4.0 / 3.0 } else { 1.0 };
        self.wanted = Levels {
            tape_noise: (tape * hiss) as f32,
            amplifier_noise: (amplifier * hiss) as f32,
            lift: 0.0,
            print: 10f64.powf(setup.tape.print_through_db / 20.0) as f32 * setup.knobs.wear,
            reverse: (10f64.powf(-deck.crosstalk_db / 20.0) * spread) as f32,
        };
    }

    fn process(&mut self, noise: &[Frame], ramp: [f32; 2], block: &mut [Frame]) {
        if self.even > 0.0 {
            for frame in block.iter_mut() {
                *frame = frame.map(|x| x + self.even * x * x);
            }
        }
        for frame in block.iter_mut() {
            let [l, r] = *frame;
            *frame = [0.5 * (l + r), 0.5 * (l - r)];
        }
        self.recursive.process(block);
        self.treble.process(block);
        let [mut gain, to] = ramp;
        let step = (to - gain) / block.len() as f32;
        for (frame, noise) in block.iter_mut().zip(noise) {
            let [middle, aside] = *frame;
            let [left, right] = if self.mono { [noise[0]; 2] } else { *noise };
            *frame = [middle + aside + gain * left, middle - aside + gain * right];
            gain += step;
        }
        self.decoder.decode(block);
        self.amplifier.process(block.as_flattened_mut());
    }
}

impl Successor for Voice {
    fn inherit(&mut self, from: &Self) {
        self.recursive.remember(&from.recursive);
        self.treble.remember(&from.treble);
        self.decoder.remember(&from.decoder);
    }
}

/// The electronics: true until they are full, and then soon no more.
fn amplifier(setup: &Setup) -> Law {
    Law {
        knee: 10f64.powf(setup.deck.headroom_db / 20.0) as f32,
        power: 8,
        cubic: 0.0,
    }
}

/// Noise of the electronics, dB(A): what the published signal to noise leaves
/// beside the tape's, or the profile's own figure where none is published.
fn electronics_dba(setup: &Setup) -> f64 {
    let (deck, tape) = (&setup.deck, &setup.tape);
    let published = deck.signal_to_noise_db[column(tape.iec_type)];
    if published <= 0.0 {
        return deck.electronics_noise_dba;
    }
    let power = |db: f64| 10f64.powf(db / 10.0);
    let left = power(tape.mol3_db - published) - power(tape.noise_dba);
    10.0 * left.max(power(tape.noise_dba - 20.0)).log10()
}
