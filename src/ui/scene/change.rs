//! What is done to the cassette by hand: it is turned over, or taken out and
//! another put in, or the door is opened and shut.

/// What happens to the cassette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is turned over, left to right.
    Flip,
    /// The door opens, it goes up and out, the next one comes down, the door
    /// shuts.
    Swap,
    /// The door opens and stays so.
    Open,
    /// The open door shuts.
    Shut,
}

/// Where door and cassette are at one moment of a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hold {
    /// Part of half a turn about the upright axis.
    pub turn: f32,
    /// The door, shut (0.0) to open (1.0).
    pub open: f32,
    /// The cassette, in the door (0.0) to out of sight (1.0).
    pub lift: f32,
    /// Whether it is the next one.
    pub next: bool,
}

impl Change {
    /// Seconds that it takes.
    pub fn seconds(self) -> f32 {
        match self {
            Change::Flip => 0.55,
            Change::Swap => 1.0,
            Change::Open => 0.3,
            Change::Shut => 0.22,
        }
    }

    /// True where the cassette is before what is above its room.
    pub fn is_lifted(self, part: f32) -> bool {
        self.hold(part).lift > 0.02
    }

    /// How things are `part` of the way (0.0 to 1.0).
    pub(super) fn hold(self, part: f32) -> Hold {
        let still = Hold {
            turn: 0.0,
            open: 0.0,
            lift: 0.0,
            next: part >= 0.5,
        };
        // A movement that lasts from one part to another.
        let over = |from: f32, to: f32| ease(((part - from) / (to - from)).clamp(0.0, 1.0));
        match self {
            Change::Flip => Hold {
                turn: over(0.0, 1.0),
                ..still
            },
            Change::Swap => Hold {
                open: over(0.0, 0.24) - over(0.78, 1.0),
                lift: over(0.20, 0.49) - over(0.51, 0.80),
                ..still
            },
            Change::Open => Hold {
                open: over(0.0, 1.0),
                ..still
            },
            Change::Shut => Hold {
                open: 1.0 - over(0.0, 1.0),
                ..still
            },
        }
    }
}

/// Slow, quick, slow.
fn ease(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tape_comes_out_of_an_open_door_and_the_next_goes_into_one() {
        let holds: Vec<Hold> = (0..=100)
            .map(|n| Change::Swap.hold(n as f32 / 100.0))
            .collect();
        for hold in &holds {
            assert!((0.0..=1.0).contains(&hold.open) && (0.0..=1.0).contains(&hold.lift));
            assert!(hold.lift < 0.05 || hold.open > 0.9, "{hold:?}");
        }
        // The one is out of sight when it becomes the other.
        let next = holds.iter().position(|hold| hold.next).unwrap();
        assert!(holds[next - 1].lift > 0.98 && holds[next].lift > 0.98);
        let (first, last) = (holds[0], holds[100]);
        assert_eq!((first.open, first.lift), (0.0, 0.0));
        assert_eq!((last.open, last.lift), (0.0, 0.0));
    }
}
