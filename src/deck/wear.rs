//! How often each place of the tape in the machine has been played.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use afterdark_tape::cassette::Side;

/// Seconds of tape that are counted together.
pub const WEAR_CELL_S: f64 = 1.0;
/// Cells of a side: enough for the longest cassette there is, an hour and a
/// half a side.
const CELLS: usize = 5_460;
/// No place is counted further than this.
const MOST_PASSES: f32 = 9_999.0;

/// A map of passes, one for both sides. The deck counts in it; whoever has
/// [`Controls`](super::Controls) loads it for each tape and reads it now and
/// then, both without waiting for the other.
#[derive(Debug)]
pub struct Wear {
    /// Which tape it is the map of.
    tape: AtomicU64,
    loaded: AtomicBool,
    /// Passes as the bits of an `f32`.
    sides: [Box<[AtomicU32]>; 2],
}

impl Wear {
    pub(super) fn new() -> Self {
        let side = || (0..CELLS).map(|_| AtomicU32::new(0)).collect();
        Self {
            tape: AtomicU64::new(0),
            loaded: AtomicBool::new(false),
            sides: [side(), side()],
        }
    }

    /// From here on this is the map of the tape with the number `tape`: the
    /// passes of each cell of side A and side B from the side's physical start,
    /// none behind the last. On any other tape nothing is worn and nothing is
    /// counted.
    pub fn load(&self, tape: u64, passes: &[Vec<f32>; 2]) {
        self.loaded.store(false, Ordering::Relaxed);
        for (cells, passes) in self.sides.iter().zip(passes) {
            let rest = std::iter::repeat(&0.0);
            for (cell, passes) in cells.iter().zip(passes.iter().chain(rest)) {
                store(cell, *passes);
            }
        }
        self.tape.store(tape, Ordering::Relaxed);
        self.loaded.store(true, Ordering::Release);
    }

    /// The map as it is, without the blank rest of each side.
    pub fn read(&self) -> [Vec<f32>; 2] {
        [0, 1].map(|side: usize| {
            let mut passes: Vec<f32> = self.sides[side].iter().map(load).collect();
            let end = passes.iter().rposition(|p| *p > 0.0).map_or(0, |i| i + 1);
            passes.truncate(end);
            passes
        })
    }

    /// Whether it is the map of this tape.
    pub(super) fn is_of(&self, tape: u64) -> bool {
        self.loaded.load(Ordering::Acquire) && self.tape.load(Ordering::Relaxed) == tape
    }

    /// Passes over a place of a side, in seconds from its start; goes over
    /// evenly from one cell to the next.
    pub(super) fn passes(&self, side: Side, side_s: f64) -> f32 {
        let at = (side_s / WEAR_CELL_S - 0.5).clamp(0.0, (CELLS - 2) as f64);
        let cells = &self.sides[side.index()];
        let cell = at as usize;
        let (a, b) = (load(&cells[cell]), load(&cells[cell + 1]));
        a + (b - a) * (at - cell as f64) as f32
    }

    /// The head has gone over `seconds` of tape at a place.
    pub(super) fn count(&self, side: Side, side_s: f64, seconds: f64) {
        let cell = ((side_s / WEAR_CELL_S).max(0.0) as usize).min(CELLS - 1);
        let cell = &self.sides[side.index()][cell];
        store(cell, load(cell) + (seconds / WEAR_CELL_S) as f32);
    }
}

fn load(cell: &AtomicU32) -> f32 {
    f32::from_bits(cell.load(Ordering::Relaxed))
}

fn store(cell: &AtomicU32, passes: f32) {
    let sane = if passes.is_nan() { 0.0 } else { passes };
    let sane = sane.clamp(0.0, MOST_PASSES);
    cell.store(sane.to_bits(), Ordering::Relaxed);
}
