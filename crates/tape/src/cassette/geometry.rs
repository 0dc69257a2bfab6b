//! Packs, hubs and counter: everything that turns follows from how much tape
//! is wound where.

use std::f64::consts::PI;

use super::length::{LEADER_S, Length};

/// Speed of the tape over the head, mm/s (IEC 60094-7: 4.76 cm/s, from 1 7/8 in/s).
pub const TAPE_SPEED_MM_S: f64 = 47.625;
/// Radius of an empty hub, mm.
pub const HUB_RADIUS_MM: f64 = 11.0;
/// Counter digits for each turn of the take-up hub.
const COUNTER_PER_TURN: f64 = 0.55;

/// A cassette's tape, wound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometry {
    length_mm: f64,
    thickness_mm: f64,
}

impl Geometry {
    /// The tape of a cassette of this nominal length, with a leader at each end.
    pub fn new(length: Length) -> Self {
        Self {
            length_mm: (length.side_s() + 2.0 * LEADER_S) * TAPE_SPEED_MM_S,
            thickness_mm: length.thickness_mm(),
        }
    }

    /// Seconds from one physical end to the other at nominal speed.
    pub fn side_s(&self) -> f64 {
        self.length_mm / TAPE_SPEED_MM_S
    }

    /// Radius in mm of a pack that holds `seconds` of tape:
    /// `r = √(r₀² + d·v·t/π)`.
    pub fn radius_mm(&self, seconds: f64) -> f64 {
        let wound_mm = (seconds * TAPE_SPEED_MM_S).clamp(0.0, self.length_mm);
        (HUB_RADIUS_MM * HUB_RADIUS_MM + self.thickness_mm * wound_mm / PI).sqrt()
    }

    /// Turns of a hub from empty until it holds `seconds` of tape: `(r − r₀)/d`.
    pub fn turns(&self, seconds: f64) -> f64 {
        (self.radius_mm(seconds) - HUB_RADIUS_MM) / self.thickness_mm
    }

    /// Seconds of tape on a hub after this many turns from empty.
    pub fn seconds_at(&self, turns: f64) -> f64 {
        let r = HUB_RADIUS_MM + self.thickness_mm * turns;
        PI * (r * r - HUB_RADIUS_MM * HUB_RADIUS_MM) / (self.thickness_mm * TAPE_SPEED_MM_S)
    }

    /// Turns of the supply (left) hub since the start of a side, `side_s` seconds in.
    pub fn supply_turns(&self, side_s: f64) -> f64 {
        self.turns(self.side_s()) - self.turns(self.side_s() - side_s)
    }

    /// The mechanical counter, driven by the take-up hub, 0 to 1000.
    pub fn counter(&self, side_s: f64) -> f64 {
        (self.turns(side_s) * COUNTER_PER_TURN).rem_euclid(1000.0)
    }

    /// Take-up revolutions a second of a machine that winds a `C60` from end
    /// to end in `c60_s` seconds, its hub motor turning at a constant rate.
    pub fn wind_rate(c60_s: f64) -> f64 {
        let c60 = Self {
            length_mm: 1800.0 * TAPE_SPEED_MM_S,
            thickness_mm: 0.016,
        };
        c60.turns(1800.0) / c60_s
    }

    /// Tape speed (re play) when the hub that holds `seconds` of tape takes up
    /// at `revolutions` a second.
    pub fn wind_speed(&self, seconds: f64, revolutions: f64) -> f64 {
        2.0 * PI * self.radius_mm(seconds) * revolutions / TAPE_SPEED_MM_S
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cassette(name: &str) -> Geometry {
        Geometry::new(name.parse().unwrap())
    }

    #[test]
    fn full_packs_have_the_published_radii_and_rates() {
        for (name, radius, empty_to_full_hz) in [
            ("C46", 21.5, (0.353, 0.689)),
            ("C60", 23.8, (0.315, 0.689)),
            ("C90", 24.6, (0.306, 0.689)),
            ("C120", 24.8, (0.306, 0.689)),
        ] {
            let g = cassette(name);
            let full = g.radius_mm(g.side_s());
            assert!((full - radius).abs() < 0.4, "{name}: {full} mm");
            let hz = |r: f64| TAPE_SPEED_MM_S / (2.0 * PI * r);
            assert!((hz(full) - empty_to_full_hz.0).abs() < 0.008, "{name}");
            assert!((hz(g.radius_mm(0.0)) - empty_to_full_hz.1).abs() < 0.001);
        }
    }

    #[test]
    fn turns_and_wind_speed_agree_with_the_tables() {
        let g = cassette("C60");
        assert!((788.0..=817.0).contains(&g.turns(g.side_s())));
        assert!((g.seconds_at(g.turns(700.0)) - 700.0).abs() < 1e-6);
        // A machine that winds a C60 in 80 s: 10.2 rev/s, 14.8 to 32 times play.
        let rate = Geometry::wind_rate(80.0);
        assert!((rate - 10.2).abs() < 0.4, "{rate}");
        let slow = g.wind_speed(0.0, rate);
        let fast = g.wind_speed(g.side_s(), rate);
        assert!(
            (slow / 14.8 - 1.0).abs() < 0.05 && (fast / 32.0 - 1.0).abs() < 0.05,
            "{slow} {fast}"
        );
    }

    #[test]
    fn tape_leaves_one_hub_as_it_comes_to_the_other() {
        let g = cassette("C90");
        for at in [0.0, 100.0, 1500.0, g.side_s()] {
            let flipped = g.side_s() - at;
            let other = g.supply_turns(g.side_s()) - g.supply_turns(at);
            assert!((g.turns(flipped) - other).abs() < 1e-9);
        }
        assert_eq!(g.counter(0.0), 0.0);
    }
}
