//! The words of a song: beside it as LRC or text, or embedded.

use std::io::Read;
use std::path::Path;

use lofty::file::TaggedFileExt;
use lofty::tag::ItemKey;

use crate::media::about::tagged;
use crate::{regular, text};

/// Largest text file taken, in bytes.
const LARGEST: u64 = 1 << 20;

/// A line, and when it is sung where that is known, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Seconds from the start of the file.
    pub at_s: Option<f64>,
    /// The words, clean.
    pub words: String,
}

/// The words of the recording at `path`, in order: an `.lrc` of the same name
/// first, then what is embedded, then a `.txt`. Empty where there are none.
pub fn lyrics(path: &Path) -> Vec<Line> {
    let beside = |extension| {
        let mut bytes = Vec::new();
        let file = regular::open(&path.with_extension(extension)).ok()?;
        file.take(LARGEST).read_to_end(&mut bytes).ok()?;
        Some(crate::text::decode(&bytes).0.into_owned())
    };
    let found = beside("lrc")
        .or_else(|| embedded(path))
        .or_else(|| beside("txt"));
    found.map_or_else(Vec::new, |words| lrc(&words))
}

fn embedded(path: &Path) -> Option<String> {
    let file = tagged::read(path, false)?;
    let keys = [ItemKey::Lyrics, ItemKey::UnsyncLyrics];
    let mut words = keys
        .iter()
        .flat_map(|key| file.tags().iter().map(|tag| tag.get_string(*key)));
    words.find_map(|words| words.map(str::to_owned))
}

/// Reads LRC: `[mm:ss.xx]` before each line, several where it is sung again;
/// `[offset:ms]` moves all of them earlier. Text without stamps stays as it is.
fn lrc(words: &str) -> Vec<Line> {
    let mut offset = 0.0;
    let mut lines = Vec::new();
    for line in text::clean_lines(words).lines() {
        let mut rest = line;
        let mut stamps = Vec::new();
        let mut header = false;
        while let Some((tag, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            match (stamp(tag), tag.split_once(':')) {
                (Some(at), _) => stamps.push(at),
                (None, Some((key, value))) if key.chars().all(char::is_alphabetic) => {
                    header = true;
                    if key.eq_ignore_ascii_case("offset") {
                        offset = value.trim().parse::<f64>().unwrap_or(0.0) / 1_000.0;
                    }
                }
                _ => break,
            }
            rest = after;
        }
        let words = rest.trim().to_owned();
        if stamps.is_empty() && !(header && words.is_empty()) {
            lines.push(Line {
                at_s: None,
                words: words.clone(),
            });
        }
        lines.extend(stamps.iter().map(|at| Line {
            at_s: Some(*at),
            words: words.clone(),
        }));
    }
    for at in lines.iter_mut().filter_map(|line| line.at_s.as_mut()) {
        *at = (*at - offset).max(0.0);
    }
    if lines.iter().any(|line| line.at_s.is_some()) {
        lines.retain(|line| line.at_s.is_some());
        lines.sort_by(|a, b| a.at_s.unwrap_or(0.0).total_cmp(&b.at_s.unwrap_or(0.0)));
    }
    lines
}

fn stamp(tag: &str) -> Option<f64> {
    let (minutes, seconds) = tag.split_once(':')?;
    let seconds = seconds.replace(':', ".");
    let at = minutes.trim().parse::<u32>().ok()?;
    let seconds = seconds
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|s| (0.0..1e4).contains(s))?;
    Some(f64::from(at) * 60.0 + seconds)
}

#[cfg(test)]
mod tests {
    use super::{Line, lrc};

    #[test]
    fn lines_sung_twice_and_an_offset() {
        let words = "[ar:Nobody]\n[offset:500]\n[00:10.50][01:00.00]Again\n[00:02]First\n";
        let line = |at_s, words: &str| Line {
            at_s: Some(at_s),
            words: words.to_owned(),
        };
        assert_eq!(
            lrc(words),
            [line(1.5, "First"), line(10.0, "Again"), line(59.5, "Again")]
        );
        let plain = lrc("Verse\n\nChorus [x2]\n");
        assert_eq!(
            plain
                .iter()
                .map(|line| line.words.as_str())
                .collect::<Vec<_>>(),
            ["Verse", "", "Chorus [x2]"]
        );
    }
}
