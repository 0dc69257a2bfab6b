//! A search through all songs of the box: what is typed, what it finds, and
//! which of that is chosen.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::model::Listed;

/// Most letters of a query.
const LONGEST: usize = 100;

/// See the module's documentation.
#[derive(Debug, Default)]
pub struct Find {
    query: String,
    songs: Vec<Listed>,
    /// What each is known by, folded.
    known_by: Vec<String>,
    /// The card's revision that `songs` is of.
    revision: Option<u64>,
    /// Places in `songs` that are found.
    found: Vec<usize>,
    chosen: usize,
}

impl Find {
    /// What is typed.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// How many are found.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Which of those is chosen.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// The found songs, from the `first`, in the box's order.
    pub fn found(&self, first: usize) -> impl Iterator<Item = &Listed> {
        self.found[first.min(self.found.len())..]
            .iter()
            .map(|&i| &self.songs[i])
    }

    /// Place of the chosen song in the whole programme.
    pub fn song(&self) -> Option<usize> {
        Some(self.songs[*self.found.get(self.chosen)?].song)
    }

    /// Whether the songs are wanted as they are now.
    pub fn wants(&self, revision: u64) -> bool {
        self.revision != Some(revision)
    }

    /// Takes the songs of the box.
    pub fn list(&mut self, songs: Vec<Listed>, revision: u64) {
        let known_by = |song: &Listed| fold(&format!("{} {}", song.title, song.artist));
        self.known_by = songs.iter().map(known_by).collect();
        self.songs = songs;
        self.revision = Some(revision);
        self.search(self.chosen);
    }

    /// Adds to what is typed.
    pub fn write(&mut self, letter: char) {
        if self.query.chars().count() < LONGEST && !letter.is_control() {
            self.query.push(letter);
            self.search(0);
        }
    }

    /// Takes off the last letter; `false` where there is none.
    pub fn erase(&mut self) -> bool {
        let last = self.query.grapheme_indices(true).next_back();
        let Some((at, _)) = last else { return false };
        self.query.truncate(at);
        self.search(0);
        true
    }

    /// Takes off everything.
    pub fn clear(&mut self) {
        self.query.clear();
        self.search(0);
    }

    /// Chooses another of the found.
    pub fn step(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        self.chosen = self.chosen.saturating_add_signed(by).min(last);
    }

    /// Every word that is typed has to be there, at the start of a word or
    /// inside one.
    fn search(&mut self, chosen: usize) {
        let query = fold(&self.query);
        let words: Vec<&str> = query.split_whitespace().collect();
        let hit = |known: &String| words.iter().all(|word| known.contains(word));
        let all = self.known_by.iter().enumerate();
        self.found = all.filter(|(_, k)| hit(k)).map(|(i, _)| i).collect();
        self.chosen = chosen.min(self.found.len().saturating_sub(1));
    }
}

/// Without case and accents, so that `deja` finds `Déjà`.
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|&c| !is_combining_mark(c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(query: &str) -> Vec<usize> {
        let titles = ["Déjà vu", "Night Bus", "NIGHT, again", "Straße", "夜のバス"];
        let listed = |(song, title): (usize, &&str)| Listed {
            song,
            title: (*title).to_owned(),
            artist: "Zoë & the Bells".to_owned(),
            ..Listed::default()
        };
        let mut find = Find::default();
        find.list(titles.iter().enumerate().map(listed).collect(), 1);
        query.chars().for_each(|c| find.write(c));
        find.found(0).map(|listed| listed.song).collect()
    }

    #[test]
    fn letters_find_words_whatever_their_case_and_accents() {
        assert_eq!(find("deja"), [0]);
        assert_eq!(find("night"), [1, 2]);
        assert_eq!(find("bus NIG"), [1]);
        assert_eq!(find("バス"), [4]);
        assert_eq!(find("zoe"), [0, 1, 2, 3, 4]);
        assert_eq!(find("zoe straße"), [3]);
        assert_eq!(find("nowhere"), [0; 0]);
    }
}
