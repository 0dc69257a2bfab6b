//! What is typed into a search: words, and filters such as `year:1979..1984`.

use std::ops::RangeInclusive;

use super::fold::fold;
use super::history::Played;
use super::rows::Tape;

/// A narrowing of the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// `artist:` words in who it is by.
    Artist(String),
    /// `genre:` words in the genre.
    Genre(String),
    /// `year:1979`, `year:1979..1984`, `year:..1984`, `year:1979..`.
    Year(RangeInclusive<u16>),
    /// `worn:3`: played at least so often; `worn:` at all.
    Worn(u32),
    /// `never:` played.
    Never,
}

impl Filter {
    /// Whether a tape passes.
    pub fn passes(&self, tape: &Tape, played: Played) -> bool {
        match self {
            Self::Artist(word) => fold(&tape.artist).contains(word.as_str()),
            Self::Genre(word) => fold(&tape.genre).contains(word.as_str()),
            Self::Year(years) => tape.year.is_some_and(|year| years.contains(&year)),
            Self::Worn(times) => played.times >= *times,
            Self::Never => played.times == 0,
        }
    }
}

/// A search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Folded words, in any order, all of which must be found.
    pub words: Vec<String>,
    /// What must hold besides.
    pub filters: Vec<Filter>,
}

impl Query {
    /// Of what a person typed. A filter that makes no sense is a word.
    pub fn new(typed: &str) -> Self {
        let mut query = Self::default();
        for part in parts(typed) {
            match filter(&part) {
                Some(filter) => query.filters.push(filter),
                // The first form of a word has all its letters; see `fold`.
                None => query.words.extend(
                    part.split_whitespace()
                        .filter_map(|word| fold(word).split(' ').next().map(str::to_owned))
                        .filter(|word| !word.is_empty()),
                ),
            }
        }
        query
    }

    /// Nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.filters.is_empty()
    }
}

/// Parts by white space, but `artist:"two words"` is one.
fn parts(typed: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in typed.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => parts.push(String::new()),
            c => {
                // Never empty: one stands there from the start.
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn filter(part: &str) -> Option<Filter> {
    let (name, value) = part.split_once(':')?;
    let folded = || Some(fold(value)).filter(|value| !value.is_empty());
    match name.to_ascii_lowercase().as_str() {
        "artist" | "by" => folded().map(Filter::Artist),
        "genre" => folded().map(Filter::Genre),
        "year" => {
            let (from, to) = value.split_once("..").unwrap_or((value, value));
            let end = |text: &str, open| {
                if text.is_empty() {
                    Some(open)
                } else {
                    text.parse().ok()
                }
            };
            let years = end(from, 0)?..=end(to, u16::MAX)?;
            (!value.is_empty() && !years.is_empty()).then_some(Filter::Year(years))
        }
        "worn" if value.is_empty() => Some(Filter::Worn(1)),
        "worn" => value.parse().ok().map(Filter::Worn),
        "never" if value.is_empty() => Some(Filter::Never),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, Query};

    #[test]
    fn filters_are_told_from_words() {
        let query = Query::new("Blue year:1979..1984 artist:\"Sigur Rós\" AC/DC");
        assert_eq!(query.words, ["blue", "acdc"]);
        let years = Filter::Year(1979..=1984);
        assert_eq!(query.filters, [years, Filter::Artist("sigur ros".into())]);
        assert_eq!(Query::new("year:..1984").filters, [Filter::Year(0..=1984)]);
        assert_eq!(Query::new("year:soon 2:30").words, ["yearsoon", "230"]);
        let played = [Filter::Worn(1), Filter::Worn(3), Filter::Never];
        assert_eq!(Query::new("worn: worn:3 never:").filters, played);
        assert!(Query::new("  ").is_empty());
    }
}
