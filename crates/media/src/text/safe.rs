//! Text without what a terminal would obey.

use unicode_width::UnicodeWidthChar;

/// Longest text that is kept, in characters; a title has no use for more.
const LONGEST: usize = 2_000;

/// Most marks without a width of their own on one character, so that no stack
/// of accents climbs out of its line.
const MARKS: usize = 4;

/// One line of clean text: no control, escape, bidirectional-override or
/// invisible character, white space single and none at the ends, at most
/// 2 000 characters.
///
/// The joiners U+200C and U+200D stay where scripts need them, that is after
/// a character that is not ASCII.
pub fn clean(dirty: &str) -> String {
    if is_plain(dirty) {
        return dirty.to_owned();
    }
    let mut out = String::with_capacity(dirty.len().min(4 * LONGEST));
    let mut kept = 0;
    let mut marks = 0;
    let mut gap = false;
    let mut joinable = false;
    for c in dirty.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = kept > 0;
            continue;
        }
        if is_trick(c) || (is_joiner(c) && !joinable) {
            continue;
        }
        if c.width() == Some(0) {
            marks += 1;
            if marks > MARKS || kept == 0 {
                continue;
            }
        } else {
            marks = 0;
        }
        if kept >= LONGEST {
            break;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        out.push(c);
        kept += 1;
        joinable = !c.is_ascii() && !is_joiner(c);
    }
    while out.chars().next_back().is_some_and(is_joiner) {
        out.pop();
    }
    out
}

/// Whether there is nothing to clean, for most texts found out at a glance.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let plain = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    let ends = [bytes.first(), bytes.last()];
    plain && bytes.len() <= LONGEST && !ends.contains(&Some(&b' ')) && !text.contains("  ")
}

/// As [`clean`], but `None` where nothing is left.
pub fn clean_some(dirty: &str) -> Option<String> {
    Some(clean(dirty)).filter(|text| !text.is_empty())
}

/// As [`clean`], for a sentence: what is longer than 160 characters loses its
/// middle.
pub fn brief(dirty: &str) -> String {
    const LONGEST: usize = 160;
    let text = clean(dirty);
    let count = text.chars().count();
    if count <= LONGEST {
        return text;
    }
    let head = text.chars().take(LONGEST / 2);
    let tail = text.chars().skip(count - LONGEST / 2);
    head.chain(['…']).chain(tail).collect()
}

/// Several lines, each [`clean`], with no empty ones at the ends; at most
/// 5 000 of them.
pub fn clean_lines(dirty: &str) -> String {
    let lines: Vec<String> = dirty
        .split(['\n', '\u{2028}', '\u{2029}'])
        .flat_map(|line| line.trim_end_matches('\r').split('\r'))
        .take(5_000)
        .map(clean)
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Whether a character must not reach a terminal as it is: controls, and what
/// [`clean`] takes out for changing how others are shown.
pub fn is_unsafe(c: char) -> bool {
    c.is_control() || is_trick(c)
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters that change how others are shown, or hide: bidirectional
/// controls (UAX #9), zero-width spaces, deprecated format characters,
/// interlinear annotation, language tags, and code points that are none.
/// Controls are not among them.
pub(super) fn is_trick(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_cursor_or_hides_text_is_left() {
        assert_eq!(clean("a\x1b[2Jb\u{9b}31mc\u{7}\r\nd"), "a [2Jb 31mc d");
        assert_eq!(clean("evil\u{202e}3pm.exe\u{200b}\u{feff}"), "evil3pm.exe");
        assert_eq!(clean("  two\t\u{a0} words \n"), "two words");
        assert_eq!(clean("a\u{200d}\u{200d}b"), "ab");
        assert_eq!(clean_some("\u{202e}\n\u{200b} "), None);
    }

    #[test]
    fn scripts_that_need_joiners_and_accents_keep_them() {
        for kept in [
            "می\u{200c}خواهم",
            "👩\u{200d}🚀",
            "नमस्ते",
            "Cafe\u{301}",
            "東京",
            "Björk – “Jóga”",
        ] {
            assert_eq!(clean(kept), kept);
        }
    }

    #[test]
    fn stacked_marks_and_endless_titles_are_bounded() {
        assert_eq!(
            clean(&format!("z{}", "\u{301}".repeat(90))).chars().count(),
            5
        );
        assert_eq!(
            clean(&"long ".repeat(90_000))
                .chars()
                .filter(|c| *c != ' ')
                .count(),
            LONGEST
        );
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(
            clean_lines("\r\none\r\ntwo\x1b\rthree\n\n"),
            "one\ntwo\nthree"
        );
    }
}
