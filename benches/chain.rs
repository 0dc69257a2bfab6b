//! What each stage costs: `cargo bench --bench chain`. One item is a stereo
//! frame at 48 kHz, so 20.8 µs an item would be real time.

use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::{
    Compander, Mechanism, Nr, Passage, PlaybackChain, QUANTUM, RecordChain, Setup,
};
use divan::Bencher;
use divan::counter::ItemsCount;

const RATE: u32 = 48_000;
/// Frames in one run: half a second.
const FRAMES: usize = 24_000 / QUANTUM * QUANTUM;

fn main() {
    divan::main();
}

fn programme() -> Vec<Frame> {
    let mut random = 0x2545_F491u32;
    (0..FRAMES)
        .map(|n| {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let noise = random as i32 as f32 / 2_147_483_648.0;
            let tone = (n as f32 * 0.05).sin();
            [0.5 * tone + 0.1 * noise, 0.4 * tone - 0.1 * noise]
        })
        .collect()
}

fn passage(frame: usize) -> Passage {
    Passage {
        side: Side::A,
        frame: frame as f64,
        speed: 1.0,
        length_frames: 1800.0 * f64::from(RATE),
        left_turns: frame as f64 * 8e-6,
        right_turns: frame as f64 * 9e-6,
        left_radius_mm: 20.0,
        right_radius_mm: 16.9,
    }
}

/// A blow, and nothing after it: numbers too small for the processor's liking,
/// if a filter let them be.
#[divan::bench]
fn record_dying_away(bencher: Bencher) {
    let mut chain = RecordChain::new(RATE, &Setup::default(), 1);
    let mut programme = vec![[0.0; 2]; FRAMES];
    programme[..480].fill([0.5, 0.4]);
    let mut frames = programme.clone();
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        frames.copy_from_slice(&programme);
        chain.process(&mut frames);
    });
}

fn with_nr(nr: Nr) -> Setup {
    Setup {
        encode: nr,
        decode: nr,
        ..Setup::default()
    }
}

#[divan::bench(args = [Nr::Off, Nr::B, Nr::C])]
fn record(bencher: Bencher, nr: Nr) {
    let mut chain = RecordChain::new(RATE, &with_nr(nr), 1);
    let programme = programme();
    let mut frames = programme.clone();
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        frames.copy_from_slice(&programme);
        chain.process(&mut frames);
    });
}

#[divan::bench(args = [Nr::Off, Nr::B, Nr::C])]
fn play(bencher: Bencher, nr: Nr) {
    let mut chain = PlaybackChain::new(RATE, &with_nr(nr), 1);
    let programme = programme();
    let mut frames = programme.clone();
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        frames.copy_from_slice(&programme);
        for (i, block) in frames.chunks_mut(QUANTUM).enumerate() {
            chain.process(passage(i * QUANTUM), block);
        }
    });
}

#[divan::bench]
fn mechanism(bencher: Bencher) {
    let mut mechanism = Mechanism::new(RATE, &Setup::default(), 1);
    let mut away = [0.0; QUANTUM];
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        for i in 0..FRAMES / QUANTUM {
            mechanism.displacement(passage(i * QUANTUM), &mut away);
        }
    });
}

#[divan::bench]
fn noise_reduction(bencher: Bencher) {
    let mut encoder = Compander::new(f64::from(RATE));
    encoder.set(Nr::B);
    let programme = programme();
    let mut frames = programme.clone();
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        frames.copy_from_slice(&programme);
        encoder.encode(&mut frames);
    });
}

#[divan::bench]
fn all_but_the_reader(bencher: Bencher) {
    let setup = Setup::default();
    let mut record = RecordChain::new(RATE, &setup, 1);
    let mut play = PlaybackChain::new(RATE, &setup, 2);
    let mut mechanism = Mechanism::new(RATE, &setup, 2);
    let mut away = [0.0; QUANTUM];
    let programme = programme();
    let mut frames = programme.clone();
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        frames.copy_from_slice(&programme);
        record.process(&mut frames);
        for (i, block) in frames.chunks_mut(QUANTUM).enumerate() {
            let at = passage(i * QUANTUM);
            mechanism.displacement(at, &mut away);
            play.process(at, block);
        }
    });
}
