//! The circuits of noise reduction in figures.

/// Most that the side path puts out, re Dolby level: its diodes hold the
/// overshoot while the band has not yet slid.
pub(super) const OVERSHOOT: f64 = 0.25;
/// Rise of the first rectifier, its fall, and the second smoother, s.
pub(super) const ATTACK_S: f64 = 0.27e-3;
pub(super) const DISCHARGE_S: f64 = 27e-3;
pub(super) const SMOOTH_S: f64 = 89e-3;
/// What the two smoothers make of a steady sine's peak, undone; the mean over
/// 1 to 10 kHz of the circuit's own reading.
pub(super) const DETECTOR: f64 = 1.04;

/// Corners in Hz and the law of the sliding band.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub fixed_hz: f64,
    pub sliding_hz: f64,
    /// Side path's gain.
    pub gain: f64,
    /// `corner = slope·(control − threshold)^1.5` is added to the sliding corner, Hz.
    pub slope: f64,
    pub threshold: f64,
    /// The control path rises above this.
    pub control_hz: f64,
    /// Levels are this much higher or lower than B's.
    pub level: f64,
}

impl Settings {
    /// Fixed high-pass 3.3 kΩ·32.6 nF, sliding one 47 kΩ·4.7 nF with the
    /// transistor open (the circuit of Wireless World, 1975); gain, slope and
    /// threshold are a least-squares fit with the exponent 1.5 to the encoder
    /// table of the NTE2003's data sheet, all points within 0.4 dB.
    pub const B: Self = Self {
        fixed_hz: 1479.4,
        sliding_hz: 720.5,
        gain: 2.3616,
        slope: 170_077.0,
        threshold: 0.09366,
        control_hz: 1796.0,
        level: 1.0,
    };
    /// Approximate: two stages of 10 dB two octaves lower, staggered by 10 dB to each side.
    pub const C_HIGH: Self = Self {
        fixed_hz: 375.0,
        sliding_hz: 180.0,
        level: 1.0,
        ..Self::B
    };
    pub const C_LOW: Self = Self {
        level: 0.1,
        ..Self::C_HIGH
    };
}
