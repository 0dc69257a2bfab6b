//! Everything that turns, as a bank of sines of place.

use std::f64::consts::TAU;

use super::age::Slide;
use super::change::Successor;
use super::copying::MOST_COPYINGS;
use super::deck_profile::{DeckProfile, Reel};
use super::flutter::flutter_weight;
use super::friction::Friction;
use super::random::uniform;
use super::setup::{Knobs, Passage, Setup};
use super::turn::turn_sin_cos;
use super::wide::{Loop, wide};
use crate::cassette::{Side, TAPE_SPEED_MM_S};

/// Most causes of a bank; profiles with more lose the last.
const MOST: usize = 384;
/// The machine that plays, the first recorder, and two for each copying.
const MOST_MACHINES: usize = 2 + 2 * MOST_COPYINGS;
/// What tells a machine's recording from its playing, in the seed.
const RECORDER: u64 = 0x0064_7562;
const PLAYER: u64 = 0x0070_6c79;
/// Where wow ends and flutter begins, Hz.
const FLUTTER_HZ: f64 = 6.0;
/// Unrotating drift is made of this many slow waves that never meet again.
const DRIFT_WAVES: u64 = 7;
/// Radius of a pack at the start, in the middle and at the end of a side, mm: a
/// machine has its figure on the average of them.
const RADII_MM: [f64; 3] = [11.0, 18.0, 23.5];

#[derive(Clone, Copy, Debug)]
enum Clock {
    /// Turns a frame.
    Tape(f64),
    Reel(Reel),
}

/// One sine of the speed.
#[derive(Clone, Copy, Debug)]
struct Cause {
    clock: Clock,
    /// Turns a second at nominal speed; of a reel at each of [`RADII_MM`].
    hz: [f64; 3],
    /// How many times a turn it comes.
    harmonic: f64,
    /// Peak speed deviation as a ratio.
    deviation: f64,
    /// Turns at the start.
    phase: f64,
}

/// Sines of displacement, each cause's figures in the same place of each row:
/// so several can be reckoned at once.
#[derive(Clone, Debug)]
pub struct Bank {
    /// Turns for each frame of tape, and for each turn of the left and right hub.
    turns: [[f64; MOST]; 3],
    /// Turns at the start.
    phase: [f64; MOST],
    /// Frames of displacement, and for each mm of the left and right radius.
    reach: [[f64; MOST]; 3],
    /// Peak speed deviation as a ratio.
    deviation: [f64; MOST],
    count: usize,
    /// What has no line, of each machine.
    friction: [Friction; MOST_MACHINES],
    machines: usize,
    /// Depth of the scrape flutter, rms as a ratio.
    pub scrape: f32,
    /// What age makes the tape do.
    pub slide: Slide,
}

impl Bank {
    pub fn empty() -> Self {
        Self {
            turns: [[0.0; MOST]; 3],
            phase: [0.0; MOST],
            reach: [[0.0; MOST]; 3],
            deviation: [0.0; MOST],
            count: 0,
            friction: [Friction::default(); MOST_MACHINES],
            machines: 0,
            scrape: 0.0,
            slide: Slide::default(),
        }
    }

    /// Takes up the machines of `setup`. `rate` in Hz; `seeds` are those of the
    /// playing machine and of the tape with its recording.
    pub fn configure(&mut self, rate: f64, setup: &Setup, seeds: [u64; 2]) {
        *self = Self::empty();
        let copies = &setup.copies[..setup.copies.len().min(MOST_COPYINGS)];
        // The tape carries its recorder's own unevenness, and that of all it was
        // copied on.
        let first = copies.first().map_or(seeds[1], |copy| copy.seed);
        self.slide = Slide {
            age: f64::from(setup.knobs.age),
            rate,
            seed: seeds[0],
        };
        self.add_machine(rate, &setup.deck, seeds[0], &setup.knobs);
        self.add_machine(rate, &setup.dubbed_on, first ^ RECORDER, &setup.knobs);
        let mut scrape = setup.deck.flutter.scrape_percent.powi(2);
        let numbers = copies.iter().skip(1).map(|copy| copy.seed);
        for (copy, number) in copies.iter().zip(numbers.chain([seeds[1]])) {
            self.add_machine(rate, &copy.played_on, copy.seed ^ PLAYER, &setup.knobs);
            self.add_machine(rate, &copy.recorded_on, number ^ RECORDER, &setup.knobs);
            for deck in [&copy.played_on, &copy.recorded_on] {
                scrape += deck.flutter.scrape_percent.powi(2);
            }
        }
        self.scrape = (scrape.sqrt() / 100.0) as f32 * setup.knobs.flutter;
    }

    /// Adds a machine's causes, scaled so that their weighted rms is the profile's.
    fn add_machine(&mut self, rate: f64, deck: &DeckProfile, seed: u64, knobs: &Knobs) {
        let first = self.count;
        let flutter = &deck.flutter;
        if let Some(friction) = self.friction.get_mut(self.machines) {
            let wrms = flutter.floor_share * flutter.wrms_percent / 100.0;
            *friction = Friction::new(rate, seed, wrms, |hz| f64::from(knob(knobs, hz)));
            self.machines += 1;
        }
        let mut square = 0.0;
        let mut salt = 0;
        for part in &flutter.parts {
            let (clock, hz) = match part.reel {
                None => (Clock::Tape(part.hz / rate), [part.hz; 3]),
                Some(reel) => (
                    Clock::Reel(reel),
                    RADII_MM.map(|radius| TAPE_SPEED_MM_S / (TAU * radius)),
                ),
            };
            for (index, percent) in part.percent.iter().enumerate() {
                salt += 1;
                let harmonic = (index + 1) as f64;
                let cause = Cause {
                    clock,
                    hz,
                    harmonic,
                    deviation: percent / 100.0,
                    phase: uniform(seed, salt),
                };
                square += self.push(rate, cause, knobs);
            }
        }
        for wave in 0..DRIFT_WAVES {
            salt += 2;
            let along = (wave as f64 + uniform(seed, salt)) / DRIFT_WAVES as f64;
            let hz = 0.05 * 40f64.powf(along);
            let cause = Cause {
                clock: Clock::Tape(hz / rate),
                hz: [hz; 3],
                harmonic: 1.0,
                deviation: flutter.drift_percent / 100.0 / (DRIFT_WAVES as f64).sqrt(),
                phase: uniform(seed, salt + 1),
            };
            square += self.push(rate, cause, knobs);
        }
        if square > 0.0 {
            let lines = (1.0 - flutter.floor_share.powi(2)).sqrt();
            let scale = lines * flutter.wrms_percent / 100.0 / square.sqrt();
            for deviation in &mut self.deviation[first..self.count] {
                *deviation *= scale;
            }
            for reach in self
                .reach
                .iter_mut()
                .flat_map(|row| &mut row[first..self.count])
            {
                *reach *= scale;
            }
        }
    }

    /// Adds one cause and returns its weighted mean square, knobs apart.
    fn push(&mut self, rate: f64, cause: Cause, knobs: &Knobs) -> f64 {
        let Cause {
            clock,
            hz,
            harmonic,
            deviation,
            phase,
        } = cause;
        let knob = knob(knobs, hz[1] * harmonic);
        let i = self.count;
        if i < MOST {
            let deviation = deviation * f64::from(knob);
            // A turn at a rate of r a frame is 1/(2π·r) frames a radian; a reel's
            // radian is its radius.
            let (clock, turns, radian) = match clock {
                Clock::Tape(rate) => (0, rate, 1.0 / (TAU * rate)),
                Clock::Reel(Reel::Left) => (1, 1.0, rate / TAPE_SPEED_MM_S),
                Clock::Reel(Reel::Right) => (2, 1.0, rate / TAPE_SPEED_MM_S),
            };
            self.turns[clock][i] = turns * harmonic;
            self.phase[i] = phase;
            self.reach[clock][i] = deviation * radian / harmonic;
            self.deviation[i] = deviation;
            self.count += 1;
        }
        let squares = hz.map(|hz| flutter_weight(hz * harmonic).powi(2));
        0.5 * deviation.powi(2) * squares.iter().sum::<f64>() / 3.0
    }

    /// Displacement in frames at `at`, and its change for each frame of tape.
    pub fn at(&self, at: &Passage) -> (f64, f64) {
        let [mut displacement, mut deviation] = wide(Sum { bank: self, at });
        for friction in &self.friction[..self.machines] {
            let (more, faster) = friction.at(recorded_place(at));
            displacement += more;
            deviation += faster;
        }
        let (more, faster) = self.slide.at(at);
        (displacement + more, deviation + faster)
    }
}

/// The place as the tape and its machines tell them apart: the other side was
/// recorded at another time.
#[inline(always)]
fn recorded_place(at: &Passage) -> f64 {
    at.frame + if at.side == Side::A { 0.0 } else { 1e7 }
}

/// The knob for what comes so many times a second.
fn knob(knobs: &Knobs, hz: f64) -> f32 {
    if hz < FLUTTER_HZ {
        knobs.wow
    } else {
        knobs.flutter
    }
}

struct Sum<'a> {
    bank: &'a Bank,
    at: &'a Passage,
}

impl Loop for Sum<'_> {
    type Output = [f64; 2];

    // Indexed, so that the lanes of all rows go together.
    #[allow(clippy::needless_range_loop)]
    #[inline(always)]
    fn run(self) -> [f64; 2] {
        const LANES: usize = 4;
        let Self { bank, at } = self;
        let turned = [recorded_place(at), at.left_turns, at.right_turns];
        let radius = [1.0, at.left_radius_mm, at.right_radius_mm];
        let mut sums = [[0.0; LANES]; 2];
        for first in (0..bank.count.next_multiple_of(LANES)).step_by(LANES) {
            for lane in 0..LANES {
                let i = first + lane;
                let (mut turns, mut reach) = (bank.phase[i], 0.0);
                for clock in 0..3 {
                    turns += bank.turns[clock][i] * turned[clock];
                    reach += bank.reach[clock][i] * radius[clock];
                }
                let (sin, cos) = turn_sin_cos(turns);
                sums[0][lane] += reach * sin;
                sums[1][lane] += bank.deviation[i] * cos;
            }
        }
        sums.map(|sums| sums.iter().sum())
    }
}

impl Successor for Bank {
    fn inherit(&mut self, _: &Self) {}
}
