//! What a programme goes through on its way to a real deck.

use crate::Frame;
use crate::tape::{Compander, Equalization, Nr, REFERENCE_DBFS};

/// Gain, another equalization than the deck's, and the encoder of the noise
/// reduction, in this order. [`REFERENCE_DBFS`] at the output is 200 nWb/m.
#[derive(Clone, Debug)]
pub struct Outgoing {
    gain: f32,
    shelf: Option<Shelf>,
    compander: Compander,
    /// From full scale to the compander's unit and back.
    unit: f32,
}

impl Outgoing {
    /// `rate` in Hz. `gain_db` comes first. Where the deck records for another
    /// equalization than the tape is to be played with, `eq` names both, the
    /// deck's first.
    pub fn new(rate: u32, gain_db: f64, eq: Option<(Equalization, Equalization)>, nr: Nr) -> Self {
        let mut compander = Compander::new(f64::from(rate));
        compander.set(nr);
        let db = |db: f64| 10f64.powf(db / 20.0) as f32;
        Self {
            gain: db(gain_db),
            shelf: eq
                .filter(|(deck, wanted)| deck != wanted)
                .map(|(deck, wanted)| Shelf::new(f64::from(rate), deck, wanted)),
            compander,
            unit: db(-REFERENCE_DBFS),
        }
    }

    /// The next frames, in place.
    pub fn process(&mut self, frames: &mut [Frame]) {
        let up = self.gain * self.unit;
        for frame in frames.iter_mut() {
            *frame = frame.map(|x| x * up);
        }
        // The encoder hears the programme; the deck's equalization is behind it.
        self.compander.encode(frames);
        for frame in frames.iter_mut() {
            *frame = match &mut self.shelf {
                Some(shelf) => shelf.next(*frame),
                None => *frame,
            };
            *frame = frame.map(|x| x / self.unit);
        }
    }
}

/// (1 + s·τ_deck)/(1 + s·τ_wanted): the flux of the one from the recorder of the
/// other (IEC 60094-1). By the bilinear transform, which at 44.1 kHz leaves it
/// 0.2 dB short at 15 kHz.
#[derive(Clone, Debug)]
struct Shelf {
    forward: [f64; 2],
    back: f64,
    memory: [f64; 2],
}

impl Shelf {
    fn new(rate: f64, deck: Equalization, wanted: Equalization) -> Self {
        let k = 2.0 * rate;
        // Bent so that the corners stay where they are.
        let [b, a] = [deck, wanted].map(|eq| {
            let corner = k * (1.0 / (eq.seconds() * k)).tan();
            [1.0 + k / corner, 1.0 - k / corner]
        });
        Self {
            forward: [b[0] / a[0], b[1] / a[0]],
            back: a[1] / a[0],
            memory: [0.0; 2],
        }
    }

    fn next(&mut self, frame: Frame) -> Frame {
        std::array::from_fn(|c| {
            let x = f64::from(frame[c]);
            let y = self.forward[0] * x + self.memory[c];
            self.memory[c] = self.forward[1] * x - self.back * y;
            y as f32
        })
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn gain_db(chain: &mut Outgoing, hz: f64, db: f64) -> f64 {
        let tone = |n: usize| 10f64.powf(db / 20.0) * (TAU * hz * n as f64 / 48_000.0).sin();
        let mut frames: Vec<Frame> = (0..48_000).map(|n| [tone(n) as f32; 2]).collect();
        chain.process(&mut frames);
        let power: f64 = frames[24_000..]
            .iter()
            .map(|f| f64::from(f[0]).powi(2))
            .sum();
        10.0 * (2.0 * power / 24_000.0).log10() - db
    }

    #[test]
    fn a_recorder_of_one_standard_makes_the_flux_of_the_other() {
        let (us120, us70) = (Equalization::Us120, Equalization::Us70);
        // IEC 60094-1: the flux's treble falls as that of a resistance and a capacitor.
        let flux = |tau: f64, hz: f64| -10.0 * (1.0 + (TAU * hz * tau).powi(2)).log10();
        for hz in [315.0, 1000.0, 3150.0, 6300.0, 10_000.0, 12_500.0] {
            let mut chain = Outgoing::new(48_000, 0.0, Some((us120, us70)), Nr::Off);
            let wanted = flux(70e-6, hz) - flux(120e-6, hz);
            let got = gain_db(&mut chain, hz, -30.0);
            assert!((got - wanted).abs() < 0.25, "{hz} Hz: {got} dB, {wanted}");
        }
    }

    #[test]
    fn the_encoder_stands_at_its_level() {
        // NTE2003: 5 kHz at 30 dB under the level goes up by 8.2 dB, at it by nothing.
        let mut chain = Outgoing::new(48_000, 0.0, None, Nr::B);
        let got = gain_db(&mut chain, 5000.0, REFERENCE_DBFS - 30.0);
        assert!((got - 8.2).abs() < 1.5, "{got}");
        let mut chain = Outgoing::new(48_000, -6.0, None, Nr::B);
        let got = gain_db(&mut chain, 315.0, REFERENCE_DBFS + 6.0);
        assert!((got + 6.0).abs() < 0.3, "{got}");
    }
}
