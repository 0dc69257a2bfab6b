//! Plays a WAV file through a recorder, a tape and a deck into another:
//! `cargo run --release -p afterdark-tape --example deck -- in.wav out.wav [DECK [TAPE]]`.

use std::error::Error;
use std::f64::consts::PI;

use afterdark_tape::Frame;
use afterdark_tape::cassette::{Geometry, LEADER_S, Length, Side};
use afterdark_tape::tape::{
    DeckProfile, Formulation, Mechanism, Passage, PlaybackChain, QUANTUM, REFERENCE_DBFS,
    RecordChain, Setup, level_match,
};

/// Of this machine and this tape: what is uneven about them follows from it.
const SEED: u64 = 1984;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, chosen @ ..] = &args[..] else {
        return Err("usage: deck IN.wav OUT.wav [DECK [TAPE]]".into());
    };
    let deck = chosen.first().map_or("stroller", String::as_str);
    let tape = chosen.get(1).map_or("ferric", String::as_str);
    let setup = Setup::new(
        DeckProfile::by_id(deck).ok_or("there is no such deck")?,
        Formulation::by_id(tape).ok_or("there is no such tape")?,
    );
    let (mut frames, rate) = read(from)?;
    // A programme sine of this peak stands for 200 nWb/m, which is 1.0 on tape.
    let level = 10f64.powf(-REFERENCE_DBFS / 20.0) as f32;
    for frame in &mut frames {
        *frame = frame.map(|x| x * level);
    }
    let mut recorder = RecordChain::new(rate, &setup, SEED);
    recorder.process(&mut frames);
    let mut played = play(&frames, rate, &setup, "C90".parse()?);
    let back = level_match(&setup) / level;
    for frame in &mut played {
        *frame = frame.map(|x| x * back);
    }
    write(to, &played, rate)
}

/// Pulls `flux` over the head from the end of the leader on.
fn play(flux: &[Frame], rate: u32, setup: &Setup, length: Length) -> Vec<Frame> {
    let geometry = Geometry::new(length);
    let mut mechanism = Mechanism::new(rate, setup, SEED);
    let mut chain = PlaybackChain::new(rate, setup, SEED);
    let mut away = [0.0; QUANTUM];
    let mut out = Vec::new();
    let mut place = 0.0;
    while place < flux.len() as f64 {
        let speed = 1.0 + mechanism.speed_error();
        let side_s = LEADER_S + place / f64::from(rate);
        let at = Passage {
            side: Side::A,
            frame: side_s * f64::from(rate),
            speed,
            length_frames: geometry.side_s() * f64::from(rate),
            left_turns: geometry.supply_turns(side_s),
            right_turns: geometry.turns(side_s),
            left_radius_mm: geometry.radius_mm(geometry.side_s() - side_s),
            right_radius_mm: geometry.radius_mm(side_s),
        };
        mechanism.displacement(at, &mut away);
        let mut block: [Frame; QUANTUM] =
            std::array::from_fn(|i| between(flux, place + speed * i as f64 + f64::from(away[i])));
        chain.process(at, &mut block);
        out.extend_from_slice(&block);
        place += speed * QUANTUM as f64;
    }
    out
}

/// The flux between two frames: a sinc under a raised cosine, 16 frames to each side.
fn between(flux: &[Frame], place: f64) -> Frame {
    const HALF: i64 = 16;
    let middle = place.floor() as i64;
    let mut sum = [0.0; 2];
    for i in middle + 1 - HALF..=middle + HALF {
        let Some(frame) = usize::try_from(i).ok().and_then(|i| flux.get(i)) else {
            continue;
        };
        let x = i as f64 - place;
        let sinc = if x.abs() < 1e-9 {
            1.0
        } else {
            (PI * x).sin() / (PI * x)
        };
        let tap = (sinc * (0.5 + 0.5 * (PI * x / HALF as f64).cos())) as f32;
        sum = [sum[0] + tap * frame[0], sum[1] + tap * frame[1]];
    }
    sum
}

fn read(path: &str) -> Result<(Vec<Frame>, u32), Box<dyn Error>> {
    let mut file = hound::WavReader::open(path)?;
    let spec = file.spec();
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => file.samples().collect::<Result<_, _>>()?,
        hound::SampleFormat::Int => {
            let full = (1i64 << (spec.bits_per_sample - 1)) as f32;
            let whole: Vec<i32> = file.samples().collect::<Result<_, _>>()?;
            whole.into_iter().map(|x| x as f32 / full).collect()
        }
    };
    let frames = samples.chunks_exact(usize::from(spec.channels));
    // One channel is both; of more than two the first two are taken.
    let frames = frames.map(|frame| [frame[0], frame[1.min(frame.len() - 1)]]);
    Ok((frames.collect(), spec.sample_rate))
}

fn write(path: &str, frames: &[Frame], sample_rate: u32) -> Result<(), Box<dyn Error>> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(path, spec)?;
    for sample in frames.as_flattened() {
        file.write_sample(*sample)?;
    }
    Ok(file.finalize()?)
}
