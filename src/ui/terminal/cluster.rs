//! Characters joined of several that terminals show in different widths:
//! flags, keycaps, and emoji with a sign after them.

use unicode_width::UnicodeWidthChar;

/// What every terminal shows in the same columns, no more than the cluster is
/// taken for: a flag's two letters, or the first character alone. `None` for
/// what is shown alike everywhere.
pub(super) fn alone(cluster: &str) -> Option<String> {
    let first = cluster.chars().next()?;
    let mut out = String::new();
    if letter(first).is_some() {
        out.extend(cluster.chars().filter_map(letter));
    } else {
        let is_keycap = first.is_ascii() && cluster.contains(['\u{fe0f}', '\u{20e3}']);
        if cluster.chars().nth(1).is_none() || !(is_keycap || is_pictograph(first)) {
            return None;
        }
        out.push(first);
    }
    Some(out)
}

/// The letter that a regional indicator stands for.
fn letter(c: char) -> Option<char> {
    let n = u32::from(c).checked_sub(0x1f1e6).filter(|n| *n < 26)?;
    char::from_u32(u32::from('A') + n)
}

/// A picture that signs may follow (Unicode's emoji lie in these blocks).
fn is_pictograph(c: char) -> bool {
    c.width().is_some_and(|width| width > 0)
        && matches!(c,
            '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
            | '\u{2190}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}')
}
