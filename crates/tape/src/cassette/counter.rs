//! The counter of a real deck, by two readings of it.

use super::length::Length;

/// A counter that the take-up hub drives: `c = a·(√(1 + b·t) − 1)`, t seconds of
/// tape since it stood at 000, from the turns of a hub that fills with time
/// ([`super::Geometry::turns`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CounterLaw {
    digits: f64,
    growth: f64,
}

/// Growth that a pack can have, 1/s: `d·v/(π·r₀²)` is 0.002 for a C60 and 0.0009
/// for the thinnest tape; far beyond that it is a slip of the pen.
const GROWTH: [f64; 2] = [2e-5, 0.02];

impl CounterLaw {
    /// The law that gives both readings, each seconds of play since 000 and
    /// the digits then. `None` where no hub counts like that: the later reading
    /// must be the higher one, and its digits come slower.
    pub fn from_readings(first: (f64, f64), second: (f64, f64)) -> Option<Self> {
        let ([early, late], ratio) = if first.0 < second.0 {
            ([first.0, second.0], second.1 / first.1)
        } else {
            ([second.0, first.0], first.1 / second.1)
        };
        if !(early > 0.0 && late > early && ratio.is_finite() && ratio > 0.0) {
            return None;
        }
        let turns = |growth: f64, t: f64| (1.0 + growth * t).sqrt() - 1.0;
        // The more the pack grows the slower it turns, and the smaller the ratio is.
        let over = |growth: f64| turns(growth, late) / turns(growth, early) > ratio;
        let [mut low, mut high] = GROWTH;
        if !over(low) || over(high) {
            return None;
        }
        for _ in 0..80 {
            let middle = (low * high).sqrt();
            if over(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let digits = first.1 / turns(low, first.0);
        Some(Self {
            digits,
            growth: low,
        })
    }

    /// The same counter on a cassette of another length, whose tape is
    /// thicker or thinner.
    pub fn with_length(self, read_on: Length, length: Length) -> Self {
        let ratio = length.thickness_mm() / read_on.thickness_mm();
        Self {
            digits: self.digits / ratio,
            growth: self.growth * ratio,
        }
    }

    /// Digits after this many seconds of play.
    pub fn at(&self, seconds: f64) -> f64 {
        self.digits * ((1.0 + self.growth * seconds.max(0.0)).sqrt() - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cassette::Geometry;

    #[test]
    fn two_readings_tell_every_other_on_any_tape() {
        for (read_on, length) in [("C60", "C60"), ("C60", "C90"), ("C90", "C46")] {
            let [read_on, length] = [read_on, length].map(|name| name.parse::<Length>().unwrap());
            // A deck with 0.73 digits a turn.
            let counter = |length, t: f64| 0.73 * Geometry::new(length).turns(t);
            let reading = |t| (t, counter(read_on, t));
            let law = CounterLaw::from_readings(reading(1200.0), reading(300.0)).unwrap();
            let law = law.with_length(read_on, length);
            for t in [30.0, 600.0, 1380.0] {
                let off = law.at(t) - counter(length, t);
                assert!(off.abs() < 0.01, "{length} at {t} s: {off}");
            }
        }
    }

    #[test]
    fn what_no_hub_counts_is_refused() {
        for (first, second) in [
            ((300.0, 100.0), (1200.0, 90.0)),
            ((300.0, 100.0), (1200.0, 500.0)),
            ((300.0, 100.0), (300.0, 100.0)),
            ((0.0, 0.0), (300.0, 100.0)),
        ] {
            assert_eq!(CounterLaw::from_readings(first, second), None);
        }
    }
}
