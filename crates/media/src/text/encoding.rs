//! Bytes to text, whatever they were written in.

use std::borrow::Cow;

use chardetng::EncodingDetector;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, KOI8_R, MACINTOSH, SHIFT_JIS, UTF_8,
    UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1255, WINDOWS_1256,
};

/// A text file's words, and the name of its encoding where that was a guess.
///
/// A byte-order mark decides; without one, UTF-8 where it is valid, UTF-16
/// where every other byte of the beginning is zero, else the legacy encoding
/// that a browser would guess.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static str>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding.decode_without_bom_handling(&bytes[mark..]).0, None);
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.iter().take(64).any(|byte| *byte == 0)
    {
        return (text.into(), None);
    }
    let head = &bytes[..bytes.len().min(256)];
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let most = head.len() * 2 / 5;
    let encoding = if zeros(1) > most {
        UTF_16LE
    } else if zeros(0) > most {
        UTF_16BE
    } else {
        let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        detector.guess(None, chardetng::Utf8Detection::Allow)
    };
    let guessed = (encoding != UTF_8).then(|| encoding.name());
    (encoding.decode_without_bom_handling(bytes).0, guessed)
}

/// Encodings in which tags were written as if they were Latin-1, and what the
/// bytes of each look like: how many stand together at least.
const MISTAKEN: [(&Encoding, usize); 12] = [
    (WINDOWS_1251, 3),
    (KOI8_R, 3),
    (IBM866, 3),
    (WINDOWS_1253, 3),
    (WINDOWS_1255, 3),
    (WINDOWS_1256, 3),
    (SHIFT_JIS, 2),
    (EUC_JP, 2),
    (GBK, 2),
    (GB18030, 2),
    (EUC_KR, 2),
    (BIG5, 2),
];

/// The encoding of texts that were read as Latin-1 and are not: those of one
/// file together, as each alone is short. Where they are what they seem to be
/// that is Windows' superset of Latin-1. Latin-1 has its letters beyond ASCII one by one among others, while
/// other scripts have nothing but such.
pub fn mistaken<'a>(texts: impl Iterator<Item = &'a str>) -> &'static Encoding {
    other_script(texts).unwrap_or(WINDOWS_1252)
}

fn other_script<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'static Encoding> {
    let mut all = Vec::new();
    for text in texts {
        // What is of another script already was marked as it should be.
        let Some(bytes) = latin_1(text) else {
            continue;
        };
        if !bytes.is_ascii() {
            all.extend(bytes);
            all.push(b'\n');
        }
    }
    if all.is_empty() {
        return None;
    }
    if is_shift_jis(&all) {
        return Some(SHIFT_JIS);
    }
    let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&all, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Allow);
    let strict = || {
        let (text, errors) = guess.decode_without_bom_handling(&all);
        (!errors).then_some(text)
    };
    if guess == UTF_8 {
        return strict().map(|_| guess);
    }
    let (_, together) = MISTAKEN.iter().find(|(encoding, _)| *encoding == guess)?;
    let mut runs = [0; 2];
    for run in all.split(u8::is_ascii) {
        runs[usize::from(run.len() >= *together)] += run.len();
    }
    // An ID3v1 field may end in the middle of a character, so errors are few
    // rather than none.
    let (text, _) = guess.decode_without_bom_handling(&all);
    let wrong = text.chars().filter(|c| *c == '\u{fffd}').count();
    let [alone, together] = runs;
    // Half of what follows the first bytes of Big5 is ASCII.
    let fits = if guess == BIG5 {
        together >= 3 && together * 2 >= alone
    } else {
        together >= 4 && together >= 3 * alone
    };
    (fits && wrong * 20 <= text.chars().count()).then_some(guess)
}

/// Whether this is Shift JIS, which in a few words passes for other things.
/// Its characters begin with bytes that are nothing in Latin-1 and no letters
/// in most others.
fn is_shift_jis(bytes: &[u8]) -> bool {
    let (text, errors) = SHIFT_JIS.decode_without_bom_handling(bytes);
    let count = |wanted: fn(char) -> bool| text.chars().filter(|c| wanted(*c)).count();
    let kana = count(|c| matches!(c, '\u{3041}'..='\u{30fe}'));
    let kanji = count(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let narrow = count(|c| matches!(c, '\u{ff61}'..='\u{ff9f}'));
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let together = bytes
        .windows(2)
        .filter(|pair| !pair[0].is_ascii() && !pair[1].is_ascii());
    let controls = bytes
        .iter()
        .filter(|byte| (0x80..0xa0).contains(*byte))
        .count();
    !errors
        && controls * 4 >= high
        && kana + kanji >= 2
        && narrow <= kana + kanji
        && (kana >= 2 || together.count() * 2 >= high)
}

/// A text that was read as Latin-1, in the encoding that it is in.
pub fn reread(text: &str, encoding: &'static Encoding) -> String {
    match latin_1(text) {
        Some(bytes) => {
            let text = encoding.decode_without_bom_handling(&bytes).0;
            text.trim_end_matches('\u{fffd}').to_owned()
        }
        None => text.to_owned(),
    }
}

/// The bytes of a text that is Latin-1.
fn latin_1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(c).ok()).collect()
}

/// A name in all the encodings that it may be in, for the disk to choose.
pub fn readings(bytes: &[u8]) -> impl Iterator<Item = (String, &'static str)> {
    let likely = [
        SHIFT_JIS,
        GB18030,
        EUC_KR,
        BIG5,
        EUC_JP,
        WINDOWS_1251,
        KOI8_R,
        IBM866,
        WINDOWS_1250,
        WINDOWS_1252,
        WINDOWS_1253,
        WINDOWS_1254,
        MACINTOSH,
    ];
    likely.into_iter().filter_map(|encoding| {
        let (text, errors) = encoding.decode_without_bom_handling(bytes);
        (!errors).then(|| (text.into_owned(), encoding.name()))
    })
}

/// As [`decode`]; the encoding that an XML declaration names is believed where
/// the text is not UTF-8.
pub fn decode_declared(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static str>) {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declared = head
        .strip_prefix("<?xml")
        .and_then(|head| head.split_once("?>")?.0.split_once("encoding="))
        .and_then(|(_, value)| value.get(1..)?.split(['"', '\'']).next())
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .filter(|_| std::str::from_utf8(bytes).is_err());
    match declared {
        Some(encoding) => (encoding.decode(bytes).0, None),
        None => decode(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, mistaken, reread};

    #[test]
    fn every_way_of_writing_an_umlaut_is_read() {
        let utf16 = |bytes: fn(u16) -> [u8; 2], mark: &[u8]| {
            let mut out = mark.to_vec();
            out.extend("Für Élise.mp3".encode_utf16().flat_map(bytes));
            out
        };
        let cases = [
            "Für Élise.mp3".as_bytes().to_vec(),
            "\u{feff}Für Élise.mp3".as_bytes().to_vec(),
            utf16(u16::to_le_bytes, &[0xff, 0xfe]),
            utf16(u16::to_be_bytes, &[0xfe, 0xff]),
            utf16(u16::to_le_bytes, &[]),
            utf16(u16::to_be_bytes, &[]),
            b"F\xfcr \xc9lise.mp3".to_vec(),
        ];
        for case in cases {
            assert_eq!(decode(&case).0, "Für Élise.mp3", "{case:x?}");
        }
    }

    /// As a tagger of its country wrote it, and as a Latin-1 reader sees it.
    fn seen(text: &str, label: &str) -> String {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (bytes, _, errors) = encoding.encode(text);
        assert!(!errors);
        bytes.iter().map(|byte| *byte as char).collect()
    }

    #[test]
    fn tags_of_other_scripts_are_read_and_latin_1_is_left_alone() {
        for (label, texts) in [
            ("windows-1251", ["Группа крови", "Кино"]),
            ("windows-1251", ["Лето", "Мумий Тролль – Морская"]),
            ("shift_jis", ["上を向いて歩こう", "坂本九"]),
            ("gbk", ["月亮代表我的心", "邓丽君"]),
            ("euc-kr", ["아침 이슬", "양희은"]),
            ("big5", ["月亮代表我的心", "鄧麗君"]),
            ("utf-8", ["Für Élise", "Sólstafir"]),
        ] {
            let wrong = texts.map(|text| seen(text, label));
            let found = mistaken(wrong.iter().map(String::as_str));
            let read = wrong.each_ref().map(|text| reread(text, found));
            assert_eq!(read, texts, "{label}");
        }
        for texts in [
            ["Für Élise", "Motörhead"],
            ["Ágætis byrjun", "Sigur Rós"],
            ["ÄÖÜ", "ß"],
            ["¡¿Qué?!", "Año Ñoño"],
            ["Où ça? À l'été", "Françoise Hardy"],
            ["Det är så", "Räven & Ögat"],
            ["Smørrebrød på gløgg", "Åse"],
            ["São João", "Não é céu"],
            ["Naïve", "Beyoncé"],
            ["Þú ert sólin", "Ásgeir"],
            ["HÄÄYÖ", "Värttinä"],
            ["Don\u{92}t", "\u{93}Heroes\u{94}"],
            ["plain", "words"],
        ] {
            assert_eq!(
                mistaken(texts.into_iter()).name(),
                "windows-1252",
                "{texts:?}"
            );
        }
        let quoted = reread("Don\u{92}t", mistaken(["Don\u{92}t"].into_iter()));
        assert_eq!(quoted, "Don’t");
    }
}
