//! What stands where on the paper, in millimetres from its upper left corner.

use super::metrics::{Face, Letters};
use crate::look::theme::{Rgb, Theme};
use crate::player::model::{Card, SongLine};
use afterdark_tape::cassette::Side;

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

/// Left edge of both faces of the card.
pub const LEFT: f32 = (PAPER.0 - FLAP - SPINE - FRONT) / 2.0;
/// Top of the outer face.
pub const OUTSIDE: f32 = 20.0;
/// Top of the inner face.
pub const INSIDE: f32 = OUTSIDE + HEIGHT + 26.0;

/// Samples of the cover's side: 300 a printed inch.
pub const COVER: u32 = 768;

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
        at: (f32, f32),
        letters: Letters,
        color: Rgb,
        anchor: Anchor,
        turned: bool,
        words: String,
    },
    /// The cover, square.
    Cover { x: f32, y: f32, side: f32 },
}

/// Everything on the paper, in the order of painting.
#[derive(Debug)]
pub struct Sheet {
    /// What is on it.
    pub marks: Vec<Mark>,
    face: Face,
}

impl Sheet {
    /// Sets a card; `wear` of each side in equal parts, 0.0 to 1.0.
    pub fn new(card: &Card, wear: &[Vec<f32>; 2], theme: &Theme, face: Face) -> Self {
        let mut sheet = Self {
            marks: Vec::new(),
            face,
        };
        sheet.outside(card, theme);
        sheet.inside(card, wear, theme);
        sheet.corners(OUTSIDE, &[FLAP, SPINE, FRONT]);
        sheet.corners(INSIDE, &[FRONT, SPINE, FLAP]);
        let grey = Rgb([110; 3]);
        let hint = "Print at 100 %. Cut both along the corners, glue them back to back, fold along the dashes.";
        let at = (PAPER.0 / 2.0, INSIDE - 12.0);
        sheet.words(at, Anchor::Middle, sheet.letters(2.9), grey, hint);
        sheet
    }

    /// Letters of a size, in millimetres.
    pub fn letters(&self, size: f32) -> Letters {
        Letters {
            face: self.face,
            size,
            bold: false,
        }
    }

    /// Bold ones.
    pub fn bold(&self, size: f32) -> Letters {
        Letters {
            bold: true,
            ..self.letters(size)
        }
    }

    /// Fills a box.
    pub fn fill(&mut self, x: f32, y: f32, w: f32, h: f32, color: Rgb) {
        self.marks.push(Mark::Fill { x, y, w, h, color });
    }

    /// Sets words beginning, in the middle or ending at `at`.
    pub fn words(
        &mut self,
        at: (f32, f32),
        anchor: Anchor,
        letters: Letters,
        color: Rgb,
        words: impl Into<String>,
    ) {
        self.marks.push(Mark::Words {
            at,
            letters,
            color,
            anchor,
            turned: false,
            words: words.into(),
        });
    }

    /// Sets words that read downwards from `at`.
    pub fn turned(&mut self, at: (f32, f32), letters: Letters, color: Rgb, words: &str) {
        self.marks.push(Mark::Words {
            at,
            letters,
            color,
            anchor: Anchor::Start,
            turned: true,
            words: words.to_owned(),
        });
    }

    /// The theme's stripes, across or down.
    pub fn stripes(&mut self, x: f32, y: f32, w: f32, h: f32, theme: &Theme, across: bool) {
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

    /// A thin level line.
    pub fn rule(&mut self, from: f32, to: f32, y: f32, color: Rgb) {
        let (from, to) = ((from, y), (to, y));
        self.marks.push(Mark::Line {
            from,
            to,
            width: 0.15,
            color,
            dashed: false,
        });
    }

    /// Corners to cut at and, outside the card, where to fold it.
    fn corners(&mut self, y: f32, panels: &[f32]) {
        let black = Rgb([0; 3]);
        let mut line = |from, to, dashed| {
            self.marks.push(Mark::Line {
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

/// Songs of a side.
pub fn songs(card: &Card, side: Side) -> impl Iterator<Item = &SongLine> {
    card.songs.iter().filter(move |song| song.side == side)
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
        for songs in [0, 1, 14, 90, 1600] {
            let wear = [vec![0.3; 96], vec![0.0; 96]];
            let sheet = Sheet::new(&card(songs), &wear, &Theme::default(), Face::Any);
            let right = LEFT + FLAP + SPINE + FRONT;
            for mark in &sheet.marks {
                let Mark::Words {
                    at: (x, y),
                    letters,
                    anchor,
                    turned,
                    words,
                    ..
                } = mark
                else {
                    continue;
                };
                assert!(letters.size >= 4.0 / 72.0 * 25.4, "{words}");
                let w = letters.width(words);
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

    #[test]
    fn songs_for_which_there_is_no_room_are_counted() {
        let card = |a: usize, b: usize| {
            let mut card = card(a + b);
            for (i, song) in card.songs.iter_mut().enumerate() {
                song.side = Side::BOTH[usize::from(i >= a)];
                song.title = format!("Song {i}");
            }
            let sheet = Sheet::new(&card, &Default::default(), &Theme::default(), Face::Printer);
            let words = sheet.marks.into_iter().filter_map(|mark| match mark {
                Mark::Words { words, at, .. } => Some((words, at.1 >= INSIDE)),
                _ => None,
            });
            let (inside, outside): (Vec<_>, Vec<_>) = words.partition(|(_, inside)| *inside);
            [inside, outside].map(|face| face.into_iter().map(|(words, _)| words).collect())
        };
        // Of either side as many as are told, and the rest in figures.
        let more = |face: &[String]| -> Vec<usize> {
            let more = face.iter().filter_map(|w| w.strip_prefix("… and "));
            more.map(|w| w.trim_end_matches(" more").parse().unwrap())
                .collect()
        };
        let [inside, _]: [Vec<String>; 2] = card(800, 10);
        let told = inside.iter().filter(|w| w.starts_with("Song ")).count();
        assert_eq!(more(&inside), [810 - told]);
        let [inside, _]: [Vec<String>; 2] = card(800, 801);
        let told = inside.iter().filter(|w| w.starts_with("Song ")).count();
        assert_eq!(more(&inside).iter().sum::<usize>(), 1601 - told);
        let [inside, outside]: [Vec<String>; 2] = card(8, 0);
        assert!(more(&inside).is_empty());
        // A side alone has the flap's whole height, and no empty one beside it.
        assert!(
            outside.iter().any(|w| w.ends_with("8 Song 7")),
            "{outside:?}"
        );
        assert!(!outside.iter().any(|w| w == "SIDE B"));
        let [_, outside]: [Vec<String>; 2] = card(800, 0);
        assert!(outside.iter().any(|w| w.ends_with(" more")), "{outside:?}");
    }
}
