//! Another tape in the running machine.

use std::path::{Path, PathBuf};

use super::persist::recall;
use super::{Job, Session, librarian, look_at_first};
use crate::player::box_of_tapes::{TapeBox, find_place};
use crate::player::memory::tape_number;
use crate::player::said::Said;
use crate::player::songs::Song;
use crate::player::sound::begin_with;
use crate::shelf::home;
use afterdark_media::playlist::Programme;

impl Session {
    /// A tape that was asked for has been read: it goes in, and plays from
    /// where it was left. The one before keeps its place.
    pub(super) fn take_tape(&mut self, asked: &[PathBuf], read: Result<Box<Programme>, String>) {
        let programme = match read {
            Ok(programme) => *programme,
            Err(reason) => {
                self.say(Said::NotInserted(reason));
                return;
            }
        };
        self.keep(true);
        self.keep_wear(true);
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        self.kept.settings.last = asked.iter().map(absolute).collect();
        self.set_up_for(&programme);
        match self.take_box(programme) {
            Ok(()) => self.note_tape(),
            Err(error) => self.say(Said::NotInserted(error.to_string())),
        }
    }

    /// Keeps a tape for the end of the one that plays; where none does, it goes
    /// in at once.
    pub(super) fn wait_with(&mut self, paths: Vec<PathBuf>) {
        if !paths.is_empty() && !self.machine.deck.motion.is_playing() {
            self.say(Said::Inserting);
            self.librarian.ask(Job::Tape(paths));
            return;
        }
        let home = home(&paths);
        let name = home.as_deref().and_then(Path::file_name);
        let name = name.map(|name| name.to_string_lossy().into_owned());
        self.say(Said::Waiting(name));
        self.timer.waiting = Some(paths).filter(|paths| !paths.is_empty());
    }

    /// Puts in the tape that waits, if one does.
    pub(super) fn take_waiting(&mut self) -> bool {
        let Some(paths) = self.timer.waiting.take() else {
            return false;
        };
        self.say(Said::Inserting);
        self.librarian.ask(Job::Tape(paths));
        true
    }

    /// Sets the machine as the tape's own file asks, below what options say.
    fn set_up_for(&mut self, programme: &Programme) {
        let sounding = &mut self.sounding;
        let remembered = &self.kept.settings.sound;
        let (mut setup, remarks) = begin_with(&sounding.catalogue, remembered, &programme.request);
        // Names among the options were found to be known at the start.
        let _ = sounding.options.apply(&sounding.catalogue, &mut setup);
        sounding.setup = setup;
        self.sound_changed();
        for remark in remarks
            .into_iter()
            .chain(programme.remarks.iter().map(ToString::to_string))
        {
            self.shown.say_later(Said::Remark(remark));
        }
    }

    fn take_box(&mut self, mut programme: Programme) -> std::io::Result<()> {
        let number = tape_number(&programme);
        let place = self.kept.memory.place(number);
        let entries = std::mem::take(&mut programme.entries);
        let mut songs: Vec<Song> = entries.into_iter().map(Song::new).collect();
        self.loudness = recall(&mut songs, &self.kept.memory.known(number));
        let first = place.as_ref().and_then(|place| place.song);
        let first = first.map_or(0, |(song, _)| song).min(songs.len() - 1);
        look_at_first(&mut songs, first);
        let length = programme.request.length.as_deref();
        let length = length.and_then(|length| length.parse().ok());
        let rate = self.tapes.layout.sample_rate;
        self.tapes = TapeBox::new(programme, songs, number, rate, length);
        self.loaded.box_number += 1;
        self.loaded.since = self.loaded.generation + 1;
        self.loaded.wanted = None;
        self.librarian = librarian(&self.tapes, first, self.loaded.box_number, &self.tell)?;
        self.shown.forget_box();
        let (tape, side, frame) = find_place(&self.tapes.layout, place.as_ref());
        self.kept.forget_box(place);
        self.loaded.tape = tape;
        self.load(Some((side, frame)), true);
        let title = self.title().to_owned();
        self.say(Said::Inserted(title));
        Ok(())
    }
}
