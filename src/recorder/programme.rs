//! A tape's programme without the tape.

use std::sync::Arc;

use super::sheet::DubSheet;
use super::source::Source;
use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;

/// Reads the programme of a [`DubSheet`] from any place, as the recorder does.
pub struct ProgrammeReader(Source);

impl ProgrammeReader {
    /// Of a tape.
    pub fn new(sheet: Arc<DubSheet>) -> Self {
        Self(Source::new(sheet))
    }

    /// Fills `out` from frame `at` of a side on; silence where nothing is recorded.
    pub fn read(&mut self, side: Side, at: u64, out: &mut [Frame]) {
        self.0.read(side, at, out);
    }

    /// Why a file gave out since the last call.
    pub fn take_failures(&mut self) -> Vec<String> {
        self.0.failed.drain(..).map(|(_, why)| why).collect()
    }
}
