//! Playing without the screen: one line a song, one for what each key does.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyEvent, KeyEventKind};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::deck::Motion;
use crate::player::model::{Action, Change, Machine, OutputState, SongLine, View};
use crate::ui::keys::{self, KeyAction, ScreenAction};
use crate::ui::terminal::Input;
use crate::ui::{self, said};
use afterdark_media::text;

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// What a key has done shows after this.
const ANSWER: Duration = Duration::from_millis(150);
/// What → and ← go, seconds.
const SKIP_S: f64 = 5.0;

/// Plays until the last tape has ended, a signal comes or `q`, telling each
/// song on standard output and, where that is a terminal, how far it has got.
/// Keys are obeyed where standard input is a terminal. `false` where a song
/// could not be played.
///
/// # Errors
/// When standard output goes away or signals cannot be watched.
pub fn run(machine: &mut dyn Machine) -> io::Result<bool> {
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGHUP,
    ] {
        signal_hook::flag::register(signal, Arc::clone(&ended))?;
    }
    let mut keyboard = Keyboard::open()?;
    let mut lines = Lines::new();
    while !ended.load(Ordering::Relaxed) {
        let view = machine.view();
        lines.tell(&view)?;
        let last = view.card.tape_of.0 == view.card.tape_of.1 || !view.deck.auto_reverse;
        if view.quit {
            break;
        }
        // Short of time, the first look may find it at its end already.
        if view.deck.ended != 0 && last && view.deck.motion == Motion::Stopped {
            break;
        }
        let Some((key, base)) = keyboard.press(lines.due()) else {
            continue;
        };
        match action_of(&key, base, &view) {
            Wanted::Act(Action::Quit) => break,
            Wanted::Act(action) => {
                machine.act(action);
                lines.answer_soon();
            }
            Wanted::Help => lines.help()?,
            Wanted::Nothing => {}
        }
    }
    lines.clear()?;
    Ok(!lines.blank)
}

/// What a key asks for here.
enum Wanted {
    Act(Action),
    Help,
    Nothing,
}

fn action_of(key: &KeyEvent, base: Option<char>, view: &View) -> Wanted {
    match keys::action_of(key, base, false) {
        Some(KeyAction::Act(action)) => Wanted::Act(action),
        Some(KeyAction::SongOfSide(n)) => {
            let here = |line: &SongLine| line.side == view.deck.side && line.number == n;
            let index = view.card.songs.iter().position(here);
            index.map_or(Wanted::Nothing, |index| Wanted::Act(Action::Song(index)))
        }
        Some(KeyAction::Screen(ScreenAction::Less)) => {
            Wanted::Act(Action::Seek(Change::By(-SKIP_S)))
        }
        Some(KeyAction::Screen(ScreenAction::More)) => {
            Wanted::Act(Action::Seek(Change::By(SKIP_S)))
        }
        Some(KeyAction::Screen(ScreenAction::Help)) => Wanted::Help,
        _ => Wanted::Nothing,
    }
}

/// Keys without Enter and without an echo; the terminal is given back as it was.
struct Keyboard {
    /// The terminal as it was.
    before: Option<Termios>,
    keys: Option<Receiver<io::Result<Input>>>,
}

impl Keyboard {
    fn open() -> io::Result<Self> {
        let input = io::stdin();
        let before = input.is_terminal().then(|| tcgetattr(&input)).transpose()?;
        let mut keys = None;
        if let Some(before) = &before {
            let mut by_key = before.clone();
            by_key.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
            tcsetattr(&input, OptionalActions::Now, &by_key)?;
            keys = Some(ui::listen()?);
        }
        Ok(Self { before, keys })
    }

    /// The next key, and what its place writes on a US keyboard where that is
    /// known, if one comes within this time.
    fn press(&mut self, patience: Duration) -> Option<(KeyEvent, Option<char>)> {
        let Some(keys) = &self.keys else {
            std::thread::sleep(patience);
            return None;
        };
        match keys.recv_timeout(patience) {
            Ok(Ok(Input {
                event: Event::Key(key),
                base,
            })) if key.kind != KeyEventKind::Release => Some((key, base)),
            Ok(Ok(_)) | Err(RecvTimeoutError::Timeout) => None,
            // The keyboard is gone; the music goes on.
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                self.keys = None;
                None
            }
        }
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // The terminal may be gone.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// Can the terminal only print?
pub(super) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// What has been told on standard output.
struct Lines {
    out: io::Stdout,
    /// How far a song has got is told, too.
    live: bool,
    song: Option<(usize, usize)>,
    output: OutputState,
    said: Option<String>,
    /// When what a key has done is to be told.
    answer: Option<Instant>,
    /// A song could not be played.
    blank: bool,
}

impl Lines {
    fn new() -> Self {
        let out = io::stdout();
        Self {
            live: out.is_terminal() && !is_dumb(),
            out,
            song: None,
            output: OutputState::Opening,
            said: None,
            answer: None,
            blank: false,
        }
    }

    fn line(&mut self, words: &str) -> io::Result<()> {
        self.clear()?;
        writeln!(self.out, "{words}")
    }

    fn clear(&mut self) -> io::Result<()> {
        if self.live {
            write!(self.out, "\r\x1b[K")?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// A key has been obeyed; what came of it is told.
    fn answer_soon(&mut self) {
        self.answer = Some(Instant::now() + ANSWER);
        // Said once more, it is told once more.
        self.said = None;
    }

    /// How long there is nothing to tell.
    fn due(&self) -> Duration {
        match self.answer {
            Some(at) => at.saturating_duration_since(Instant::now()),
            None => LOOK,
        }
    }

    /// Tells what is new.
    fn tell(&mut self, view: &View) -> io::Result<()> {
        self.blank |= view.card.songs.iter().any(|line| line.blank.is_some());
        if view.output != self.output && view.output != OutputState::Opening {
            self.output = view.output.clone();
            self.line(&format!("output: {}", said::output(&self.output)))?;
        }
        let answering = self.answer.take_if(|at| *at <= Instant::now()).is_some();
        let waiting = self.answer.is_some();
        let words = view.said.as_ref().map(said::sentence);
        let news = words.is_some() && words != self.said;
        if news && !waiting {
            self.line(words.as_deref().unwrap_or_default())?;
        }
        if !waiting {
            self.said = words;
        }
        let line = under_head(view);
        let here = line.map(|line| (view.card.tape_of.0, line.song));
        let another = here.is_some() && here != self.song;
        if let (true, Some(line)) = (another, line) {
            self.song = here;
            self.line(&describe(view, line))?;
        } else if answering && !news {
            self.line(&ui::sentence(view))?;
        }
        if let (true, Some(line)) = (self.live, line) {
            let into = (view.deck.side_s - line.start_s).clamp(0.0, line.length_s);
            let (into, length) = (text::clock(into), text::clock(line.length_s));
            write!(self.out, "\r  {into} / {length} ")?;
        }
        self.out.flush()
    }

    /// Tells the keys.
    fn help(&mut self) -> io::Result<()> {
        let here = |binding: &&keys::Binding| binding.group != keys::Group::Deck;
        for binding in keys::rows().iter().filter(here) {
            self.line(&format!("{:12} {}", binding.keys, binding.does))?;
        }
        Ok(())
    }
}

fn under_head(view: &View) -> Option<&SongLine> {
    let here =
        |line: &&SongLine| line.side == view.deck.side && line.start_s <= view.deck.side_s + 0.01;
    view.card.songs.iter().rfind(here)
}

fn describe(view: &View, line: &SongLine) -> String {
    let artist = line.artist.as_deref().unwrap_or(&view.card.artist);
    let by = if artist.is_empty() {
        String::new()
    } else {
        format!(" · {artist}")
    };
    let blank = line
        .blank
        .as_ref()
        .map_or_else(String::new, |reason| format!("  (blank tape: {reason})"));
    let (tape, of) = view.card.tape_of;
    let tape = if of > 1 {
        format!("tape {tape} of {of}, ")
    } else {
        String::new()
    };
    format!(
        "{tape}side {}, {:2}  {}{by}  {}{blank}",
        line.side.name(),
        line.number,
        line.title,
        text::clock(line.length_s)
    )
}
