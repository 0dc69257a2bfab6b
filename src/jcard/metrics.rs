//! How wide words are in print.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Widths of U+0020 to U+007E in Helvetica, thousandths of the size (Adobe's
/// font metrics of the standard 14; Arial and Liberation Sans have the same).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Which sans serif the words will be set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The one of every printer and PDF reader.
    Printer,
    /// Whatever the reader's machine has in its place; most are wider (DejaVu
    /// Sans and Verdana by an eighth, and more where bold).
    Any,
}

/// Letters of one size, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Letters {
    pub face: Face,
    pub size: f32,
    pub bold: bool,
}

impl Letters {
    /// Width of `words`.
    pub fn width(self, words: &str) -> f32 {
        // Bold is wider by its widest letters' share.
        let wider = match (self.face, self.bold) {
            (Face::Printer, false) => 1.0,
            (Face::Printer, true) => 1.07,
            (Face::Any, false) => 1.13,
            (Face::Any, true) => 1.27,
        };
        let one = |c: char| match thousandths(c) {
            Some(width) => f32::from(width) * wider,
            None if c == '…' => 1000.0,
            // Ideographs are as wide as high, in every face.
            None => [0.0, 560.0 * wider, 1000.0][c.width().unwrap_or(0).min(2)],
        };
        words.chars().map(one).sum::<f32>() / 1000.0 * self.size
    }

    /// `words` in at most `room`, the last an ellipsis where they do not fit.
    pub fn fit(self, words: &str, room: f32) -> String {
        if self.width(words) <= room {
            return words.to_owned();
        }
        let mut out = String::new();
        for cluster in words.graphemes(true) {
            let before = out.len();
            out.push_str(cluster);
            if self.width(&out) + self.width("…") > room {
                out.truncate(before);
                break;
            }
        }
        out.truncate(out.trim_end().len());
        out.push('…');
        out
    }

    /// `words` in lines of at most `room`, broken at spaces, or inside a word
    /// that is longer than a line.
    pub fn wrap(self, words: &str, room: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in words.split_whitespace() {
            let space = if line.is_empty() { "" } else { " " };
            if !line.is_empty() && self.width(&format!("{line} {word}")) > room {
                lines.push(std::mem::take(&mut line));
            } else {
                line.push_str(space);
            }
            for cluster in word.graphemes(true) {
                let before = line.len();
                line.push_str(cluster);
                if before > 0 && self.width(&line) > room {
                    let rest = line.split_off(before);
                    lines.push(std::mem::replace(&mut line, rest));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// Width of a letter as that of the one without marks.
fn thousandths(c: char) -> Option<u16> {
    let letter = match c {
        'ł' => 'l',
        'Ł' => 'L',
        c if c.is_ascii() => c,
        c => std::iter::once(c).nfd().next()?,
    };
    WIDTHS.get((letter as usize).checked_sub(32)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        let letters = |size| Letters {
            face: Face::Printer,
            size,
            bold: false,
        };
        // From the font's own table: H 722, a 556, m 833, i 222.
        assert!((letters(10.0).width("Hami") - 23.33).abs() < 0.01);
        // With marks nearly as wide: l 222, o 556, dz 1056.
        assert!((letters(10.0).width("łódź") - 18.34).abs() < 0.01);
        assert_eq!(letters(1.0).fit("Never Let You Go", 5.1), "Never Le…");
        let wrap = |words, room| letters(1.0).wrap(words, room);
        assert_eq!(wrap("one two three", 4.0), ["one two", "three"]);
        assert_eq!(wrap("夜の歌を", 2.1), ["夜の", "歌を"]);
    }
}
