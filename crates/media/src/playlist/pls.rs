//! PLS: `FileN=`, `TitleN=`, `LengthN=`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::playlist::bounds::MOST_ENTRIES;
use crate::playlist::entry::{Entry, clean_shared};
use crate::playlist::error::Blank;
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;
use crate::text;

/// Reads a PLS into `programme`, its entries in the order of their numbers;
/// those without a number stand in the order of their lines.
pub(crate) fn read(playlist: &str, home: &Arc<Home>, programme: &mut Programme) {
    let mut entries: BTreeMap<(u64, usize), Entry> = BTreeMap::new();
    let mut unnumbered = 0;
    for line in playlist.split(['\n', '\r']) {
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim();
        let name = key.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = key[name.len()..].parse::<u64>().ok();
        match name {
            "file" => {
                unnumbered += usize::from(number.is_none());
                if entries.len() >= MOST_ENTRIES {
                    programme.is_full();
                    continue;
                }
                let slot = entries
                    .entry((number.unwrap_or(0), unnumbered))
                    .or_default();
                let before = std::mem::replace(slot, Entry::written(value, home));
                slot.title = before.title;
            }
            "title" if entries.len() < MOST_ENTRIES => {
                let slot = entries
                    .entry((number.unwrap_or(0), unnumbered))
                    .or_default();
                slot.title = clean_shared(value);
            }
            "x-gnome-title" | "playlistname" => programme.title = text::clean_some(value),
            _ => {}
        }
    }
    // A title without a file is a place on the tape all the same.
    programme
        .entries
        .extend(entries.into_values().map(|mut entry| {
            if entry.home.is_none() {
                entry.set_blank(Blank::NamesNothing);
            }
            entry
        }));
}
