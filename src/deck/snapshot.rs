//! What the screen may know of the machine: plain data, sent up whole.

use afterdark_tape::cassette::Side;

/// What the transport is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    /// All keys up.
    #[default]
    Stopped,
    /// Play is down.
    Playing,
    /// Play and pause are down.
    Paused,
    /// Fast wind towards the end of the side, head off the tape.
    FastForward,
    /// Fast wind towards the start of the side, head off the tape.
    Rewind,
    /// Fast wind forward, heard.
    Cue,
    /// Fast wind back, heard.
    Review,
    /// The door is open: a tape is being turned over or changed.
    Open,
}

impl Motion {
    /// Play is latched, whatever else is down.
    pub fn is_playing(self) -> bool {
        matches!(self, Self::Playing | Self::Cue | Self::Review)
    }
}

/// What is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Monitor {
    /// Off the tape.
    #[default]
    Tape,
    /// The programme as it is in the file.
    Source,
}

/// One channel's meter, in dB re 0 dB = 200 nWb/m on TAPE; on SOURCE what the
/// programme would be at the tape's record level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meter {
    /// VU ballistics: 300 ms to 99 %.
    pub vu_db: f32,
    /// Peak programme: 10 ms up, 20 dB in 1.5 s down.
    pub peak_db: f32,
    /// Highest peak of the last second and a half.
    pub hold_db: f32,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            vu_db: -99.0,
            peak_db: -99.0,
            hold_db: -99.0,
        }
    }
}

/// The machine at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapshot {
    /// What the transport is doing.
    pub motion: Motion,
    /// Side facing the head.
    pub side: Side,
    /// Seconds of tape from the physical start of this side, leader included,
    /// to the head. Grows while playing, on both sides.
    pub side_s: f64,
    /// Length of a side in seconds, leaders included.
    pub length_s: f64,
    /// Tape speed over the head now, re 47.625 mm/s; negative winds back.
    /// Follows the motor's spin-up and run-down.
    pub speed: f64,
    /// The speed knob, 1.0 as recorded.
    pub speed_setting: f64,
    /// Radius of the left pack as one faces the playing side (the supply), mm.
    pub left_radius_mm: f64,
    /// Radius of the right pack (the take-up), mm.
    pub right_radius_mm: f64,
    /// Turns of the left hub since the side's start, counter-clockwise in play.
    pub left_turns: f64,
    /// Turns of the right hub.
    pub right_turns: f64,
    /// The mechanical counter, 0.0 to 1000.0; the digits roll with the fraction.
    pub counter: f64,
    /// Left and right.
    pub meters: [Meter; 2],
    /// What is done to the loudness of the song under the head, dB.
    pub gain_db: f32,
    /// TAPE or SOURCE.
    pub monitor: Monitor,
    /// Volume, 0.0 to 1.0.
    pub volume: f32,
    /// Volume is held at nought.
    pub muted: bool,
    /// Turns over by itself at the end of a side.
    pub auto_reverse: bool,
    /// Key and motor noises are heard.
    pub noises: bool,
    /// Blocks that were not there in time since the start.
    pub missed_blocks: u64,
    /// Peaks that the limiter of last resort has held since the start.
    pub peaks_held: u64,
    /// How far it is down now, dB.
    pub limiter_db: f32,
    /// Counts the tapes played to their end.
    pub ended: u32,
    /// A jump is on its way: the tape at the new place is not there yet.
    pub awaiting: bool,
    /// Everything has stood still for a while and nothing is heard.
    pub still: bool,
    /// Counts the tapes inserted; lets a reader tell old snapshots from new.
    pub tape: u32,
    /// Frames rendered since the start.
    pub frames: u64,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            motion: Motion::Stopped,
            side: Side::A,
            side_s: 0.0,
            length_s: 0.0,
            speed: 0.0,
            speed_setting: 1.0,
            left_radius_mm: 0.0,
            right_radius_mm: 0.0,
            left_turns: 0.0,
            right_turns: 0.0,
            counter: 0.0,
            meters: [Meter::default(); 2],
            gain_db: 0.0,
            monitor: Monitor::Tape,
            volume: 1.0,
            muted: false,
            auto_reverse: true,
            noises: true,
            missed_blocks: 0,
            peaks_held: 0,
            limiter_db: 0.0,
            ended: 0,
            awaiting: false,
            still: false,
            tape: 0,
            frames: 0,
        }
    }
}
