//! The physics, pure: one file a physical effect, and the two chains made of
//! them. No I/O, threads, clocks, globals, or allocation after construction.

/// The listener's hold on the tape's flaws: each multiplies what the profile
/// says, 1.0 is as it measures, 0.0 is none.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Knobs {
    pub wow: f32,
    pub flutter: f32,
    pub hiss: f32,
    /// Record level above the recommended one, dB.
    pub drive_db: f32,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            wow: 1.0,
            flutter: 1.0,
            hiss: 1.0,
            drive_db: 0.0,
        }
    }
}
