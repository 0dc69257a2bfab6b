//! Why something cannot be measured.

/// Why a recording cannot be measured.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq)]
pub enum MeasureError {
    /// There is less of it than the instrument needs to settle and read.
    #[error("{instrument} needs {needed_s} s, there are {found_s:.1} s")]
    TooShort {
        /// Which instrument, as a sentence begins.
        instrument: &'static str,
        /// What it needs, seconds.
        needed_s: f64,
        /// What there is, seconds.
        found_s: f64,
    },
    /// The tone that the instrument is made for is not there.
    #[error(
        "no tone near {nominal_hz} Hz: play a test tape's wow and flutter tone (3000 or 3150 Hz)"
    )]
    NoTone {
        /// Where it was looked for, Hz.
        nominal_hz: f64,
    },
    /// It is neither a tone nor a sweep nor silence.
    #[error(
        "it is no test signal: give a steady tone, a sweep, tones one after another, or silence"
    )]
    NoSignal,
}

impl MeasureError {
    /// An error unless there are `needed_s` seconds among `count` values at `rate` Hz.
    pub(super) fn unless_long_enough(
        instrument: &'static str,
        count: usize,
        rate: f64,
        needed_s: f64,
    ) -> Result<(), Self> {
        // One value less is as good.
        if count as f64 >= needed_s * rate - 1.0 {
            return Ok(());
        }
        Err(Self::TooShort {
            instrument,
            needed_s,
            found_s: count as f64 / rate,
        })
    }
}
