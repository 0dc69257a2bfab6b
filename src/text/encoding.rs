//! Bytes to text, whatever they were written in.

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A text file's words, and the name of its encoding where that was a guess.
///
/// A byte-order mark decides; without one, UTF-8 where it is valid, UTF-16
/// where every other byte of the beginning is zero, else the legacy encoding
/// that a browser would guess.
pub fn decode(bytes: &[u8]) -> (String, Option<&'static str>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (
            encoding
                .decode_without_bom_handling(&bytes[mark..])
                .0
                .into_owned(),
            None,
        );
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.iter().take(64).any(|byte| *byte == 0)
    {
        return (text.to_owned(), None);
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
    (
        encoding.decode_without_bom_handling(bytes).0.into_owned(),
        guessed,
    )
}

/// As [`decode`]; the encoding that an XML declaration names is believed where
/// the text is not UTF-8.
pub fn decode_declared(bytes: &[u8]) -> (String, Option<&'static str>) {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declared = head
        .strip_prefix("<?xml")
        .and_then(|head| head.split_once("?>")?.0.split_once("encoding="))
        .and_then(|(_, value)| value.get(1..)?.split(['"', '\'']).next())
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .filter(|_| std::str::from_utf8(bytes).is_err());
    match declared {
        Some(encoding) => (encoding.decode(bytes).0.into_owned(), None),
        None => decode(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

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
}
