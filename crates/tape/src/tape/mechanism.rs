//! Wow and flutter: what everything that turns does to the tape's place.

use std::f64::consts::{PI, TAU};

use super::change::{Change, Successor};
use super::filter::Section;
use super::random::{NoiseStream, uniform};
use super::{DeckProfile, Loop, Passage, QUANTUM, Reel, Setup, flutter_weight, wide};
use crate::cassette::Side;

/// The unevenness of the recording machine and of the playing one together.
///
/// An eccentric wheel puts the tape ahead and behind once a turn, and the
/// wheel's angle is a matter of how much tape has passed. So all but the
/// scrape is a function of the place on the tape: it stops when the tape
/// stops, runs faster in cue, and comes back the same.
#[derive(Clone, Debug)]
pub struct Mechanism {
    rate: f64,
    /// The machine's, and that of the tape with its recording.
    seeds: [u64; 2],
    /// Error of the speed with a full supply pack, and what it loses at the hub.
    speed_error: [f64; 2],
    /// How much of that it loses now.
    load: f64,
    bank: Change<Bank>,
    scrape: Scrape,
    /// Where the last block ended, and what the active bank said there.
    last: Option<(Passage, (f64, f64))>,
}

/// Most causes of a bank; profiles with more lose the last.
const MOST: usize = 64;
/// Where wow ends and flutter begins, Hz.
const FLUTTER_HZ: f64 = 6.0;
/// Unrotating drift is made of this many slow waves that never meet again.
const DRIFT_WAVES: u64 = 7;
/// Radius of a half-full pack, mm: for calibration only.
const MIDDLE_RADIUS_MM: f64 = 18.0;
/// mm/s.
const SPEED_MM_S: f64 = 47.625;
/// Seconds that a change of machine takes; longer than for sound since the
/// tape slides to its new place meanwhile.
const SLIDE_S: f32 = 0.25;

#[derive(Clone, Copy, Debug)]
enum Clock {
    /// Turns a frame.
    Tape(f64),
    Reel(Reel),
}

/// Sines of displacement, each cause's figures in the same place of each row:
/// so several can be reckoned at once.
#[derive(Clone, Debug)]
struct Bank {
    /// Turns for each frame of tape, and for each turn of the left and right hub.
    turns: [[f64; MOST]; 3],
    /// Turns at the start.
    phase: [f64; MOST],
    /// Frames of displacement, and for each mm of the left and right radius.
    reach: [[f64; MOST]; 3],
    /// Peak speed deviation as a ratio.
    deviation: [f64; MOST],
    count: usize,
    scrape: f32,
}

impl Mechanism {
    /// `rate` in Hz; `seed` is the machine's.
    pub fn new(rate: u32, setup: &Setup, seed: u64) -> Self {
        let rate = f64::from(rate);
        let seeds = [seed, seed];
        let mut bank = Bank::empty();
        bank.configure(rate, setup, seeds);
        Self {
            rate,
            seeds,
            speed_error: speed_error(setup),
            load: 0.0,
            bank: Change::new(bank),
            scrape: Scrape::new(rate, setup.deck.flutter.scrape_hz, seed),
            last: None,
        }
    }

    /// Another setup, from now on; the tape slides to its new place.
    pub fn set(&mut self, setup: &Setup) {
        let (rate, seeds) = (self.rate, self.seeds);
        self.speed_error = speed_error(setup);
        self.scrape.tune(rate, setup.deck.flutter.scrape_hz);
        self.bank.to(|bank| bank.configure(rate, setup, seeds));
    }

    /// Another tape, which carries the unevenness of its own recording. At once:
    /// for when none is heard.
    pub fn set_tape(&mut self, setup: &Setup, seed: u64) {
        self.seeds[1] = seed;
        let (rate, seeds) = (self.rate, self.seeds);
        self.bank.to(|bank| bank.configure(rate, setup, seeds));
        self.bank.settle();
        self.last = None;
    }

    /// Error of the speed beside wow and flutter, +0.01 is one per cent fast:
    /// the machine's own, and the sag of its battery where the tape was last.
    pub fn speed_error(&self) -> f64 {
        self.speed_error[0] - self.speed_error[1] * self.load
    }

    /// Displacement of the tape at the head from its nominal place, in frames
    /// of tape, for each output frame from `at` on. Bounded, mean nought.
    pub fn displacement(&mut self, at: Passage, out: &mut [f32]) {
        let mut at = at;
        for block in out.chunks_mut(QUANTUM) {
            self.displace_block(&at, block);
            at = at.advanced(block.len() as f64, self.rate);
        }
    }

    fn displace_block(&mut self, at: &Passage, block: &mut [f32]) {
        let count = block.len();
        self.load = DeckProfile::load(at.left_radius_mm);
        let end = at.advanced(count as f64, self.rate);
        let step = count as f32 / (SLIDE_S * self.rate as f32);
        let (active, incoming) = self.bank.parts(step);
        // In steady play a block begins where the last one ended.
        let start = match self.last {
            Some((place, value)) if incoming.is_none() && place.is_at(at) => value,
            _ => active.at(at),
        };
        let mut ends = [start, active.at(&end)];
        self.last = incoming.is_none().then_some((end, ends[1]));
        let mut depth = active.scrape;
        if let Some((next, weights)) = incoming {
            let new = [next.at(at), next.at(&end)];
            for ((old, new), weight) in ends.iter_mut().zip(new).zip(weights) {
                let weight = f64::from(weight);
                old.0 += weight * (new.0 - old.0);
                old.1 += weight * (new.1 - old.1);
            }
            depth += weights[1] * (next.scrape - depth);
        }
        // A cubic through both ends with their slopes (Hermite).
        let [(p0, d0), (p1, d1)] = ends;
        let span = count as f64;
        let (m0, m1) = (d0 * at.speed * span, d1 * end.speed * span);
        let (c2, c3) = (3.0 * (p1 - p0) - 2.0 * m0 - m1, 2.0 * (p0 - p1) + m0 + m1);
        for (i, out) in block.iter_mut().enumerate() {
            let t = i as f64 / span;
            *out = (p0 + t * (m0 + t * (c2 + t * c3))) as f32;
        }
        self.scrape
            .add(depth * at.speed.abs().min(1.0) as f32, block);
    }
}

/// Error of the speed as a ratio, and what the battery's sag takes of it.
fn speed_error(setup: &Setup) -> [f64; 2] {
    let deck = &setup.deck;
    let sag_percent = deck.battery_sag_percent * f64::from(setup.knobs.wow);
    [deck.speed_error_percent, sag_percent].map(|percent| percent / 100.0)
}

impl Passage {
    /// Whether `other` is this place, to less than can matter.
    fn is_at(&self, other: &Self) -> bool {
        self.side == other.side
            && (self.frame - other.frame).abs() < 1e-3
            && (self.left_turns - other.left_turns).abs() < 1e-7
            && (self.right_turns - other.right_turns).abs() < 1e-7
    }

    /// The same tape `frames` output frames later.
    pub(super) fn advanced(&self, frames: f64, rate: f64) -> Self {
        let moved = frames * self.speed;
        let turn = |radius: f64| moved * SPEED_MM_S / rate / (TAU * radius.max(1.0));
        Self {
            frame: self.frame + moved,
            left_turns: self.left_turns + turn(self.left_radius_mm),
            right_turns: self.right_turns + turn(self.right_radius_mm),
            ..*self
        }
    }
}

impl Bank {
    fn empty() -> Self {
        Self {
            turns: [[0.0; MOST]; 3],
            phase: [0.0; MOST],
            reach: [[0.0; MOST]; 3],
            deviation: [0.0; MOST],
            count: 0,
            scrape: 0.0,
        }
    }

    fn configure(&mut self, rate: f64, setup: &Setup, seeds: [u64; 2]) {
        let scrape = (setup.deck.flutter.scrape_percent / 100.0) as f32;
        *self = Self::empty();
        self.scrape = scrape * setup.knobs.flutter;
        self.add_machine(rate, &setup.deck, seeds[0], setup);
        // The tape carries the recorder's own unevenness.
        self.add_machine(rate, &setup.dubbed_on, seeds[1] ^ 0x0064_7562, setup);
    }

    /// Adds a machine's causes, scaled so that their weighted rms is the profile's.
    fn add_machine(&mut self, rate: f64, deck: &DeckProfile, seed: u64, setup: &Setup) {
        let first = self.count;
        let flutter = &deck.flutter;
        let mut square = 0.0;
        let mut salt = 0;
        for part in &flutter.parts {
            let (clock, hz) = match part.reel {
                None => (Clock::Tape(part.hz / rate), part.hz),
                Some(reel) => (Clock::Reel(reel), SPEED_MM_S / (TAU * MIDDLE_RADIUS_MM)),
            };
            for (index, percent) in part.percent.iter().enumerate() {
                salt += 1;
                let harmonic = (index + 1) as f64;
                square += self.push(
                    rate,
                    clock,
                    hz,
                    harmonic,
                    percent / 100.0,
                    uniform(seed, salt),
                    setup,
                );
            }
        }
        for wave in 0..DRIFT_WAVES {
            salt += 2;
            let along = (wave as f64 + uniform(seed, salt)) / DRIFT_WAVES as f64;
            let hz = 0.05 * 40f64.powf(along);
            let deviation = flutter.drift_percent / 100.0 / (DRIFT_WAVES as f64).sqrt();
            square += self.push(
                rate,
                Clock::Tape(hz / rate),
                hz,
                1.0,
                deviation,
                uniform(seed, salt + 1),
                setup,
            );
        }
        if square > 0.0 {
            let scale = flutter.wrms_percent / 100.0 / square.sqrt();
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
    #[allow(clippy::too_many_arguments)]
    fn push(
        &mut self,
        rate: f64,
        clock: Clock,
        hz: f64,
        harmonic: f64,
        deviation: f64,
        phase: f64,
        setup: &Setup,
    ) -> f64 {
        let knob = if hz * harmonic < FLUTTER_HZ {
            setup.knobs.wow
        } else {
            setup.knobs.flutter
        };
        let i = self.count;
        if i < MOST {
            let deviation = deviation * f64::from(knob);
            // A turn at a rate of r a frame is 1/(2π·r) frames a radian; a reel's
            // radian is its radius.
            let (clock, turns, radian) = match clock {
                Clock::Tape(rate) => (0, rate, 1.0 / (TAU * rate)),
                Clock::Reel(Reel::Left) => (1, 1.0, rate / SPEED_MM_S),
                Clock::Reel(Reel::Right) => (2, 1.0, rate / SPEED_MM_S),
            };
            self.turns[clock][i] = turns * harmonic;
            self.phase[i] = phase;
            self.reach[clock][i] = deviation * radian / harmonic;
            self.deviation[i] = deviation;
            self.count += 1;
        }
        0.5 * (deviation * flutter_weight(hz * harmonic)).powi(2)
    }

    /// Displacement in frames at `at`, and its change for each frame of tape.
    fn at(&self, at: &Passage) -> (f64, f64) {
        let [displacement, deviation] = wide(Sum { bank: self, at });
        (displacement, deviation)
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
        // The other side was recorded at another time.
        let recorded = if at.side == Side::A { 0.0 } else { 1e7 };
        let turned = [at.frame + recorded, at.left_turns, at.right_turns];
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

/// Sine and cosine of an angle in turns. Both by the sine's odd series over a
/// quarter turn, to better than 1e−6: the library's own would be half the
/// mechanism's cost.
#[inline(always)]
pub(super) fn turn_sin_cos(turns: f64) -> (f64, f64) {
    (turn_sin(turns), turn_sin(turns + 0.25))
}

#[inline(always)]
fn turn_sin(turns: f64) -> f64 {
    // Added and taken away, this leaves the nearest whole number.
    const WHOLE: f64 = 6_755_399_441_055_744.0; // 1.5·2⁵²
    // To −½..½, then folded to −¼..¼ of a turn.
    let x = turns - ((turns + WHOLE) - WHOLE);
    let folded = 0.5f64.copysign(x) - x;
    let x = if x.abs() > 0.25 { folded } else { x };
    let x = x * TAU;
    let square = x * x;
    let tail = 1.0 / 362_880.0 - square / 39_916_800.0;
    let series = 1.0 / 120.0 + square * (-1.0 / 5040.0 + square * tail);
    x * (1.0 + square * (-1.0 / 6.0 + square * series))
}

impl Successor for Bank {
    fn inherit(&mut self, _: &Self) {}
}

/// Scrape flutter: the tape sings between head and guides like a rubbed string.
#[derive(Clone, Debug)]
struct Scrape {
    noise: NoiseStream,
    string: Section,
    memory: [f64; 2],
    /// Displacement in frames for a deviation of 1 rms.
    gain: f32,
}

impl Scrape {
    /// Sharpness of the string's resonance.
    const Q: f64 = 3.0;

    fn new(rate: f64, hz: f64, seed: u64) -> Self {
        let mut scrape = Self {
            noise: NoiseStream::new(seed ^ 0x0073_6372),
            string: Section::THROUGH,
            memory: [0.0; 2],
            gain: 0.0,
        };
        scrape.tune(rate, hz);
        scrape
    }

    fn tune(&mut self, rate: f64, hz: f64) {
        self.string = Section::low_pass(rate, hz, Self::Q);
        // Mean square of the displacement's first difference, for noise of variance 1/3.
        let steps = 2000;
        let mean_square: f64 = (0..steps)
            .map(|i| {
                let f = (f64::from(i) + 0.5) * rate / 2.0 / f64::from(steps);
                self.string.power(rate, f) * 4.0 * (PI * f / rate).sin().powi(2)
            })
            .sum::<f64>()
            / f64::from(steps)
            / 3.0;
        self.gain = (1.0 / mean_square.sqrt()) as f32;
    }

    fn add(&mut self, depth: f32, out: &mut [f32]) {
        let mut noise = [0.0; QUANTUM];
        let noise = &mut noise[..out.len()];
        self.noise.fill(noise);
        self.string.run(&mut self.memory, noise);
        let gain = depth * self.gain;
        for (out, x) in out.iter_mut().zip(noise) {
            *out += gain * *x;
        }
    }
}
