//! XSPF, ASX and WPL: playlists in angle brackets, well formed or not.

use std::borrow::Cow;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::playlist::entry::{Entry, clean_boxed};
use crate::playlist::error::{Blank, How, Remark};
use crate::playlist::home::Home;
use crate::playlist::programme::{MOST_ENTRIES, Programme};
use crate::text;

/// Reads any of the three into `programme`: they share no element name that
/// means different things.
pub(crate) fn read(playlist: &str, home: &Arc<Home>, programme: &mut Programme) {
    let mut reader = Reader::from_str(playlist);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut open: Vec<String> = Vec::new();
    let mut words = String::new();
    let mut track: Option<Entry> = None;
    // ASX closes an entry with its end tag; XSPF likewise.
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let name = begin(&start, home, &mut track, programme);
                // An element for each level; a bound keeps a hostile file small.
                if open.len() < 1_000 {
                    open.push(name);
                }
                words.clear();
            }
            Ok(Event::Empty(start)) => {
                begin(&start, home, &mut track, programme);
            }
            Ok(Event::Text(part)) => {
                if words.len() < 1 << 20 {
                    words.push_str(&part.xml10_content());
                }
            }
            Ok(Event::CData(part)) => words.push_str(&part),
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
            }
            Ok(Event::End(end)) => {
                let name = lower(end.local_name().as_ref());
                finish(&name, words.trim(), home, &mut track, programme);
                words.clear();
                open.pop();
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                programme.remarks.push(Remark::Damaged(error.to_string()));
                break;
            }
        }
        if programme.entries.len() >= MOST_ENTRIES {
            programme.is_full();
            break;
        }
    }
    // A file that is cut in the middle of an entry still names it.
    programme
        .entries
        .extend(track.filter(|track| track.home.is_some()));
}

fn begin(
    start: &BytesStart<'_>,
    home: &Arc<Home>,
    track: &mut Option<Entry>,
    programme: &mut Programme,
) -> String {
    let name = lower(start.local_name().as_ref());
    match name.as_str() {
        // XSPF, ASX.
        "track" | "entry" => {
            programme.entries.extend(track.take());
            *track = Some(Entry::default());
        }
        // ASX: the first reference is meant, others are its stand-ins.
        "ref" | "entryref" => {
            if let Some(href) = attribute(start, "href") {
                point(track, Entry::written(&href, home), programme);
            }
        }
        // WPL; its entries have no end tag of their own.
        "media" => {
            if let Some(source) = attribute(start, "src") {
                programme.entries.push(Entry::written(&source, home));
            }
        }
        _ => {}
    }
    name
}

fn finish(
    name: &str,
    words: &str,
    home: &Arc<Home>,
    track: &mut Option<Entry>,
    programme: &mut Programme,
) {
    match (name, track.as_mut()) {
        ("location", Some(_)) => point(track, Entry::referred(words, home), programme),
        ("title", Some(track)) => track.title = clean_boxed(words),
        ("creator" | "author", Some(track)) => track.artist = clean_boxed(words),
        ("title", None) => programme.title = text::clean_some(words),
        ("creator" | "author", None) => programme.artist = text::clean_some(words),
        ("annotation" | "abstract", None) => {
            programme.notes = Some(text::clean_lines(words)).filter(|notes| !notes.is_empty());
        }
        ("track" | "entry", Some(_)) => {
            let mut entry = track.take().unwrap_or_default();
            if entry.home.is_none() {
                entry.set_blank(Blank::NamesNothing);
            }
            programme.entries.push(entry);
        }
        _ => {}
    }
}

/// Gives the open entry its file; a further one becomes another reading.
fn point(track: &mut Option<Entry>, found: Entry, programme: &mut Programme) {
    match track {
        Some(track) if track.home.is_none() || track.blank().is_some() => {
            let before = std::mem::replace(track, found);
            (track.title, track.artist) = (before.title, before.artist);
        }
        Some(track) => {
            if found.blank().is_none() {
                let how = Some(How::OtherPlace);
                let also = &mut track.particulars_mut().also;
                also.push((found.path().into_owned(), how));
                let further = &found.particulars().also;
                also.extend(further.iter().map(|(path, _)| (path.clone(), how)));
            }
        }
        None => programme.entries.push(found),
    }
}

fn attribute(start: &BytesStart<'_>, wanted: &str) -> Option<String> {
    let mut attributes = start.html_attributes();
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
