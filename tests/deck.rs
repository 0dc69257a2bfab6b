//! The machine as its callback knows it: nothing allocated, and the same
//! samples however they are asked for.

mod machine;

use std::path::Path;
use std::sync::Arc;

use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::Setup;
use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use songs_after_dark::deck::{Command, Controls, Deck, Monitor, Motion};
use songs_after_dark::recorder::Recorder;
use songs_after_dark::render::Render;

use machine::{LEADER, RATE, noise, song};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// A deck with two songs of noise, one on each side.
fn machine(folder: &Path) -> (Recorder, Deck, Controls) {
    let songs = ["a.wav", "b.wav"].map(|name| song(folder, name, noise()));
    machine::machine(songs, &Setup::default())
}

#[test]
fn the_callback_never_allocates() {
    let folder = tempfile::tempdir().unwrap();
    let (mut recorder, mut deck, mut controls) = machine(folder.path());
    let mut out = vec![[0.0; 2]; 1000];
    let keys = [
        Command::Play,
        Command::Monitor(Monitor::Source),
        Command::Seek(Side::A, (LEADER + 500_000) as f64),
        Command::Monitor(Monitor::Tape),
        Command::Speed(1.5),
        Command::FastForward,
        Command::Rewind,
        Command::Flip,
        Command::Volume(0.3),
        Command::Stop,
    ];
    let mut heard = 0.0f32;
    for key in keys {
        controls.send(key);
        for _ in 0..40 {
            while recorder.supply() {}
            assert_no_alloc(|| deck.render(&mut out));
            heard = out
                .as_flattened()
                .iter()
                .fold(heard, |most, x| most.max(x.abs()));
        }
    }
    // The keys did something, else nothing was proved.
    assert!(heard > 0.01, "nothing was heard");
    assert_eq!(controls.snapshot().side, Side::B);
    assert_eq!(controls.snapshot().missed_blocks, 0);
}

/// Ten seconds with some keys pressed, asked for in blocks of these sizes.
fn played(folder: &Path, sizes: &[usize]) -> Vec<Frame> {
    let (mut recorder, mut deck, mut controls) = machine(folder);
    controls.send(Command::Play);
    let mut all = Vec::new();
    let mut sizes = sizes.iter().cycle();
    let mut sought = false;
    while all.len() < 10 * RATE as usize {
        while recorder.supply() {}
        if all.len() >= 5 * RATE as usize && !sought {
            sought = true;
            controls.send(Command::Seek(Side::A, (LEADER + 1_000_000) as f64));
        }
        let size = if sought { 960 } else { *sizes.next().unwrap() };
        let size = size.min((5 * RATE as usize).wrapping_sub(all.len()).max(960));
        let mut out = vec![[0.0; 2]; size];
        deck.render(&mut out);
        all.extend(out);
    }
    all
}

#[test]
fn the_same_samples_come_at_any_block_size() {
    let folder = tempfile::tempdir().unwrap();
    let even = played(folder.path(), &[960]);
    let odd = played(folder.path(), &[1, 63, 64, 65, 500, 1777]);
    let n = 4 * RATE as usize;
    assert_eq!(even[..n], odd[..n]);
    assert!(even.iter().any(|frame| frame[0].abs() > 0.01));
}

#[test]
fn source_gives_the_files_own_samples() {
    let folder = tempfile::tempdir().unwrap();
    let (mut recorder, mut deck, mut controls) = machine(folder.path());
    controls.send(Command::Monitor(Monitor::Source));
    while recorder.supply() {}
    controls.send(Command::Play);
    let mut out = vec![[0.0; 2]; RATE as usize];
    deck.render(&mut out);
    let file: Vec<f32> = hound::WavReader::open(folder.path().join("a.wav"))
        .unwrap()
        .samples::<f32>()
        .take(2 * RATE as usize)
        .map(Result::unwrap)
        .collect();
    assert_eq!(out.as_flattened(), file);
    // A jump lands on the very frame: what follows it is in the file there.
    let target = LEADER + 1_234_567;
    controls.send(Command::Seek(Side::A, target as f64));
    for _ in 0..20 {
        deck.render(&mut out[..64]);
        while recorder.supply() {}
    }
    deck.render(&mut out[..512]);
    let at = hound::WavReader::open(folder.path().join("a.wav"))
        .unwrap()
        .samples::<f32>()
        .skip(2 * 1_234_567)
        .take(8 * RATE as usize)
        .map(Result::unwrap)
        .collect::<Vec<f32>>();
    let seam = at
        .chunks_exact(2)
        .position(|frame| frame == out[0])
        .unwrap();
    assert!(seam < 20 * 64, "{seam} frames on");
    assert_eq!(out[..512].as_flattened(), &at[2 * seam..2 * seam + 1024]);
}

#[test]
fn a_side_played_to_its_end_turns_over_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (mut recorder, mut deck, mut controls) = machine(folder.path());
    let near_end = LEADER + u64::from(58 * RATE);
    controls.send(Command::Seek(Side::A, near_end as f64));
    controls.send(Command::Play);
    let mut out = vec![[0.0; 2]; 4800];
    for _ in 0..80 {
        while recorder.supply() {}
        deck.render(&mut out);
    }
    let now = controls.snapshot();
    assert_eq!((now.side, now.motion), (Side::B, Motion::Playing));
    // Eight seconds: two of side A, the pause, the turn, the rest of side B.
    assert!((7.5..13.0).contains(&now.side_s), "{}", now.side_s);
    assert!(out.as_flattened().iter().any(|x| x.abs() > 0.01));
}

/// The lengths of a tape played before are known before its files are looked
/// at; what was dubbed blank meanwhile must not stay so.
#[test]
fn a_file_found_later_is_on_the_tape_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let songs = ["a.wav", "b.wav"].map(|name| song(folder.path(), name, noise()));
    let whole = machine::sheet(songs);
    let mut early = whole.clone();
    early.songs.remove(&1);
    let (mut recorder, mut deck, mut controls) = machine::machine_with(early, &Setup::default());
    controls.send(Command::Monitor(Monitor::Source));
    controls.send(Command::Seek(Side::B, LEADER as f64));
    deck.render(&mut [[0.0; 2]; 512]);
    while recorder.step() {}
    recorder.extend(Arc::new(whole));
    while recorder.step() {}
    controls.send(Command::Roll);
    let mut heard: Vec<Frame> = vec![[0.0; 2]; RATE as usize];
    deck.render(&mut heard);
    let truth: Vec<Frame> = (0..RATE).map(noise()).collect();
    // What was computed before the command is heard before it: one quantum.
    assert!(
        heard[128..] == truth[64..truth.len() - 64],
        "the second song is not on the tape"
    );
}

/// Renders so many seconds; returns the loudest sample.
fn run(recorder: &mut Recorder, deck: &mut Deck, seconds: u32) -> f32 {
    let mut out = vec![[0.0; 2]; RATE as usize / 100];
    let mut heard = 0.0f32;
    for _ in 0..seconds * 100 {
        while recorder.supply() {}
        deck.render(&mut out);
        let loud = |most: f32, x: &f32| most.max(x.abs());
        heard = out.as_flattened().iter().fold(heard, loud);
    }
    heard
}

#[test]
fn blank_tape_that_was_asked_for_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let (mut recorder, mut deck, mut controls) = machine(folder.path());
    controls.send(Command::Play);
    run(&mut recorder, &mut deck, 1);
    // The programme ends at 67 s; the side of this cassette lasts much longer.
    controls.send(Command::Seek(Side::A, f64::from(RATE) * 300.0));
    run(&mut recorder, &mut deck, 6);
    let now = controls.snapshot();
    assert_eq!((now.side, now.motion), (Side::A, Motion::Playing));
    assert!((304.0..307.0).contains(&now.side_s), "{}", now.side_s);
    // Played up to the programme's end, the blank rest is skipped as ever.
    controls.send(Command::Seek(Side::A, f64::from(RATE) * 65.0));
    run(&mut recorder, &mut deck, 12);
    assert_eq!(controls.snapshot().side, Side::B);
}

#[test]
fn a_silent_wind_is_silent_to_its_end_and_on_the_meters() {
    let folder = tempfile::tempdir().unwrap();
    let (mut recorder, mut deck, mut controls) = machine(folder.path());
    controls.send(Command::Noises(false));
    controls.send(Command::FastForward);
    let mut heard = run(&mut recorder, &mut deck, 1);
    let winding = controls.snapshot();
    assert!(winding.speed > 4.0, "{}", winding.speed);
    controls.send(Command::Stop);
    heard = heard.max(run(&mut recorder, &mut deck, 2));
    assert_eq!(heard, 0.0);
    for snapshot in [winding, controls.snapshot()] {
        assert!(
            snapshot.meters.iter().all(|m| m.peak_db < -60.0),
            "{snapshot:?}"
        );
    }
    // And loud where there is something to hear.
    controls.send(Command::Play);
    run(&mut recorder, &mut deck, 2);
    let meters = controls.snapshot().meters;
    assert!(meters.iter().all(|m| m.vu_db > -30.0), "{meters:?}");
}
