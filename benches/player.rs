//! What playing costs, by stage and together: `cargo bench --bench player`.
//! One item is a stereo frame, so items a second over the tape's rate is how
//! many times faster than real time a stage is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use afterdark_media::media::Decoder;
use afterdark_tape::cassette::{Geometry, LEADER_S, Layout, Side, SongLength};
use afterdark_tape::tape::Setup;
use divan::Bencher;
use divan::counter::ItemsCount;
use ratatui::layout::Rect;
use songs_after_dark::deck::{Cassette, Command, Controls, Deck, Monitor};
use songs_after_dark::recorder::{DubSheet, Recorder, SongSource};
use songs_after_dark::render::Render;
use songs_after_dark::ui::{Appearance, Screen};

#[path = "../examples/fake/mod.rs"]
mod fake;

/// Frames in one run of a stage: half a second.
const FRAMES: usize = 24_000;

fn main() {
    divan::main();
}

fn track(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tracks");
    let found = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let path = found
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|e| e == name));
    path.unwrap_or(folder)
}

/// Decoding from the start, over and over.
#[divan::bench(args = ["flac", "mp3", "ogg", "opus", "m4a"])]
fn decode(bencher: Bencher, kind: &str) {
    let mut decoder = Decoder::open(&track(kind)).unwrap();
    let mut out = vec![[0.0; 2]; FRAMES];
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        if decoder.read(&mut out).unwrap() < FRAMES {
            decoder.seek(0).unwrap();
        }
    });
}

/// One song on tape at `rate`, and the machine that plays it.
fn machine(kind: &str, rate: u32) -> (Recorder, Deck, Controls) {
    let path = track(kind);
    let info = Decoder::open(&path).unwrap().info().clone();
    let song = SongLength {
        frames: info.frames,
        sample_rate: info.sample_rate,
        blank: false,
        gap_s: 0.0,
        side: None,
    };
    let layout = Layout::new(rate, &[song], None).tapes.remove(0);
    let geometry = Geometry::new(layout.length);
    let end = Side::BOTH.map(|side| layout.programme_end(side, rate));
    let songs: BTreeMap<usize, SongSource> = [(
        0,
        SongSource {
            path,
            start: 0,
            gain: info.gain,
            album: None,
        },
    )]
    .into();
    let sheet = Arc::new(DubSheet {
        generation: 1,
        sample_rate: rate,
        layout,
        songs,
    });
    let setup = Setup::default();
    let (recorder, supply) = Recorder::new(sheet, &setup, 1);
    let start = (LEADER_S * f64::from(rate)) as u64;
    let cassette = Cassette {
        generation: 1,
        seed: 7,
        geometry,
        start: [start; 2],
        end,
        continues: [false; 2],
    };
    let (deck, mut controls) = Deck::new(rate, &setup, 1, cassette, supply);
    controls.send(Command::Play);
    (recorder, deck, controls)
}

/// Everything from the file to the ear; when the side has been played it goes
/// back to its start.
fn play(bencher: Bencher, kind: &str, rate: u32, monitor: Monitor) {
    let (mut recorder, mut deck, mut controls) = machine(kind, rate);
    controls.send(Command::Monitor(monitor));
    let mut out = vec![[0.0; 2]; FRAMES];
    let start = LEADER_S * f64::from(rate);
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        if controls.snapshot().side_s > 80.0 {
            controls.send(Command::Seek(Side::A, start));
        }
        while recorder.supply() {}
        deck.render(&mut out);
    });
}

#[divan::bench]
fn whole_tape_flac_own_rate(bencher: Bencher) {
    play(bencher, "flac", 32_000, Monitor::Tape);
}

#[divan::bench]
fn whole_source_flac_own_rate(bencher: Bencher) {
    play(bencher, "flac", 32_000, Monitor::Source);
}

#[divan::bench]
fn whole_tape_mp3_resampled_to_48k(bencher: Bencher) {
    play(bencher, "mp3", 48_000, Monitor::Tape);
}

#[divan::bench]
fn whole_source_mp3_resampled_to_48k(bencher: Bencher) {
    play(bencher, "mp3", 48_000, Monitor::Source);
}

/// The deck alone, its tape at hand.
#[divan::bench(args = ["tape", "source"])]
fn deck(bencher: Bencher, monitor: &str) {
    let (mut recorder, mut deck, mut controls) = machine("flac", 48_000);
    let monitor = if monitor == "tape" {
        Monitor::Tape
    } else {
        Monitor::Source
    };
    controls.send(Command::Monitor(monitor));
    let mut out = vec![[0.0; 2]; FRAMES];
    while recorder.supply() {}
    let start = LEADER_S * 48_000.0;
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        if controls.snapshot().side_s > LEADER_S + 8.0 {
            controls.send(Command::Seek(Side::A, start));
        }
        deck.render(&mut out);
    });
}

/// A frame of the screen with everything turning; one item is a frame.
#[divan::bench(args = [(80, 24), (120, 40), (200, 60)])]
fn draw(bencher: Bencher, (columns, rows): (u16, u16)) {
    let mut app = Screen::new(Appearance {
        still: true,
        ..Appearance::default()
    });
    let screen = Rect::new(0, 0, columns, rows);
    let mut view = fake::view(260.0);
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| {
        view.deck.left_turns += 0.02;
        view.deck.right_turns += 0.03;
        view.deck.counter += 0.02;
        view.deck.side_s += 0.066;
        app.draw(screen, &view);
    });
}
