//! Where samples go: a sound device, or nowhere in real time when there is none.
//! Knows nothing of what is played.

use crate::Frame;

/// What an output pulls. Called from the device's callback: an implementation
/// must not lock, allocate, free, block or call the system.
pub trait Render: Send + 'static {
    /// Fills `out` with the next frames, always all of it.
    fn render(&mut self, out: &mut [Frame]);
}
