//! A gain on its way from one value to another, without a corner.

use afterdark_tape::Frame;
use afterdark_tape::tape::QUANTUM;

/// Gains for the frames of one quantum.
pub(super) type Gains = [f32; QUANTUM];

/// A cubic from the value and slope it has to its goal, level there. A straight
/// fade has corners at both ends, and corners click: of a tone of 50 Hz they
/// bend the sound a hundred times as sharply as the tone does.
#[derive(Clone, Copy)]
pub(super) struct Fader {
    from: f32,
    /// Slope at the start, for the whole way.
    slope: f32,
    to: f32,
    /// Frames gone and frames in all.
    done: f32,
    length: f32,
}

impl Fader {
    /// At rest.
    pub(super) fn at(value: f32) -> Self {
        Self {
            from: value,
            slope: 0.0,
            to: value,
            done: 1.0,
            length: 1.0,
        }
    }

    /// Where it is now.
    pub(super) fn value(&self) -> f32 {
        self.curve(self.done).0
    }

    /// Whether it stands at `value`.
    pub(super) fn is_at(&self, value: f32) -> bool {
        self.to == value && self.done >= self.length
    }

    /// From where it is to `to` in so many frames; where it goes there already,
    /// it goes on.
    pub(super) fn go(&mut self, to: f32, frames: f32) {
        if to == self.to {
            return;
        }
        let (from, slope) = self.curve(self.done);
        *self = Self {
            from,
            slope: slope * frames,
            to,
            done: 0.0,
            length: frames,
        };
    }

    /// The next frames' gains; `None` where all are 1.
    pub(super) fn next(&mut self) -> Option<Gains> {
        if self.is_at(1.0) {
            return None;
        }
        let gains = std::array::from_fn(|i| self.curve(self.done + (i + 1) as f32).0);
        self.done = (self.done + QUANTUM as f32).min(self.length);
        Some(gains)
    }

    /// Value after so many frames, and slope per frame.
    fn curve(&self, frames: f32) -> (f32, f32) {
        if frames >= self.length {
            return (self.to, 0.0);
        }
        let t = frames / self.length;
        let way = self.to - self.from;
        let value =
            self.from + t * (1.0 - t) * (1.0 - t) * self.slope + t * t * (3.0 - 2.0 * t) * way;
        let slope = (1.0 - t) * (1.0 - 3.0 * t) * self.slope + 6.0 * t * (1.0 - t) * way;
        (value, slope / self.length)
    }
}

/// Applies gains, if any.
pub(super) fn amplify(frames: &mut [Frame], gains: Option<&Gains>) {
    for (frame, gain) in frames.iter_mut().zip(gains.into_iter().flatten()) {
        *frame = frame.map(|x| x * gain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_mind_on_the_way_has_no_corner() {
        let mut fader = Fader::at(0.0);
        let mut gains = vec![0.0, 0.0];
        for (goal, quanta) in [(1.0, 2), (0.0, 1), (0.5, 1), (1.0, 10)] {
            fader.go(goal, 288.0);
            for _ in 0..quanta {
                gains.extend(fader.next().unwrap_or([1.0; QUANTUM]));
            }
        }
        assert!(fader.is_at(1.0));
        let bends = gains.windows(3).map(|x| (x[0] - 2.0 * x[1] + x[2]).abs());
        // A straight line's corner would be 1/288.
        assert!(bends.fold(0.0, f32::max) < 2.5e-4);
    }
}
