//! The programme laid out on a box of tapes, and what recorder and deck need
//! of one of them.

use super::memory::Place;
use super::songs::Song;
use crate::deck::Cassette;
use crate::recorder::DubSheet;
use afterdark_media::playlist::Programme;
use afterdark_tape::cassette::{Geometry, Layout, Length, Piece, Side, SongLength, leader_frames};
use afterdark_tape::tape::Setup;

/// A box of tapes: the programme, what is known of its songs, and where on
/// the tapes they lie.
pub struct TapeBox {
    /// What the box is called and comes with; its entries are in `songs`.
    pub programme: Programme,
    /// The songs, in order.
    pub songs: Vec<Song>,
    /// Where they lie.
    pub layout: Layout,
    /// The box's own number.
    pub number: u64,
    /// The tapes' length, where it was chosen.
    length: Option<Length>,
}

impl TapeBox {
    /// Of songs laid at `sample_rate`, on tapes of this length or the smallest
    /// that holds all.
    pub fn new(
        programme: Programme,
        songs: Vec<Song>,
        number: u64,
        sample_rate: u32,
        length: Option<Length>,
    ) -> Self {
        Self {
            layout: lay(sample_rate, &songs, length),
            programme,
            songs,
            number,
            length,
        }
    }

    /// Lays the songs as they are known now; returns the layout that was.
    pub fn lay_again(&mut self, sample_rate: u32) -> Layout {
        let layout = lay(sample_rate, &self.songs, self.length);
        std::mem::replace(&mut self.layout, layout)
    }

    /// What the recorder needs of a tape.
    pub fn sheet(&self, generation: u32, tape: usize) -> DubSheet {
        sheet(generation, &self.layout, tape, &self.songs)
    }

    /// What the deck needs of it.
    pub fn cassette(&self, generation: u32, tape: usize) -> Cassette {
        cassette(generation, self.number, &self.layout, tape)
    }

    /// Its seed.
    pub fn seed(&self, tape: usize) -> u64 {
        tape_seed(self.number, tape)
    }

    /// How many tapes there are.
    pub fn count(&self) -> usize {
        self.layout.tapes.len()
    }
}

fn lay(sample_rate: u32, songs: &[Song], length: Option<Length>) -> Layout {
    let lengths: Vec<SongLength> = songs.iter().map(Song::length).collect();
    Layout::new(sample_rate, &lengths, length)
}

/// What the recorder needs of one tape of the box.
pub fn sheet(generation: u32, layout: &Layout, tape: usize, songs: &[Song]) -> DubSheet {
    let on_tape = &layout.tapes[tape];
    DubSheet {
        generation,
        sample_rate: layout.sample_rate,
        songs: on_tape
            .sides
            .iter()
            .flatten()
            .filter_map(|piece| Some((piece.song, songs[piece.song].source()?)))
            .collect(),
        layout: on_tape.clone(),
    }
}

/// The seed of one tape of a box with this number: all that is wrong with the
/// tape for ever, and its wear, follow from it.
pub fn tape_seed(number: u64, tape: usize) -> u64 {
    number.wrapping_add(tape as u64)
}

/// What the deck needs of it.
pub fn cassette(generation: u32, number: u64, layout: &Layout, tape: usize) -> Cassette {
    let on_tape = &layout.tapes[tape];
    let leader = leader_frames(layout.sample_rate);
    Cassette {
        generation,
        seed: tape_seed(number, tape),
        geometry: Geometry::new(on_tape.length),
        start: [leader; 2],
        end: Side::BOTH.map(|side| on_tape.programme_end(side, layout.sample_rate)),
        continues: [0, 1].map(|side| {
            on_tape.sides[side]
                .last()
                .is_some_and(|piece: &Piece| piece.continues)
        }),
    }
}

/// Frames that the machine takes for so many frames of tape from `start` on: it
/// runs fast or slow, and slower towards the end on batteries.
pub fn playing_time(setup: &Setup, length: Length, start: u64, programme: u64, rate: u32) -> u64 {
    const STEPS: u64 = 1000;
    let geometry = Geometry::new(length);
    let step = programme as f64 / STEPS as f64;
    let frames: f64 = (0..STEPS)
        .map(|i| {
            let side_s = (start as f64 + (i as f64 + 0.5) * step) / f64::from(rate);
            let supply_mm = geometry.radius_mm(geometry.side_s() - side_s);
            let wow = f64::from(setup.knobs.wow);
            step / (1.0 + setup.deck.speed_error(supply_mm, wow))
        })
        .sum();
    frames.round() as u64
}

/// Tape, side and frame where a tape was left; else where it begins.
pub fn find_place(layout: &Layout, place: Option<&Place>) -> (usize, Side, f64) {
    let rate = f64::from(layout.sample_rate);
    let start = (0, Side::A, leader_frames(layout.sample_rate) as f64);
    let Some(place) = place.filter(|place| place.tape < layout.tapes.len()) else {
        return start;
    };
    let side_s = Geometry::new(layout.tapes[place.tape].length).side_s();
    if !(0.0..=side_s).contains(&place.side_s) {
        return start;
    }
    (place.tape, place.side, (place.side_s * rate).round())
}

/// Whether a piece is where it was, though more of its song may be known.
pub fn same_place(before: &Piece, now: &Piece) -> bool {
    (before.song, before.start, before.offset, before.run_start)
        == (now.song, now.start, now.offset, now.run_start)
}
