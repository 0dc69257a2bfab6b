//! The machine's own voice: keys, motor, spooling. Quiet, under the music.

use std::f64::consts::TAU;

use super::block::QUANTUM;
use super::filter::{Cascade, Section};
use super::random::{NoiseStream, uniform};
use crate::Frame;

/// What makes a noise once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A piano key goes down and latches.
    Down,
    /// A key comes up.
    Up,
    /// The auto-stop throws all keys.
    Clunk,
    /// The door opens.
    DoorOpen,
    /// The door shuts.
    DoorShut,
    /// A cassette is pushed in or turned over.
    Cassette,
}

/// One struck thing: it rings in some modes, over a burst of noise.
#[derive(Clone, Copy, Debug)]
struct Strike {
    /// Frames until it begins.
    wait: u32,
    /// Each mode as a turning, shrinking arrow: real, imaginary, and its step.
    modes: [[f64; 4]; 4],
    burst: f64,
    burst_decay: f64,
    pan: f32,
    alive: bool,
}

const SILENT: Strike = Strike {
    wait: 0,
    modes: [[0.0; 4]; 4],
    burst: 0.0,
    burst_decay: 0.0,
    pan: 0.0,
    alive: false,
};

/// Synthesizes the noises; adds them to what is played.
#[derive(Clone, Debug)]
pub struct Noises {
    rate: f64,
    seed: u64,
    struck: u64,
    strikes: [Strike; 12],
    stream: NoiseStream,
    rattle: Cascade<2>,
    motor_phase: f64,
    motor: f32,
    wind: f32,
}

impl Noises {
    /// `rate` in Hz.
    pub fn new(rate: u32, seed: u64) -> Self {
        let rate = f64::from(rate);
        Self {
            rate,
            seed,
            struck: 0,
            strikes: [SILENT; 12],
            stream: NoiseStream::new(seed ^ 0x6e6f),
            rattle: Cascade::new([
                Section::peak(rate, 1900.0, 18.0, 2.0),
                Section::low_pass(rate, 3200.0, 0.8),
            ]),
            motor_phase: 0.0,
            motor: 0.0,
            wind: 0.0,
        }
    }

    /// Lets a key or the door sound, from the next frame on.
    pub fn key(&mut self, key: Key) {
        // Delay in ms, loudness, pitch, decay of the burst in ms.
        let hits: &[(f64, f64, f64, f64)] = match key {
            Key::Down => &[(0.0, 0.5, 1.0, 3.0), (26.0, 1.0, 0.8, 6.0)],
            Key::Up => &[(0.0, 0.7, 1.15, 4.0), (14.0, 0.35, 0.95, 3.0)],
            Key::Clunk => &[
                (0.0, 1.2, 0.7, 8.0),
                (18.0, 0.8, 1.1, 5.0),
                (31.0, 0.5, 0.9, 4.0),
            ],
            Key::DoorOpen => &[(0.0, 0.8, 1.3, 3.0), (120.0, 0.6, 0.5, 9.0)],
            Key::DoorShut => &[(0.0, 0.7, 0.6, 7.0), (9.0, 1.0, 1.2, 4.0)],
            Key::Cassette => &[
                (0.0, 0.4, 1.6, 5.0),
                (90.0, 0.5, 1.4, 5.0),
                (170.0, 0.8, 0.9, 6.0),
            ],
        };
        for &(wait_ms, loud, pitch, burst_ms) in hits {
            self.struck += 1;
            let vary = |index: u64| uniform(self.seed ^ self.struck, index);
            let mut strike = SILENT;
            strike.alive = true;
            strike.wait = (wait_ms * (0.9 + 0.2 * vary(1)) * 0.001 * self.rate) as u32;
            strike.pan = (vary(2) * 0.4 - 0.2) as f32;
            let loud = loud * 0.022 * (0.85 + 0.3 * vary(3));
            // Plastic, spring steel, the case: hertz, share, decay in ms.
            let modes = [
                (310.0, 1.0, 28.0),
                (870.0, 0.7, 14.0),
                (2150.0, 0.45, 7.0),
                (4300.0, 0.25, 4.0),
            ];
            for (i, (slot, (hz, share, decay_ms))) in strike.modes.iter_mut().zip(modes).enumerate()
            {
                let angle = TAU * hz * pitch * (0.94 + 0.12 * vary(4 + i as u64)) / self.rate;
                let shrink = (-1.0 / (decay_ms * 0.001 * self.rate)).exp();
                *slot = [
                    0.0,
                    loud * share,
                    shrink * angle.cos(),
                    shrink * angle.sin(),
                ];
            }
            strike.burst = loud * 0.5;
            strike.burst_decay = (-1.0 / (burst_ms * 0.001 * self.rate)).exp();
            if let Some(slot) = self.strikes.iter_mut().find(|slot| !slot.alive) {
                *slot = strike;
            }
        }
    }

    /// Adds what is to be heard now to `out`. `motor` is how fast the motor
    /// turns and `wind` how fast the tape is wound, both 0.0 to 1.0.
    pub fn process(&mut self, motor: f32, wind: f32, out: &mut [Frame]) {
        for block in out.chunks_mut(QUANTUM) {
            self.process_block(motor, wind, block);
        }
    }

    fn process_block(&mut self, motor: f32, wind: f32, block: &mut [Frame]) {
        let (old_motor, old_wind) = (self.motor, self.wind);
        self.motor += (motor.clamp(0.0, 1.0) - old_motor) * 0.1;
        self.wind += (wind.clamp(0.0, 1.0) - old_wind) * 0.1;
        let ringing = self.strikes.iter().any(|strike| strike.alive);
        if !ringing && old_motor < 1e-4 && old_wind < 1e-4 && motor <= 0.0 && wind <= 0.0 {
            return;
        }
        let mut noise = [[0.0; 2]; QUANTUM];
        let noise = &mut noise[..block.len()];
        self.stream.fill(noise.as_flattened_mut());
        for strike in self.strikes.iter_mut().filter(|strike| strike.alive) {
            strike.ring(noise, block);
        }
        self.rattle.process(noise);
        // The motor sings at its commutation, the wound pack flutters against its shell.
        let speed = f64::from(self.motor) * 40.0 + f64::from(self.wind) * 90.0;
        let step = speed / self.rate;
        let arrow = |harmonic| Arrow::new(self.motor_phase * harmonic, step * harmonic);
        let flap = speed * 0.31 / speed.max(1.0);
        let mut tones = [6.0, 12.0, 1.0, flap].map(arrow);
        for (i, (out, rush)) in block.iter_mut().zip(noise.iter()).enumerate() {
            let along = i as f32 / QUANTUM as f32;
            let motor = old_motor + (self.motor - old_motor) * along;
            let wind = old_wind + (self.wind - old_wind) * along;
            let [sixth, twelfth, first, flap] = tones.each_mut().map(Arrow::next);
            let hum = (sixth + 0.4 * twelfth + 0.5 * first) * (0.00012 * motor + 0.0009 * wind);
            let whirr = wind * 0.0016 * (0.7 + 0.3 * flap) + motor * 0.000_04;
            out[0] += hum + whirr * rush[0];
            out[1] += hum + whirr * rush[1];
        }
        self.motor_phase += step * block.len() as f64;
        // A hundred turns are a whole number of flaps.
        self.motor_phase %= 100.0;
    }
}

/// A sine for a block, by turning an arrow.
struct Arrow {
    cos: f32,
    sin: f32,
    turn: [f32; 2],
}

impl Arrow {
    /// Where it begins and how far it turns a frame, both in whole turns.
    fn new(at: f64, step: f64) -> Self {
        let (sin, cos) = (at * TAU).sin_cos();
        let (turn_sin, turn_cos) = (step * TAU).sin_cos();
        Self {
            cos: cos as f32,
            sin: sin as f32,
            turn: [turn_cos as f32, turn_sin as f32],
        }
    }

    fn next(&mut self) -> f32 {
        let [c, s] = self.turn;
        let now = self.sin;
        (self.cos, self.sin) = (self.cos * c - self.sin * s, self.sin * c + self.cos * s);
        now
    }
}

impl Strike {
    fn ring(&mut self, noise: &[Frame], block: &mut [Frame]) {
        for (out, hiss) in block.iter_mut().zip(noise) {
            if self.wait > 0 {
                self.wait -= 1;
                continue;
            }
            let mut sum = 0.0;
            for [re, im, cos, sin] in &mut self.modes {
                sum += *re;
                (*re, *im) = (*re * *cos + *im * *sin, *im * *cos - *re * *sin);
            }
            let sum = (sum + self.burst * f64::from(hiss[0])) as f32;
            self.burst *= self.burst_decay;
            out[0] += sum * (1.0 - self.pan);
            out[1] += sum * (1.0 + self.pan);
        }
        let left: f64 = self.modes.iter().map(|m| m[0].abs() + m[1].abs()).sum();
        if self.wait == 0 && left + self.burst < 1e-7 {
            self.alive = false;
        }
    }
}
