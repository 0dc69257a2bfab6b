//! Angle brackets, well formed or not.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::playlist::error::Remark;

/// Most text of one element, in bytes.
const LONGEST: usize = 1 << 20;

/// What is met on the way through.
pub(crate) enum Part<'a> {
    /// An element begins, or is all there is of it.
    Opens {
        /// Its name in lower case.
        name: &'a str,
        element: &'a BytesStart<'a>,
    },
    /// An element ends.
    Closes {
        /// Its name in lower case.
        name: &'a str,
        /// The text since the last element began or ended.
        words: &'a str,
    },
}

/// Goes through `text` until its end or until `met` says that it is enough;
/// returns what is wrong with it.
pub(crate) fn walk(text: &str, mut met: impl FnMut(Part<'_>) -> bool) -> Option<Remark> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut words = String::new();
    loop {
        let go_on = match reader.read_event() {
            Ok(Event::Start(element)) => {
                words.clear();
                let name = &lower(element.local_name().as_ref());
                met(Part::Opens {
                    name,
                    element: &element,
                })
            }
            Ok(Event::Empty(element)) => {
                let name = &lower(element.local_name().as_ref());
                met(Part::Opens {
                    name,
                    element: &element,
                })
            }
            Ok(Event::Text(part)) => {
                if words.len() < LONGEST {
                    words.push_str(&part.xml10_content());
                }
                true
            }
            Ok(Event::CData(part)) => {
                words.push_str(&part);
                true
            }
            Ok(Event::GeneralRef(entity)) => {
                let char = entity.resolve_char_ref().ok().flatten();
                match (char, &*entity) {
                    (Some(char), _) => words.push(char),
                    (_, "amp") => words.push('&'),
                    (_, "lt") => words.push('<'),
                    (_, "gt") => words.push('>'),
                    (_, "quot") => words.push('"'),
                    (_, "apos") => words.push('\''),
                    // Not an entity but an ampersand left as it is.
                    (_, other) => {
                        words.push('&');
                        words.push_str(other);
                    }
                }
                true
            }
            Ok(Event::End(end)) => {
                let go_on = met(Part::Closes {
                    name: &lower(end.local_name().as_ref()),
                    words: words.trim(),
                });
                words.clear();
                go_on
            }
            Ok(Event::Eof) => false,
            Ok(_) => true,
            Err(error) => return Some(Remark::Damaged(error.to_string())),
        };
        if !go_on {
            return None;
        }
    }
}

/// An attribute's value, by its name in any letter case.
pub(crate) fn attribute(element: &BytesStart<'_>, wanted: &str) -> Option<String> {
    let mut attributes = element.html_attributes();
    attributes.with_checks(false);
    let found = attributes
        .flatten()
        .find(|found| found.key.local_name().as_ref().eq_ignore_ascii_case(wanted))?;
    let raw = found.value.into_owned();
    Some(
        quick_xml::escape::unescape(&raw)
            .map(Cow::into_owned)
            .unwrap_or(raw),
    )
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}
