//! Laying a programme on tape: which song goes where on which side.

use super::length::{Length, leader_frames};
use super::side::Side;

/// Less tape than this at the end of a side is not worth beginning an
/// over-long recording on.
const WORTH_BEGINNING_S: u64 = 60;

/// How long a song is, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SongLength {
    /// Frames at its own rate.
    pub frames: u64,
    /// Frames a second.
    pub sample_rate: u32,
    /// Nothing to play: this much blank tape.
    pub blank: bool,
    /// Blank tape asked for before the song, seconds; left out at a side's start.
    pub gap_s: f64,
    /// The side asked for.
    pub side: Option<Side>,
}

/// A song, or the part of it that fits, on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which song of the programme, from 0.
    pub song: usize,
    /// First tape frame, from the physical start of the side.
    pub start: u64,
    /// Tape frames.
    pub frames: u64,
    /// The song's own rate; the tape's for blank tape.
    pub sample_rate: u32,
    /// First frame of the song that is here, at the song's rate.
    pub offset: u64,
    /// Frames of the song that are here, at the song's rate.
    pub source_frames: u64,
    /// Songs of one rate that follow each other are one run, converted to the
    /// tape's rate in one go so that there is no seam: the run's first tape frame.
    pub run_start: u64,
    /// The run's frames before this piece, at the song's rate.
    pub run_offset: u64,
    /// Nothing is recorded here.
    pub blank: bool,
    /// The song goes on on the next side.
    pub continues: bool,
}

impl Piece {
    /// First tape frame after the piece.
    pub fn end(&self) -> u64 {
        self.start + self.frames
    }
}

/// One side's pieces, in order.
pub type SideLayout = Vec<Piece>;

/// One tape of the box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeLayout {
    /// Its nominal length.
    pub length: Length,
    /// What is on side A and side B.
    pub sides: [SideLayout; 2],
}

/// A programme laid on as many tapes as it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Tape frames a second at nominal speed.
    pub sample_rate: u32,
    /// Never empty.
    pub tapes: Vec<TapeLayout>,
}

impl TapeLayout {
    /// The last piece that has begun at `frame`, if any has.
    pub fn piece_at(&self, side: Side, frame: u64) -> Option<&Piece> {
        let pieces = &self.sides[side.index()];
        let after = pieces.partition_point(|piece| piece.start <= frame);
        after.checked_sub(1).map(|i| &pieces[i])
    }

    /// First tape frame after the programme of a side; the leader's end where
    /// the side is empty.
    pub fn programme_end(&self, side: Side, sample_rate: u32) -> u64 {
        self.sides[side.index()]
            .last()
            .map_or_else(|| leader_frames(sample_rate), Piece::end)
    }
}

impl Layout {
    /// Lays `songs` in order. Without `chosen`, on the smallest cassette of the
    /// shop that holds them with the turn between two songs: where the
    /// programme asks for it, else as even as can be, and on side A alone if that
    /// holds everything; more tapes where the longest does not hold them. A recording longer than
    /// a side runs on over the turn.
    pub fn new(sample_rate: u32, songs: &[SongLength], chosen: Option<Length>) -> Self {
        let lengths: Vec<Length> = chosen.map_or_else(|| Length::SHOP.to_vec(), |one| vec![one]);
        let longest = lengths[lengths.len() - 1];
        // Tape frames before each song, and behind the last.
        let mut ends = vec![0u64];
        for song in songs {
            let frames = scale_up(song.frames, sample_rate, song.sample_rate);
            let frames = frames.saturating_add(gap_frames(song, sample_rate));
            ends.push(ends[ends.len() - 1].saturating_add(frames));
        }
        let asked = songs.iter().position(|song| song.side == Some(Side::B));
        let mut layer = Layer {
            sample_rate,
            songs,
            tapes: Vec::new(),
            song: 0,
            offset: 0,
        };
        loop {
            let rest = &ends[layer.song..];
            let even = lengths.iter().find_map(|&length| {
                let turn = turn(rest, asked, capacity(length, sample_rate))?;
                (layer.offset == 0).then_some((length, Some(layer.song + turn)))
            });
            // An over-long recording breaks wherever the side ends, so the
            // smallest cassette for the rest is found by trying.
            let tried = || {
                let ends = |&&length: &&Length| {
                    let mut trial = Layer {
                        tapes: Vec::new(),
                        ..layer
                    };
                    trial.lay_tape(length, None).is_done()
                };
                lengths.iter().find(ends).map(|&length| (length, None))
            };
            let (length, turn) = even.or_else(tried).unwrap_or((longest, None));
            if layer.lay_tape(length, turn).is_done() {
                return Self {
                    sample_rate,
                    tapes: layer.tapes,
                };
            }
        }
    }

    /// Where `offset` frames (at its own rate) into `song` are on tape: tape of
    /// the box, side and tape frame.
    pub fn find(&self, song: usize, offset: u64) -> Option<(usize, Side, u64)> {
        let mut found = None;
        for (number, tape) in self.tapes.iter().enumerate() {
            for side in Side::BOTH {
                for piece in tape.sides[side.index()].iter().filter(|p| p.song == song) {
                    if found.is_none() || piece.offset <= offset {
                        let within = offset.saturating_sub(piece.offset).min(piece.source_frames);
                        let ahead =
                            within * u64::from(self.sample_rate) / u64::from(piece.sample_rate);
                        found = Some((number, side, piece.start + ahead));
                    }
                }
            }
        }
        found
    }
}

fn capacity(length: Length, sample_rate: u32) -> u64 {
    (length.side_s() * f64::from(sample_rate)) as u64
}

/// Tape frames of blank tape asked for before a song.
fn gap_frames(song: &SongLength, sample_rate: u32) -> u64 {
    // A gap beyond an hour is a slip of the pen.
    (song.gap_s.clamp(0.0, 3600.0) * f64::from(sample_rate)).round() as u64
}

/// Tape frames that `frames` at another rate take, rounded up.
fn scale_up(frames: u64, to: u32, from: u32) -> u64 {
    let scaled = (u128::from(frames) * u128::from(to)).div_ceil(u128::from(from.max(1)));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// How many songs to put on side A: as the programme asks, else all where one
/// side holds them, else so that both sides are as even as can be.
fn turn(ends: &[u64], asked: Option<usize>, capacity: u64) -> Option<usize> {
    let (first, last) = (ends[0], ends[ends.len() - 1]);
    if let Some(turn) = asked.filter(|&turn| turn < ends.len()) {
        let fits = ends[turn] - first <= capacity && last - ends[turn] <= capacity;
        return fits.then_some(turn);
    }
    if last - first <= capacity {
        return Some(ends.len() - 1);
    }
    even_turn(ends, capacity)
}

/// How many songs to put on side A so that both sides fit and are as even as
/// can be, given the sums of their lengths; `None` where they fit in no way.
fn even_turn(ends: &[u64], capacity: u64) -> Option<usize> {
    let (first, last) = (ends[0], ends[ends.len() - 1]);
    let longer = |turn: usize| (ends[turn] - first).max(last - ends[turn]);
    // Side A grows and side B shrinks: the best turn is where they cross.
    let middle = first + (last - first) / 2;
    let cross = ends.partition_point(|&end| end <= middle);
    [cross.min(ends.len() - 1), cross.saturating_sub(1)]
        .into_iter()
        .min_by_key(|&turn| longer(turn))
        .filter(|&turn| longer(turn) <= capacity)
}

/// Puts songs on tape after tape.
struct Layer<'a> {
    sample_rate: u32,
    songs: &'a [SongLength],
    tapes: Vec<TapeLayout>,
    /// The next song to be laid, and how much of it has been.
    song: usize,
    offset: u64,
}

impl Layer<'_> {
    fn is_done(&self) -> bool {
        self.song >= self.songs.len()
    }

    /// Fills one tape; side A ends before song `turn` where that is given.
    fn lay_tape(&mut self, length: Length, turn: Option<usize>) -> &Self {
        let side_a = self.lay_side(length, turn.unwrap_or(usize::MAX));
        let side_b = self.lay_side(length, usize::MAX);
        self.tapes.push(TapeLayout {
            length,
            sides: [side_a, side_b],
        });
        self
    }

    fn lay_side(&mut self, length: Length, until: usize) -> SideLayout {
        let leader = leader_frames(self.sample_rate);
        let capacity = capacity(length, self.sample_rate);
        let end = leader + capacity;
        let mut pieces: SideLayout = Vec::new();
        while let Some(song) = self.songs.get(self.song) {
            if self.song >= until {
                break;
            }
            let gap = gap_frames(song, self.sample_rate);
            let at = pieces.last().map_or(leader, |last| last.end() + gap);
            let left = song.frames - self.offset;
            // The run goes on where the song before it is whole and of its rate.
            let (run_start, run_offset) = match pieces.last() {
                Some(last)
                    if gap == 0
                        && !last.blank
                        && !song.blank
                        && last.sample_rate == song.sample_rate =>
                {
                    (last.run_start, last.run_offset + last.source_frames)
                }
                _ => (at, 0),
            };
            let run_end = |source: u64| {
                run_start + scale_up(run_offset + source, self.sample_rate, song.sample_rate)
            };
            let fits = run_end(left) <= end;
            let over_long = scale_up(left, self.sample_rate, song.sample_rate) > capacity;
            let worth = end.saturating_sub(at) >= WORTH_BEGINNING_S * u64::from(self.sample_rate)
                || at == leader;
            let breaks = over_long && worth;
            if !(fits || breaks) {
                break;
            }
            let source_frames = if fits {
                left
            } else {
                let room = u128::from(end - run_start) * u128::from(song.sample_rate)
                    / u128::from(self.sample_rate);
                (room as u64).saturating_sub(run_offset).min(left)
            };
            pieces.push(Piece {
                song: self.song,
                start: at,
                frames: run_end(source_frames).min(end) - at,
                sample_rate: song.sample_rate,
                offset: self.offset,
                source_frames,
                run_start,
                run_offset,
                blank: song.blank,
                continues: !fits,
            });
            if fits {
                self.song += 1;
                self.offset = 0;
            } else {
                self.offset += source_frames;
                break;
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 48_000;

    fn songs(minutes: &[f64]) -> Vec<SongLength> {
        minutes
            .iter()
            .map(|m| SongLength {
                frames: (m * 60.0 * 44_100.0) as u64,
                sample_rate: 44_100,
                blank: false,
                gap_s: 0.0,
                side: None,
            })
            .collect()
    }

    fn lay(minutes: &[f64]) -> Layout {
        Layout::new(RATE, &songs(minutes), None)
    }

    fn numbers(side: &SideLayout) -> Vec<usize> {
        side.iter().map(|piece| piece.song).collect()
    }

    #[test]
    fn takes_the_smallest_cassette_and_turns_between_songs() {
        let layout = lay(&[5.0; 8]);
        assert_eq!(layout.tapes[0].length.to_string(), "C46");
        assert_eq!(numbers(&layout.tapes[0].sides[0]), [0, 1, 2, 3]);
        assert_eq!(numbers(&layout.tapes[0].sides[1]), [4, 5, 6, 7]);
        // 44 minutes would fit a C46, but no turn between songs leaves both sides within 23.
        assert_eq!(lay(&[20.0, 8.0, 16.0]).tapes[0].length.to_string(), "C60");
        assert_eq!(lay(&[44.0, 44.0]).tapes[0].length.to_string(), "C90");
        assert_eq!(lay(&[3.0]).tapes[0].length.to_string(), "C46");
        assert_eq!(lay(&[]).tapes.len(), 1);
        // What one side holds needs no turn, unless one is asked for.
        assert_eq!(numbers(&lay(&[5.0; 4]).tapes[0].sides[0]), [0, 1, 2, 3]);
        let mut asked = songs(&[5.0; 4]);
        asked[3].side = Some(Side::B);
        let sides = Layout::new(RATE, &asked, None).tapes[0].sides.clone();
        assert_eq!(sides.map(|side| side.len()), [3, 1]);
    }

    #[test]
    fn a_long_programme_takes_a_box_in_order() {
        let layout = lay(&[4.0; 70]);
        let lengths: Vec<String> = layout.tapes.iter().map(|t| t.length.to_string()).collect();
        assert_eq!(lengths, ["C120", "C120", "C46"]);
        let order: Vec<usize> = layout
            .tapes
            .iter()
            .flat_map(|t| t.sides.iter().flat_map(numbers))
            .collect();
        assert_eq!(order, (0..70).collect::<Vec<_>>());
    }

    #[test]
    fn a_recording_longer_than_a_side_runs_on_over_the_turn() {
        let layout = lay(&[300.0]);
        let whole = songs(&[300.0])[0].frames;
        assert_eq!(layout.tapes.len(), 3);
        let mut next = 0;
        for tape in &layout.tapes {
            for piece in tape.sides.iter().flatten() {
                assert_eq!(piece.offset, next);
                next += piece.source_frames;
                assert_eq!(piece.continues, next != whole);
            }
        }
        assert_eq!(next, whole);
        assert_eq!(lay(&[70.0]).tapes[0].length.to_string(), "C90");
        let (tape, side, _) = layout.find(0, whole - 1).unwrap();
        assert_eq!((tape, side), (2, Side::B));
        assert_eq!(layout.tapes[2].length.to_string(), "C60");
    }

    #[test]
    fn a_gap_is_blank_tape_before_the_song() {
        let mut with_gap = songs(&[3.0, 3.0]);
        with_gap[1].gap_s = 2.5;
        let layout = Layout::new(RATE, &with_gap, None);
        let [first, second] = layout.tapes[0].sides[0][..] else {
            panic!("both songs on side A")
        };
        assert_eq!(second.start - first.end(), 120_000);
        assert_eq!(second.run_start, second.start);
    }

    #[test]
    fn songs_of_one_rate_are_one_run_without_a_seam() {
        let layout = lay(&[3.123_457; 6]);
        let side = &layout.tapes[0].sides[0];
        for pair in side.windows(2) {
            assert_eq!(pair[0].end(), pair[1].start);
            assert_eq!(pair[1].run_start, side[0].start);
            let exact = pair[1].run_offset as f64 * f64::from(RATE) / 44_100.0;
            let placed = (pair[1].start - pair[1].run_start) as f64;
            assert!((0.0..1.0).contains(&(placed - exact)));
        }
    }
}
