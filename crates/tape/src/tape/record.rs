//! From the programme to the flux on the tape.

use super::block::{QUANTUM, blend};
use super::change::{CHANGE_S, Change, Successor};
use super::filter::{Cascade, Section};
use super::noise_reduction::Compander;
use super::oversample::Oversampler;
use super::saturation::Law;
use super::self_erasure::SelfErasure;
use super::setup::Setup;
use super::texture::Texture;
use super::{bias, eq};
use crate::Frame;
use crate::cassette::Side;

/// The recorder: record equalization, the tape's magnetic law under bias, and
/// the roughness of the coating.
///
/// In: the programme, 1.0 the peak of a sine at 200 nWb/m. Out: flux on the
/// tape in the same unit, with the equalization of the standard.
#[derive(Clone, Debug)]
pub struct RecordChain {
    rate: f64,
    seed: u64,
    voice: Change<Voice>,
    texture: Texture,
    /// Where the next frame goes, for what stays at its place.
    frame: u64,
    side: Side,
}

#[derive(Clone, Debug)]
struct Voice {
    encoder: Compander,
    front: Cascade<3>,
    oversampler: Oversampler,
    law: Law,
    erasure: SelfErasure,
    back: Cascade<3>,
    /// The head writes the same on both tracks.
    mono: bool,
    /// What erasing leaves, as a ratio.
    residue: f32,
    /// Depth of the modulation noise.
    roughness: f32,
}

impl RecordChain {
    /// Seconds to be processed and thrown away after [`Self::locate`] before
    /// the result is what it would have been without the jump.
    pub const PREROLL_S: f64 = 1.05;

    /// Allocates all it will ever need. `rate` in Hz; `seed` is the tape's.
    pub fn new(rate: u32, setup: &Setup, seed: u64) -> Self {
        let mut voice = Voice {
            encoder: Compander::new(f64::from(rate)),
            front: Cascade::new([Section::THROUGH; 3]),
            oversampler: Oversampler::new(rate),
            law: setup.tape.law.law(),
            erasure: SelfErasure::new(f64::from(rate)),
            back: Cascade::new([Section::THROUGH; 3]),
            mono: false,
            residue: 0.0,
            roughness: 0.0,
        };
        let rate = f64::from(rate);
        voice.configure(rate, setup);
        Self {
            rate,
            seed,
            voice: Change::new(voice),
            texture: Texture::new(rate),
            frame: 0,
            side: Side::A,
        }
    }

    /// Frames by which the output lags behind the input.
    pub fn delay_frames(&mut self) -> f64 {
        self.voice.all()[0].oversampler.delay()
    }

    /// Another setup, from now on, without a click or an allocation.
    pub fn set(&mut self, setup: &Setup) {
        let rate = self.rate;
        self.voice.to(|voice| voice.configure(rate, setup));
    }

    /// Goes to `frame` of `side`: forgets what was, so that what follows
    /// depends on the place and the input alone.
    pub fn locate(&mut self, side: Side, frame: u64) {
        self.voice.settle();
        for voice in self.voice.all() {
            voice.clear();
        }
        (self.side, self.frame) = (side, frame);
    }

    /// Makes programme into flux over a tape that was recorded before:
    /// `previous` is the flux that was there, of which the erase head leaves
    /// what the machine's figure says. As long as `frames`, and in step with
    /// the output.
    pub fn process_over(&mut self, previous: &[Frame], frames: &mut [Frame]) {
        self.process(frames);
        let left = self.voice.settled().residue;
        for (frame, old) in frames.iter_mut().zip(previous) {
            *frame = [frame[0] + left * old[0], frame[1] + left * old[1]];
        }
    }

    /// Makes programme into flux, in place.
    pub fn process(&mut self, frames: &mut [Frame]) {
        let step = QUANTUM as f32 / (CHANGE_S * self.rate as f32);
        for block in frames.chunks_mut(QUANTUM) {
            let scale = block.len() as f32 / QUANTUM as f32;
            let (active, incoming) = self.voice.parts(step * scale);
            let mut roughness = active.roughness;
            if let Some((next, weights)) = incoming {
                let mut copy = [[0.0; 2]; QUANTUM];
                let copy = &mut copy[..block.len()];
                copy.copy_from_slice(block);
                active.process(block);
                next.process(copy);
                blend(block, copy, weights);
                roughness += weights[1] * (next.roughness - roughness);
            } else {
                active.process(block);
            }
            let seed = self.seed ^ (self.side as u64);
            self.texture.process(seed, self.frame, roughness, block);
            self.frame += block.len() as u64;
        }
    }
}

impl Voice {
    fn configure(&mut self, rate: f64, setup: &Setup) {
        let right = setup.tape.eq;
        let chosen = setup.record_eq.unwrap_or(right);
        let [taps, shelf] = bias::pre_emphasis(rate, &setup.tape);
        let switch = if chosen == right {
            Section::THROUGH
        } else {
            chosen.treble(rate).times(&right.treble(rate).inverse())
        };
        self.front
            .set([taps, eq::record_bass(rate).times(&shelf), switch]);
        self.back.set([
            taps.inverse(),
            right.treble(rate).times(&shelf.inverse()),
            bias::error(rate, setup),
        ]);
        self.encoder.set(setup.encode);
        self.law = bias::law(setup);
        self.mono = setup.dubbed_on.mono;
        self.residue = 10f64.powf(-setup.dubbed_on.erasure_db / 20.0) as f32;
        self.roughness = 10f64.powf(-setup.tape.modulation_noise_db / 20.0) as f32;
    }

    fn clear(&mut self) {
        self.encoder.clear();
        self.front.clear();
        self.oversampler.clear();
        self.erasure.clear();
        self.back.clear();
    }

    fn process(&mut self, block: &mut [Frame]) {
        for frame in block.iter_mut() {
            // A file may hold anything; a number that is none would stay in the filters for ever.
            *frame = frame.map(|x| if x.abs() < 1e6 { x } else { 0.0 });
            if self.mono {
                *frame = [0.5 * (frame[0] + frame[1]); 2];
            }
        }
        self.encoder.encode(block);
        self.front.process(block);
        let law = self.law;
        self.erasure.meet(block, law.knee);
        self.oversampler
            .process(block, |samples| law.process(samples));
        self.erasure.process(block);
        self.back.process(block);
    }
}

impl Successor for Voice {
    fn inherit(&mut self, from: &Self) {
        self.encoder.remember(&from.encoder);
        self.front.remember(&from.front);
        self.back.remember(&from.back);
        self.oversampler.remember(&from.oversampler);
        self.erasure.remember(&from.erasure);
    }
}
