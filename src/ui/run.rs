//! The loop: draw what changed, wait for a key.

use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::Terminal;

use super::app::App;
use super::model::{Action, Machine, View};
use super::scene::cells::Blocks;
use super::terminal::{Ability, Colors, Depth, Pen, Session, Wanted};
use super::theme::Theme;

/// How the screen is to look and behave.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Colours.
    pub theme: Theme,
    /// Characters that may be used for pictures.
    pub blocks: Blocks,
    /// What the user says of the terminal; the rest is found out.
    pub terminal: Wanted,
    /// No motion but that of the tape.
    pub reduced_motion: bool,
}

/// Time between two frames while tape moves.
const FRAME: Duration = Duration::from_millis(80);
/// Between two frames while the cassette is in the hand.
const QUICK: Duration = Duration::from_millis(45);
/// Between two looks at a machine that stands still.
const IDLE: Duration = Duration::from_millis(200);

/// Shows the machine and obeys keys until a person quits. Gives the terminal
/// back as it was on every way out.
///
/// # Errors
/// When standard input or output is no terminal, or it goes away.
pub fn run(machine: &mut dyn Machine, options: &Options) -> io::Result<()> {
    let session = Session::open()?;
    let ability = Ability::find(options.terminal);
    let mut terminal = Terminal::new(Pen::new(Colors::new(ability.depth, ability.ascii)))?;
    // Without colours light is all there is: a theme made of it.
    let theme = match ability.depth {
        Depth::Mono => Theme::named("chalk", None).unwrap_or_default(),
        _ => options.theme.clone(),
    };
    let mut app = App::new(theme, options.blocks);
    app.flatten(ability.depth != Depth::True);
    app.reduce_motion(options.reduced_motion);
    let input = listen()?;
    let mut view = machine.view();
    let mut drawn: Option<View> = None;
    let mut due = Instant::now();
    loop {
        if session.ended() {
            return Ok(());
        }
        if session.came_back()? {
            terminal.clear()?;
            drawn = None;
        }
        if Instant::now() >= due {
            view = machine.view();
            if drawn.as_ref().is_none_or(|old| !same(old, &view)) || app.animating() {
                terminal.draw(|frame| app.draw(frame.buffer_mut(), &view))?;
                drawn = Some(view.clone());
            }
            let moving = view.deck.speed != 0.0 || app.animating();
            let pause = if app.animating() {
                QUICK
            } else if moving {
                FRAME
            } else {
                IDLE
            };
            due = Instant::now() + pause;
        }
        let mut next = match input.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(event) => Some(event?),
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        // All that is waiting at once, then one frame for it.
        while let Some(event) = next {
            match &event {
                Event::Key(key)
                    if key.kind != KeyEventKind::Release
                        && key.code == KeyCode::Char('z')
                        && key.modifiers.contains(KeyModifiers::CONTROL) =>
                {
                    session.suspend()?;
                    terminal.clear()?;
                }
                Event::Resize(..) => terminal.autoresize()?,
                _ => {}
            }
            match app.handle(&event, &view) {
                Some(Action::Quit) => return Ok(()),
                Some(action) => {
                    machine.act(action);
                    view = machine.view();
                }
                None => {}
            }
            drawn = None;
            next = input.try_recv().ok().transpose()?;
        }
        due = due.min(Instant::now() + Duration::from_millis(8));
    }
}

/// Reads the terminal on a thread of its own: when the terminal goes away,
/// reading it may never return, and the program must still end.
fn listen() -> io::Result<Receiver<io::Result<Event>>> {
    let (outbox, input) = mpsc::channel();
    thread::Builder::new().name("input".into()).spawn(move || {
        loop {
            let event = event::read();
            let failed = event.is_err();
            if outbox.send(event).is_err() || failed {
                return;
            }
        }
    })?;
    Ok(input)
}

/// True where two views show the same.
fn same(a: &View, b: &View) -> bool {
    let mut deck = b.deck;
    deck.frames = a.deck.frames;
    a.deck == deck
        && a.card.revision == b.card.revision
        && a.card.seed == b.card.seed
        && a.output == b.output
        && a.output_lost == b.output_lost
        && a.underruns == b.underruns
        && a.message == b.message
}
