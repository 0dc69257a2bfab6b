//! Quasi-peak detectors: one for flutter, one for noise.

/// The flutter meter's: rectified, smoothed twice in 5.33 ms, then a peak
/// follower that takes 43.2 ms up and 0.988 s down, scaled to read a 4 Hz
/// sine's peak: the least-squares fit of these four to the table of DIN 45507
/// (pulses of 10, 30, 60, 100 ms each second read 21, 62, 90, 100 %, and 40 %
/// is left between the longest), all within 4 %.
/// Returns the highest reading after `settle_s` seconds. `rate` in Hz.
pub fn flutter_quasi_peak(weighted: &[f64], rate: f64, settle_s: f64) -> f64 {
    let from = (settle_s * rate) as usize;
    follow(weighted, rate).skip(from).fold(0.0, f64::max)
}

/// The needle.
fn follow(weighted: &[f64], rate: f64) -> impl Iterator<Item = f64> {
    /// What the peak of a 4 Hz sine of 1 makes of it.
    const SINE: f64 = 0.8615;
    let up = |seconds: f64| 1.0 - (-1.0 / (seconds * rate)).exp();
    let (smooth, attack) = (up(0.00533), up(0.0432));
    let decay = (-1.0 / (0.988 * rate)).exp();
    let (mut level, mut hold) = ([0.0f64; 2], 0.0f64);
    weighted.iter().map(move |x| {
        level[0] += smooth * (x.abs() - level[0]);
        level[1] += smooth * (level[0] - level[1]);
        hold *= decay;
        if level[1] > hold {
            hold += attack * (level[1] - hold);
        }
        hold / SINE
    })
}

/// The noise meter's of ITU-R BS.468: two peak followers in cascade, 1.47 ms
/// up and 286 ms down, then 234 ms up and 341 ms down. Fitted to the
/// recommendation's single bursts (1 to 200 ms: 17 to 80 %) and repeated ones
/// (2, 10, 100 a second: 48, 77, 97 %), all within 3 %. Returns the highest
/// reading after a second, scaled to a steady sine's rms.
pub fn programme_quasi_peak(weighted: &[f64], rate: f64) -> f64 {
    quasi_peak(weighted.iter().copied(), rate) / steady(rate)
}

fn quasi_peak(samples: impl Iterator<Item = f64>, rate: f64) -> f64 {
    let up = |seconds: f64| 1.0 - (-1.0 / (seconds * rate)).exp();
    let down = |seconds: f64| (-1.0 / (seconds * rate)).exp();
    let (a1, d1, a2, d2) = (
        up(0.00147184),
        down(0.28551885),
        up(0.2340554),
        down(0.34139444),
    );
    let (mut first, mut second, mut highest) = (0.0f64, 0.0f64, 0.0f64);
    for x in samples {
        let x = x.abs();
        first *= d1;
        if x > first {
            first += a1 * (x - first);
        }
        second *= d2;
        if first > second {
            second += a2 * (first - second);
        }
        highest = highest.max(second);
    }
    highest
}

/// What a 5 kHz sine of rms 1 makes the detector say.
fn steady(rate: f64) -> f64 {
    let step = std::f64::consts::TAU * 5000.0 / rate;
    let sine =
        (0..(3.0 * rate) as usize).map(|n| std::f64::consts::SQRT_2 * (step * n as f64).sin());
    quasi_peak(sine, rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Highest reading of 5 kHz bursts re the steady tone.
    fn bursts(ms: f64, a_second: Option<f64>) -> f64 {
        let rate = 48_000.0;
        let x: Vec<f64> = (0..3 * 48_000)
            .map(|n| {
                let t = f64::from(n) / rate;
                let since = a_second.map_or(t, |a| t % (1.0 / a));
                if since < ms / 1000.0 {
                    (t * 5000.0 * std::f64::consts::TAU).sin()
                } else {
                    0.0
                }
            })
            .collect();
        programme_quasi_peak(&x, rate) * std::f64::consts::SQRT_2
    }

    /// ITU-R BS.468-4, tables 2 and 3, with their limits.
    #[test]
    fn noise_bursts_read_as_recommended() {
        let singles = [
            (1.0, 13.5, 21.4),
            (2.0, 22.4, 31.6),
            (5.0, 34.0, 46.0),
            (10.0, 41.0, 55.0),
            (20.0, 44.0, 60.0),
            (50.0, 50.0, 68.0),
            (100.0, 58.0, 78.0),
            (200.0, 68.0, 92.0),
        ];
        for (ms, low, high) in singles {
            let read = 100.0 * bursts(ms, None);
            assert!((low..=high).contains(&read), "{ms} ms reads {read:.1} %");
        }
        for (a_second, low, high) in [(2.0, 43.0, 53.0), (10.0, 72.0, 82.0), (100.0, 94.0, 100.0)] {
            let read = 100.0 * bursts(5.0, Some(a_second));
            assert!(
                (low..=high).contains(&read),
                "{a_second}/s reads {read:.1} %"
            );
        }
    }

    /// DIN 45507's table of pulses, one a second, as high as the peak of the
    /// reference sine of 4 Hz, with its limits (AES6's abstract has the 60 ms and
    /// the 40 %).
    #[test]
    fn flutter_pulses_read_as_the_standard_says() {
        let rate = 4000.0;
        let pulses = |ms: f64| -> Vec<f64> {
            let x: Vec<f64> = (0..20_000)
                .map(|n| f64::from(u8::from(f64::from(n % 4000) < ms / 1000.0 * rate)))
                .collect();
            follow(&x, rate).skip(8000).collect()
        };
        for (ms, percent, within) in [
            (10.0, 21.0, 3.0),
            (30.0, 62.0, 6.0),
            (60.0, 90.0, 6.0),
            (100.0, 100.0, 4.0),
        ] {
            let read = 100.0 * pulses(ms).into_iter().fold(0.0, f64::max);
            assert!(
                (read - percent).abs() <= within,
                "{ms} ms reads {read:.1} %"
            );
        }
        let longest = pulses(100.0);
        let least = longest.iter().copied().fold(f64::MAX, f64::min);
        let most = longest.iter().copied().fold(0.0, f64::max);
        let left = 100.0 * least / most;
        assert!((left - 40.0).abs() <= 4.0, "{left:.1} % is left");
        let sine: Vec<f64> = (0..20_000)
            .map(|n| (std::f64::consts::TAU * 4.0 * f64::from(n) / rate).sin())
            .collect();
        let read = flutter_quasi_peak(&sine, rate, 2.5);
        assert!((read - 1.0).abs() < 0.01, "{read}");
    }
}
