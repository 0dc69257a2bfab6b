//! What a tape on the shelf looks like: its cover's colour, and all that is in
//! its case.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::Shelf;
use crate::shelf::{CoverColor, Question, Song, Tape, What};

/// Covers of so many tapes before and after the chosen one are looked at.
const COLORED_ROUND: usize = 120;

/// A tape that is looked into.
#[derive(Debug)]
pub struct Inside {
    /// What it is got by.
    pub what: What,
    /// What it is called.
    pub title: String,
    /// Its songs, once they have come.
    pub songs: Option<Vec<Song>>,
    /// Liner notes, Markdown, once they have come.
    pub notes: String,
    /// The cover as its file holds it, once it has come.
    pub cover: Option<Arc<Vec<u8>>>,
    pub(super) chosen: usize,
}

impl Inside {
    /// A number of its own, for a picture where it has no cover.
    pub fn number(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.title.hash(&mut hasher);
        hasher.finish()
    }
}

impl Shelf {
    /// Asks for the colours of covers round what is chosen.
    pub(super) fn ask_colors(&mut self) {
        let (Some(visit), Some(found)) = (&self.visit, &self.found) else {
            return;
        };
        let first = self.chosen[0].saturating_sub(COLORED_ROUND);
        let tapes = found.catalog.tapes();
        for place in found.tapes.iter().skip(first).take(2 * COLORED_ROUND) {
            let Some(tape) = tapes.get(*place) else {
                continue;
            };
            if tape.color == CoverColor::Unknown
                && !tape.away
                && !self.colors.contains_key(&tape.path)
            {
                self.colors.insert(tape.path.clone(), CoverColor::Unknown);
                visit.ask(Question::Color(What::tape(tape)));
            }
        }
    }

    /// That of a tape's cover, where it has one and it is known.
    pub fn color(&self, tape: &Tape) -> Option<[u8; 3]> {
        let came = self.colors.get(&tape.path).copied();
        match came
            .filter(|color| *color != CoverColor::Unknown)
            .unwrap_or(tape.color)
        {
            CoverColor::Is(color) => Some(color),
            CoverColor::Unknown | CoverColor::None => None,
        }
    }
}
