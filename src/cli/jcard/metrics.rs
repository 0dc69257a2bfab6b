//! How wide words are in the sans serif of every printer.

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

/// Width of `words` at `size`, in the unit of `size`. Bold is taken as 7 %
/// wider, which is its widest letters' share.
pub fn width(words: &str, size: f32, bold: bool) -> f32 {
    let thousandths: u32 = words
        .chars()
        .map(
            |c| match (c as usize).checked_sub(32).and_then(|i| WIDTHS.get(i)) {
                Some(w) => u32::from(*w),
                None => c.width().unwrap_or(0) as u32 * 560,
            },
        )
        .sum();
    thousandths as f32 / 1000.0 * size * if bold { 1.07 } else { 1.0 }
}

/// `words` in at most `room`, the last an ellipsis where they do not fit.
pub fn fit(words: &str, room: f32, size: f32, bold: bool) -> String {
    if width(words, size, bold) <= room {
        return words.to_owned();
    }
    let mut out = String::new();
    for c in words.chars() {
        out.push(c);
        if width(&out, size, bold) + size * 0.9 > room {
            out.pop();
            break;
        }
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// `words` in lines of at most `room`.
pub fn wrap(words: &str, room: f32, size: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words.split_whitespace() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if !line.is_empty() && width(&longer, size, false) > room {
            lines.push(std::mem::replace(&mut line, fit(word, room, size, false)));
        } else {
            line = fit(&longer, room, size, false);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // From the font's own table: H 722, a 556, m 833, i 222.
        assert!((width("Hami", 10.0, false) - 23.33).abs() < 0.01);
        assert_eq!(fit("Never Let You Go", 5.0, 1.0, false), "Never Le…");
        assert_eq!(wrap("one two three", 4.0, 1.0), ["one two", "three"]);
    }
}
