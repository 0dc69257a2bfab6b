//! Telling what has changed since the last frame: the one comparison of what
//! is shown, in steps that can be seen.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::frame::Frame;
use super::model::{Loop, Lyrics, Marks, OutputState, Said, Sleep, Sound, View};
use super::shelf::Shelf;
use super::state::{Page, State};
use crate::deck::Snapshot;

/// All that a frame shows but the picture, which knows its own steps.
#[derive(PartialEq)]
pub(super) struct Shown {
    /// What does not move by itself: while it stays, only parts are drawn.
    pub still: Still,
    /// What counts and swings.
    pub dials: Dials,
}

/// See [`Shown::still`].
#[derive(PartialEq)]
pub(super) struct Still {
    /// The machine without what turns, counts and swings.
    deck: Snapshot,
    running: bool,
    card: (u64, u64),
    output: (OutputState, u64),
    said: Option<Said>,
    /// Minutes until it stops, and what is played over and over.
    timer: (Sleep, Loop),
    marks: Arc<Marks>,
    /// The revision that the listing is of.
    listing: Option<u64>,
    /// Of the card, and of the programme once its file is known.
    song: (Option<usize>, Option<usize>),
    /// And the line that is sung.
    lyrics: Option<(Lyrics, Option<usize>)>,
    sound: Arc<Sound>,
    wear: Arc<[Vec<f32>; 2]>,
    page: (Page, usize, usize, usize),
    /// The cassette is on its way, and hides what is written above it.
    hand: (bool, bool),
    help: bool,
    over: bool,
    /// What is typed, how many are found, which is chosen.
    find: Option<(String, usize, usize)>,
    offer: Option<Vec<PathBuf>>,
    /// The revision of what the shelf shows, and what the tape in the machine is from.
    shelf: (Option<u64>, Arc<[PathBuf]>),
}

/// What the counter, the times and the meters say.
#[derive(PartialEq)]
pub(super) struct Dials {
    pub tape: TapeDials,
    /// Columns of the meters' marks, left and right.
    pub meters: [[u16; 3]; 2],
}

/// What says where the tape is.
#[derive(PartialEq)]
pub(super) struct TapeDials {
    counter: u32,
    /// Of the side, of the song, and until the side's end.
    seconds: (u64, i64, u64),
    /// Quarters of columns of the bar.
    head: u32,
}

impl Shown {
    /// What the frame shows. All parts are named, so that whoever adds one
    /// decides here when it is to be drawn anew.
    pub fn of(frame: &Frame) -> Self {
        let View {
            deck,
            sound,
            wear,
            card,
            lyrics,
            output,
            underruns,
            said,
            listing,
            sleep,
            repeat,
            marks,
            about,
            quit: _,
            asked,
        } = frame.view;
        let State {
            page,
            selected,
            scroll,
            row,
            help,
            over,
            find,
            shelf,
            offer,
            ..
        } = frame.state;
        let song = frame.view.current_song();
        let still = Still {
            deck: without_motion(deck),
            running: deck.speed.abs() > 0.01,
            card: (card.revision, card.seed),
            output: (output.clone(), *underruns),
            said: said.clone(),
            timer: (
                match sleep {
                    Sleep::After(left) => {
                        Sleep::After(Duration::from_secs(left.as_secs().div_ceil(60)))
                    }
                    end => *end,
                },
                *repeat,
            ),
            marks: Arc::clone(marks),
            listing: listing.as_ref().map(|listing| listing.revision),
            song: (song, about.as_ref().map(|about| about.song)),
            lyrics: lyrics
                .as_ref()
                .map(|lyrics| (lyrics.clone(), lyrics.line_at(deck.side_s))),
            sound: Arc::clone(sound),
            wear: Arc::clone(wear),
            page: (*page, *selected, *scroll, *row),
            hand: (frame.changing, frame.lifted),
            help: *help,
            over: *over,
            find: find
                .as_ref()
                .map(|find| (find.query().to_owned(), find.len(), find.chosen())),
            offer: offer.clone(),
            shelf: (shelf.as_ref().map(Shelf::revision), Arc::clone(asked)),
        };
        let start_s = song.map_or(0.0, |i| card.songs[i].start_s);
        let part = deck.side_s / deck.length_s.max(0.001);
        let columns = f64::from(frame.layout.position.width);
        let tape = TapeDials {
            counter: deck.counter as u32,
            seconds: (
                deck.side_s as u64,
                (deck.side_s - start_s) as i64,
                (deck.length_s - deck.side_s).max(0.0) as u64,
            ),
            head: (part * columns * 4.0) as u32,
        };
        let meters = deck.meters.map(|meter| {
            [meter.vu_db, meter.peak_db, meter.hold_db].map(|db| frame.layout.meter_column(db))
        });
        Self {
            still,
            dials: Dials { tape, meters },
        }
    }
}

/// The machine as it would be shown if it stood still.
fn without_motion(deck: &Snapshot) -> Snapshot {
    let none = Snapshot::default();
    Snapshot {
        side_s: none.side_s,
        speed: none.speed,
        left_radius_mm: none.left_radius_mm,
        right_radius_mm: none.right_radius_mm,
        left_turns: none.left_turns,
        right_turns: none.right_turns,
        counter: none.counter,
        meters: none.meters,
        frames: none.frames,
        ..*deck
    }
}
