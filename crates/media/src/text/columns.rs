//! Text from files made fit for a terminal's columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::safe::is_trick;

/// Columns that `text` takes.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(cluster_width).sum()
}

fn cluster_width(cluster: &str) -> usize {
    // Joined emoji are two columns wide in every terminal that joins them;
    // nothing that a person reads as one character takes more.
    cluster.width().min(2)
}

/// `text` without what must not reach a terminal: controls, and what turns,
/// hides or fakes other text. Tabs and line ends become spaces; unlike
/// [`clean`](super::clean) it keeps white space as it is.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(c, '\t' | '\n' | '\r') {
                ' '
            } else {
                c
            }
        })
        .filter(|&c| !c.is_control() && !is_trick(c))
        .collect()
}

/// `text` in at most `columns`, the last an ellipsis where it does not fit.
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        let w = cluster_width(cluster);
        if used + w + 1 > columns {
            break;
        }
        used += w;
        out.push_str(cluster);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    if columns > 0 {
        out.push('…');
    }
    out
}

/// What is seen of `text` through a window of so many columns, past which it
/// moves by a character a step, there and then from the start again; at both
/// ends it rests. What does not fit ends or begins with an ellipsis.
pub fn pan(text: &str, columns: usize, step: usize) -> String {
    const REST: usize = 6;
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut room = columns.saturating_sub(1);
    let fits = |(_, cluster): &(usize, &str)| {
        let left = room.checked_sub(cluster_width(cluster));
        room = left.unwrap_or(room);
        left.is_some()
    };
    let clusters: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
    let last = clusters.len() - clusters.iter().rev().copied().take_while(fits).count();
    let from = (step % (last + 2 * REST)).saturating_sub(REST).min(last);
    match clusters.get(from) {
        Some((at, _)) if from > 0 => fit(&format!("…{}", &text[*at..]), columns),
        _ => fit(text, columns),
    }
}

/// `text` broken into lines of at most `columns` at spaces, or inside a word
/// that is longer than a line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let w = width(word);
        if used > 0 && used + 1 + w > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for cluster in word.graphemes(true) {
            let w = cluster_width(cluster);
            if used + w > columns && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(cluster);
            used += w;
        }
    }
    if used > 0 {
        lines.push(line);
    }
    lines
}

/// `m:ss`, or `h:mm:ss` from an hour on.
pub fn clock(seconds: f64) -> String {
    let s = if seconds.is_finite() {
        seconds.max(0.0) as u64
    } else {
        0
    };
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_a_terminal_takes() {
        // East Asian Width and emoji presentation, from the Unicode standard.
        for (text, columns) in [
            ("abc", 3),
            ("日本語", 6),
            ("e\u{301}tude", 5),
            ("👩‍👩‍👧", 2),
            ("שיר", 3),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis_and_keeps_its_columns() {
        assert_eq!(fit("Never Let You Go", 9), "Never Le…");
        assert_eq!(fit("Never Let", 9), "Never Let");
        assert_eq!(fit("夜の歌を歌う", 7), "夜の歌…");
        assert_eq!(fit("夜の歌を歌う", 6), "夜の…");
        assert_eq!(fit("abc", 0), "");
        for columns in 0..20 {
            assert!(width(&fit("a👩‍👩‍👧日本 語e\u{301}", columns)) <= columns);
        }
    }

    #[test]
    fn nothing_that_moves_or_hides_text_gets_through() {
        assert_eq!(
            printable("a\u{1b}[31mb\u{202e}c\u{200b}d\u{2066}e\u{feff}"),
            "a[31mbcde"
        );
        assert_eq!(printable("two\nlines\tand"), "two lines and");
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_inside() {
        assert_eq!(
            wrap("the chairs already up", 10),
            ["the chairs", "already up"]
        );
        assert_eq!(wrap("Donaudampfschiff", 6), ["Donaud", "ampfsc", "hiff"]);
    }

    #[test]
    fn a_long_text_is_seen_whole_in_time() {
        let text = "a👩‍👩‍👧日本 語e\u{301} and so on";
        assert_eq!(pan("short", 9, 40), "short");
        assert_eq!(pan(text, 9, 0), fit(text, 9));
        for columns in 0..12 {
            let seen: Vec<String> = (0..60).map(|step| pan(text, columns, step)).collect();
            assert!(seen.iter().all(|seen| width(seen) <= columns), "{seen:?}");
            // Its end comes by, whole.
            assert!(columns < 6 || seen.iter().any(|seen| seen.ends_with("o on")));
        }
    }
}
