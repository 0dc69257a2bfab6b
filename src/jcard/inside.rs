//! The card's inner face: both sides' songs, their wear, and notes.

use super::metrics::Letters;
use super::sheet::{Anchor, FLAP, FRONT, HEIGHT, INSIDE, LEFT, SPINE, Sheet, songs};
use crate::look::theme::{LabelColors, Theme};
use crate::player::model::{Card, SongLine};
use afterdark_media::text::clock;
use afterdark_tape::cassette::Side;

/// The smallest letters that can be read, 4 points, mm.
pub(super) const LEAST: f32 = 4.0 / 72.0 * 25.4;
/// Share of the lines' distance that letters have where they stand close.
const DENSE: f32 = 0.78;
/// What both heads and the room between the sides take, lines.
const HEADS: f32 = 4.6;
/// Lines nearer to one another than this have no rule between them, mm.
const CLOSE: f32 = 3.2;
/// Sizes that the notes may have, the largest in which they fit, mm.
const NOTES: [f32; 4] = [2.25, 2.1, 1.95, 1.8];
/// Less than this is a new tape.
const WORN: f32 = 0.01;

impl Sheet {
    /// Draws it.
    pub fn inside(&mut self, card: &Card, wear: &[Vec<f32>; 2], theme: &Theme) {
        let label = &theme.label;
        let (x, y) = (LEFT, INSIDE);
        self.fill(x, y, FLAP + SPINE + FRONT, HEIGHT, label.paper);
        // Both sides' songs; smaller where there are many, and no more than can
        // be read: half of the lines for each side, and what the other leaves.
        let all = Side::BOTH.map(|side| songs(card, side).count());
        let room = ((HEIGHT - 12.0) / (LEAST / DENSE) - HEADS) as usize;
        let rows = [0, 1].map(|n| all[n].min(room.saturating_sub(all[1 - n]).max(room / 2)));
        let lines = (rows[0] + rows[1]) as f32 + HEADS;
        let pitch = ((HEIGHT - 12.0) / lines).min(5.0);
        // Where they stand close, letters are worth more than room between them.
        let share = if pitch < CLOSE { DENSE } else { 0.68 };
        let letters = self.letters((pitch * share).min(3.1));
        let mut row = y + 5.0 + pitch;
        for side in Side::BOTH {
            let (all, rows) = (all[side.index()], rows[side.index()]);
            if all == 0 {
                continue;
            }
            self.head(card, side, &wear[side.index()], row, letters, label);
            // The last line tells of those that have none.
            let shown = if rows < all { rows - 1 } else { all };
            for song in songs(card, side).take(shown) {
                row += pitch;
                self.song(song, row, pitch, letters, label);
            }
            if shown < all {
                row += pitch;
                let words = format!("… and {} more", all - shown);
                self.words((x + 10.4, row), Anchor::Start, letters, label.dim, words);
            }
            row += pitch * 1.8;
        }
        self.notes(card, theme, row);
    }

    /// The side's name and length, and how worn it is between them.
    fn head(
        &mut self,
        card: &Card,
        side: Side,
        wear: &[f32],
        row: f32,
        letters: Letters,
        label: &LabelColors,
    ) {
        let (left, right) = (LEFT + 5.0, LEFT + FRONT - 5.0);
        let total: f64 = songs(card, side).map(|s| s.length_s).sum();
        let total = clock(total);
        let name = ["SIDE A", "SIDE B"][side.index()];
        let bold = self.bold(letters.size * 1.05);
        self.words((left, row), Anchor::Start, bold, label.dim, name);
        self.words((right, row), Anchor::End, letters, label.dim, &*total);
        let most = wear.iter().copied().fold(0.0, f32::max);
        if most < WORN {
            return;
        }
        let small = self.letters((letters.size * 0.8).max(LEAST));
        let words = format!("worn {:.0} %", most * 100.0);
        let end = right - letters.width(&total) - 3.0;
        self.words((end, row), Anchor::End, small, label.dim, &*words);
        let from = left + bold.width(name) + 3.0;
        let wide = end - small.width(&words) - 2.0 - from;
        let high = letters.size * 0.9;
        self.rule(from, from + wide, row, label.rule);
        // By the square root, so that a little wear is seen; neighbours that look
        // alike are one bar.
        let step = wide / wear.len() as f32;
        let tall = |n: usize| (wear[n].clamp(0.0, 1.0).sqrt() * 20.0).ceil() / 20.0 * high;
        let mut first = 0;
        for n in 1..=wear.len() {
            if n < wear.len() && tall(n) == tall(first) {
                continue;
            }
            if wear[first] >= WORN {
                let (x, h) = (from + first as f32 * step, tall(first));
                self.fill(x, row - h, (n - first) as f32 * step, h, label.dim);
            }
            first = n;
        }
    }

    fn song(
        &mut self,
        song: &SongLine,
        row: f32,
        pitch: f32,
        letters: Letters,
        label: &LabelColors,
    ) {
        let (left, right) = (LEFT + 5.0, LEFT + FRONT - 5.0);
        let mut time = clock(song.length_s);
        if let Some(counter) = song.counter {
            time = format!("{counter:03}   {time}");
        }
        let room = right - left - letters.width(&time) - 7.4;
        let mut title = song.title.clone();
        if let Some(artist) = &song.artist {
            title = format!("{title} – {artist}");
        }
        if pitch >= CLOSE {
            self.rule(left, right, row + pitch * 0.26, label.rule);
        }
        let number = song.number.to_string();
        self.words((left + 3.6, row), Anchor::End, letters, label.dim, number);
        let color = if song.blank.is_some() {
            label.dim
        } else {
            label.ink
        };
        // A long title becomes smaller before it is cut.
        let shrunk = (room / letters.width(&title)).clamp(0.7, 1.0);
        let small = self.letters((letters.size * shrunk).max(LEAST));
        let title = small.fit(&title, room);
        self.words((left + 5.4, row), Anchor::Start, small, color, title);
        self.words((right, row), Anchor::End, letters, label.dim, time);
    }

    /// Notes behind spine and flap; where they are too long for that, they
    /// begin in what room is left below the songs, from `below` on.
    fn notes(&mut self, card: &Card, theme: &Theme, below: f32) {
        let paragraphs: Vec<(bool, String)> = card
            .notes
            .split("\n\n")
            .map(|p| (p.trim_start().starts_with('#'), plain(p)))
            .collect();
        let (x, y) = (LEFT, INSIDE);
        let beside = (x + FRONT + 3.0, SPINE + FLAP - 6.0, y + 7.0);
        let under = (x + 5.0, FRONT - 10.0, below + 3.0);
        let mut tries = NOTES.iter().flat_map(|&size| {
            [&[beside][..], &[under, beside]].map(|places| self.set(&paragraphs, size, places))
        });
        let set = tries.find(|(_, whole)| *whole);
        drop(tries);
        // Too long for the card: as much as can be read with ease.
        let (lines, _) = set.unwrap_or_else(|| self.set(&paragraphs, NOTES[2], &[under, beside]));
        for (at, letters, line) in lines {
            self.words(at, Anchor::Start, letters, theme.label.ink, line);
        }
    }

    /// Notes in these places (left edge, width, first line), one after another,
    /// and whether all of them went in.
    fn set(
        &self,
        paragraphs: &[(bool, String)],
        size: f32,
        places: &[(f32, f32, f32)],
    ) -> (Vec<NoteLine>, bool) {
        let pitch = size * 1.33;
        let foot = INSIDE + HEIGHT - 8.0;
        let mut places = places.iter().copied().filter(|p| p.2 + 3.0 * pitch < foot);
        let mut set = Vec::new();
        let Some((mut left, mut room, mut row)) = places.next() else {
            return (set, paragraphs.is_empty());
        };
        for (heading, words) in paragraphs {
            let letters = if *heading {
                self.bold(size)
            } else {
                self.letters(size)
            };
            let mut rest = letters.wrap(words, room);
            while !rest.is_empty() {
                if row > foot {
                    let Some(next) = places.next() else {
                        set.push(((left, row), letters, "…".to_owned()));
                        return (set, false);
                    };
                    (left, room, row) = next;
                    rest = letters.wrap(&rest.join(" "), room);
                }
                set.push(((left, row), letters, rest.remove(0)));
                row += pitch;
            }
            row += pitch * 0.6;
        }
        (set, true)
    }
}

/// A line of the notes and where it stands.
type NoteLine = ((f32, f32), Letters, String);

/// A paragraph without its Markdown.
fn plain(paragraph: &str) -> String {
    let lines = paragraph.lines().map(|line| {
        line.trim_start_matches(['#', '>', '-', '*', ' '])
            .replace("**", "")
            .replace(['*', '_', '`'], "")
    });
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::metrics::Face;
    use super::super::sheet::Mark;
    use super::*;

    #[test]
    fn only_a_side_that_was_played_shows_wear_and_there_alone() {
        let mut played = vec![0.0; 96];
        played[24..48].fill(0.25);
        let song = |side| SongLine {
            side,
            ..SongLine::default()
        };
        let card = Card {
            songs: Side::BOTH.map(song).to_vec(),
            ..Card::default()
        };
        let sheet =
            |wear: &[Vec<f32>; 2]| Sheet::new(&card, wear, &Theme::default(), Face::Printer).marks;
        let new = sheet(&[vec![0.0; 96], vec![0.0; 96]]);
        let worn = sheet(&[vec![0.0; 96], played]);
        let added: Vec<&Mark> = worn.iter().filter(|mark| !new.contains(mark)).collect();
        let [
            Mark::Words { words, .. },
            Mark::Line { from, to, .. },
            Mark::Fill { x, w, .. },
        ] = added[..]
        else {
            panic!("{added:?}");
        };
        assert_eq!(words, "worn 25 %");
        // The second quarter of the side.
        let part = |x: f32| (x - from.0) / (to.0 - from.0);
        assert!((part(*x) - 0.25).abs() < 0.001 && (part(x + w) - 0.5).abs() < 0.001);
    }
}
