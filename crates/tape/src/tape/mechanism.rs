//! Wow and flutter: what everything that turns does to the tape's place.

use super::bank::Bank;
use super::block::QUANTUM;
use super::change::Change;
use super::deck_profile::DeckProfile;
use super::scrape::Scrape;
use super::setup::{Passage, Setup};

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

/// Seconds that a change of machine takes; longer than for sound since the
/// tape slides to its new place meanwhile.
const SLIDE_S: f32 = 0.25;

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
        let mut depth = active.scrape + active.slide.squeal(&end);
        if let Some((next, weights)) = incoming {
            let new = [next.at(at), next.at(&end)];
            for ((old, new), weight) in ends.iter_mut().zip(new).zip(weights) {
                let weight = f64::from(weight);
                old.0 += weight * (new.0 - old.0);
                old.1 += weight * (new.1 - old.1);
            }
            let new = next.scrape + next.slide.squeal(&end);
            depth += weights[1] * (new - depth);
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
