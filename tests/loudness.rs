//! Music off the tape is as loud as its source, on every machine there is.

use std::path::Path;
use std::sync::Arc;

use afterdark_media::media::Decoder;
use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::{
    Passage, PlaybackChain, Preset, QUANTUM, RecordChain, Setup, level_match,
};
use ebur128::{EbuR128, Mode};
use songs_after_dark::player::Catalogue;

/// Seconds of music.
const SECONDS: usize = 12;

fn music(name: &str, from_s: u64) -> (Vec<Frame>, u32) {
    let tracks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tracks");
    let mut decoder = Decoder::open(&tracks.join(name)).unwrap();
    let rate = decoder.info().sample_rate;
    let mut frames = vec![[0.0; 2]; SECONDS * rate as usize];
    decoder.seek(from_s * u64::from(rate)).unwrap();
    assert_eq!(decoder.read(&mut frames).unwrap(), frames.len());
    (frames, rate)
}

fn lufs(frames: &[Frame], rate: u32) -> f64 {
    let mut meter = EbuR128::new(2, rate, Mode::I).unwrap();
    meter.add_frames_f32(frames.as_flattened()).unwrap();
    meter.loudness_global().unwrap()
}

/// Loudness of the tape above that of its source, LU.
fn louder(setup: &Setup, source: &[Frame], rate: u32) -> f64 {
    let before = lufs(source, rate);
    assert!(before > -40.0, "{before} LUFS is no music");
    // Recorded as the recorder does: −18 LUFS at 12 dB below 200 nWb/m.
    let drive_db = f64::from(setup.drive_db);
    let level = 10f64.powf((12.0 - 18.0 - before + drive_db) / 20.0) as f32;
    let mut frames: Vec<Frame> = source.iter().map(|f| f.map(|x| x * level)).collect();
    RecordChain::new(rate, setup, 7).process(&mut frames);
    let mut deck = PlaybackChain::new(rate, setup, 7);
    let length_frames = 1400.0 * f64::from(rate);
    for (n, block) in frames.chunks_mut(QUANTUM).enumerate() {
        let at = Passage {
            side: Side::A,
            frame: length_frames / 2.0 + (n * QUANTUM) as f64,
            speed: 1.0,
            length_frames,
            left_turns: 0.0,
            right_turns: 0.0,
            left_radius_mm: 18.0,
            right_radius_mm: 18.0,
        };
        deck.process(at, block);
    }
    let back = level_match(setup) / level;
    let heard: Vec<Frame> = frames.iter().map(|f| f.map(|x| x * back)).collect();
    lufs(&heard, rate) - before
}

#[test]
fn tape_is_as_loud_as_its_source_on_every_deck_tape_and_preset() {
    let catalogue = Catalogue::default();
    let mut setups: Vec<(String, Setup)> = Vec::new();
    for deck in &catalogue.decks {
        for tape in &catalogue.tapes {
            let name = format!("{} {}", deck.id, tape.id);
            setups.push((name, Setup::new(Arc::clone(deck), Arc::clone(tape))));
        }
    }
    for preset in Preset::all() {
        setups.push((preset.id.to_owned(), catalogue.preset(preset)));
    }
    let songs = [
        music("A1 - House Lights Down.mp3", 60),
        music("A3 - As Far as the Door.ogg", 40),
        music("B3 - As Far as the Door (A Fair Copy).flac", 30),
        music("B1 - The Corner Table.mp3", 60),
    ];
    for (name, setup) in &setups {
        let off: Vec<f64> = songs
            .iter()
            .map(|(song, rate)| louder(setup, song, *rate))
            .collect();
        for (off, (_, rate)) in off.iter().zip(&songs) {
            // The third song has more bass, and its rate no room for all the treble.
            let limit = if *rate < 44_100 { 1.0 } else { 0.2 };
            assert!(
                off.abs() < limit,
                "{name} is off by {off:.2} LU at {rate} Hz"
            );
        }
    }
}
