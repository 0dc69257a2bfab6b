//! Words in the eight bits of a PDF's own fonts.

use std::collections::BTreeSet;
use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;

/// Letters with these marks that the standard 14 fonts have (Adobe's metrics of
/// Helvetica), beside those of Western Europe, and what their glyphs' names end
/// in. Under these letters a cedilla is drawn as a comma, but for s.
const MARKED: [(char, &str, &str); 11] = [
    ('\u{301}', "acute", "CLNRSZclnrsz"),
    ('\u{304}', "macron", "AEIOUaeiou"),
    ('\u{306}', "breve", "AGag"),
    ('\u{307}', "dotaccent", "EIZez"),
    ('\u{30a}', "ring", "Uu"),
    ('\u{30b}', "hungarumlaut", "OUou"),
    ('\u{30c}', "caron", "CDELNRTcdelnrt"),
    ('\u{326}', "commaaccent", "STst"),
    ('\u{327}', "commaaccent", "GKLNRTgklnrt"),
    ('\u{327}', "cedilla", "Ss"),
    ('\u{328}', "ogonek", "AEIUaeiu"),
];

/// WinAnsiEncoding (PDF 1.4, appendix D), its free places given to what else
/// is wanted.
pub struct Encoding {
    others: Vec<(u8, char)>,
}

impl Encoding {
    /// One that has as many letters of these words as it can.
    pub fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let letters: BTreeSet<char> = words.flat_map(UnicodeNormalization::nfc).collect();
        let taken: BTreeSet<u8> = letters.iter().copied().filter_map(win_ansi).collect();
        // Some readers take these two for space and hyphen whatever is said.
        let free = (0x80..=0xff).filter(|code| !matches!(code, 0xa0 | 0xad));
        let free = free.filter(|code| !taken.contains(code));
        let others = letters.iter().copied();
        let others = others.filter(|&c| win_ansi(c).is_none() && glyph(c).is_some());
        Self {
            others: free.zip(others).collect(),
        }
    }

    /// What stands behind /Encoding of the font.
    pub fn object(&self) -> String {
        let mut names = String::new();
        for (code, c) in &self.others {
            // Writing to a string does not fail.
            let _ = write!(names, " {code} /{}", glyph(*c).unwrap_or_default());
        }
        if names.is_empty() {
            return "/WinAnsiEncoding".to_owned();
        }
        format!("<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [{names} ] >>")
    }

    /// Words as a string's bytes, with what it must escape; adds to `lost` the
    /// letters that are not whole.
    pub fn string(&self, words: &str, lost: &mut BTreeSet<char>) -> Vec<u8> {
        let mut out = Vec::new();
        for c in words.nfc() {
            let other = || self.others.iter().find(|other| other.1 == c);
            let byte = win_ansi(c).or_else(|| Some(other()?.0));
            let byte = byte.unwrap_or_else(|| {
                lost.insert(c);
                // The letter without its marks, where that is Latin.
                let plain = std::iter::once(c).nfd().next().filter(char::is_ascii);
                plain.map_or(b'?', |c| c as u8)
            });
            if matches!(byte, b'(' | b')' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out
    }
}

fn win_ansi(c: char) -> Option<u8> {
    Some(match c {
        ' '..='~' | '\u{a0}'..='\u{ff}' => c as u32 as u8,
        '€' => 0x80,
        '…' => 0x85,
        'Š' => 0x8a,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        'š' => 0x9a,
        'œ' => 0x9c,
        'ž' => 0x9e,
        'Ÿ' => 0x9f,
        _ => return None,
    })
}

/// Adobe's name of a letter's glyph, where the fonts have it and
/// `WinAnsiEncoding` does not.
fn glyph(c: char) -> Option<String> {
    let whole = match c {
        'Đ' => "Dcroat",
        'đ' => "dcroat",
        'ı' => "dotlessi",
        'Ł' => "Lslash",
        'ł' => "lslash",
        '‚' => "quotesinglbase",
        '„' => "quotedblbase",
        '‹' => "guilsinglleft",
        '›' => "guilsinglright",
        '†' => "dagger",
        '™' => "trademark",
        '−' => "minus",
        _ => "",
    };
    if !whole.is_empty() {
        return Some(whole.to_owned());
    }
    let mut parts = std::iter::once(c).nfd();
    let (letter, mark, None) = (parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let has = |row: &&(char, &str, &str)| row.0 == mark && row.2.contains(letter);
    let (_, name, _) = MARKED.iter().find(has)?;
    Some(format!("{letter}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code that the encoding gives this glyph.
    fn code(encoding: &Encoding, name: &str) -> u8 {
        let object = encoding.object();
        let words: Vec<&str> = object.split_whitespace().collect();
        let at = words.iter().position(|word| *word == name).unwrap();
        words[at - 1].parse().unwrap()
    }

    #[test]
    fn strings_are_escaped_and_what_is_not_whole_is_told() {
        let mut lost = BTreeSet::new();
        let western = Encoding::of(["a(b)\\é…"].into_iter());
        let string = western.string("a(b)\\e\u{301}…", &mut lost);
        assert_eq!(string, b"a\\(b\\)\\\\\xe9\x85");
        assert_eq!(western.object(), "/WinAnsiEncoding");
        assert!(lost.is_empty());
        // The Welsh and Vietnamese letters are not in those fonts.
        let words = "ŵ ế 夜";
        let other = Encoding::of([words].into_iter());
        assert_eq!(other.string(words, &mut lost), b"w e ?");
        assert_eq!(lost.into_iter().collect::<String>(), "ŵế夜");
    }

    #[test]
    fn letters_from_gdansk_to_ankara_have_their_glyphs() {
        // Names of the Adobe Glyph List.
        let words = "Zażółć gęślą jaźń Dvořák ığşİ Țț Őű ņķ";
        let encoding = Encoding::of([words].into_iter());
        let mut lost = BTreeSet::new();
        let string = encoding.string(words, &mut lost);
        assert!(lost.is_empty());
        assert_eq!(string.len(), words.chars().count());
        for (letter, name) in [
            ('ż', "/zdotaccent"),
            ('ł', "/lslash"),
            ('ć', "/cacute"),
            ('ę', "/eogonek"),
            ('ś', "/sacute"),
            ('ą', "/aogonek"),
            ('ź', "/zacute"),
            ('ń', "/nacute"),
            ('ř', "/rcaron"),
            ('ı', "/dotlessi"),
            ('ğ', "/gbreve"),
            ('ş', "/scedilla"),
            ('İ', "/Idotaccent"),
            ('ț', "/tcommaaccent"),
            ('Ő', "/Ohungarumlaut"),
            ('ķ', "/kcommaaccent"),
        ] {
            let at = words.chars().position(|c| c == letter).unwrap();
            assert_eq!(string[at], code(&encoding, name), "{letter}");
        }
        // What Western letters are there keep their places.
        assert_eq!(string[words.chars().position(|c| c == 'ó').unwrap()], 0xf3);
        assert_eq!(string[words.chars().position(|c| c == 'á').unwrap()], 0xe1);
    }
}
