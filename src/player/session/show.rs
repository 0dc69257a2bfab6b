//! What there is to show: the card, what has happened, and all of it as a view.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Job, Session};
use crate::deck::Snapshot;
use crate::player::box_of_tapes::TapeBox;
use crate::player::card;
use crate::player::model::{About, Card, Listing, Lyrics, OutputState, View};
use crate::player::said::Said;
use crate::player::songs::{Song, State};
use crate::shelf::{HISTORY, History};
use afterdark_media::media::Line;
use afterdark_media::text;

/// News stands this long…
const NEWS: Duration = Duration::from_secs(7);
/// …and what a key has done this long.
const BRIEF: Duration = Duration::from_millis(2500);

/// The session's part in it.
#[derive(Default)]
pub(super) struct Shown {
    card: Arc<Card>,
    /// What the tape was asked for by.
    from: Arc<[PathBuf]>,
    /// Notes and cover have been asked for.
    asked: bool,
    notes: Option<String>,
    cover: Option<Arc<Vec<u8>>>,
    /// The recording that the words are of.
    recording: Option<PathBuf>,
    lyrics: Arc<Vec<Line>>,
    listing: Option<Arc<Listing>>,
    /// The song before the head, and the card's revision that it is of.
    about: Option<(u64, Arc<About>)>,
    /// The end has been asked for.
    pub quit: bool,
    /// What is said, and until when it stands.
    said: Option<(Said, Instant)>,
    /// What is to be said after that.
    pending: VecDeque<Said>,
}

impl Shown {
    pub fn new(pending: VecDeque<Said>) -> Self {
        Self {
            pending,
            ..Self::default()
        }
    }

    /// Another box is in.
    pub fn forget_box(&mut self) {
        *self = Self {
            said: self.said.take(),
            pending: std::mem::take(&mut self.pending),
            // Its revision goes on.
            card: std::mem::take(&mut self.card),
            ..Self::default()
        };
    }

    /// Says what is still to be said later on.
    pub fn say_later(&mut self, said: Said) {
        self.pending.push_back(said);
    }

    /// What the last key did is no news any more.
    pub fn forget_brief(&mut self) {
        self.said.take_if(|(said, _)| !said.is_bad());
    }

    /// Goes on to the next news.
    pub fn tend(&mut self) {
        let now = Instant::now();
        self.said.take_if(|(_, until)| now > *until);
        if self.said.is_none()
            && let Some(next) = self.pending.pop_front()
        {
            self.said = Some((next, now + NEWS));
        }
    }

    /// Until then nothing changes by itself.
    pub fn rest(&self) -> Option<Duration> {
        let (_, until) = self.said.as_ref()?;
        Some(until.saturating_duration_since(Instant::now()) + Duration::from_millis(1))
    }

    /// The words of a recording have come.
    pub fn take_lyrics(&mut self, recording: &Path, lines: Vec<Line>) {
        if self.recording.as_deref() == Some(recording) {
            self.lyrics = Arc::new(lines);
        }
    }
}

impl Session {
    /// Takes the deck's latest snapshot.
    pub(super) fn look_at_deck(&mut self) {
        let missed = self.machine.deck.missed_blocks;
        self.machine.deck = self.machine.controls.snapshot();
        let status = self.machine.output.status();
        let rate = status.sample_rate.max(1);
        let latency_s = status.latency_frames as f64 / f64::from(rate);
        let rendered = self.machine.controls.rendered();
        let heard = &mut self.machine.heard;
        heard.take(rendered, latency_s, rate, Instant::now());
        let all = self.machine.deck.missed_blocks;
        if all > missed {
            tracing::warn!(all, "blocks of tape came late");
        }
    }

    /// Tells what has happened.
    pub fn say(&mut self, said: Said) {
        let time = if said.is_brief() { BRIEF } else { NEWS };
        self.shown.said = Some((said, Instant::now() + time));
    }

    /// Lists the songs of the box as they are now.
    pub fn list(&mut self) {
        let songs = card::list(&self.tapes.songs, &self.tapes.layout);
        let revision = self.shown.card.revision;
        self.shown.listing = Some(Arc::new(Listing { revision, songs }));
    }

    /// All there is to show.
    pub fn view(&mut self) -> View {
        let lyrics = self.lyrics();
        let status = self.machine.output.status();
        let deck = self.machine.heard.of(&self.machine.deck);
        let mut view = View {
            deck: Snapshot {
                // A machine that is not pulled would show what it last heard.
                meters: if status.lost.is_some() || deck.still {
                    Default::default()
                } else {
                    deck.meters
                },
                volume: self.kept.volume(),
                ..deck
            },
            sound: Arc::clone(&self.sounding.described),
            wear: Arc::clone(&self.wear.shown),
            card: Arc::clone(&self.shown.card),
            lyrics,
            output: match &status.lost {
                Some(_) => OutputState::Lost,
                None if status.sample_rate == 0 => OutputState::Opening,
                None => OutputState::Open {
                    device: text::clean(&status.device),
                    sample_rate: status.sample_rate,
                },
            },
            underruns: u64::from(status.underruns),
            said: self.shown.said.as_ref().map(|(said, _)| said.clone()),
            listing: self.shown.listing.clone(),
            sleep: self.timer.sleep(),
            repeat: self.timer.repeat,
            marks: Arc::clone(&self.kept.marks),
            about: None,
            quit: self.shown.quit,
            asked: Arc::clone(&self.shown.from),
        };
        view.about = self.about(&view);
        view
    }

    /// What is known of the song before the head.
    fn about(&mut self, view: &View) -> Option<Arc<About>> {
        let song = view.card.songs[view.current_song()?].song;
        let revision = view.card.revision;
        if let Some((of, about)) = &self.shown.about
            && (*of, about.song) == (revision, song)
        {
            return Some(Arc::clone(about));
        }
        let of = &self.tapes.songs[song];
        let found = of.found()?;
        let about = Arc::new(About {
            song,
            path: found.path.clone(),
            title: text::clean(&of.title()),
            artist: of.artist().map(text::clean).unwrap_or_default(),
            format: found.format.clone(),
            sample_rate: found.sample_rate,
            tags: found.tags.clone(),
        });
        let playing = match about.artist.as_str() {
            "" => about.title.clone(),
            artist => format!("{artist} – {}", about.title),
        };
        self.machine.output.name(&playing);
        self.shown.about = Some((revision, Arc::clone(&about)));
        Some(about)
    }

    /// The words of the song under the head; asked for where it is another one.
    fn lyrics(&mut self) -> Option<Lyrics> {
        let (side, frame) = self.head();
        let on_tape = &self.tapes.layout.tapes[self.loaded.tape];
        let piece = on_tape.piece_at(side, frame as u64);
        let found = piece.and_then(|piece| self.tapes.songs[piece.song].found());
        let shown = &mut self.shown;
        let recording = found.map(|found| &found.path);
        if shown.recording.as_ref() != recording {
            shown.recording = recording.cloned();
            shown.lyrics = Arc::default();
            if let Some(recording) = recording {
                self.librarian.ask(Job::Lyrics(recording.clone()));
            }
        }
        let (piece, found) = (piece?, found?);
        // The file's own start, also where it begins before the song or side.
        let before = (piece.offset + found.start) as f64 / f64::from(piece.sample_rate.max(1));
        let start_s = piece.start as f64 / f64::from(self.tapes.layout.sample_rate) - before;
        let lines = Arc::clone(&shown.lyrics);
        (!lines.is_empty()).then_some(Lyrics { lines, start_s })
    }

    /// Another tape is in: what it is from is shown, and noted for the shelf,
    /// beside all that is waited for.
    pub(super) fn note_tape(&mut self) {
        let asked = self.kept.settings.last.clone();
        self.shown.from = asked.as_slice().into();
        let path = self.kept.memory.folder().join(HISTORY);
        let note = move || {
            if let Err(error) = History::note(&path, &asked) {
                tracing::warn!("{error}");
            }
        };
        // Without a thread it is not noted, and the tape plays.
        let _ = std::thread::Builder::new()
            .name("history".into())
            .spawn(note);
    }

    /// Notes and cover have come.
    pub(super) fn take_card(&mut self, notes: Option<String>, cover: Option<Arc<Vec<u8>>>) {
        let TapeBox {
            programme, songs, ..
        } = &self.tapes;
        self.shown.notes = Some(card::notes(notes, programme, songs));
        self.shown.cover = cover;
        self.write_card();
    }

    /// Writes the card anew, and asks for what is read for it.
    pub(super) fn write_card(&mut self) {
        let songs = &self.tapes.songs;
        if !self.shown.asked
            && let Some(first) = songs.iter().find_map(Song::found)
        {
            self.shown.asked = true;
            let folders = card::folders(songs);
            self.librarian.ask(Job::Card(folders, first.path.clone()));
        }
        let unknown = |song: &&Song| matches!(song.state, State::Unknown(_));
        let seen = songs.len() - songs.iter().filter(unknown).count();
        let shown = &mut self.shown;
        let card = Card {
            revision: shown.card.revision,
            notes: shown.notes.clone().unwrap_or_default(),
            filling: (seen < songs.len()).then_some((seen, songs.len())),
            cover: shown.cover.clone(),
            ..card::write(&self.tapes, self.loaded.tape, &self.sounding.setup)
        };
        if card != *shown.card {
            shown.card = Arc::new(Card {
                revision: card.revision + 1,
                ..card
            });
        }
    }

    /// The card's title.
    pub(super) fn title(&self) -> &str {
        &self.shown.card.title
    }
}
