//! The loop of the screen in a pseudo-terminal, with a machine of cardboard
//! behind it that does what no real one does when asked. This file is its own
//! harness: it starts itself as the program in the terminal.

#[path = "../examples/fake/mod.rs"]
mod fake;
mod pty;

use std::path::{Path, PathBuf};

use afterdark_media::media::{self, MediaError};
use pty::Run;
use songs_after_dark::ui::model::{Action, Machine, Said, View};
use songs_after_dark::ui::{self, Options};

/// What happens to the machine once the file `go` is there.
#[derive(Clone, Copy, PartialEq)]
enum Event {
    /// The words of the song arrive.
    Lyrics,
    /// A decoder panics, and that is caught where decoders are called.
    CaughtPanic,
    /// A thread that nothing watches panics.
    Panic,
}

const EVENTS: [(&str, Event); 3] = [
    ("--lyrics", Event::Lyrics),
    ("--caught-panic", Event::CaughtPanic),
    ("--panic", Event::Panic),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().unwrap_or_default();
    if let Some((_, event)) = EVENTS.iter().find(|(name, _)| *name == first) {
        let go = PathBuf::from(arguments.next().unwrap());
        let mut machine = Still::new(*event, go);
        let ended = ui::run(&mut machine, &Options::default());
        assert!(ended.is_ok() || *event == Event::Panic, "{ended:?}");
        return;
    }
    let tests: [(&str, fn()); 3] = [
        ("words that arrive late are shown", late_words_are_shown),
        (
            "a panic that is caught leaves the screen",
            a_caught_panic_leaves_the_screen,
        ),
        (
            "a panic of any thread gives the terminal back",
            a_panic_gives_the_terminal_back,
        ),
    ];
    for (name, test) in tests.into_iter().filter(|(name, _)| name.contains(&first)) {
        print!("{name} ... ");
        test();
        println!("ok");
    }
}

/// A machine that stands still until something happens to it.
struct Still {
    view: View,
    event: Event,
    go: PathBuf,
}

impl Still {
    fn new(event: Event, go: PathBuf) -> Self {
        let mut view = fake::view(20.0);
        view.lyrics = None;
        view.deck.motion = songs_after_dark::deck::Motion::Stopped;
        view.deck.speed = 0.0;
        Self { view, event, go }
    }

    fn happen(&mut self) {
        let panic = || -> Result<(), MediaError> { panic!("a decoder's own fault") };
        match self.event {
            Event::Lyrics => self.view.lyrics = fake::view(20.0).lyrics,
            Event::CaughtPanic => {
                let guarded = move || media::guard(Path::new("bad.ogg"), panic);
                let caught = std::thread::spawn(guarded).join();
                let words = match caught {
                    Ok(Err(_)) => "caught",
                    _ => "not caught",
                };
                self.view.said = Some(Said::Remark(words.to_owned()));
            }
            Event::Panic => {
                let _ = std::thread::spawn(panic).join();
            }
        }
    }
}

impl Machine for Still {
    fn view(&mut self) -> View {
        if self.go.exists() {
            std::fs::remove_file(&self.go).unwrap();
            self.happen();
        }
        self.view.clone()
    }

    fn keep_theme(&mut self, _name: &str, _about: &str) {}

    fn say(&mut self, _: Said) {}

    fn list(&mut self) {}

    fn act(&mut self, _action: Action) {}
}

/// Starts the screen, and gives what makes the event happen.
fn start(event: Event) -> (Run, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    let program = std::env::current_exe().unwrap();
    let name = EVENTS.iter().find(|(_, e)| *e == event).unwrap().0;
    let arguments = [name, go.to_str().unwrap()];
    let mut run = Run::start(program.to_str().unwrap(), &arguments, folder.path());
    run.wait("The Last Table", true);
    (run, go, folder)
}

fn late_words_are_shown() {
    let (mut run, go, _folder) = start(Event::Lyrics);
    run.press("\t\t");
    run.wait("No lyrics for this song", true);
    std::fs::write(&go, "").unwrap();
    run.wait("Leave the lamp", true);
    run.press("q");
    run.end();
}

fn a_caught_panic_leaves_the_screen() {
    let (mut run, go, _folder) = start(Event::CaughtPanic);
    std::fs::write(&go, "").unwrap();
    run.wait("caught", true);
    run.wait("not caught", false);
    // Still there, in raw mode, and it obeys.
    run.press("?");
    run.wait("KEYS", true);
    let all = String::from_utf8_lossy(&run.all).into_owned();
    assert!(!all.contains("\x1b[?1049l"), "the screen was given away");
    assert!(
        !all.contains("a decoder's own fault"),
        "words on the screen"
    );
    run.press("q");
    run.end();
}

fn a_panic_gives_the_terminal_back() {
    let (run, go, _folder) = start(Event::Panic);
    std::fs::write(&go, "").unwrap();
    let all = run.end();
    assert!(all.contains("a decoder's own fault"), "{all}");
}
