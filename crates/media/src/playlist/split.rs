//! One recording that holds several songs.

use std::sync::Arc;

use crate::playlist::cue;
use crate::playlist::entry::{Entry, Span};
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;

/// A song within a recording, as the recording tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Where it starts, in seconds.
    pub start_s: f64,
    /// What it is called, and who plays.
    pub title: Option<String>,
    /// See `title`.
    pub artist: Option<String>,
}

/// Cuts an entry at the cue sheet or, without one, at the parts that its file
/// tells of. `None` where there are fewer than two parts, or the entry is a
/// part already.
pub fn split(entry: &Entry, cue_sheet: Option<&str>, mut parts: Vec<Part>) -> Option<Vec<Entry>> {
    if entry.span().is_some() || entry.blank().is_some() {
        return None;
    }
    if let Some(sheet) = cue_sheet {
        let mut programme = Programme::default();
        let home = entry
            .home
            .clone()
            .unwrap_or_else(|| Arc::new(Home::default()));
        cue::sheet(sheet, &home, Some(entry), &mut programme);
        if programme.entries.len() > 1 {
            return Some(programme.entries);
        }
    }
    parts.retain(|part| part.start_s.is_finite());
    parts.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    parts.dedup_by(|a, b| a.start_s == b.start_s);
    if parts.len() < 2 {
        return None;
    }
    let starts: Vec<f64> = parts.iter().map(|part| part.start_s).collect();
    let cut = |(n, part): (usize, Part)| {
        // Whatever stands before the first part belongs to it.
        let start_s = if n == 0 { 0.0 } else { part.start_s.max(0.0) };
        let span = Span {
            start_s,
            end_s: starts.get(n + 1).copied(),
        };
        let mut cut = entry.clone();
        let title = part.title;
        let title = title.unwrap_or_else(|| format!("{} ({})", entry.name(), n + 1));
        cut.title = Some(title.into());
        cut.artist = part.artist.map(Into::into).or(cut.artist);
        cut.particulars_mut().span = Some(span);
        cut
    };
    Some(parts.into_iter().enumerate().map(cut).collect())
}
