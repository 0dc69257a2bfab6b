//! The loop: draw what changed, wait for a key.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyModifiers};
use ratatui::layout::Rect;

use super::draw::Screen;
use super::frame::Appearance;
use super::gallery::Gallery;
use super::model::{Action, Machine, Said, View};
use super::picture;
use super::scene::cells::Blocks;
use super::terminal::{Ability, Characters, Colors, Depth, Input, Pen, Session, Wanted, listen};
use super::views;
use crate::look::theme::Theme;
use crate::shelf::Desk;
use afterdark_tape::cassette::Length;

/// Where the screen begins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Opening {
    /// Before the machine.
    #[default]
    Machine,
    /// Before the shelf.
    Shelf,
    /// With a blank tape of this length.
    Blank(Length),
}

/// How the screen is to look and behave.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Colours.
    pub theme: Theme,
    /// The folder of the user's own themes.
    pub themes: Option<PathBuf>,
    /// Characters that may be used for pictures; else the finest that the
    /// terminal is known to draw well.
    pub blocks: Option<Blocks>,
    /// What the user says of the terminal; the rest is found out.
    pub terminal: Wanted,
    /// No motion but that of the tape.
    pub reduced_motion: bool,
    /// The window's title is left as it is.
    pub keep_title: bool,
    /// The folder that pictures of the screen go to.
    pub album: Option<PathBuf>,
    /// The way to the shelf, where there is one.
    pub shelf: Option<Desk>,
    /// Where it begins.
    pub opening: Opening,
}

/// Time between two frames while tape moves.
const FRAME: Duration = Duration::from_millis(42);
/// The same where a turned hub costs next to nothing.
const SMOOTH: Duration = Duration::from_millis(45);
/// Between two frames while the cassette is in the hand.
const QUICK: Duration = Duration::from_millis(45);
/// Between two looks at what the shelf's thread answers.
const ASKED: Duration = Duration::from_millis(2);
/// Keys that come in one after the other so quickly are shown by one frame.
const KEYS: Duration = Duration::from_millis(8);
/// Between two looks at a machine that stands still.
const IDLE: Duration = Duration::from_millis(200);

/// Shows the machine and obeys keys until a person quits. Gives the terminal
/// back as it was on every way out.
///
/// # Errors
/// When standard input or output is no terminal, or it goes away.
pub fn run(machine: &mut dyn Machine, options: &Options) -> io::Result<()> {
    let session = Session::open()?;
    Show::new(session, options)?.run(machine)
}

/// The screen on its terminal.
struct Show<'a> {
    options: &'a Options,
    screen: Screen,
    /// The terminal's size.
    area: Rect,
    /// Whether there are colours to choose.
    colored: bool,
    pen: Pen,
    gallery: Gallery,
    /// A picture that is being painted.
    painted: Option<Receiver<Result<PathBuf, String>>>,
    /// Dropped last: what hangs in the terminal is taken down before.
    session: Session,
}

impl<'a> Show<'a> {
    fn new(session: Session, options: &'a Options) -> io::Result<Self> {
        let ability = Ability::find(options.terminal);
        let colors = Colors::new(ability.depth, ability.characters);
        let pen = Pen::new(if ability.ruled {
            colors
        } else {
            colors.unruled()
        });
        let gallery = Gallery::new(&ability, options.blocks, pen.pictures());
        // Without colours light is all there is: a theme made of it.
        let theme = match ability.depth {
            Depth::Mono => Theme::named("chalk", None).unwrap_or_default(),
            _ => options.theme.clone(),
        };
        let appearance = Appearance {
            theme,
            medium: gallery.medium(),
            flat: ability.depth != Depth::True,
            plain: ability.depth == Depth::Mono || ability.characters == Characters::Ascii,
            still: options.reduced_motion,
        };
        let mut screen = Screen::new(appearance);
        if let Some(desk) = &options.shelf {
            screen.put_up_shelf(desk.clone());
            match options.opening {
                Opening::Machine => {}
                Opening::Shelf => screen.open_shelf(None),
                Opening::Blank(length) => screen.open_shelf(Some(length)),
            }
        }
        Ok(Self {
            options,
            screen,
            area: size()?,
            colored: ability.depth != Depth::Mono,
            pen,
            gallery,
            painted: None,
            session,
        })
    }

    fn run(mut self, machine: &mut dyn Machine) -> io::Result<()> {
        let input = listen()?;
        let mut view = machine.view();
        let mut due = Instant::now();
        loop {
            if self.session.ended() {
                return Ok(());
            }
            if self.session.came_back()? {
                self.begin_anew(size()?)?;
            }
            if Instant::now() >= due {
                view = machine.view();
                if view.quit {
                    return Ok(());
                }
                due = Instant::now() + self.draw(&view)?;
                if let Some(action) = self.screen.take_action() {
                    machine.act(action);
                }
                if let Some(painted) = self.painted.as_ref().and_then(|p| p.try_recv().ok()) {
                    self.painted = None;
                    machine.say(Said::Picture(painted));
                }
            }
            let first = match input.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            // All that is waiting at once, then one frame for it.
            for event in std::iter::once(first).chain(input.try_iter()) {
                match self.take(&event?, &view)? {
                    Some(Action::Quit) => return Ok(()),
                    Some(action) => machine.act(action),
                    None => {}
                }
            }
            if self.screen.take_theme_change() && self.colored {
                self.change_theme(machine);
            }
            if self.screen.take_picture_wish() && self.painted.is_none() {
                let theme = self.screen.theme().clone();
                self.painted = Some(picture::save(
                    theme,
                    view.clone(),
                    self.options.album.clone(),
                ));
            }
            if self.screen.wants_list(&view) {
                machine.list();
            }
            let soon = if self.screen.waits() { ASKED } else { KEYS };
            due = due.min(Instant::now() + soon);
        }
    }

    /// Shows what has changed, and says how long it may stay so.
    fn draw(&mut self, view: &View) -> io::Result<Duration> {
        if self.gallery.is_to_change(self.screen.is_covered()) {
            self.screen.show_by(self.gallery.clear());
        }
        self.screen.draw(self.area, view);
        for area in self.gallery.hang(&mut self.screen) {
            self.pen.forget(area);
        }
        let changed = self.screen.take_changed();
        self.pen.show(self.screen.buffer(), &changed)?;
        if !self.options.keep_title {
            self.session.show_title(&views::title(view))?;
        }
        Ok(if self.screen.waits() {
            ASKED
        } else if self.screen.is_animating() {
            QUICK
        } else if view.deck.speed == 0.0 {
            IDLE
        } else if self.gallery.cheap() {
            SMOOTH
        } else {
            FRAME
        })
    }

    /// Empties the terminal, so that everything is drawn again.
    fn begin_anew(&mut self, area: Rect) -> io::Result<()> {
        self.pen.clear()?;
        self.area = area;
        self.screen.show_by(self.gallery.clear());
        Ok(())
    }

    /// What is asked of the machine.
    fn take(&mut self, input: &Input, view: &View) -> io::Result<Option<Action>> {
        match &input.event {
            Event::Key(key)
                if key.code == KeyCode::Char('z')
                    && key.modifiers.contains(KeyModifiers::CONTROL) =>
            {
                self.session.suspend()?;
                self.begin_anew(size()?)?;
            }
            Event::Resize(columns, rows) => self.begin_anew(Rect::new(0, 0, *columns, *rows))?,
            _ => {}
        }
        Ok(self.screen.handle(input, view))
    }

    /// Goes on to the next theme.
    fn change_theme(&mut self, machine: &mut dyn Machine) {
        let all = Theme::all(self.options.themes.as_deref());
        let now = all
            .iter()
            .position(|(_, theme)| theme == self.screen.theme());
        let next = now.map_or(0, |now| now + 1) % all.len().max(1);
        if let Some((name, theme)) = all.into_iter().nth(next) {
            machine.keep_theme(&name, &format!("{}: {}", theme.name, theme.about));
            self.screen.set_theme(theme);
            self.screen.show_by(self.gallery.clear());
        }
    }
}

/// The terminal's size.
fn size() -> io::Result<Rect> {
    let (columns, rows) = crossterm::terminal::size()?;
    Ok(Rect::new(0, 0, columns, rows))
}
