//! Text as it is searched: without case, accents, width, kana form and
//! punctuation.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// From katakana to the hiragana of the same sound.
const KATAKANA_TO_HIRAGANA: u32 = 0x60;

/// Words of a text, folded: lower case, no accents, full and half width and
/// katakana and hiragana alike, letters such as `ø`, `æ`, `ß` and `ı` as they
/// are typed without them. Punctuation within a word vanishes, and what it
/// parts stands after it as words of their own, so that `AC/DC` is found by
/// `acdc`, `ac dc` and `ac/dc`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        fold_word(word, &mut out);
    }
    out
}

fn fold_word(word: &str, out: &mut String) {
    let start = out.len();
    if start > 0 {
        out.push(' ');
    }
    let whole = out.len();
    // Where punctuation parted the word, in bytes from `whole`.
    let mut parted = Vec::new();
    for c in word.nfkd().filter(|c| !is_combining_mark(*c)) {
        for c in c.to_lowercase().nfkd() {
            push_letter(c, out);
        }
        let at = out.len() - whole;
        if !c.is_alphanumeric() && at > 0 && parted.last() != Some(&at) {
            parted.push(at);
        }
    }
    let length = out.len() - whole;
    if length == 0 {
        out.truncate(start);
        return;
    }
    parted.retain(|&at| at < length);
    if parted.is_empty() {
        return;
    }
    let letters = out[whole..].to_owned();
    let mut from = 0;
    for at in parted.into_iter().chain([length]) {
        out.push(' ');
        out.push_str(&letters[from..at]);
        from = at;
    }
}

fn push_letter(c: char, out: &mut String) {
    let plain = match c {
        'ø' => "o",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'ı' => "i",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ħ' => "h",
        'ŋ' => "n",
        'ŧ' => "t",
        'ς' => "σ",
        '\u{30a1}'..='\u{30f6}' => {
            out.extend(char::from_u32(u32::from(c) - KATAKANA_TO_HIRAGANA));
            return;
        }
        c if c.is_alphanumeric() => {
            out.push(c);
            return;
        }
        _ => return,
    };
    out.push_str(plain);
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn what_people_type_finds_what_is_written() {
        for (written, typed) in [
            ("MØ", "mo"),
            ("GØGGS", "goggs"),
            ("Ænima", "aenima"),
            ("Straße", "strasse"),
            ("Kıraç", "kirac"),
            ("Sigur Rós", "sigur ros"),
            ("Łódź", "lodz"),
            ("ＡＢＢＡ", "abba"),
            ("ﾊﾟﾌｭｰﾑ", "パフューム"),
            ("パフューム", "ぱふゅーむ"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
        ] {
            assert_eq!(fold(written), fold(typed), "{written}");
        }
    }

    #[test]
    fn punctuation_may_be_typed_or_left_out() {
        assert_eq!(fold("AC/DC"), "acdc ac dc");
        assert_eq!(fold("R.E.M."), "rem r e m");
        assert_eq!(fold("Don't — Stop"), "dont don t stop");
        assert_eq!(fold("!!!"), "");
    }
}
