//! Where the deck's head is, for the recorder to keep ahead of.

use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use afterdark_tape::cassette::Side;

/// Written by the deck at every step, read by the recorder when it looks up.
#[derive(Debug, Default)]
pub struct Head {
    /// Side in the top bit, frame of the side below it.
    place: AtomicU64,
    /// Speed in thousandths of play.
    speed: AtomicI32,
}

const SIDE_B: u64 = 1 << 63;

impl Head {
    /// The head is over `frame` of `side`, the tape moving at `speed` (1.0 is play).
    pub fn set(&self, side: Side, frame: u64, speed: f64) {
        let bit = if side == Side::B { SIDE_B } else { 0 };
        self.place.store(bit | (frame & !SIDE_B), Ordering::Relaxed);
        self.speed.store((speed * 1000.0) as i32, Ordering::Relaxed);
    }

    /// Side, frame and speed as last set.
    pub fn get(&self) -> (Side, u64, f64) {
        let place = self.place.load(Ordering::Relaxed);
        let side = if place & SIDE_B == 0 {
            Side::A
        } else {
            Side::B
        };
        let speed = f64::from(self.speed.load(Ordering::Relaxed)) / 1000.0;
        (side, place & !SIDE_B, speed)
    }
}
