//! What stands where on the paper, in millimetres from its upper left corner.

use super::metrics::{fit, width, wrap};
use crate::cassette::Side;
use crate::player::model::{Card, SongLine};
use crate::ui::text::clock;
use crate::ui::theme::{Rgb, Theme};

/// The paper: as narrow as A4 and as low as Letter, so that both take it whole.
pub const PAPER: (f32, f32) = (210.0, 279.4);
/// Height of all panels (the card stands upright in the case).
pub const HEIGHT: f32 = 101.6;
/// Widths of flap, spine and front: 5/8, 1/2 and 2 9/16 inches.
pub const FLAP: f32 = 15.9;
/// See [`FLAP`].
pub const SPINE: f32 = 12.7;
/// See [`FLAP`].
pub const FRONT: f32 = 65.1;

/// Where the two faces of the card are.
const LEFT: f32 = (PAPER.0 - FLAP - SPINE - FRONT) / 2.0;
const OUTSIDE: f32 = 20.0;
const INSIDE: f32 = OUTSIDE + HEIGHT + 26.0;

/// Which side of a place the words begin, or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// One thing on the paper.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Mark {
    Fill {
        x: f32,
        y: f32,
        w: f32,
        h: f32,
        color: Rgb,
    },
    Line {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        color: Rgb,
        dashed: bool,
    },
    /// `turned`: reading downwards.
    Words {
        x: f32,
        y: f32,
        size: f32,
        bold: bool,
        color: Rgb,
        anchor: Anchor,
        turned: bool,
        words: String,
    },
    /// The cover, square.
    Cover { x: f32, y: f32, side: f32 },
}

/// Everything on the paper, in the order of painting.
#[derive(Debug, Default)]
pub struct Sheet(pub Vec<Mark>);

impl Sheet {
    /// Sets a card.
    pub fn new(card: &Card, theme: &Theme) -> Self {
        let mut sheet = Self::default();
        sheet.outside(card, theme);
        sheet.inside(card, theme);
        sheet.marks(OUTSIDE, &[FLAP, SPINE, FRONT]);
        sheet.marks(INSIDE, &[FRONT, SPINE, FLAP]);
        let grey = Rgb([110; 3]);
        let hint = "Print at 100 %. Cut both along the corners, glue them back to back, fold along the dashes.";
        sheet.words(
            PAPER.0 / 2.0,
            INSIDE - 12.0,
            2.9,
            false,
            grey,
            Anchor::Middle,
            hint,
        );
        sheet
    }

    fn fill(&mut self, x: f32, y: f32, w: f32, h: f32, color: Rgb) {
        self.0.push(Mark::Fill { x, y, w, h, color });
    }

    #[allow(clippy::too_many_arguments)]
    fn words(
        &mut self,
        x: f32,
        y: f32,
        size: f32,
        bold: bool,
        color: Rgb,
        anchor: Anchor,
        words: &str,
    ) {
        let words = words.to_owned();
        self.0.push(Mark::Words {
            x,
            y,
            size,
            bold,
            color,
            anchor,
            turned: false,
            words,
        });
    }

    fn turned(&mut self, x: f32, y: f32, size: f32, bold: bool, color: Rgb, words: &str) {
        let words = words.to_owned();
        let (anchor, turned) = (Anchor::Start, true);
        self.0.push(Mark::Words {
            x,
            y,
            size,
            bold,
            color,
            anchor,
            turned,
            words,
        });
    }

    fn outside(&mut self, card: &Card, theme: &Theme) {
        let (look, label) = (&theme.card, &theme.label);
        let (x, y) = (LEFT, OUTSIDE);
        self.fill(x, y, FLAP + SPINE + FRONT, HEIGHT, look.paper);
        // Front.
        let front = x + FLAP + SPINE;
        self.0.push(Mark::Cover {
            x: front,
            y,
            side: FRONT,
        });
        self.stripes(front, y + FRONT, FRONT, 5.0, theme, false);
        let room = FRONT - 10.0;
        let title = name(card);
        let size = (room / width(&title, 1.0, true)).clamp(3.6, 7.0);
        let middle = front + 5.0;
        self.words(
            middle,
            y + FRONT + 13.5,
            size,
            true,
            look.text,
            Anchor::Start,
            &fit(&title, room, size, true),
        );
        self.words(
            middle,
            y + FRONT + 19.5,
            3.9,
            false,
            look.accent,
            Anchor::Start,
            &fit(&card.artist, room, 3.9, false),
        );
        self.words(
            middle,
            y + HEIGHT - 5.0,
            2.9,
            false,
            look.dim,
            Anchor::Start,
            &facts(card),
        );
        // Spine, on the label's paper.
        let spine = x + FLAP;
        self.fill(spine, y, SPINE, HEIGHT, label.paper);
        self.stripes(spine, y, SPINE, 9.0, theme, true);
        self.stripes(spine, y + HEIGHT - 9.0, SPINE, 9.0, theme, true);
        let room = HEIGHT - 2.0 * 12.5 - 12.0;
        let own = fit(&title, room * 0.66, 4.6, true);
        let used = width(&own, 4.6, true) + 3.0;
        self.turned(
            spine + SPINE / 2.0 - 1.6,
            y + 12.5,
            4.6,
            true,
            label.ink,
            &own,
        );
        let size = ((room - used) / width(&card.artist, 1.0, false).max(1.0)).clamp(2.4, 3.4);
        self.turned(
            spine + SPINE / 2.0 - 1.3,
            y + 12.5 + used,
            size,
            false,
            label.dim,
            &fit(&card.artist, room - used, size, false),
        );
        let end = y + HEIGHT - 12.0 - width(&card.length, 3.6, true);
        self.turned(
            spine + SPINE / 2.0 - 1.3,
            end,
            3.6,
            true,
            label.ink,
            &card.length,
        );
        // Flap: both sides in running text.
        for (n, side) in Side::BOTH.into_iter().enumerate() {
            let (top, room) = (y + 3.0 + n as f32 * HEIGHT / 2.0, HEIGHT / 2.0 - 6.0);
            self.turned(
                x + FLAP - 4.2,
                top,
                2.6,
                true,
                look.accent,
                if n == 0 { "SIDE A" } else { "SIDE B" },
            );
            let list: Vec<String> = songs(card, side)
                .map(|s| format!("{} {}", s.number, s.title))
                .collect();
            let lines = wrap(&list.join(" · "), room, 2.2);
            let most = 4;
            for (i, line) in lines.iter().take(most).enumerate() {
                let last = i + 1 == most && lines.len() > most;
                let line = if last {
                    fit(&format!("{line} …"), room, 2.2, false)
                } else {
                    line.clone()
                };
                self.turned(
                    x + FLAP - 7.0 - i as f32 * 2.7,
                    top,
                    2.2,
                    false,
                    look.text,
                    &line,
                );
            }
        }
    }

    /// The theme's stripes, across or down.
    fn stripes(&mut self, x: f32, y: f32, w: f32, h: f32, theme: &Theme, across: bool) {
        let stripes = &theme.label.stripes;
        let n = stripes.len().max(1) as f32;
        for (i, &color) in stripes.iter().enumerate() {
            let i = i as f32;
            if across {
                self.fill(x + w * i / n, y, w / n, h, color);
            } else {
                self.fill(x, y + h * i / n, w, h / n, color);
            }
        }
    }

    fn inside(&mut self, card: &Card, theme: &Theme) {
        let label = &theme.label;
        let (x, y) = (LEFT, INSIDE);
        self.fill(x, y, FLAP + SPINE + FRONT, HEIGHT, label.paper);
        // Both sides' songs; smaller where there are many.
        let lines = card.songs.len() as f32 + 4.6;
        let pitch = ((HEIGHT - 12.0) / lines).min(5.0);
        let size = (pitch * 0.68).min(3.1);
        let (left, right) = (x + 5.0, x + FRONT - 5.0);
        let mut row = y + 5.0 + pitch;
        for side in Side::BOTH {
            let total: f64 = songs(card, side).map(|s| s.length_s).sum();
            let head = if side == Side::A { "SIDE A" } else { "SIDE B" };
            self.words(left, row, size * 1.05, true, label.dim, Anchor::Start, head);
            self.words(
                right,
                row,
                size,
                false,
                label.dim,
                Anchor::End,
                &clock(total),
            );
            for song in songs(card, side) {
                row += pitch;
                let time = clock(song.length_s);
                let room = right - left - width(&time, size, false) - 8.5;
                let mut title = song.title.clone();
                if let Some(artist) = &song.artist {
                    title = format!("{title} – {artist}");
                }
                self.rule(left, right, row + pitch * 0.26, label.rule);
                self.words(
                    left + 3.6,
                    row,
                    size,
                    false,
                    label.dim,
                    Anchor::End,
                    &song.number.to_string(),
                );
                let color = if song.blank.is_some() {
                    label.dim
                } else {
                    label.ink
                };
                self.words(
                    left + 5.4,
                    row,
                    size,
                    false,
                    color,
                    Anchor::Start,
                    &fit(&title, room, size, false),
                );
                self.words(right, row, size, false, label.dim, Anchor::End, &time);
            }
            row += pitch * 1.8;
        }
        self.notes(card, theme, row);
    }

    /// Notes behind spine and flap; where they are too long for that, they
    /// begin in what room is left below the songs, from `below` on.
    fn notes(&mut self, card: &Card, theme: &Theme, below: f32) {
        const SIZE: f32 = 2.25;
        const PITCH: f32 = 3.0;
        let (x, y) = (LEFT, INSIDE);
        let foot = y + HEIGHT - 8.0;
        let beside = (x + FRONT + 3.0, SPINE + FLAP - 6.0, y + 7.0);
        let under = (x + 5.0, FRONT - 10.0, below + PITCH);
        let paragraphs: Vec<String> = card.notes.split("\n\n").map(plain).collect();
        let lines = |room: f32| -> f32 {
            let lines = paragraphs
                .iter()
                .map(|p| wrap(p, room, SIZE).len() as f32 + 0.6);
            lines.sum()
        };
        let mut places = Vec::new();
        if beside.2 + lines(beside.1) * PITCH > foot && under.2 + 4.0 * PITCH < foot {
            places.push(under);
        }
        places.push(beside);
        let mut places = places.into_iter();
        let Some((mut left, mut room, mut row)) = places.next() else {
            return;
        };
        for paragraph in paragraphs {
            let mut rest = wrap(&paragraph, room, SIZE);
            while !rest.is_empty() {
                if row > foot {
                    if let Some(next) = places.next() {
                        (left, room, row) = next;
                        rest = wrap(&rest.join(" "), room, SIZE);
                    } else {
                        let ink = theme.label.ink;
                        self.words(left, row, SIZE, false, ink, Anchor::Start, "…");
                        return;
                    }
                }
                let line = rest.remove(0);
                self.words(
                    left,
                    row,
                    SIZE,
                    false,
                    theme.label.ink,
                    Anchor::Start,
                    &line,
                );
                row += PITCH;
            }
            row += PITCH * 0.6;
        }
    }

    fn rule(&mut self, from: f32, to: f32, y: f32, color: Rgb) {
        let (from, to) = ((from, y), (to, y));
        self.0.push(Mark::Line {
            from,
            to,
            width: 0.15,
            color,
            dashed: false,
        });
    }

    /// Corners to cut at and, outside the card, where to fold it.
    fn marks(&mut self, y: f32, panels: &[f32]) {
        let black = Rgb([0; 3]);
        let mut line = |from, to, dashed| {
            self.0.push(Mark::Line {
                from,
                to,
                width: 0.2,
                color: black,
                dashed,
            });
        };
        let right = LEFT + panels.iter().sum::<f32>();
        for (x, out) in [(LEFT, -1.0), (right, 1.0)] {
            for (y, up) in [(y, -1.0), (y + HEIGHT, 1.0)] {
                line((x + out * 1.5, y), (x + out * 6.5, y), false);
                line((x, y + up * 1.5), (x, y + up * 6.5), false);
            }
        }
        let mut x = LEFT;
        for panel in &panels[..panels.len() - 1] {
            x += panel;
            for (from, to) in [(y - 6.5, y - 1.5), (y + HEIGHT + 1.5, y + HEIGHT + 6.5)] {
                line((x, from), (x, to), true);
            }
        }
    }
}

/// A paragraph without its Markdown.
fn plain(paragraph: &str) -> String {
    let lines = paragraph.lines().map(|line| {
        line.trim_start_matches(['#', '>', '-', '*', ' '])
            .replace("**", "")
            .replace(['*', '_', '`'], "")
    });
    lines.collect::<Vec<_>>().join(" ")
}

fn songs(card: &Card, side: Side) -> impl Iterator<Item = &SongLine> {
    card.songs.iter().filter(move |song| song.side == side)
}

fn name(card: &Card) -> String {
    if card.title.is_empty() {
        "untitled".to_owned()
    } else {
        card.title.clone()
    }
}

fn facts(card: &Card) -> String {
    let mut facts: Vec<String> = [&card.length, &card.formulation, &card.noise_reduction]
        .into_iter()
        .filter(|s| !s.is_empty())
        .cloned()
        .collect();
    if card.tape_of.1 > 1 {
        facts.push(format!("tape {} of {}", card.tape_of.0, card.tape_of.1));
    }
    facts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(songs: usize) -> Card {
        let song = |i: usize| SongLine {
            song: i,
            number: i % 50 + 1,
            side: if i < songs / 2 { Side::A } else { Side::B },
            title: format!("A title of some length, number {i}, that goes on and on"),
            length_s: 61.0,
            ..SongLine::default()
        };
        Card {
            title: "Songs After Dark".to_owned(),
            artist: "Judy Bridgewater".to_owned(),
            length: "C60".to_owned(),
            songs: (0..songs).map(song).collect(),
            notes: "Words. ".repeat(900),
            ..Card::default()
        }
    }

    #[test]
    fn panels_have_the_measures_of_a_case() {
        // A folded card is 4 by 2 9/16 inches with a spine of 1/2 and a flap of 5/8.
        for (mm, inches) in [(HEIGHT, 4.0), (FRONT, 2.5625), (SPINE, 0.5), (FLAP, 0.625)] {
            assert!((mm / 25.4 - inches).abs() < 0.003, "{mm}");
        }
    }

    #[test]
    fn everything_stays_on_its_face_of_the_card() {
        for songs in [0, 1, 14, 90] {
            let sheet = Sheet::new(&card(songs), &Theme::default());
            let right = LEFT + FLAP + SPINE + FRONT;
            for mark in &sheet.0 {
                let Mark::Words {
                    x,
                    y,
                    size,
                    bold,
                    anchor,
                    turned,
                    words,
                    ..
                } = mark
                else {
                    continue;
                };
                let w = width(words, *size, *bold);
                let (x0, x1, y0, y1) = match (turned, anchor) {
                    (true, _) => (*x, *x, *y, *y + w),
                    (_, Anchor::Start) => (*x, *x + w, *y, *y),
                    (_, Anchor::End) => (*x - w, *x, *y, *y),
                    (_, Anchor::Middle) => continue,
                };
                let top = if *y < INSIDE - 1.0 { OUTSIDE } else { INSIDE };
                assert!(x0 >= LEFT && x1 <= right, "{words}");
                assert!(y0 >= top && y1 <= top + HEIGHT, "{words} {y0} {y1}");
            }
        }
    }
}
