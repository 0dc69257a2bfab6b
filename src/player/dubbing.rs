//! The tape rendered offline, through the same recorder and deck.

use std::sync::Arc;

use super::session::{cassette, sheet};
use super::songs::Song;
use crate::Frame;
use crate::cassette::{Geometry, LEADER_S, Layout, Length, Side, SongLength};
use crate::deck::{Command, Controls, Deck, Monitor, Motion, WEAR_CELL_S};
use crate::output::Render;
use crate::recorder::{Recorder, Report};
use crate::tape::{QUANTUM, Setup};

/// Frames rendered at a time.
const CHUNK: usize = 8192;

/// What to render and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    /// The programme as it is, not the tape.
    pub source: bool,
    /// Leader, turn and machine noises too, instead of the programme alone.
    pub whole_tape: bool,
    /// Record level in dB re unity, where it is not by the songs' loudness.
    pub level_db: Option<f32>,
    /// The tape's own number.
    pub seed: u64,
    /// Times that the tape has been played before.
    pub passes: u16,
}

/// A rendering under way.
pub struct Dubbing {
    songs: Vec<Song>,
    layout: Layout,
    setup: Setup,
    plan: Plan,
    recorder: Recorder,
    deck: Deck,
    controls: Controls,
    /// Sides still to be played, last first: tape, side and frames to render.
    to_play: Vec<(usize, Side, u64)>,
    /// Frames left of the side that plays.
    left: u64,
    /// The whole tape plays until it has ended.
    whole: bool,
    tape: usize,
    total: u64,
    done: u64,
    /// Frames of the deck's last quantum that are still to come.
    odd: usize,
}

impl Dubbing {
    /// Lays `songs` on tape at `sample_rate` and makes ready.
    pub fn new(
        songs: Vec<Song>,
        sample_rate: u32,
        length: Option<Length>,
        setup: Setup,
        plan: Plan,
    ) -> Self {
        let lengths: Vec<SongLength> = songs.iter().map(Song::length).collect();
        let layout = Layout::new(sample_rate, &lengths, length);
        let (recorder, deck, controls) = machine(&songs, &layout, 0, &setup, plan);
        let error = if plan.source {
            0.0
        } else {
            setup.deck.speed_error_percent / 100.0
        };
        let leader = (LEADER_S * f64::from(sample_rate)) as u64;
        let mut to_play = Vec::new();
        for (number, tape) in layout.tapes.iter().enumerate() {
            for side in Side::BOTH {
                let frames = tape.programme_end(side, sample_rate) - leader;
                let frames = (frames as f64 / (1.0 + error)).round() as u64;
                if plan.whole_tape && side == Side::A {
                    let both = Geometry::new(tape.length).side_s() * 2.0;
                    to_play.push((number, side, (both * f64::from(sample_rate)) as u64));
                } else if !plan.whole_tape && frames > 0 {
                    to_play.push((number, side, frames));
                }
            }
        }
        let total = to_play.iter().map(|part| part.2).sum();
        to_play.reverse();
        Self {
            songs,
            layout,
            setup,
            plan,
            recorder,
            deck,
            controls,
            to_play,
            left: 0,
            whole: false,
            tape: 0,
            total,
            done: 0,
            odd: 0,
        }
    }

    /// Frames in all; an estimate for a whole tape.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Frames rendered.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// What went wrong since the last call.
    pub fn take_failures(&mut self) -> Vec<String> {
        let failed = |report| match report {
            Report::Failed { reason, .. } => Some(reason),
            Report::Measured { .. } => None,
        };
        self.recorder
            .take_reports()
            .into_iter()
            .filter_map(failed)
            .collect()
    }

    /// Renders the next frames into `out`; `false` when there are none.
    pub fn next(&mut self, out: &mut Vec<Frame>) -> bool {
        out.clear();
        if self.left == 0 && !self.begin_side() {
            return false;
        }
        while self.recorder.supply() {}
        let n = CHUNK.min(usize::try_from(self.left).unwrap_or(CHUNK));
        out.resize(n, [0.0; 2]);
        self.deck.render(out);
        self.odd = (self.odd + QUANTUM - n % QUANTUM) % QUANTUM;
        self.done += n as u64;
        self.left -= n as u64;
        if self.whole {
            let ended = self.controls.snapshot().ended > 0;
            self.left = if ended { 0 } else { CHUNK as u64 };
        }
        true
    }

    fn begin_side(&mut self) -> bool {
        let Some((tape, side, frames)) = self.to_play.pop() else {
            return false;
        };
        if tape != self.tape {
            self.tape = tape;
            let (recorder, deck, controls) =
                machine(&self.songs, &self.layout, tape, &self.setup, self.plan);
            (self.recorder, self.deck, self.controls) = (recorder, deck, controls);
            self.odd = 0;
        }
        self.left = frames;
        self.whole = self.plan.whole_tape;
        let start = if self.whole {
            0.0
        } else {
            (LEADER_S * f64::from(self.layout.sample_rate)).floor()
        };
        self.controls.send(Command::Stop);
        self.controls.send(Command::Patient(self.whole));
        self.controls
            .send(Command::Noises(self.whole && !self.plan.source));
        self.controls.send(Command::Seek(side, start));
        // The deck closes its sound, goes there and waits for its tape; none of
        // that is part of the dub.
        let mut away = [[0.0; 2]; QUANTUM];
        self.deck.render(&mut away[..std::mem::take(&mut self.odd)]);
        for _ in 0..64 {
            self.deck.render(&mut away);
            while self.recorder.supply() {}
        }
        debug_assert_eq!(self.controls.snapshot().motion, Motion::Stopped);
        self.controls.send(Command::Roll);
        true
    }
}

/// A recorder with everything measured, and a deck.
fn machine(
    songs: &[Song],
    layout: &Layout,
    tape: usize,
    setup: &Setup,
    plan: Plan,
) -> (Recorder, Deck, Controls) {
    let seed = plan.seed.wrapping_add(tape as u64);
    let sheet = Arc::new(sheet(1, layout, tape, songs));
    let (mut recorder, supply) = Recorder::new(sheet, setup, seed);
    recorder.fix_level(plan.level_db);
    if plan.source {
        recorder.leave_other_side();
    } else {
        recorder.measure_all();
    }
    let (deck, mut controls) = Deck::new(
        layout.sample_rate,
        setup,
        seed,
        cassette(1, plan.seed, layout, tape),
        supply,
    );
    if plan.passes > 0 {
        let seconds = (Geometry::new(layout.tapes[tape].length).side_s() / WEAR_CELL_S) as usize;
        let side = vec![f32::from(plan.passes); seconds + 1];
        controls.wear().load(seed, &[side.clone(), side]);
    }
    if plan.source {
        controls.send(Command::Monitor(Monitor::Source));
    }
    (recorder, deck, controls)
}
