//! XSPF, ASX and WPL: playlists in angle brackets, well formed or not.

use std::sync::Arc;

use quick_xml::events::BytesStart;

use crate::playlist::bounds::MOST_ENTRIES;
use crate::playlist::entry::{Entry, clean_shared};
use crate::playlist::error::{Blank, How};
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;
use crate::playlist::xml::{Part, attribute, walk};
use crate::text;

/// Reads any of the three into `programme`: they share no element name that
/// means different things.
pub(crate) fn read(playlist: &str, home: &Arc<Home>, programme: &mut Programme) {
    let mut track: Option<Entry> = None;
    let damage = walk(playlist, |part| {
        match part {
            Part::Opens { name, element } => begin(name, element, home, &mut track, programme),
            Part::Closes { name, words } => finish(name, words, home, &mut track, programme),
        }
        programme.entries.len() < MOST_ENTRIES
    });
    programme.remarks.extend(damage);
    if programme.entries.len() >= MOST_ENTRIES {
        programme.is_full();
    }
    // A file that is cut in the middle of an entry still names it.
    programme
        .entries
        .extend(track.filter(|track| track.home.is_some()));
}

fn begin(
    name: &str,
    start: &BytesStart<'_>,
    home: &Arc<Home>,
    track: &mut Option<Entry>,
    programme: &mut Programme,
) {
    match name {
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
        ("title", Some(track)) => track.title = clean_shared(words),
        ("creator" | "author", Some(track)) => track.artist = clean_shared(words),
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
