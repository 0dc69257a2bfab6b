//! What a person has chosen on the screen.

use std::path::PathBuf;
use std::time::Instant;

use super::find::Find;
use super::layout::Kind;
use super::model::View;
use super::shelf::Shelf;

/// A page of the card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Page {
    #[default]
    Songs,
    Notes,
    Lyrics,
    File,
    Deck,
}

impl Page {
    /// In the order of Tab.
    pub const ALL: [Page; 5] = [
        Page::Songs,
        Page::Notes,
        Page::Lyrics,
        Page::File,
        Page::Deck,
    ];

    /// For the eye.
    pub fn name(self) -> &'static str {
        match self {
            Page::Songs => "Songs",
            Page::Notes => "Notes",
            Page::Lyrics => "Lyrics",
            Page::File => "File",
            Page::Deck => "Deck",
        }
    }

    /// Its place in the order of Tab.
    fn place(self) -> usize {
        Page::ALL.iter().position(|page| *page == self).unwrap_or(0)
    }
}

/// See the module's documentation.
#[derive(Debug)]
pub struct State {
    /// The page of the card.
    pub page: Page,
    /// Index on the card's songs.
    pub selected: usize,
    /// The selection goes with the song that plays until a person moves it.
    pub follow: bool,
    /// First line shown of what can be scrolled.
    pub scroll: usize,
    /// The chosen line of the Deck page, among those that can be turned.
    pub row: usize,
    /// The table of keys lies over everything.
    pub help: bool,
    /// A page lies over a picture that leaves no room beside it.
    pub over: bool,
    /// The search that is on, which takes the keys.
    pub find: Option<Find>,
    /// The shelf, where there is one; open, it takes the keys.
    pub shelf: Option<Shelf>,
    /// Paths that were pasted, which may be put in: it takes the next key.
    pub offer: Option<Vec<PathBuf>>,
    /// Another theme is wished for.
    pub theme_change: bool,
    /// The song that was clicked on last, and when.
    pub clicked: Option<(usize, Instant)>,
    /// A picture of the screen is wished for.
    pub picture: bool,
    /// Songs on the card.
    songs: usize,
    /// Number of the tape in the machine.
    tape: Option<u64>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            page: Page::default(),
            selected: 0,
            follow: true,
            scroll: 0,
            row: 0,
            help: false,
            over: false,
            find: None,
            shelf: None,
            offer: None,
            theme_change: false,
            picture: false,
            clicked: None,
            songs: 0,
            tape: None,
        }
    }
}

impl State {
    /// Keeps up with what is in the machine.
    pub fn keep_up(&mut self, view: &View) {
        if self.tape.replace(view.card.seed) != Some(view.card.seed) {
            self.follow = true;
            self.scroll = 0;
        }
        if let Some(shelf) = &mut self.shelf {
            shelf.keep_up();
        }
        self.songs = view.card.songs.len();
        if let (Some(find), Some(listing)) = (&mut self.find, &view.listing)
            && find.wants(listing.revision)
        {
            find.list(listing.songs.clone(), listing.revision);
        }
        if self.follow {
            self.selected = view.current_song().unwrap_or(0);
        }
        self.selected = self.selected.min(self.songs.saturating_sub(1));
    }

    /// The shelf, while somebody is before it.
    pub fn shelf(&self) -> Option<&Shelf> {
        self.shelf.as_ref().filter(|shelf| shelf.is_open())
    }

    /// Keeps up with the screen's kind: each has its own way to the pages.
    pub fn adapt(&mut self, kind: Kind) {
        if kind != Kind::Full {
            self.page = Page::Songs;
        }
        self.over = false;
    }

    /// Goes to another page.
    pub fn open(&mut self, page: Page) {
        self.page = page;
        self.scroll = 0;
    }

    /// Goes to the next page or the one before.
    pub fn turn_page(&mut self, next: bool) {
        let n = Page::ALL.len();
        let step = if next { 1 } else { n - 1 };
        self.open(Page::ALL[(self.page.place() + step) % n]);
    }

    /// On a small screen the pages come over the picture one after the other,
    /// and then the picture again.
    pub fn turn_over(&mut self, next: bool) {
        let (first, last) = (Page::ALL[0], Page::ALL[Page::ALL.len() - 1]);
        if !self.over {
            self.over = true;
            self.open(if next { first } else { last });
        } else if self.page == if next { last } else { first } {
            self.put_away();
        } else {
            self.turn_page(next);
        }
    }

    /// Takes the page off the picture.
    pub fn put_away(&mut self) {
        if self.over {
            self.over = false;
            self.open(Page::Songs);
        }
    }

    /// The song to be played that is selected.
    pub fn song(&mut self) -> Option<usize> {
        if self.songs == 0 {
            return None;
        }
        self.follow = true;
        self.put_away();
        Some(self.selected)
    }

    /// Moves what is chosen by lines; `rows` of the Deck page can be.
    pub fn step(&mut self, by: isize, rows: usize) {
        let moved = |from: usize| from.saturating_add_signed(by);
        if self.page == Page::Songs && !self.help {
            self.follow = false;
            self.selected = moved(self.selected).min(self.songs.saturating_sub(1));
        } else if self.page == Page::Deck && !self.help {
            self.row = moved(self.row).min(rows.saturating_sub(1));
        } else {
            self.scroll = moved(self.scroll).min(100_000);
        }
    }
}
