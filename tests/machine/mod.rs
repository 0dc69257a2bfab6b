//! A recorder and a deck with a song on each side, for tests.

// Each test takes what it needs.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use afterdark_media::media::Gain;
use afterdark_tape::cassette::{Geometry, Layout, Side, SongLength};
use afterdark_tape::tape::Setup;
use songs_after_dark::deck::{Cassette, Controls, Deck};
use songs_after_dark::recorder::{DubSheet, Recorder, SongSource};

/// Frames a second.
pub const RATE: u32 = 48_000;
/// Frames of leader.
pub const LEADER: u64 = 7 * RATE as u64;
/// Seconds of each song.
pub const SONG_S: u32 = 60;

/// Noise that does not repeat: every stretch of it is like no other.
pub fn noise() -> impl FnMut(u32) -> [f32; 2] {
    let mut state = 1u32;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((state >> 16) as i16) / 262_144.0
    };
    move |_| [next(), next()]
}

/// A tone of `hz`, its peak at `dbfs`.
pub fn tone(hz: f64, dbfs: f64) -> impl FnMut(u32) -> [f32; 2] {
    let level = 10f64.powf(dbfs / 20.0);
    move |frame| {
        let phase = std::f64::consts::TAU * hz * f64::from(frame) / f64::from(RATE);
        [(level * phase.sin()) as f32; 2]
    }
}

/// Writes a song; its tags put it on the tape 6 dB under the recommended level.
pub fn song(folder: &Path, name: &str, mut frame: impl FnMut(u32) -> [f32; 2]) -> SongSource {
    let path = folder.join(name);
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(&path, spec).unwrap();
    for i in 0..SONG_S * RATE {
        for sample in frame(i) {
            file.write_sample(sample).unwrap();
        }
    }
    file.finalize().unwrap();
    let gain = Gain {
        track_db: Some(-6.0),
        track_peak: Some(0.2),
        ..Gain::default()
    };
    SongSource {
        path,
        start: 0,
        gain,
        album: None,
    }
}

/// A tape of two songs, one on each side.
pub fn sheet(songs: [SongSource; 2]) -> DubSheet {
    let lengths = [Side::A, Side::B].map(|side| SongLength {
        frames: u64::from(SONG_S * RATE),
        sample_rate: RATE,
        blank: false,
        gap_s: 0.0,
        side: Some(side),
    });
    let layout = Layout::new(RATE, &lengths, None).tapes.remove(0);
    let songs: BTreeMap<usize, SongSource> = songs.into_iter().enumerate().collect();
    DubSheet {
        generation: 1,
        sample_rate: RATE,
        layout,
        songs,
    }
}

/// A deck with that tape in it.
pub fn machine(songs: [SongSource; 2], setup: &Setup) -> (Recorder, Deck, Controls) {
    machine_with(sheet(songs), setup)
}

/// A deck with a tape of one's own.
pub fn machine_with(sheet: DubSheet, setup: &Setup) -> (Recorder, Deck, Controls) {
    let geometry = Geometry::new(sheet.layout.length);
    let end = Side::BOTH.map(|side| sheet.layout.programme_end(side, RATE));
    let (recorder, supply) = Recorder::new(Arc::new(sheet), setup, 7);
    let cassette = Cassette {
        generation: 1,
        seed: 7,
        geometry,
        start: [LEADER; 2],
        end,
        continues: [false; 2],
    };
    let (deck, controls) = Deck::new(RATE, setup, 7, cassette, supply);
    (recorder, deck, controls)
}
