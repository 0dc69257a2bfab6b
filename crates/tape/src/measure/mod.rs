//! The instruments, and the bench they stand on. Each meter follows its
//! standard and knows nothing of the tape: it reads any recording. The bench
//! puts a machine and a tape through the procedure of a test tape.

mod bench;
mod demodulator;
mod detector;
mod error;
mod filter;
mod flutter;
mod noise;
mod plot;
mod recording;
mod sections;
mod sheet;
mod spectrum;
mod tone;

pub use bench::{Bench, channel};
pub use demodulator::{Deviation, demodulate};
pub use detector::{flutter_quasi_peak, programme_quasi_peak};
pub use error::MeasureError;
pub use flutter::{FlutterSheet, Peak, Readings, flutter, read_deviation};
pub use noise::{NoiseSheet, a_weight_db, itu468_weight_db, noise};
pub use plot::svg;
pub use recording::{Reading, read_recording};
pub use sections::{Section, read_sections};
pub use sheet::{Curve, Figure, Sheet, Tolerance};
pub use spectrum::{Spectrum, power_spectrum};
pub use tone::{Harmonics, band_level_db, harmonics, phase_difference_deg, sine_amplitude};
