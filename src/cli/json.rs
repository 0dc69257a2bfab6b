//! JSON that is safe to show: no name in it moves a cursor or turns a line round.

use std::io::{self, Write};

use afterdark_media::text;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Writes a value on one line, its control and direction characters escaped;
/// what is read of it again is the same.
///
/// # Errors
/// Those of the output.
pub(super) fn write(out: &mut impl Write, what: &impl Serialize) -> io::Result<()> {
    what.serialize(&mut Serializer::with_formatter(out, Escaping))
        .map_err(io::Error::from)
}

/// The same of JSON that is written already.
pub(super) fn escape(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for char in json.chars() {
        if text::is_unsafe(char) {
            // Outside of its strings JSON has none of these.
            for unit in char.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(char);
        }
    }
    safe
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, char)) = rest.char_indices().find(|(_, c)| text::is_unsafe(*c)) {
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in char.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + char.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_keeps_its_characters_and_shows_none_that_trick() {
        let name = "a\u{202e}3pm\u{9b}2J\u{e0041}\"\u{1b}é";
        let mut out = Vec::new();
        super::write(&mut out, &name).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert!(
            json.contains("\\u202e3pm\\u009b2J") && json.contains('é'),
            "{json}"
        );
        assert!(
            !json.chars().any(afterdark_media::text::is_unsafe),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), name);
    }
}
