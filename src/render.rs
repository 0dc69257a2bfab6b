//! What an output pulls, and a deck is.

use afterdark_tape::Frame;

/// What an output pulls. Called from the device's callback: an implementation
/// must not lock, allocate, free, block or call the system. It is not pulled
/// while a lost device is waited for, nor while the output is idle; commands
/// that it takes while rendering wait as long.
pub trait Render: Send + 'static {
    /// Fills `out` with the next frames, always all of it.
    fn render(&mut self, out: &mut [Frame]);

    /// From now on `sample_rate` frames are a second. Called by the output
    /// thread while no device pulls; may allocate.
    fn retune(&mut self, sample_rate: u32);

    /// The last `frames` rendered will not be heard: goes back by as many of
    /// them as it can, but not before the last command that it has taken up,
    /// and returns how many. What it renders next takes their place. Neither
    /// locks nor allocates.
    fn take_back(&mut self, frames: usize) -> usize {
        let _ = frames;
        0
    }

    /// Is what it renders only a stopgap, until something has come that it
    /// waits for? It will then be taken back as soon as may be.
    fn is_waiting(&self) -> bool {
        false
    }
}
