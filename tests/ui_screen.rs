//! The screen as a person sees it: sizes, states, keys and mouse, with a
//! machine of cardboard behind it.

#[path = "../examples/fake/mod.rs"]
mod fake;

use std::sync::Arc;

use afterdark_media::text;
use afterdark_tape::cassette::Side;
use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::Rect;
use ratatui::style::Color;
use songs_after_dark::deck::{Monitor, Motion};
use songs_after_dark::look::theme::Theme;
use songs_after_dark::ui::model::{
    About, Action, Change, Knob, Listed, Listing, OutputState, Said, SongLine, Switch, Toggle, View,
};
use songs_after_dark::ui::{self, Appearance};

struct Screen {
    app: ui::Screen,
    area: Rect,
}

impl Screen {
    fn new(width: u16, height: u16) -> Self {
        Self {
            app: ui::Screen::new(Appearance {
                still: true,
                ..Appearance::default()
            }),
            area: Rect::new(0, 0, width, height),
        }
    }

    fn draw(&mut self, view: &View) -> String {
        self.app.draw(self.area, view);
        self.text()
    }

    /// The characters of the screen, a line a row.
    fn text(&self) -> String {
        let mut out = String::new();
        for y in 0..self.area.height {
            let mut line = String::new();
            let mut x = 0;
            while x < self.area.width {
                let symbol = self.app.buffer()[(x, y)].symbol();
                line += symbol;
                x += (text::width(symbol) as u16).max(1);
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }

    fn press(&mut self, code: KeyCode, view: &View) -> Option<Action> {
        self.app.handle(
            &Event::Key(KeyEvent::new(code, KeyModifiers::NONE)).into(),
            view,
        )
    }

    fn click(&mut self, (column, row): (u16, u16), view: &View) -> Option<Action> {
        let kind = MouseEventKind::Down(MouseButton::Left);
        let modifiers = KeyModifiers::NONE;
        let event = Event::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers,
        });
        self.app.handle(&event.into(), view)
    }

    /// Column and row of the first place where `words` stand.
    fn find(&self, words: &str) -> (u16, u16) {
        let place = self.text().lines().enumerate().find_map(|(y, line)| {
            let byte = line.find(words)?;
            Some((text::width(&line[..byte]) as u16, y as u16))
        });
        place.unwrap_or_else(|| panic!("`{words}` is not on the screen:\n{}", self.text()))
    }
}

#[test]
fn a_small_screen_shows_every_page_in_its_turn() {
    let view = fake::view(60.0);
    for (w, h) in [(40, 12), (60, 20)] {
        let mut screen = Screen::new(w, h);
        let picture = screen.draw(&view);
        assert!(!picture.contains("The Last Table"), "{picture}");
        for words in [
            "The Last Table",
            "with the chairs",
            "Leave the lamp",
            "No song before",
            "Monitor",
        ] {
            assert_eq!(screen.press(KeyCode::Tab, &view), None);
            let page = screen.draw(&view);
            assert!(page.contains(words), "{words}:\n{page}");
        }
        screen.press(KeyCode::Tab, &view);
        assert_eq!(screen.draw(&view), picture);
        // Nothing is chosen unseen.
        screen.press(KeyCode::Down, &view);
        assert!(screen.draw(&view).contains("The Last Table"));
        screen.press(KeyCode::Down, &view);
        let song = screen.press(KeyCode::Enter, &view);
        assert!(matches!(song, Some(Action::Song(_))), "{song:?}");
        assert_eq!(screen.draw(&view), picture);
    }
}

#[test]
fn a_song_is_found_by_some_of_its_letters() {
    let view = fake::view(60.0);
    for (w, h) in [(40, 12), (80, 24), (120, 40)] {
        let mut screen = Screen::new(w, h);
        screen.draw(&view);
        assert_eq!(screen.press(KeyCode::Char('/'), &view), None);
        assert!(screen.app.wants_list(&view));
        let mut view = view.clone();
        let listed = |song: &SongLine| Listed {
            song: song.song,
            title: song.title.clone(),
            artist: String::new(),
            place: format!("B{}", song.number),
        };
        let songs = view.card.songs.iter().map(listed).collect();
        let revision = view.card.revision;
        view.listing = Some(Arc::new(Listing { revision, songs }));
        screen.draw(&view);
        // Letters that are keys elsewhere are only letters here.
        for letter in "ROmEr".chars() {
            assert_eq!(screen.press(KeyCode::Char(letter), &view), None);
        }
        let shown = screen.draw(&view);
        assert!(shown.contains("The Cromer Road"), "{w}×{h}\n{shown}");
        assert!(!shown.contains("Goodnight"), "{w}×{h}\n{shown}");
        let song = view
            .card
            .songs
            .iter()
            .position(|s| s.title == "The Cromer Road");
        let found = screen.press(KeyCode::Enter, &view);
        assert_eq!(found, song.map(Action::SongOfBox));
        // Over; and Escape alone leaves it too.
        assert_eq!(
            screen.press(KeyCode::Char('n'), &view),
            Some(Action::NextSong)
        );
        screen.press(KeyCode::Char('/'), &view);
        screen.press(KeyCode::Esc, &view);
        assert_eq!(
            screen.press(KeyCode::Char('n'), &view),
            Some(Action::NextSong)
        );
    }
}

#[test]
fn a_song_clicked_on_is_played_and_the_bar_seeks() {
    let view = fake::view(260.0);
    let mut screen = Screen::new(120, 40);
    screen.draw(&view);
    let (x, y) = screen.find("Satin");
    // Once chooses, twice plays.
    assert_eq!(screen.click((x, y), &view), None);
    assert_eq!(screen.click((x, y), &view), Some(Action::Song(8)));
    let (x, y) = screen.find("PAUSE");
    assert_eq!(screen.click((x, y), &view), Some(Action::Pause));
    // The bar's head is where the tape is: a click on it goes nowhere far.
    let (x, y) = screen.find("●──");
    match screen.click((x, y), &view) {
        Some(Action::SeekTo(s)) => assert!((s - 260.0).abs() < 25.0, "{s}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_do_what_the_table_says() {
    let mut view = fake::view(260.0);
    let mut screen = Screen::new(80, 24);
    screen.draw(&view);
    assert_eq!(
        screen.press(KeyCode::Char(' '), &view),
        Some(Action::PlayPause)
    );
    assert_eq!(
        screen.press(KeyCode::Char('3'), &view),
        Some(Action::Song(2))
    );
    assert_eq!(
        screen.press(KeyCode::Char('9'), &view),
        None,
        "there are seven songs"
    );
    view.deck.side = Side::B;
    assert_eq!(
        screen.press(KeyCode::Char('3'), &view),
        Some(Action::Song(9))
    );
    // Two down from the song that plays, and Enter.
    view.deck.side = Side::A;
    screen.draw(&view);
    assert_eq!(screen.press(KeyCode::Down, &view), None);
    assert_eq!(screen.press(KeyCode::Char('j'), &view), None);
    assert_eq!(screen.press(KeyCode::Enter, &view), Some(Action::Song(3)));
    assert_eq!(screen.press(KeyCode::Esc, &view), None);
    assert_eq!(screen.press(KeyCode::Char('q'), &view), Some(Action::Quit));
}

#[test]
fn help_opens_over_everything_and_escape_closes_it() {
    let view = fake::view(260.0);
    let mut screen = Screen::new(120, 40);
    assert!(!screen.draw(&view).contains("turn the tape over"));
    screen.press(KeyCode::Char('?'), &view);
    let shown = screen.draw(&view);
    for words in [
        "turn the tape over",
        "quit (the tape keeps",
        "less / more hiss",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    assert!(!shown.contains("for more"), "{shown}");
    screen.press(KeyCode::Esc, &view);
    assert!(!screen.draw(&view).contains("turn the tape over"));
}

#[test]
fn help_scrolls_to_its_end_on_a_low_screen() {
    let view = fake::view(260.0);
    let mut screen = Screen::new(60, 14);
    screen.press(KeyCode::Char('?'), &view);
    assert!(!screen.draw(&view).contains("quit (the tape keeps"));
    screen.press(KeyCode::End, &view);
    assert!(screen.draw(&view).contains("quit (the tape keeps"));
    screen.press(KeyCode::Esc, &view);
    assert!(screen.draw(&view).contains("The Last Table"));
}

#[test]
fn a_knob_is_turned_by_the_wheel_and_a_switch_by_a_click() {
    let view = fake::view(260.0);
    let mut screen = Screen::new(120, 40);
    screen.press(KeyCode::BackTab, &view);
    screen.draw(&view);
    let (column, row) = screen.find("Hiss");
    let modifiers = KeyModifiers::NONE;
    let wheel = MouseEvent {
        kind: MouseEventKind::ScrollDown,
        column,
        row,
        modifiers,
    };
    let asked = screen.app.handle(&Event::Mouse(wheel).into(), &view);
    assert_eq!(asked, Some(Action::Knob(Knob::Hiss, Change::By(-0.25))));
    let place = screen.find("Auto-reverse");
    let turned = Some(Action::AutoReverse(Toggle::Other));
    assert_eq!(screen.click(place, &view), turned);
    // On its scale it goes where it is clicked.
    let (mut x, y) = screen.find("Hiss");
    x += 13;
    assert_eq!(
        screen.click((x, y), &view),
        Some(Action::Knob(Knob::Hiss, Change::To(0.0)))
    );
    assert_eq!(
        screen.click((x + 15, y), &view),
        Some(Action::Knob(Knob::Hiss, Change::To(2.0)))
    );
}

#[test]
fn lamps_sides_switches_and_hints_answer_the_mouse() {
    let view = fake::view(260.0);
    let mut screen = Screen::new(120, 40);
    screen.draw(&view);
    let gauge = screen.find("VOL");
    for (place, action) in [
        (screen.find("AUTO REV"), Action::AutoReverse(Toggle::Other)),
        (
            screen.find("● SOURCE"),
            Action::Monitor(Some(Monitor::Source)),
        ),
        (screen.find("SIDE B"), Action::Flip),
        (screen.find("SPEED"), Action::Speed(Change::By(1.0))),
        (screen.find("DECK"), Action::Switch(Switch::Deck, 1)),
        ((gauge.0 + 6, gauge.1), Action::Volume(Change::To(0.0))),
        ((gauge.0 + 13, gauge.1), Action::Volume(Change::To(1.0))),
        (screen.find("tape/source"), Action::Monitor(None)),
        (screen.find("→ seek"), Action::Seek(Change::By(5.0))),
        (screen.find("b song"), Action::PreviousSong),
    ] {
        assert_eq!(screen.click(place, &view), Some(action.clone()), "{action}");
    }
    let side = screen.click(screen.find("SIDE A"), &view);
    assert_eq!(side, Some(Action::SideStart));
    let help = screen.find("? keys");
    assert_eq!(screen.click(help, &view), None);
    assert!(screen.draw(&view).contains("KEYS"));
}

#[test]
fn eject_changes_the_tape_of_a_box_and_opens_the_door_on_a_lone_one() {
    let mut view = fake::view(260.0);
    let mut screen = Screen::new(120, 40);
    screen.draw(&view);
    assert_eq!(screen.press(KeyCode::Char('e'), &view), Some(Action::Stop));
    // The label sinks with the door, once the machine has stopped.
    let (_, before) = screen.find("Songs After Dark");
    view.deck.motion = Motion::Stopped;
    screen.draw(&view);
    assert!(
        screen.find("Songs After Dark").1 > before,
        "{}",
        screen.text()
    );
    // It stays open on a screen of another size, until something moves.
    screen.area = Rect::new(0, 0, 120, 41);
    screen.draw(&view);
    screen.area = Rect::new(0, 0, 120, 40);
    screen.draw(&view);
    assert!(screen.find("Songs After Dark").1 > before);
    view.deck.motion = Motion::Playing;
    screen.draw(&view);
    assert_eq!(screen.find("Songs After Dark").1, before);
    // Twice the key: open and shut.
    view.deck.motion = Motion::Stopped;
    screen.press(KeyCode::Char('e'), &view);
    screen.draw(&view);
    assert_eq!(screen.press(KeyCode::Char('e'), &view), None);
    screen.draw(&view);
    assert_eq!(screen.find("Songs After Dark").1, before);

    let mut card = fake::card();
    card.tape_of = (1, 2);
    view.card = Arc::new(card);
    let asked = screen.press(KeyCode::Char('e'), &view);
    assert_eq!(asked, Some(Action::Eject(1)));
}

#[test]
fn every_line_of_the_deck_page_can_be_chosen_and_turned() {
    let view = fake::view(260.0);
    let mut screen = Screen::new(80, 24);
    screen.draw(&view);
    assert_eq!(
        screen.press(KeyCode::Right, &view),
        Some(Action::Seek(Change::By(5.0)))
    );
    screen.press(KeyCode::BackTab, &view);
    screen.draw(&view);
    let mut asked = Vec::new();
    for _ in 0..40 {
        let both = [KeyCode::Right, KeyCode::Left].map(|key| screen.press(key, &view).unwrap());
        if asked.contains(&both) {
            break;
        }
        asked.push(both);
        screen.press(KeyCode::Down, &view);
        // What is chosen is in sight, on a low screen too.
        screen.draw(&view);
    }
    for switch in Switch::ALL {
        let turn = [1, -1].map(|by| Action::Switch(switch, by));
        assert!(asked.contains(&turn), "{switch:?}");
    }
    for knob in Knob::ALL {
        let turn = |turn: &[Action; 2]| matches!(turn[0], Action::Knob(k, _) if k == knob);
        assert!(asked.iter().any(turn), "{knob:?}");
    }
    assert!(asked.contains(&[Action::FreshTape, Action::FreshTape]));
    let shown = screen.draw(&view);
    assert!(shown.contains("Worn so far"), "{shown}");
    assert!(!shown.contains("Monitor"), "{shown}");
}

#[test]
fn every_size_draws_and_says_what_plays() {
    let view = fake::view(260.0);
    for (w, h) in [
        (1, 1),
        (7, 1),
        (39, 30),
        (200, 11),
        (40, 12),
        (60, 20),
        (76, 22),
        (80, 24),
        (104, 32),
        (120, 40),
        (90, 70),
        (200, 60),
        (300, 90),
        (500, 20),
        (20, 5),
        (39, 11),
        (300, 8),
        (60, 90),
        (50, 150),
    ] {
        let mut screen = Screen::new(w, h);
        let shown = screen.draw(&view);
        if w >= 40 {
            assert!(shown.contains("The Last Table"), "{w}×{h}:\n{shown}");
        }
        screen.press(KeyCode::Char('?'), &view);
        screen.draw(&view);
        // The open door, too.
        screen.press(KeyCode::Esc, &view);
        screen.press(KeyCode::Char('e'), &view);
        let mut stopped = view.clone();
        stopped.deck.motion = Motion::Stopped;
        screen.draw(&stopped);
    }
}

#[test]
fn odd_titles_keep_their_columns() {
    let mut view = fake::view(20.0);
    let mut card = fake::card();
    let odd = [
        "夜の歌を歌う長い題名の曲だから終わらない",
        "👩‍👩‍👧 family 🎹 keys",
        "שיר של לילה",
        "e\u{301}tude\u{202e} live\u{1b}[31m",
    ];
    for (song, title) in card.songs.iter_mut().zip(odd) {
        song.title = title.to_owned();
    }
    card.songs[1].blank = Some("no such file: lost.mp3".to_owned());
    view.card = Arc::new(card);
    let mut screen = Screen::new(80, 24);
    let shown = screen.draw(&view);
    assert!(!shown.contains(['\u{202e}', '\u{1b}']), "{shown}");
    // All times of the list end in the same column.
    let ends: Vec<usize> = ["2:41", "3:05", "2:58", "3:22", "2:37"]
        .iter()
        .map(|time| {
            let line = shown
                .lines()
                .find(|l| l.trim_end().ends_with(time))
                .unwrap();
            text::width(line.trim_end())
        })
        .collect();
    assert!(ends.windows(2).all(|w| w[0] == w[1]), "{ends:?}\n{shown}");
}

#[test]
fn the_line_that_is_sung_is_lit() {
    let mut screen = Screen::new(120, 40);
    let sung = |screen: &mut Screen, s: f64| {
        let view = fake::view(s);
        screen.draw(&view);
        let buffer = screen.app.buffer();
        let lit = Color::from(Theme::default().screen.select);
        let rows: Vec<String> = (0..40)
            .map(|y| {
                let row = (70..120).map(|x| &buffer[(x, y)]);
                row.filter(|cell| cell.bg == lit)
                    .map(ratatui::buffer::Cell::symbol)
                    .collect::<String>()
            })
            .collect();
        rows.concat().trim().to_owned()
    };
    let view = fake::view(20.0);
    screen.draw(&view);
    screen.press(KeyCode::Tab, &view);
    screen.press(KeyCode::Tab, &view);
    // The second song begins at 174 s, and a line lasts six.
    assert_eq!(
        sung(&mut screen, 175.0),
        "Leave the coat, the rain has stopped,"
    );
    assert_eq!(
        sung(&mut screen, 181.0),
        "leave the change for whoever swept,"
    );
    let mut silent = fake::view(181.0);
    silent.lyrics = None;
    assert!(screen.draw(&silent).contains("No lyrics for this song"));
}

#[test]
fn what_is_drawn_in_parts_is_what_is_drawn_at_once() {
    for (w, h) in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let mut parts = Screen::new(w, h);
        for i in 0..40 {
            parts.draw(&fake::view(255.0 + f64::from(i) * 0.13));
        }
        // The last pose once more, so that nothing is blurred by speed.
        let view = fake::view(255.0 + 39.0 * 0.13);
        let mut whole = Screen::new(w, h);
        whole.draw(&view);
        parts.draw(&view);
        for y in 0..h {
            for x in 0..w {
                let [a, b] = [&parts, &whole].map(|s| &s.app.buffer()[(x, y)]);
                // The packs' edges may be a hair apart; words, meters and keys not.
                let painted = |c: &str| matches!(c.chars().next(), Some('\u{2580}'..='\u{259f}'));
                if y >= h * 3 / 4 {
                    assert_eq!(a, b, "{w}×{h}: {x},{y}");
                } else if !painted(a.symbol()) && !painted(b.symbol()) {
                    assert_eq!(a.symbol(), b.symbol(), "{w}×{h}: {x},{y}");
                }
            }
        }
    }
}

#[test]
fn ten_thousand_songs_scroll() {
    let mut view = fake::view(20.0);
    let mut card = fake::card();
    card.songs = (0..10_000)
        .map(|i| SongLine {
            song: i,
            number: i + 1,
            title: format!("Song {i}"),
            start_s: 10.0 + i as f64,
            length_s: 1.0,
            ..SongLine::default()
        })
        .collect();
    view.card = Arc::new(card);
    let mut screen = Screen::new(80, 24);
    assert!(screen.draw(&view).contains("Song 11"));
    screen.press(KeyCode::End, &view);
    assert!(screen.draw(&view).contains("Song 9999"));
    assert_eq!(
        screen.press(KeyCode::Enter, &view),
        Some(Action::Song(9999))
    );
}

#[test]
fn nothing_is_drawn_anew_where_nothing_moved() {
    let view = fake::view(260.0);
    let mut screen = Screen::new(120, 40);
    screen.draw(&view);
    let before = screen.app.buffer().clone();
    screen.app.take_changed();
    screen.draw(&view);
    assert!(before.diff(screen.app.buffer()).is_empty());
    assert!(screen.app.take_changed().is_empty());
    // A twentieth of a second of play turns the hubs and little else.
    screen.draw(&fake::view(260.05));
    let changed = before.diff(screen.app.buffer()).len();
    assert!((1..300).contains(&changed), "{changed} cells changed");
}

#[test]
fn screens_stay_as_they_were_looked_at() {
    let playing = fake::view(260.0);
    let mut paused = fake::view(1200.0);
    paused.deck.motion = Motion::Paused;
    paused.deck.speed = 0.0;
    let mut lost = fake::view(4.0);
    lost.output = OutputState::Lost;
    lost.said = Some(Said::DeviceLost(
        "the device is gone; the tape goes on without it".to_owned(),
    ));
    for (name, view, w, h) in [
        ("mini", &playing, 40, 12),
        ("small", &playing, 80, 24),
        ("full", &playing, 120, 40),
        ("paused", &paused, 120, 40),
        ("lost", &lost, 104, 32),
        ("wall", &playing, 200, 60),
    ] {
        // The words and where they stand; the painted blocks differ by a hair
        // from one processor to another.
        let shown = Screen::new(w, h).draw(view);
        let words = |c| {
            if matches!(c, '\u{2580}'..='\u{259f}') {
                ' '
            } else {
                c
            }
        };
        let lines: Vec<String> = shown
            .lines()
            .map(|line| {
                line.chars()
                    .map(words)
                    .collect::<String>()
                    .trim_end()
                    .to_owned()
            })
            .collect();
        insta::assert_snapshot!(name, lines.join("\n"));
    }
}

#[test]
fn a_pasted_path_is_offered_as_a_tape_and_presses_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q quit.flac");
    std::fs::write(&path, "").unwrap();
    let view = fake::view(60.0);
    for (w, h) in [(40, 12), (80, 24), (120, 40)] {
        let mut screen = Screen::new(w, h);
        screen.draw(&view);
        let paste = |words: &str| Event::Paste(words.to_owned()).into();
        // As a file manager drops it.
        let dropped = format!("'{}' ", path.display());
        assert_eq!(screen.app.handle(&paste(&dropped), &view), None);
        let shown = screen.draw(&view);
        assert!(shown.contains("q quit.flac"), "{w}×{h}\n{shown}");
        let put_in = Some(Action::Insert(vec![path.clone()]));
        assert_eq!(screen.press(KeyCode::Enter, &view), put_in);
        // Words are no keys either.
        assert_eq!(screen.app.handle(&paste("quit\n"), &view), None);
    }
}

#[test]
fn the_way_from_the_file_to_the_ear_is_told() {
    let mut view = fake::view(260.0);
    view.about = Some(Arc::new(About {
        title: "Night Train".to_owned(),
        path: "/music/night train.flac".into(),
        format: "FLAC".to_owned(),
        sample_rate: 44_100,
        ..About::default()
    }));
    view.output = OutputState::Open {
        device: "Speakers".to_owned(),
        sample_rate: 48_000,
    };
    let mut screen = Screen::new(120, 40);
    screen.press(KeyCode::BackTab, &view);
    screen.press(KeyCode::BackTab, &view);
    let shown = screen.draw(&view);
    for words in [
        "/music/night train.flac",
        "FLAC, 44.1 kHz",
        "on tape",
        "resampled",
    ] {
        assert!(shown.contains(words), "`{words}`\n{shown}");
    }
    // Past the tape, at the file's own rate, as loud as it is.
    view.deck.monitor = Monitor::Source;
    view.deck.volume = 1.0;
    view.deck.gain_db = 0.0;
    view.output = OutputState::Open {
        device: "Speakers".to_owned(),
        sample_rate: 44_100,
    };
    let shown = screen.draw(&view);
    assert!(
        shown.contains("● bit for bit what is in the file"),
        "{shown}"
    );
    view.deck.volume = 0.5;
    let shown = screen.draw(&view);
    assert!(shown.contains("○ not the file's bits: volume"), "{shown}");
}
