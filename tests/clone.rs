//! A deck made into a profile, where the deck is none of our own: degraders
//! written here, whose figures follow from published formulas.

use std::f64::consts::{PI, TAU};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const RATE: f64 = 48_000.0;

fn afterdark(folder: &Path, args: &[&str]) -> Value {
    let done = Command::new(env!("CARGO_BIN_EXE_afterdark"))
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .args(args)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{args:?}: {said}");
    serde_json::from_slice(&done.stdout).unwrap_or_default()
}

/// Second-order sections of Bristow-Johnson's cookbook.
#[derive(Clone)]
struct Section {
    b: [f64; 3],
    a: [f64; 3],
    memory: [[f64; 2]; 2],
}

impl Section {
    fn new(kind: &str, hz: f64, q: f64, db: f64) -> Self {
        let w = TAU * hz / RATE;
        let (alpha, cos, a) = (w.sin() / (2.0 * q), w.cos(), 10f64.powf(db / 40.0));
        let (b, a) = match kind {
            "low" => (
                [(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0],
                [1.0 + alpha, -2.0 * cos, 1.0 - alpha],
            ),
            "high" => (
                [(1.0 + cos) / 2.0, -1.0 - cos, (1.0 + cos) / 2.0],
                [1.0 + alpha, -2.0 * cos, 1.0 - alpha],
            ),
            _ => (
                [1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a],
                [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a],
            ),
        };
        Self {
            b,
            a,
            memory: [[0.0; 2]; 2],
        }
    }

    fn next(&mut self, c: usize, x: f64) -> f64 {
        let [b, a] = [self.b, self.a].map(|k| k.map(|k| k / self.a[0]));
        let m = &mut self.memory[c];
        let y = b[0] * x + m[0];
        m[0] = b[1] * x - a[1] * y + m[1];
        m[1] = b[2] * x - a[2] * y;
        y
    }

    fn db(&self, hz: f64) -> f64 {
        let w = TAU * hz / RATE;
        let power = |k: [f64; 3]| {
            let re = k[0] + k[1] * w.cos() + k[2] * (2.0 * w).cos();
            let im = k[1] * w.sin() + k[2] * (2.0 * w).sin();
            re * re + im * im
        };
        10.0 * (power(self.b) / power(self.a)).log10()
    }
}

/// A deck that is not ours. Levels re 200 nWb/m.
struct Deck {
    speed: f64,
    /// Hz and peak share.
    flutter: Vec<(f64, f64)>,
    law: fn(f64) -> f64,
    sections: Vec<Section>,
    noise_db: f64,
    separation_db: f64,
    /// Seconds by which the right channel is late.
    late: f64,
    flip: bool,
}

impl Deck {
    fn play(&self, sent: &[[f64; 2]]) -> Vec<[f32; 2]> {
        let unit = 10f64.powf(-12.0 / 20.0);
        let mix = 10f64.powf(-self.separation_db / 20.0);
        let mut sections = self.sections.clone();
        let shaped: Vec<[f64; 2]> = sent
            .iter()
            .map(|f| {
                let [l, r] = f.map(|x| (self.law)(x / unit));
                let both = [l + mix * r, r + mix * l];
                [0, 1].map(|c| sections.iter_mut().fold(both[c], |x, s| s.next(c, x)))
            })
            .collect();
        let noise = 10f64.powf(self.noise_db / 20.0);
        let mut state = 77u64;
        let mut white = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / (1u64 << 30) as f64 - 1.0
        };
        let count = (sent.len() as f64 / self.speed) as usize - 2000;
        (0..count)
            .map(|n| {
                let t = n as f64 / RATE;
                // The place on the tape: the integral of the speed.
                let wow =
                    |(hz, peak): &(f64, f64)| peak * (1.0 - (TAU * hz * t).cos()) / (TAU * hz);
                let at = self.speed * (t + self.flutter.iter().map(wow).sum::<f64>());
                [0, 1].map(|c| {
                    let place = (at - if c == 1 { self.late } else { 0.0 }) * RATE;
                    let x = sinc_at(&shaped, c, place) + noise * white();
                    let sign = if self.flip { -1.0 } else { 1.0 };
                    (sign * unit * x) as f32
                })
            })
            .collect()
    }

    fn response_db(&self, hz: f64) -> f64 {
        let db = |hz: f64| self.sections.iter().map(|s| s.db(hz)).sum::<f64>();
        db(hz) - db(315.0)
    }

    /// Third harmonic of 400 Hz in per cent, by Fourier's integral.
    fn third(&self, db: f64) -> f64 {
        let peak = 10f64.powf(db / 20.0);
        let (mut first, mut third) = (0.0, 0.0);
        for n in 0..4096 {
            let angle = TAU * (f64::from(n) + 0.5) / 4096.0;
            let y = (self.law)(peak * angle.sin());
            first += y * angle.sin();
            third += y * (3.0 * angle).sin();
        }
        let filters = self.response_db(1200.0) - self.response_db(400.0);
        100.0 * (third / first).abs() * 10f64.powf(filters / 20.0)
    }

    /// White noise evenly spread to half the rate, on an A-weighted meter
    /// (IEC 61672-1).
    fn noise_dba(&self) -> f64 {
        let weight = |f: f64| {
            let f2 = f * f;
            let a = 12194.217f64.powi(2) * f2 * f2
                / ((f2 + 20.598997f64.powi(2))
                    * ((f2 + 107.65265f64.powi(2)) * (f2 + 737.86223f64.powi(2))).sqrt()
                    * (f2 + 12194.217f64.powi(2)));
            (a * 1.258925).powi(2)
        };
        let steps = (1..2240).map(|n| weight(f64::from(n) * 10.0)).sum::<f64>();
        // Uniform in ±1 has a third, a sine of peak 1 a half.
        self.noise_db + 10.0 * ((1.0 / 3.0) / 0.5 * steps * 10.0 / (RATE / 2.0)).log10()
    }
}

/// Sixteen points of a windowed sinc.
fn sinc_at(samples: &[[f64; 2]], c: usize, place: f64) -> f64 {
    let first = place.floor() as isize - 7;
    (0..16)
        .map(|k| {
            let n = first + k;
            let Some(x) = usize::try_from(n).ok().and_then(|n| samples.get(n)) else {
                return 0.0;
            };
            let d = place - n as f64;
            let window = 0.5 + 0.5 * (PI * d / 8.0).cos();
            let sinc = if d.abs() < 1e-9 {
                1.0
            } else {
                (PI * d).sin() / (PI * d)
            };
            x[c] * sinc * window
        })
        .sum()
}

/// The other decks: hyperbolic tangent, arctangent, a cubic that clips.
fn decks() -> [Deck; 3] {
    let section = Section::new;
    [
        Deck {
            speed: 1.0123,
            flutter: vec![(4.0, 0.0012)],
            law: |x| 3.2 * (x / 3.2).tanh(),
            sections: vec![
                section("high", 45.0, 0.7, 0.0),
                section("low", 14_000.0, 0.75, 0.0),
            ],
            noise_db: -52.0,
            separation_db: 38.0,
            late: 21e-6,
            flip: false,
        },
        Deck {
            speed: 0.985,
            flutter: vec![(0.8, 0.0015), (10.0, 0.001), (4.0, 0.0006)],
            law: |x| 2.4 * (x / 2.4).atan(),
            sections: vec![
                section("high", 70.0, 0.8, 0.0),
                section("peak", 120.0, 1.0, 2.5),
                section("low", 9500.0, 0.6, 0.0),
            ],
            noise_db: -50.0,
            separation_db: 29.0,
            late: -34e-6,
            flip: true,
        },
        Deck {
            speed: 1.0007,
            flutter: vec![(4.0, 0.0004), (20.0, 0.0003)],
            law: |x| {
                let x = x.clamp(-3.0, 3.0);
                x - x.powi(3) / 34.0
            },
            sections: vec![
                section("high", 25.0, 0.7, 0.0),
                section("peak", 3000.0, 0.6, -1.5),
                section("low", 17_000.0, 0.7, 0.0),
            ],
            noise_db: -54.0,
            separation_db: 47.0,
            late: 0.0,
            flip: false,
        },
    ]
}

/// Weighting of IEC 60386 at the lines used, dB.
fn weighted(hz: f64) -> f64 {
    let table = [(0.8, -6.0), (4.0, 0.0), (10.0, -2.1), (20.0, -5.9)];
    let (_, db) = table.into_iter().find(|(at, _)| *at == hz).unwrap();
    10f64.powf(db / 20.0)
}

fn write(path: &Path, frames: &[[f32; 2]]) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE as u32,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for sample in frames.as_flattened() {
        file.write_sample(*sample).unwrap();
    }
    file.finalize().unwrap();
}

fn read(path: &Path) -> Vec<[f64; 2]> {
    let mut file = hound::WavReader::open(path).unwrap();
    let samples: Vec<f64> = file
        .samples::<i32>()
        .map(|x| f64::from(x.unwrap()) / 8_388_608.0)
        .collect();
    samples.as_chunks::<2>().0.to_vec()
}

/// A curve at a frequency, between its points.
fn at(curve: &Value, hz: f64) -> f64 {
    let points: Vec<[f64; 2]> = serde_json::from_value(curve.clone()).unwrap();
    let next = points.iter().position(|p| p[0] >= hz).unwrap().max(1);
    let ([f0, a], [f1, b]) = (points[next - 1], points[next]);
    a + (b - a) * (hz / f0).ln() / (f1 / f0).ln()
}

#[test]
fn decks_that_are_none_of_ours_are_read_and_cloned() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    afterdark(folder, &["testtape", "-o", "test.wav", "--short", "--json"]);
    let sent = read(&folder.join("test.wav"));
    for (n, deck) in decks().iter().enumerate() {
        let name = format!("other-{n}");
        write(&folder.join("deck.wav"), &deck.play(&sent));
        let told = afterdark(folder, &["clone", "deck.wav", "--name", &name, "--json"]);
        for which in ["reading", "clone"] {
            let read = &told[which];
            let near = |what: &str, got: f64, wanted: f64, limit: f64| {
                let off = (got - wanted).abs();
                assert!(off <= limit, "{name} {which}, {what}: {got}, not {wanted}");
            };
            let figure = |path: &str| read.pointer(path).and_then(Value::as_f64).unwrap();
            let speed = 100.0 * (deck.speed - 1.0);
            near("speed", figure("/flutter/speed_error_percent"), speed, 0.02);
            let lines = deck.flutter.iter();
            let power: f64 = lines
                .map(|(hz, peak)| (peak * weighted(*hz)).powi(2) / 2.0)
                .sum();
            let wrms = 100.0 * power.sqrt();
            near(
                "wow and flutter",
                figure("/flutter/readings/wrms"),
                wrms,
                0.1 * wrms,
            );
            for hz in [
                40.0, 63.0, 125.0, 500.0, 1000.0, 3150.0, 6300.0, 10_000.0, 12_500.0,
            ] {
                let got = at(&read["response_20"], hz);
                near(&format!("{hz} Hz"), got, deck.response_db(hz), 1.0);
            }
            near("noise", figure("/noise/a_db"), deck.noise_dba(), 1.0);
            near(
                "separation",
                figure("/separation_db/0"),
                deck.separation_db,
                1.5,
            );
            let steps: Vec<[f64; 3]> = serde_json::from_value(read["distortion"].clone()).unwrap();
            for db in [-10.0, 0.0, 4.0] {
                let got = steps.iter().find(|step| step[0] == db).unwrap()[2];
                let off = 20.0 * (got / deck.third(db)).log10();
                near(&format!("third harmonic at {db} dB"), off, 0.0, 2.0);
            }
            near("azimuth", figure("/azimuth_us/0"), 1e6 * deck.late, 3.0);
        }
        assert_eq!(
            told["reading"]["polarity"][0],
            if deck.flip { -1 } else { 1 }
        );
        // The profiles are there to be played with.
        afterdark(
            folder,
            &[
                "dub",
                "deck.wav",
                "--deck",
                &name,
                "--tape",
                &name,
                "-o",
                "again.wav",
                "--force",
            ],
        );
    }
}

#[test]
fn our_own_decks_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    afterdark(folder, &["testtape", "-o", "test.wav", "--json"]);
    for (deck, tape) in [
        ("parlour", "ferric"),
        ("twin", "chrome"),
        ("stroller", "cheap"),
    ] {
        let call = [
            "dub", "test.wav", "--level", "unity", "--nr", "off", "--rate", "48000",
        ];
        let how = ["--deck", deck, "--tape", tape, "-o", "deck.wav", "--force"];
        afterdark(folder, &[&call[..], &how[..]].concat());
        let told = afterdark(
            folder,
            &["clone", "deck.wav", "--name", "mine", "--force", "--json"],
        );
        let figure = |path: &str| {
            let get = |which: &str| told[which].pointer(path).and_then(Value::as_f64).unwrap();
            (get("reading"), get("clone"))
        };
        let near = |what: &str, (wanted, got): (f64, f64), limit: f64| {
            assert!(
                (got - wanted).abs() <= limit,
                "{deck}, {what}: {got}, not {wanted}"
            );
        };
        near("speed", figure("/flutter/speed_error_percent"), 0.01);
        let wrms = figure("/flutter/readings/wrms");
        near("wow and flutter", wrms, 0.05 * wrms.0);
        near("noise", figure("/noise/a_db"), 0.5);
        near("separation", figure("/separation_db/0"), 0.75);
        for hz in [40.0, 100.0, 1000.0, 5000.0, 10_000.0, 12_500.0] {
            let [wanted, got] =
                ["reading", "clone"].map(|which| at(&told[which]["response_20"], hz));
            // A high-pass and three bumps follow no nearer, the steepest bass less.
            let limit = if hz < 50.0 { 0.75 } else { 0.6 };
            near(&format!("{hz} Hz"), (wanted, got), limit);
        }
    }
}

#[test]
fn a_recording_without_a_test_tape_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let hum: Vec<[f32; 2]> = (0..480_000)
        .map(|n| [(n as f32 * 0.01).sin() * 0.3; 2])
        .collect();
    write(&folder.join("hum.wav"), &hum);
    let done = Command::new(env!("CARGO_BIN_EXE_afterdark"))
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .args(["clone", "hum.wav", "--name", "hum"])
        .output()
        .unwrap();
    assert!(!done.status.success());
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.contains("test tape"), "{said}");
    assert!(!folder.join("config/afterdark/decks").exists());
}
