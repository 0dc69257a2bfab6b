//! A search through the whole shelf as one types: held in memory only while
//! the shelf is open.

use memchr::memmem;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::fold::fold;
use super::history::{History, Played};
use super::index::{Index, IndexError};
use super::query::Query;
use super::rows::Tape;

/// Most songs found that are listed; nobody reads on.
const MOST_SONGS: usize = 200;

/// Fewer tapes than this found by their letters, and those that merely
/// resemble what was typed are added.
const FEW: usize = 5;

/// Least likeness, as nucleo counts it, a letter typed.
const LIKENESS: u32 = 18;

/// What a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// Place in [`Catalog::tapes`].
    Tape(usize),
    /// Row of a song, and the place of its tape in [`Catalog::tapes`].
    Song(i64, usize),
}

/// How tapes stand when nothing is looked for by words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TapeOrder {
    #[default]
    Artist,
    Year,
    LastPlayed,
    MostPlayed,
    Added,
}

impl TapeOrder {
    /// In the order in which a key goes through them.
    const ALL: [Self; 5] = [
        Self::Artist,
        Self::Year,
        Self::LastPlayed,
        Self::MostPlayed,
        Self::Added,
    ];

    /// The one after it.
    pub fn next(self) -> Self {
        let here = Self::ALL.iter().position(|order| *order == self);
        Self::ALL[here.map_or(0, |here| (here + 1) % Self::ALL.len())]
    }
}

/// The shelf as it is searched.
#[derive(Debug, Default)]
pub struct Catalog {
    tapes: Vec<Tape>,
    /// What is known of each tape's playing.
    played: Vec<Played>,
    /// What each tape is known by, folded.
    tapes_known_by: Vec<String>,
    /// All songs' folded words, a line each.
    songs: String,
    /// Where each line begins, its row and its tape's place.
    lines: Vec<(u32, i64, u32)>,
}

impl Catalog {
    /// Reads the tapes; songs come with [`Self::read_songs`].
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn read(index: &Index) -> Result<Self, IndexError> {
        Ok(Self::of(index.tapes()?, &History::default()))
    }

    /// Of these tapes, played as the history says.
    pub(crate) fn of(tapes: Vec<Tape>, history: &History) -> Self {
        let known_by = |tape: &Tape| {
            let place = tape.path.file_name().unwrap_or_default().to_string_lossy();
            let year = tape.year.map(|year| year.to_string()).unwrap_or_default();
            format!(
                "{} {} {year} {} {}",
                fold(&tape.title),
                fold(&tape.artist),
                fold(&tape.genre),
                fold(&place)
            )
        };
        Self {
            tapes_known_by: tapes.iter().map(known_by).collect(),
            played: tapes.iter().map(|tape| history.of(&tape.path)).collect(),
            tapes,
            ..Self::default()
        }
    }

    /// Reads what songs are known by.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn read_songs(&mut self, index: &Index) -> Result<(), IndexError> {
        let places: std::collections::HashMap<i64, u32> = self
            .tapes
            .iter()
            .zip(0..)
            .map(|(tape, place)| (tape.id, place))
            .collect();
        let (songs, lines) = (&mut self.songs, &mut self.lines);
        songs.clear();
        lines.clear();
        index.known_by(|row, tape, known_by| {
            if let (Some(&place), Ok(at)) = (places.get(&tape), u32::try_from(songs.len())) {
                lines.push((at, row, place));
                songs.push_str(known_by);
                songs.push('\n');
            }
        })
    }

    /// All tapes, by artist, year and title.
    pub fn tapes(&self) -> &[Tape] {
        &self.tapes
    }

    /// All songs that a search means, by their rows, each with the place of its
    /// tape: words may be of the song or of the tape.
    pub(crate) fn songs_of(&self, query: &Query) -> Vec<(i64, usize)> {
        let mut songs = Vec::new();
        for (text, &(_, row, place)) in self.songs.lines().zip(&self.lines) {
            let place = place as usize;
            let (tape, known_by) = (&self.tapes[place], &self.tapes_known_by[place]);
            let played = self.played(place);
            let has = |word: &String| text.contains(word.as_str()) || known_by.contains(word);
            if !tape.away
                && query.words.iter().all(has)
                && query.filters.iter().all(|f| f.passes(tape, played))
            {
                songs.push((row, place));
            }
        }
        songs
    }

    /// What is known of a tape's playing, by its place.
    pub fn played(&self, place: usize) -> Played {
        self.played.get(place).copied().unwrap_or_default()
    }

    /// As [`Self::search`]; tapes that no words are looked for in stand in an
    /// order of their own.
    pub fn search_in(&self, query: &Query, order: TapeOrder) -> Vec<Hit> {
        let mut hits = self.search(query);
        if query.words.is_empty() && order != TapeOrder::Artist {
            let of = |hit: &Hit| match hit {
                Hit::Tape(place) | Hit::Song(_, place) => *place,
            };
            hits.sort_by_cached_key(|hit| {
                let place = of(hit);
                let (tape, played) = (&self.tapes[place], self.played(place));
                match order {
                    TapeOrder::Artist => 0,
                    TapeOrder::Year => tape.year.map_or(i64::MAX, i64::from),
                    TapeOrder::LastPlayed => -played.last_s,
                    TapeOrder::MostPlayed => -i64::from(played.times),
                    TapeOrder::Added => -tape.added_s,
                }
            });
        }
        hits
    }

    /// What is found, the best first: tapes, then songs. Nothing asked finds
    /// every tape.
    pub fn search(&self, query: &Query) -> Vec<Hit> {
        let passes = |place: &usize| {
            let (tape, played) = (&self.tapes[*place], self.played(*place));
            query
                .filters
                .iter()
                .all(|filter| filter.passes(tape, played))
        };
        let mut tapes: Vec<(u32, usize)> = (0..self.tapes.len())
            .filter_map(|place| Some((rank(&self.tapes_known_by[place], &query.words)?, place)))
            .filter(|(_, place)| passes(place))
            .collect();
        tapes.sort_by_key(|(rank, _)| *rank);
        if tapes.len() < FEW && !query.words.is_empty() {
            self.add_alike(query, &mut tapes, &passes);
        }
        let mut hits: Vec<Hit> = tapes
            .into_iter()
            .map(|(_, place)| Hit::Tape(place))
            .collect();
        if !query.words.is_empty() {
            self.find_songs(query, &passes, &mut hits);
        }
        hits
    }

    fn add_alike(
        &self,
        query: &Query,
        tapes: &mut Vec<(u32, usize)>,
        passes: &dyn Fn(&usize) -> bool,
    ) {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let words = query.words.join(" ");
        let least = LIKENESS * words.chars().filter(|c| *c != ' ').count() as u32;
        let pattern = Pattern::new(
            &words,
            CaseMatching::Respect,
            Normalization::Never,
            AtomKind::Fuzzy,
        );
        let mut buffer = Vec::new();
        let mut alike: Vec<(u32, usize)> = self
            .tapes_known_by
            .iter()
            .enumerate()
            .filter_map(|(place, text)| {
                let likeness = pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher)?;
                (likeness >= least).then_some((u32::MAX - likeness, place))
            })
            .filter(|(_, place)| passes(place) && !tapes.iter().any(|(_, known)| known == place))
            .collect();
        alike.sort_by_key(|(rank, _)| *rank);
        tapes.extend(alike.into_iter().take(FEW));
    }

    /// Songs that at least one word finds by their own title; the others may
    /// be of who plays or of the tape.
    fn find_songs(&self, query: &Query, passes: &dyn Fn(&usize) -> bool, hits: &mut Vec<Hit>) {
        // One letter is in nearly every title, and tells none from another.
        if matches!(&query.words[..], [word] if word.len() == 1) {
            return;
        }
        let mut found: Vec<(u32, usize)> = Vec::new();
        let mut seen = vec![false; self.lines.len()];
        for word in &query.words {
            let finder = memmem::Finder::new(word);
            let (mut from, mut line) = (0, 0);
            while let Some(at) = finder.find(&self.songs.as_bytes()[from..]) {
                while self.end(line) <= from + at {
                    line += 1;
                }
                from = self.end(line);
                if !std::mem::replace(&mut seen[line], true)
                    && let Some(rank) = self.song_rank(line, query)
                    && passes(&(self.lines[line].2 as usize))
                {
                    found.push((rank, line));
                }
            }
        }
        if found.len() > MOST_SONGS {
            found.select_nth_unstable(MOST_SONGS);
            found.truncate(MOST_SONGS);
        }
        found.sort_unstable();
        hits.extend(found.into_iter().map(|(_, line)| {
            let (_, row, place) = self.lines[line];
            Hit::Song(row, place as usize)
        }));
    }

    /// Where a song's line ends, after its line break.
    fn end(&self, line: usize) -> usize {
        let next = self.lines.get(line + 1);
        next.map_or(self.songs.len(), |next| next.0 as usize)
    }

    /// How well a song's title fits those words that are not of who plays or of
    /// the tape; `None` where one is nowhere, or none is in the title.
    fn song_rank(&self, line: usize, query: &Query) -> Option<u32> {
        let (at, _, place) = self.lines[line];
        let text = &self.songs[at as usize..self.end(line) - 1];
        let (title, also) = text.split_once('|').unwrap_or((text, ""));
        let tape = &self.tapes_known_by[place as usize];
        let (mut sum, mut own) = (0, false);
        for word in &query.words {
            if let Some(rank) = rank_of(title, word) {
                sum += rank;
                own = true;
            } else if !also.contains(word.as_str()) && !tape.contains(word.as_str()) {
                return None;
            }
        }
        own.then_some(sum)
    }
}

/// How well a folded text fits all words, 0 best; `None` where one is missing.
fn rank(text: &str, words: &[String]) -> Option<u32> {
    words.iter().map(|word| rank_of(text, word)).sum()
}

/// The whole text before a whole word, that before the start of one, that
/// before the middle of one; earlier words before later ones.
fn rank_of(text: &str, word: &str) -> Option<u32> {
    let ranks = text.match_indices(word).map(|(at, _)| {
        let begins = at == 0 || text.as_bytes()[at - 1] == b' ';
        let rest = &text[at + word.len()..];
        let ends = rest.is_empty() || rest.starts_with(' ');
        let kind = match (begins, ends) {
            (true, true) => 0,
            (true, false) => 1_000,
            (false, _) => 10_000,
        };
        kind + at.min(900) as u32
    });
    ranks.min()
}
