//! Power spectra.

use realfft::RealFftPlanner;

/// Mean square in each bin: the bins' sum is the signal's mean square.
#[derive(Clone, Debug)]
pub struct Spectrum {
    /// Mean square, bin by bin from DC.
    pub power: Vec<f64>,
    /// Width of a bin, Hz.
    pub bin_hz: f64,
    /// How many bins wide noise looks to the window (Hann: 1.5); a sine's
    /// power spreads over its bin and the neighbours and sums to itself.
    pub noise_bandwidth_bins: f64,
}

impl Spectrum {
    /// Frequency and mean square of each bin.
    pub fn bins(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.power
            .iter()
            .enumerate()
            .map(|(k, &power)| (k as f64 * self.bin_hz, power))
    }

    /// Mean square between two frequencies, Hz.
    pub fn between(&self, low_hz: f64, high_hz: f64) -> f64 {
        self.bins()
            .filter(|(hz, _)| (low_hz..high_hz).contains(hz))
            .map(|(_, power)| power)
            .sum()
    }
}

/// Welch's mean of Hann-windowed pieces of `size` values (at most all), half
/// overlapped. `rate` in Hz.
pub fn power_spectrum(samples: &[f64], rate: f64, size: usize) -> Spectrum {
    let size = (size.min(samples.len()).max(2)) & !1;
    let window: Vec<f64> = (0..size)
        .map(|n| 0.5 - 0.5 * (std::f64::consts::TAU * n as f64 / size as f64).cos())
        .collect();
    let square: f64 = window.iter().map(|w| w * w).sum();
    let plan = RealFftPlanner::<f64>::new().plan_fft_forward(size);
    let (mut time, mut bins) = (plan.make_input_vec(), plan.make_output_vec());
    let mut power = vec![0.0; bins.len()];
    let mut pieces = 0.0;
    for piece in samples.windows(size).step_by(size / 2) {
        for ((slot, x), w) in time.iter_mut().zip(piece).zip(&window) {
            *slot = x * w;
        }
        // The lengths are the plan's own, which is all that can be wrong here.
        if plan.process(&mut time, &mut bins).is_ok() {
            for (sum, bin) in power.iter_mut().zip(&bins) {
                *sum += bin.norm_sqr();
            }
            pieces += 1.0;
        }
    }
    let scale = 2.0 / (square * size as f64 * f64::max(pieces, 1.0));
    let last = power.len() - 1;
    for (k, value) in power.iter_mut().enumerate() {
        *value *= if k == 0 || k == last {
            scale / 2.0
        } else {
            scale
        };
    }
    Spectrum {
        power,
        bin_hz: rate / size as f64,
        noise_bandwidth_bins: 1.5,
    }
}
