//! What a deck can be told: plain data, so that nothing is freed in the callback.

use super::Monitor;
use afterdark_tape::cassette::{Geometry, Side};

/// What the deck must know of the tape in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cassette {
    /// Blocks of this dubbing are taken, others sent back.
    pub generation: u32,
    /// The tape's own number: what is wrong with it for ever follows from it.
    pub seed: u64,
    /// The tape, wound.
    pub geometry: Geometry,
    /// Each side's first programme frame.
    pub start: [u64; 2],
    /// Each side's first frame behind the programme; equal to `start` where
    /// there is none.
    pub end: [u64; 2],
    /// The side's last recording goes on on the next side.
    pub continues: [bool; 2],
}

/// A key pressed, a knob turned, a tape put in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Play down.
    Play,
    /// Pause down, where play is.
    Pause,
    /// All keys up.
    Stop,
    /// Wind forward: cue where play is down.
    FastForward,
    /// Wind back: review where play is down.
    Rewind,
    /// Turn the tape over.
    Flip,
    /// Bring a place under the head, whatever the transport does going on.
    Seek(Side, f64),
    /// Put another tape in (stopped unless `play`), at a place.
    Insert {
        /// The tape.
        cassette: Cassette,
        /// Side facing the head.
        side: Side,
        /// Frame of the side under the head.
        frame: f64,
        /// Play down at once.
        play: bool,
    },
    /// The tape in the machine has more on it than was known.
    Extend(Cassette),
    /// TAPE or SOURCE.
    Monitor(Monitor),
    /// 0.0 to 1.0.
    Volume(f32),
    /// Hold the volume at nought.
    Mute(bool),
    /// The speed knob, 0.25 to 4.0; 1.0 as recorded.
    Speed(f64),
    /// Turn over by itself at a side's end.
    AutoReverse(bool),
    /// Wind to places for real, and play blank tape to its end.
    Patient(bool),
    /// Key and motor noises.
    Noises(bool),
    /// Hold peaks that whole numbers cannot; on from the start.
    Limit(bool),
    /// Set the counter to 000.
    CounterReset,
    /// Play a stretch of a side over and over: from a frame to another.
    Repeat(Option<(Side, [f64; 2])>),
    /// Start playing with the motor already up to speed, as for dubbing.
    Roll,
}
