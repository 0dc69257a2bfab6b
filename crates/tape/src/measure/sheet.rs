//! The specification sheet of a machine and a tape, beside what was published.

mod curves;
mod figure;
mod flutter_lines;
mod print;

use std::sync::Arc;

use serde::Serialize;

pub use self::curves::Curve;
use self::curves::{
    RESPONSE_HZ, TONE_S, crossing, distortion_curve, highest_output, inverse_crossing, level_of,
    response,
};
pub use self::figure::{Figure, Tolerance};
use self::flutter_lines::{flutter_figures, name_lines};
use super::bench::{Bench, channel};
use super::error::MeasureError;
use super::noise::{NoiseSheet, noise};
use super::spectrum::power_spectrum;
use super::tone::{band_level_db, phase_difference_deg};
use crate::cassette::{Geometry, Length};
use crate::tape::{Nr, Pickup, QUANTUM, Setup, column};

/// All that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    /// The machine's id.
    pub deck: String,
    /// The tape's id.
    pub tape: String,
    /// Frames a second of the measurement.
    pub sample_rate: u32,
    /// Peak dBFS of the sine that stands for 0 dB, 200 nWb/m (ANSI), at unity record level.
    pub reference_dbfs: f64,
    /// The figures.
    pub figures: Vec<Figure>,
    /// Response at −20 dB re 200 nWb/m: Hz, dB re 315 Hz.
    pub response_20: Curve,
    /// Response at 0 dB.
    pub response_0: Curve,
    /// Third harmonic at 400 Hz: output level dB, per cent.
    pub distortion: Curve,
    /// Spectrum of the speed's deviation: Hz, peak per cent.
    pub flutter_spectrum: Curve,
    /// Its strongest lines with the part that makes each.
    pub flutter_lines: Vec<(f64, f64, String)>,
    /// Noise in thirds of an octave: Hz, dB.
    pub noise_spectrum: Curve,
}

/// The id of the machine that the tapes' tables were measured on.
const TAPE_LABORATORY: &str = "parlour";

impl Sheet {
    /// Measures everything.
    ///
    /// # Errors
    /// When an instrument finds its signal missing, which only a profile far
    /// out of the ordinary can bring about.
    pub fn measure(bench: &Bench) -> Result<Self, MeasureError> {
        let setup = &bench.setup;
        let mut figures = Vec::new();
        let flutter = flutter_figures(bench, &mut figures)?;
        let lines = name_lines(&flutter, setup);
        let (response_20, response_0) = (response(bench, -20.0), response(bench, 0.0));
        Self::edges(bench, &mut figures);
        let distortion = Self::distortion(bench, &mut figures);
        let noise_spectrum = Self::noise(bench, &distortion, &mut figures)?;
        Self::neighbours(bench, &mut figures);
        Self::noise_reduction(bench, &mut figures);
        figures.extend(wind(setup));
        Ok(Self {
            deck: setup.deck.id.clone(),
            tape: setup.tape.id.clone(),
            sample_rate: bench.rate,
            reference_dbfs: crate::tape::REFERENCE_DBFS,
            figures,
            response_20,
            response_0,
            distortion,
            flutter_spectrum: flutter.spectrum,
            flutter_lines: lines,
            noise_spectrum,
        })
    }

    /// Whether every published figure is met.
    pub fn passes(&self) -> bool {
        self.figures
            .iter()
            .all(|figure| figure.passes() != Some(false))
    }

    /// The published ends of the response, where −3 dB is promised.
    fn edges(bench: &Bench, figures: &mut Vec<Figure>) {
        let deck = &bench.setup.deck;
        let reference = level_of(bench, 1000.0, -20.0);
        let high = deck.published.high_hz[column(bench.setup.tape.iec_type)];
        for hz in deck
            .published
            .low_hz
            .into_iter()
            .chain((high > 0.0).then_some(high))
        {
            figures.push(Figure {
                name: format!("response at {hz} Hz re 1 kHz"),
                measured: level_of(bench, hz, -20.0) - reference,
                unit: "dB",
                published: Some(-3.0),
                tolerance: Some(Tolerance::Within(1.0)),
            });
        }
    }

    fn distortion(bench: &Bench, figures: &mut Vec<Figure>) -> Curve {
        let tape = &bench.setup.tape;
        let curve = distortion_curve(bench, 400.0);
        let at_0 = crossing(&curve, 0.0);
        let mut level = |name: &str, measured: Option<f64>, published| {
            figures.push(Figure {
                name: name.into(),
                measured: measured.unwrap_or(f64::NAN),
                unit: "dB",
                published: Some(published),
                tolerance: Some(Tolerance::Within(1.0)),
            });
        };
        level(
            "1 % third harmonic, 400 Hz, at",
            inverse_crossing(&curve, 1.0),
            tape.mol1_db,
        );
        level(
            "MOL 400 Hz (3 %)",
            inverse_crossing(&curve, 3.0),
            tape.mol3_db,
        );
        level(
            "MOL 1 kHz (3 %)",
            inverse_crossing(&distortion_curve(bench, 1000.0), 3.0),
            tape.mol1k_db,
        );
        let [sol, off_the_deck] = highest_output(bench, 10_000.0);
        level("SOL 10 kHz, the tape's", Some(sol), tape.sol10k_db);
        // Beyond the machine's own treble the tape cannot be told from it.
        if bench.setup.deck.response.high_hz[column(tape.iec_type)] >= 19_000.0 {
            let [sol, _] = highest_output(bench, 15_000.0);
            level("SOL 15 kHz, the tape's", Some(sol), tape.sol15k_db);
        }
        figures.push(Figure {
            name: "SOL 10 kHz, off this deck".into(),
            measured: off_the_deck,
            unit: "dB",
            published: None,
            tolerance: None,
        });
        figures.push(Figure {
            name: "third harmonic, 400 Hz, 0 dB".into(),
            measured: at_0.unwrap_or(f64::NAN),
            unit: "%",
            published: Some(tape.thd_percent),
            tolerance: Some(Tolerance::RatioDb(2.0)),
        });
        curve
    }

    fn noise(
        bench: &Bench,
        distortion: &Curve,
        figures: &mut Vec<Figure>,
    ) -> Result<Curve, MeasureError> {
        let (deck, tape) = (&bench.setup.deck, &bench.setup.tape);
        let frames = bench.over_the_tape(&bench.tone(1000.0, -400.0, 8.5, [1.0; 2]));
        let samples = channel(&frames, 0);
        let NoiseSheet {
            unweighted_db,
            a_db,
            itu468_db,
        } = noise(&samples, f64::from(bench.rate))?;
        let plain = |name: &str, measured| Figure {
            name: name.into(),
            measured,
            unit: "dB",
            published: None,
            tolerance: None,
        };
        figures.push(plain("noise, unweighted", unweighted_db));
        let of_tape = deck.id == TAPE_LABORATORY && bench.setup.decode == Nr::Off;
        figures.push(Figure {
            published: of_tape.then_some(tape.noise_dba),
            tolerance: of_tape.then_some(Tolerance::Within(0.5)),
            ..plain("noise, A", a_db)
        });
        figures.push(plain("noise, ITU-R 468 quasi-peak", itu468_db));
        let published = deck.published.signal_to_noise_db[column(tape.iec_type)];
        let known = published > 0.0 && bench.setup.decode == Nr::Off;
        let mol = inverse_crossing(distortion, 3.0).unwrap_or(tape.mol3_db);
        figures.push(Figure {
            published: known.then_some(published),
            tolerance: known.then_some(Tolerance::Within(0.5)),
            ..plain("signal to noise from 3 %, A", mol - a_db)
        });
        let wide: Vec<f64> = samples.iter().map(|&x| f64::from(x)).collect();
        let spectrum = power_spectrum(&wide, f64::from(bench.rate), 1 << 14);
        Ok(RESPONSE_HZ
            .iter()
            .map(|&hz| {
                let (low, high) = (hz * 2f64.powf(-1.0 / 6.0), hz * 2f64.powf(1.0 / 6.0));
                [
                    hz,
                    10.0 * (2.0 * spectrum.between(low, high)).max(1e-16).log10(),
                ]
            })
            .collect())
    }

    /// The other channel, the other side, the layers next door, what was there before, and the head's angle.
    fn neighbours(bench: &Bench, figures: &mut Vec<Figure>) {
        let published = &bench.setup.deck.published;
        let rate = f64::from(bench.rate);
        let mut figure = |name: &str, measured: f64, published: Option<f64>| {
            figures.push(Figure {
                name: name.into(),
                measured,
                unit: "dB",
                published,
                tolerance: published.map(|_| Tolerance::Within(1.0)),
            });
        };
        let level =
            |frames: &[crate::Frame], c, hz| band_level_db(&channel(frames, c), rate, hz, 0.03);
        // A mono machine has no other channel that could come through.
        let stereo = !bench.setup.deck.mono && !bench.setup.dubbed_on.mono;
        for (hz, name, published) in [
            (1000.0, "separation, 1 kHz", published.separation_db),
            (63.0, "separation, 63 Hz", None),
            (10_000.0, "separation, 10 kHz", None),
        ] {
            if stereo {
                let tone = bench.tone(hz, -10.0, TONE_S, [1.0, 0.0]);
                let one = bench.quiet().over_the_tape(&tone);
                figure(name, level(&one, 0, hz) - level(&one, 1, hz), published);
            }
        }

        let quiet = bench.quiet();
        let other = quiet.record(&bench.tone(1000.0, 0.0, TONE_S + 0.5, [1.0; 2]));
        let mut here = vec![[0.0; 2]; other.len()];
        quiet.play(&mut here, |i| Pickup {
            reverse: other.get(i..i + QUANTUM),
            ..Pickup::default()
        });
        figure(
            "crosstalk from the other side, 1 kHz",
            -level(&here[other.len() / 2..], 1, 1000.0),
            published.crosstalk_db,
        );

        let old = quiet.record(&bench.tone(1000.0, 0.0, TONE_S + 0.5, [1.0; 2]));
        // The deck's own erase head, whichever machine has recorded.
        let own = Setup {
            dubbed_on: Arc::clone(&quiet.setup.deck),
            ..quiet.setup.clone()
        };
        let mut chain = crate::tape::RecordChain::new(bench.rate, &own, bench.seed);
        let mut over = vec![[0.0; 2]; old.len()];
        chain.process_over(&old, &mut over);
        quiet.play(&mut over, |_| Pickup::default());
        let erased = -level(&over[old.len() / 2..], 0, 1000.0);
        figure("erasure, 1 kHz", erased, published.erasure_db);

        let layer = bench.record(&bench.tone(660.0, 0.0, TONE_S + 0.5, [1.0; 2]));
        let mut blank = vec![[0.0; 2]; layer.len()];
        let aged = Bench {
            setup: Setup {
                knobs: crate::tape::Knobs {
                    hiss: 0.0,
                    ..bench.setup.knobs
                },
                ..bench.setup.clone()
            },
            ..bench.clone()
        };
        aged.play(&mut blank, |i| Pickup {
            later: layer.get(i..i + QUANTUM),
            ..Pickup::default()
        });
        figure(
            "print-through of 0 dB, 660 Hz",
            level(&blank[layer.len() / 2..], 0, 660.0),
            None,
        );

        let treble = bench.over_the_tape(&bench.tone(10_000.0, -20.0, 4.5, [1.0; 2]));
        figures.push(Figure {
            name: "phase between the channels, 10 kHz".into(),
            measured: phase_difference_deg(
                &channel(&treble, 0),
                &channel(&treble, 1),
                rate,
                10_000.0,
            ),
            unit: "°",
            published: None,
            tolerance: None,
        });
    }

    /// The encoder's published table (NTE2003 data sheet).
    fn noise_reduction(bench: &Bench, figures: &mut Vec<Figure>) {
        const TABLE: [(f64, f64, f64, f64); 7] = [
            (1300.0, -20.0, -15.7, 1.5),
            (2500.0, -20.0, -15.9, 1.5),
            (3000.0, -30.0, -21.2, 1.5),
            (5000.0, -30.0, -21.8, 1.5),
            (10_000.0, 0.0, 0.5, 1.5),
            (10_000.0, -40.0, -29.6, 1.5),
            (14_000.0, -30.0, -23.9, 1.5),
        ];
        for (hz, db, out, limit) in TABLE {
            let mut encoder = crate::tape::Compander::new(f64::from(bench.rate));
            encoder.set(Nr::B);
            let mut frames = bench.tone(hz, db, 1.5, [1.0; 2]);
            encoder.encode(&mut frames);
            let late = channel(&frames[frames.len() / 2..], 0);
            figures.push(Figure {
                name: format!("NR B encoder, {hz} Hz at {db} dB"),
                measured: band_level_db(&late, f64::from(bench.rate), hz, 0.03),
                unit: "dB",
                published: Some(out),
                tolerance: Some(Tolerance::Within(limit)),
            });
        }
    }
}

/// Seconds to wind a C60 from end to end, the hub's motor running evenly.
fn wind(setup: &Setup) -> Option<Figure> {
    const SIDE_S: f64 = 1800.0;
    let c60 = Geometry::new("C60".parse::<Length>().ok()?);
    let turns = Geometry::wind_rate(setup.deck.wind_c60_s);
    let (mut wound, mut seconds) = (0.0, 0.0);
    while wound < SIDE_S {
        wound += 0.05 * c60.wind_speed(wound, turns);
        seconds += 0.05;
    }
    let published = setup.deck.published.wind_c60_s;
    Some(Figure {
        name: "fast wind of a C60".into(),
        measured: seconds,
        unit: "s",
        published,
        tolerance: published.map(|_| Tolerance::Share(0.05)),
    })
}
