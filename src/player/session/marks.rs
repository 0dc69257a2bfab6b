//! Pencil marks on the tape: made where the head is, wound to, played between.

use std::sync::Arc;

use super::Session;
use crate::player::said::Said;

/// A mark so near is meant, seconds.
const NEAR_S: f64 = 1.5;
/// Nearer than this a mark has been reached, seconds.
const THERE_S: f64 = 0.25;
/// Most marks of a side.
const MOST: usize = 99;

impl Session {
    /// Loads what playing and a pencil have left on the tape that goes in.
    pub(super) fn load_traces(&mut self) {
        self.load_wear();
        let marks = self.kept.memory.marks(self.seed());
        self.kept.marks = Arc::new(marks);
    }

    /// Makes a mark at the head, or rubs out the one that is there.
    pub(super) fn mark(&mut self) {
        let (side, frame) = self.head();
        let here = frame / self.rate();
        let mut marks = (*self.kept.marks).clone();
        let of_side = &mut marks.sides[side.index()];
        let there = of_side.iter().position(|at| (at - here).abs() < NEAR_S);
        if let Some(place) = there {
            of_side.remove(place);
            self.say(Said::Unmarked);
        } else if of_side.len() < MOST {
            of_side.push(here);
            of_side.sort_by(f64::total_cmp);
            self.say(Said::Marked(
                self.machine.deck.counter.rem_euclid(1000.0) as u32
            ));
        }
        self.kept.memory.keep_marks(self.seed(), &marks);
        self.kept.marks = Arc::new(marks);
    }

    /// Winds to the next mark of the side; after the last to the first.
    pub(super) fn wind_to_mark(&mut self) {
        let (side, frame) = self.head();
        let here = frame / self.rate() + THERE_S;
        let marks = &self.kept.marks.sides[side.index()];
        let next = marks.iter().find(|at| **at > here).or(marks.first());
        match next {
            Some(at) => self.seek(side, at * self.rate()),
            None => self.say(Said::NoMarks),
        }
    }

    /// Whether there is something between marks on the side that plays.
    pub(super) fn can_play_between_marks(&self) -> bool {
        self.kept.marks.sides[self.head().0.index()].len() > 1
    }

    /// The frames of the marks before and after the head.
    pub(super) fn between_marks(&self) -> Option<[u64; 2]> {
        let (side, frame) = self.head();
        let marks = &self.kept.marks.sides[side.index()];
        let here = frame / self.rate() + 1e-3;
        let after = marks.partition_point(|at| *at <= here);
        let ends = [marks.get(after.checked_sub(1)?)?, marks.get(after)?];
        Some(ends.map(|at| (at * self.rate()).round() as u64))
    }
}
