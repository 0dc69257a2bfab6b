//! A copy of the tape in the machine: another tape, with its own number and wear.

use std::path::PathBuf;

use super::{Job, Session};
use crate::files;
use crate::player::copies;
use crate::player::said::Said;
use afterdark_media::playlist::{CopyRequest, Programme};
use afterdark_tape::tape::{MOST_COPYINGS, Nr};

impl Session {
    /// Copies the tape in the machine, and puts the copy in.
    pub(super) fn copy_tape(&mut self) {
        self.keep_wear(true);
        match self.write_copy() {
            Ok(copy) => self.librarian.ask(Job::Tape(vec![copy])),
            Err(reason) => self.say(Said::NotCopied(reason)),
        }
    }

    /// The copy's file, or why there is none.
    fn write_copy(&self) -> Result<PathBuf, String> {
        let folder = files::own_tapes().ok_or("there is no home folder to keep it in")?;
        let box_of_tapes = &self.tapes;
        if box_of_tapes.programme.request.copies.len() >= MOST_COPYINGS {
            return Err(format!(
                "after {MOST_COPYINGS} copyings nothing is left worth copying"
            ));
        }
        let setup = &self.sounding.setup;
        let mut programme = Programme {
            title: Some(self.title().to_owned()),
            entries: box_of_tapes
                .songs
                .iter()
                .map(|song| song.entry.as_ref().clone())
                .collect(),
            remarks: Vec::new(),
            ..box_of_tapes.programme.clone()
        };
        programme.request.tape = Some(setup.tape.id.clone());
        programme.request.nr = Some(nr_option(setup.encode).to_owned());
        if let [tape] = &box_of_tapes.layout.tapes[..] {
            programme.request.length = Some(tape.length.to_string());
        }
        let copying = CopyRequest {
            of: box_of_tapes.number,
            copy: 0,
            played_on: Some(setup.deck.id.clone()),
            recorded_on: Some(setup.dubbed_on.id.clone()),
            passes: self.mean_passes().round() as u16,
        };
        copies::write(programme, copying, &folder).map_err(|error| error.to_string())
    }
}

/// As a tape's own file has it.
fn nr_option(nr: Nr) -> &'static str {
    match nr {
        Nr::Off => "off",
        Nr::B => "B",
        Nr::C => "C",
    }
}
