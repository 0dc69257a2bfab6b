//! One recording that holds several songs.

use std::sync::Arc;

use super::{Entry, Home, Programme, Span, cue};

/// Cuts an entry at the cue sheet or, without one, at the chapters that its
/// file carries: starts in seconds, and titles. `None` where there are fewer
/// than two parts, or the entry is a part already.
pub fn split(
    entry: &Entry,
    cue_sheet: Option<&str>,
    chapters: &[(f64, Option<String>)],
) -> Option<Vec<Entry>> {
    if entry.span.is_some() || entry.blank.is_some() {
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
    let mut chapters: Vec<_> = chapters
        .iter()
        .filter(|(start, _)| start.is_finite())
        .collect();
    chapters.sort_by(|a, b| a.0.total_cmp(&b.0));
    chapters.dedup_by(|a, b| a.0 == b.0);
    if chapters.len() < 2 {
        return None;
    }
    let part = |(n, (start, title)): (usize, &&(f64, Option<String>))| {
        // Whatever stands before the first chapter belongs to it.
        let start_s = if n == 0 { 0.0 } else { start.max(0.0) };
        let span = Span {
            start_s,
            end_s: chapters.get(n + 1).map(|next| next.0),
        };
        let title = title
            .clone()
            .or_else(|| Some(format!("{} ({})", entry.name(), n + 1)));
        Entry {
            span: Some(span),
            title,
            ..entry.clone()
        }
    };
    Some(chapters.iter().enumerate().map(part).collect())
}
