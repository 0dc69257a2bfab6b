//! What the deck has at hand of the side that does not play.

use rtrb::{Consumer, Producer};

use super::transport::Stretch;
use crate::recorder::{CROSSTALK_FRAMES, CROSSTALK_SLOTS, CROSSTALK_STEP, CrosstalkBlock};
use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::QUANTUM;

/// Faster than this nothing of it is worth reading.
const FASTEST: f64 = 4.0;

/// Stretches from the recorder, each in slot `index % CROSSTALK_SLOTS`.
pub(super) struct CrosstalkCache {
    slots: [Option<Box<CrosstalkBlock>>; CROSSTALK_SLOTS],
    stretches: Consumer<Box<CrosstalkBlock>>,
    returned: Producer<Box<CrosstalkBlock>>,
}

impl CrosstalkCache {
    pub(super) fn new(
        stretches: Consumer<Box<CrosstalkBlock>>,
        returned: Producer<Box<CrosstalkBlock>>,
    ) -> Self {
        Self {
            slots: [const { None }; CROSSTALK_SLOTS],
            stretches,
            returned,
        }
    }

    /// Takes in what the recorder has sent.
    pub(super) fn take_in(&mut self) {
        // Nothing is taken that has nowhere to go back to.
        while self.returned.slots() > 0 {
            let Ok(stretch) = self.stretches.pop() else {
                return;
            };
            let slot = (stretch.index % CROSSTALK_SLOTS as u64) as usize;
            if let Some(gone) = self.slots[slot].replace(stretch) {
                let _ = self.returned.push(gone);
            }
        }
    }

    /// The flux beside a stretch of tape, in the order in which it goes by;
    /// `None` where it is not at hand.
    pub(super) fn row(
        &self,
        generation: u32,
        side: Side,
        stretch: Stretch,
    ) -> Option<[Frame; QUANTUM]> {
        let step = (stretch.to - stretch.from) / QUANTUM as f64;
        if step.abs() > FASTEST || stretch.from.min(stretch.to) < 0.0 {
            return None;
        }
        let index = stretch.from as u64 / CROSSTALK_FRAMES as u64;
        let at_hand = self.slots[(index % CROSSTALK_SLOTS as u64) as usize].as_deref()?;
        if (at_hand.generation, at_hand.side, at_hand.index) != (generation, side, index) {
            return None;
        }
        let begin = stretch.from - (index * CROSSTALK_FRAMES as u64) as f64;
        let (first, step) = (
            begin as f32 / CROSSTALK_STEP as f32,
            step as f32 / CROSSTALK_STEP as f32,
        );
        let points = &at_hand.points;
        let last = points.len() - 2;
        Some(std::array::from_fn(|i| {
            let at = (first + step * i as f32).max(0.0);
            // At the seam of two stretches the last point stands for a few frames.
            let point = (at as usize).min(last);
            let part = (at - point as f32).min(1.0);
            [points[point] + (points[point + 1] - points[point]) * part; 2]
        }))
    }
}
