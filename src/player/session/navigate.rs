//! Where the head is, and every way to take it elsewhere: by seconds, by songs,
//! by tapes of the box.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Loaded, Session};
use crate::deck::Command;
use crate::player::box_of_tapes::same_place;
use crate::player::said::Said;
use crate::recorder::Order;
use afterdark_tape::cassette::{Piece, Side, leader_frames};

/// A second press of "previous" within this many seconds of a song's start
/// goes to the song before.
const RESTART_S: f64 = 3.0;
/// Presses within this time of a jump count from where the jump goes.
const AIM: Duration = Duration::from_millis(150);

impl Session {
    /// The layout follows what is known now.
    pub(super) fn lay_again(&mut self) {
        let old = self.tapes.lay_again(self.tapes.layout.sample_rate);
        let (side, frame) = self.head();
        let here = old.tapes[self.loaded.tape]
            .piece_at(side, frame as u64)
            .copied();
        let same = self
            .tapes
            .layout
            .tapes
            .get(self.loaded.tape)
            .is_some_and(|tape| match here {
                Some(piece) => {
                    tape.sides[side.index()].contains(&piece)
                        || tape
                            .piece_at(side, frame as u64)
                            .is_some_and(|now| same_place(&piece, now))
                }
                None => true,
            });
        if same {
            let Loaded {
                tape, generation, ..
            } = self.loaded;
            let sheet = self.tapes.sheet(generation, tape);
            self.machine.recorder.order(Order::Extend(Arc::new(sheet)));
            self.send(Command::Extend(self.tapes.cassette(generation, tape)));
            return;
        }
        let Some(piece) = here else { return };
        let offset_s = piece.offset as f64 / f64::from(piece.sample_rate)
            + (frame - piece.start as f64).max(0.0) / self.rate();
        let playing = self.machine.deck.motion.is_playing();
        self.seat(piece.song, offset_s, playing);
    }

    /// Puts in the tape with this song and brings the place under the head.
    pub(super) fn seat(&mut self, song: usize, offset_s: f64, play: bool) {
        let rate = self
            .tapes
            .songs
            .get(song)
            .map_or(1, |song| song.length().sample_rate);
        let offset = (offset_s * f64::from(rate)).round() as u64;
        if let Some((tape, side, frame)) = self.tapes.layout.find(song, offset) {
            self.insert(tape, Some((side, frame as f64)), play);
        }
    }

    /// Plays a song of the programme from its start, on whichever tape it is.
    pub(super) fn go_to(&mut self, song: usize) {
        match self.tapes.layout.find(song, 0) {
            Some((tape, side, frame)) if tape == self.loaded.tape => {
                self.seek(side, frame as f64);
                self.send(Command::Play);
            }
            _ => self.seat(song, 0.0, true),
        }
    }

    /// Puts another tape of the box into the machine.
    pub(super) fn insert(&mut self, tape: usize, at: Option<(Side, f64)>, play: bool) {
        self.keep_wear(true);
        self.loaded.tape = tape.min(self.tapes.count() - 1);
        self.load(at, play);
    }

    /// Puts the tape of the box that is chosen into the machine.
    pub(super) fn load(&mut self, at: Option<(Side, f64)>, play: bool) {
        self.loaded.generation += 1;
        let Loaded {
            tape, generation, ..
        } = self.loaded;
        self.take_copies();
        let cassette = self.tapes.cassette(generation, tape);
        let (side, frame) = at.unwrap_or((Side::A, cassette.start[0] as f64));
        self.load_traces();
        let sheet = Arc::new(self.tapes.sheet(generation, tape));
        let recorder = &self.machine.recorder;
        recorder.order(Order::Insert(sheet, self.tapes.seed(tape)));
        for (&song, &loudness) in &self.loudness {
            recorder.order(Order::Loudness(song, loudness));
        }
        self.send(Command::Insert {
            cassette,
            side,
            frame,
            play,
        });
        self.forget_stretch();
        self.loaded.aim = Some((side, frame, Instant::now()));
        self.write_card();
    }

    /// Side and frame under the head, or where a jump on its way goes.
    pub(super) fn head(&self) -> (Side, f64) {
        match self.loaded.aim {
            Some((side, frame, since)) if since.elapsed() < AIM => (side, frame),
            _ => (
                self.machine.deck.side,
                self.machine.deck.side_s * self.rate(),
            ),
        }
    }

    /// The song under the head and the seconds into it.
    pub(super) fn under_head(&self) -> Option<(usize, f64)> {
        let (side, frame) = self.head();
        let piece = self.tapes.layout.tapes[self.loaded.tape].piece_at(side, frame as u64)?;
        let into = (frame - piece.start as f64).clamp(0.0, piece.frames as f64);
        let offset_s = piece.offset as f64 / f64::from(piece.sample_rate);
        Some((piece.song, offset_s + into / self.rate()))
    }

    pub(super) fn seek(&mut self, side: Side, frame: f64) {
        let frame = frame.round().max(0.0);
        self.loaded.aim = Some((side, frame, Instant::now()));
        self.send(Command::Seek(side, frame));
    }

    /// Moves by seconds of playing time, within the side's programme, or
    /// within the blank tape behind it.
    pub(super) fn seek_by(&mut self, seconds: f64) {
        let (side, frame) = self.head();
        let rate = self.tapes.layout.sample_rate;
        let on_tape = &self.tapes.layout.tapes[self.loaded.tape];
        let end = on_tape.programme_end(side, rate) as f64;
        let start = (leader_frames(rate) as f64).min(end);
        let length = self.machine.deck.length_s * self.rate();
        let end = if frame > end { length.max(end) } else { end };
        self.seek(side, (frame + seconds * self.rate()).clamp(start, end));
    }

    /// Moves to a second of the song under the head, within it.
    pub(super) fn seek_in_song(&mut self, seconds: f64) {
        let (side, frame) = self.head();
        let on_tape = &self.tapes.layout.tapes[self.loaded.tape];
        let Some(piece) = on_tape.piece_at(side, frame as u64) else {
            return;
        };
        // Where a song runs on over the turn, its first part is before this side.
        let before_s = piece.offset as f64 / f64::from(piece.sample_rate.max(1));
        let into = ((seconds - before_s) * self.rate()).clamp(0.0, piece.frames as f64);
        self.seek(side, piece.start as f64 + into);
    }

    /// Goes to a part of the song before the head, 0.0 its start here and 1.0 its end.
    pub(super) fn seek_part(&mut self, part: f64) {
        let (side, frame) = self.head();
        let on_tape = &self.tapes.layout.tapes[self.loaded.tape];
        if let Some(piece) = on_tape.piece_at(side, frame as u64) {
            let place = piece.start as f64 + piece.frames as f64 * part;
            self.seek(side, place);
        }
    }

    /// Pieces of the tape in the machine, side A first, with their sides.
    pub(super) fn pieces(&self) -> Vec<(Side, Piece)> {
        let sides = &self.tapes.layout.tapes[self.loaded.tape].sides;
        Side::BOTH
            .iter()
            .flat_map(|&side| sides[side.index()].iter().map(move |&p| (side, p)))
            .collect()
    }

    pub(super) fn step_song(&mut self, by: isize) {
        let pieces = self.pieces();
        let (side, frame) = self.head();
        let here = pieces.iter().rposition(|(s, piece)| {
            s.index() < side.index() || (*s == side && piece.start as f64 <= frame + 1.0)
        });
        let here = here.map_or(-1, |i| i as isize);
        let into_s = match here {
            i if i >= 0 => (frame - pieces[i as usize].1.start as f64) / self.rate(),
            _ => 0.0,
        };
        let to = if by < 0 && into_s > RESTART_S {
            here
        } else {
            here + by
        };
        if let Ok(index) = usize::try_from(to)
            && let Some((side, piece)) = pieces.get(index)
        {
            self.seek(*side, piece.start as f64);
            return;
        }
        let playing = self.machine.deck.motion.is_playing();
        if to >= pieces.len() as isize && self.loaded.tape + 1 < self.tapes.layout.tapes.len() {
            self.insert(self.loaded.tape + 1, None, playing);
        } else if to < 0 && self.loaded.tape > 0 {
            let last = &self.tapes.layout.tapes[self.loaded.tape - 1].sides;
            let at = Side::BOTH
                .iter()
                .rev()
                .find_map(|&side| Some((side, last[side.index()].last()?.start as f64)));
            self.insert(self.loaded.tape - 1, at, playing);
        } else if to < 0 {
            let start = leader_frames(self.tapes.layout.sample_rate) as f64;
            self.seek(Side::A, start);
        } else {
            self.say(Said::LastSong);
        }
    }

    pub(super) fn step_tape(&mut self, by: i32) {
        let tape = self.loaded.tape as i64 + i64::from(by);
        match usize::try_from(tape) {
            Ok(tape) if tape < self.tapes.layout.tapes.len() => {
                self.insert(tape, None, self.machine.deck.motion.is_playing());
            }
            _ if self.tapes.layout.tapes.len() == 1 => self.say(Said::OneTape),
            Ok(_) => self.say(Said::LastTape),
            Err(_) => self.say(Said::FirstTape),
        }
    }
}
