//! The card's outer face: front, spine and flap.

use super::metrics::Letters;
use super::sheet::{Anchor, FLAP, FRONT, HEIGHT, LEFT, Mark, OUTSIDE, SPINE, Sheet, songs};
use crate::look::theme::Theme;
use crate::player::model::Card;
use afterdark_tape::cassette::Side;

impl Sheet {
    /// Draws it.
    pub fn outside(&mut self, card: &Card, theme: &Theme) {
        let (x, y) = (LEFT, OUTSIDE);
        self.fill(x, y, FLAP + SPINE + FRONT, HEIGHT, theme.card.paper);
        self.front(card, theme);
        self.spine(card, theme);
        self.flap(card, theme);
    }

    fn front(&mut self, card: &Card, theme: &Theme) {
        let (look, y) = (&theme.card, OUTSIDE);
        let x = LEFT + FLAP + SPINE;
        self.marks.push(Mark::Cover { x, y, side: FRONT });
        self.stripes(x, y + FRONT, FRONT, 5.0, theme, false);
        let (left, room) = (x + 5.0, FRONT - 10.0);
        let title = name(card);
        // As large as one line takes; a long title takes two.
        let size = (room / self.bold(1.0).width(title)).min(7.0);
        let (letters, lines) = if size < 4.4 {
            let letters = self.bold(4.4);
            (letters, letters.wrap(title, room))
        } else {
            (self.bold(size), vec![title.to_owned()])
        };
        let two = lines.len() > 1;
        let mut row = y + FRONT + if two { 11.4 } else { 13.5 };
        for (n, line) in lines.iter().take(2).enumerate() {
            let line = if n == 1 && lines.len() > 2 {
                letters.fit(&format!("{line} {}", lines[2]), room)
            } else {
                letters.fit(line, room)
            };
            self.words((left, row), Anchor::Start, letters, look.text, line);
            row += 5.2;
        }
        let row = y + FRONT + if two { 22.2 } else { 19.5 };
        let letters = self.letters(3.9);
        let artist = letters.fit(&card.artist, room);
        self.words((left, row), Anchor::Start, letters, look.accent, artist);
        let row = y + HEIGHT - 5.0;
        let letters = self.letters(2.9);
        self.words((left, row), Anchor::Start, letters, look.dim, facts(card));
    }

    /// Title and artist one over the other, on the label's paper.
    fn spine(&mut self, card: &Card, theme: &Theme) {
        let label = &theme.label;
        let (x, y) = (LEFT + FLAP, OUTSIDE);
        self.fill(x, y, SPINE, HEIGHT, label.paper);
        self.stripes(x, y, SPINE, 9.0, theme, true);
        self.stripes(x, y + HEIGHT - 9.0, SPINE, 9.0, theme, true);
        let (top, middle) = (y + 12.5, x + SPINE / 2.0);
        let length = self.bold(3.6);
        let end = y + HEIGHT - 12.0 - length.width(&card.length);
        self.turned((middle - 1.3, end), length, label.ink, &card.length);
        let room = end - 3.0 - top;
        // What is long becomes smaller before it is cut.
        let (title, artist) = (name(card), &card.artist);
        let alone = artist.is_empty();
        let letters = self.bold((room / self.bold(1.0).width(title)).clamp(3.4, 4.8));
        let at = middle + if alone { -1.7 } else { 0.3 };
        self.turned((at, top), letters, label.ink, &letters.fit(title, room));
        let wide = self.letters(1.0).width(artist).max(1.0);
        let letters = self.letters((room / wide).clamp(2.6, 3.3));
        let artist = letters.fit(artist, room);
        self.turned((middle - 4.1, top), letters, label.dim, &artist);
    }

    /// The sides in running text, each in its half, one alone in the whole flap.
    fn flap(&mut self, card: &Card, theme: &Theme) {
        let look = &theme.card;
        let (x, y) = (LEFT + FLAP, OUTSIDE);
        let used = Side::BOTH.map(|side| songs(card, side).next().is_some());
        let alone = used[0] != used[1];
        let part = if alone { HEIGHT } else { HEIGHT / 2.0 };
        let mut top = y + 3.0;
        for (n, side) in Side::BOTH.into_iter().enumerate() {
            if alone && !used[n] {
                continue;
            }
            let words = ["SIDE A", "SIDE B"][n];
            self.turned((x - 4.2, top), self.bold(2.6), look.accent, words);
            let list: Vec<String> = songs(card, side)
                .map(|s| format!("{} {}", s.number, s.title))
                .collect();
            let letters = self.letters(2.2);
            for (i, line) in running(&list, letters, part - 6.0).iter().enumerate() {
                let x = x - 7.0 - i as f32 * 2.55;
                self.turned((x, top), letters, look.text, line);
            }
            top += part;
        }
    }
}

/// Lines of running text on the flap.
const LINES: usize = 4;

/// As many of these songs as the flap's lines take, and how many more there are.
fn running(list: &[String], letters: Letters, room: f32) -> Vec<String> {
    // None so long that there is no room for another.
    let cut = |song: &String| letters.fit(song, room * 1.5);
    let set = |songs: usize| {
        let mut words = list[..songs]
            .iter()
            .map(cut)
            .collect::<Vec<_>>()
            .join(" · ");
        if songs < list.len() {
            words += &format!(" … and {} more", list.len() - songs);
        }
        letters.wrap(&words, room)
    };
    let fits = |songs: &usize| set(*songs).len() <= LINES;
    let shown = if fits(&list.len()) {
        list.len()
    } else {
        (1..list.len()).take_while(fits).last().unwrap_or(1)
    };
    let mut lines = set(shown);
    lines.truncate(LINES);
    lines
}

fn name(card: &Card) -> &str {
    if card.title.is_empty() {
        "untitled"
    } else {
        &card.title
    }
}

fn facts(card: &Card) -> String {
    let mut facts: Vec<String> = [
        &card.length,
        &card.formulation,
        &card.noise_reduction,
        &card.copy,
    ]
    .into_iter()
    .filter(|s| !s.is_empty())
    .cloned()
    .collect();
    if card.tape_of.1 > 1 {
        facts.push(format!("tape {} of {}", card.tape_of.0, card.tape_of.1));
    }
    facts.join(" · ")
}
