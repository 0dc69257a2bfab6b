//! Where the head is, and every way to take it elsewhere: by seconds, by songs,
//! by tapes of the box.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Session;
use crate::deck::Command;
use crate::player::box_of_tapes::{cassette, lay, same_place, sheet};
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
        let layout = lay(self.layout.sample_rate, &self.songs, self.choice.length);
        let old = std::mem::replace(&mut self.layout, layout);
        let (side, frame) = self.head();
        let here = old.tapes[self.tape].piece_at(side, frame as u64).copied();
        let same = self
            .layout
            .tapes
            .get(self.tape)
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
            let sheet = sheet(self.generation, &self.layout, self.tape, &self.songs);
            self.recorder.order(Order::Extend(Arc::new(sheet)));
            self.send(Command::Extend(cassette(
                self.generation,
                self.number,
                &self.layout,
                self.tape,
            )));
            return;
        }
        let Some(piece) = here else { return };
        let offset_s = piece.offset as f64 / f64::from(piece.sample_rate)
            + (frame - piece.start as f64).max(0.0) / f64::from(self.layout.sample_rate);
        let playing = self.deck.motion.is_playing();
        self.seat(piece.song, offset_s, playing);
    }

    /// Puts in the tape with this song and brings the place under the head.
    pub(super) fn seat(&mut self, song: usize, offset_s: f64, play: bool) {
        let rate = self
            .songs
            .get(song)
            .map_or(1, |song| song.length().sample_rate);
        let offset = (offset_s * f64::from(rate)).round() as u64;
        if let Some((tape, side, frame)) = self.layout.find(song, offset) {
            self.insert(tape, Some((side, frame as f64)), play);
        }
    }

    /// Plays a song of the programme from its start, on whichever tape it is.
    pub(super) fn go_to(&mut self, song: usize) {
        match self.layout.find(song, 0) {
            Some((tape, side, frame)) if tape == self.tape => {
                self.seek(side, frame as f64);
                self.send(Command::Play);
            }
            _ => self.seat(song, 0.0, true),
        }
    }

    /// Puts another tape of the box into the machine.
    pub(super) fn insert(&mut self, tape: usize, at: Option<(Side, f64)>, play: bool) {
        self.keep_wear(true);
        self.tape = tape.min(self.layout.tapes.len() - 1);
        self.generation += 1;
        let cassette = cassette(self.generation, self.number, &self.layout, self.tape);
        let (side, frame) = at.unwrap_or((Side::A, cassette.start[0] as f64));
        self.load_wear();
        let sheet = sheet(self.generation, &self.layout, self.tape, &self.songs);
        self.recorder
            .order(Order::Insert(Arc::new(sheet), self.seed()));
        for (&song, &loudness) in &self.loudness {
            self.recorder.order(Order::Loudness(song, loudness));
        }
        self.send(Command::Insert {
            cassette,
            side,
            frame,
            play,
        });
        self.aim = Some((side, frame, Instant::now()));
        self.write_card();
    }

    /// Side and frame under the head, or where a jump on its way goes.
    pub(super) fn head(&self) -> (Side, f64) {
        match self.aim {
            Some((side, frame, since)) if since.elapsed() < AIM => (side, frame),
            _ => (
                self.deck.side,
                self.deck.side_s * f64::from(self.layout.sample_rate),
            ),
        }
    }

    /// The song under the head and the seconds into it.
    pub(super) fn under_head(&self) -> Option<(usize, f64)> {
        let (side, frame) = self.head();
        let piece = self.layout.tapes[self.tape].piece_at(side, frame as u64)?;
        let into = (frame - piece.start as f64).clamp(0.0, piece.frames as f64);
        let offset_s = piece.offset as f64 / f64::from(piece.sample_rate);
        Some((
            piece.song,
            offset_s + into / f64::from(self.layout.sample_rate),
        ))
    }

    pub(super) fn seek(&mut self, side: Side, frame: f64) {
        let frame = frame.round().max(0.0);
        self.aim = Some((side, frame, Instant::now()));
        self.send(Command::Seek(side, frame));
    }

    /// Moves by seconds of playing time, within the side's programme.
    pub(super) fn seek_by(&mut self, seconds: f64) {
        let rate = f64::from(self.layout.sample_rate);
        let (side, frame) = self.head();
        let tape = &self.layout.tapes[self.tape];
        let end = tape.programme_end(side, self.layout.sample_rate) as f64;
        let start = (leader_frames(self.layout.sample_rate) as f64).min(end);
        self.seek(side, (frame + seconds * rate).clamp(start, end));
    }

    /// Pieces of the tape in the machine, side A first, with their sides.
    pub(super) fn pieces(&self) -> Vec<(Side, Piece)> {
        let sides = &self.layout.tapes[self.tape].sides;
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
            i if i >= 0 => {
                (frame - pieces[i as usize].1.start as f64) / f64::from(self.layout.sample_rate)
            }
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
        let playing = self.deck.motion.is_playing();
        if to >= pieces.len() as isize && self.tape + 1 < self.layout.tapes.len() {
            self.insert(self.tape + 1, None, playing);
        } else if to < 0 && self.tape > 0 {
            let last = &self.layout.tapes[self.tape - 1].sides;
            let at = Side::BOTH
                .iter()
                .rev()
                .find_map(|&side| Some((side, last[side.index()].last()?.start as f64)));
            self.insert(self.tape - 1, at, playing);
        } else if to < 0 {
            let start = leader_frames(self.layout.sample_rate) as f64;
            self.seek(Side::A, start);
        } else {
            self.note("This is the last song");
        }
    }

    pub(super) fn step_tape(&mut self, by: i32) {
        let tape = self.tape as i64 + i64::from(by);
        match usize::try_from(tape) {
            Ok(tape) if tape < self.layout.tapes.len() => {
                self.insert(tape, None, self.deck.motion.is_playing());
            }
            _ if self.layout.tapes.len() == 1 => self.note("There is one tape in the box"),
            Ok(_) => self.note("This is the last tape in the box"),
            Err(_) => self.note("This is the first tape in the box"),
        }
    }
}
