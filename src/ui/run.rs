//! The loop: draw what changed, wait for a key.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::layout::Rect;

use super::draw::Screen;
use super::frame::Appearance;
use super::model::{Action, Machine};
use super::scene::Medium;
use super::scene::cells::Blocks;
use super::terminal::{
    Ability, Colors, Depth, Graphics, InlineImages, Kitty, Pen, Pictures, Protocol, Session, Wanted,
};
use crate::look::theme::Theme;

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
}

/// Time between two frames while tape moves.
const FRAME: Duration = Duration::from_millis(80);
/// The same where a turned hub costs next to nothing.
const SMOOTH: Duration = Duration::from_millis(45);
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
    let colors = Colors::new(ability.depth, ability.ascii);
    let mut pen = Pen::new(if ability.ruled {
        colors
    } else {
        colors.unruled()
    });
    let known = match (ability.ascii, ability.sextants) {
        (true, _) => Blocks::Halves,
        (_, true) => Blocks::Sextants,
        _ => Blocks::All,
    };
    let blocks = options.blocks.unwrap_or(known);
    let mut gallery = Gallery::new(&ability, blocks, pen.pictures());
    // Without colours light is all there is: a theme made of it.
    let theme = match ability.depth {
        Depth::Mono => Theme::named("chalk", None).unwrap_or_default(),
        _ => options.theme.clone(),
    };
    let appearance = Appearance {
        theme,
        medium: gallery.medium(),
        flat: ability.depth != Depth::True,
        plain: ability.depth == Depth::Mono || ability.ascii,
    };
    let mut app = Screen::new(appearance, options.reduced_motion);
    let input = listen()?;
    let mut screen = size()?;
    let mut view = machine.view();
    let mut stray = Stray::default();
    let mut due = Instant::now();
    loop {
        if session.ended() {
            return Ok(());
        }
        if session.came_back()? {
            pen.clear()?;
            screen = size()?;
            app.show_by(gallery.clear());
        }
        if Instant::now() >= due {
            view = machine.view();
            if gallery.is_to_change(app.is_covered()) {
                app.show_by(gallery.clear());
            }
            app.draw(screen, &view);
            for area in gallery.hang(&mut app) {
                pen.forget(area);
            }
            let changed = app.take_changed();
            pen.show(app.buffer(), &changed)?;
            let moving = view.deck.speed != 0.0 || app.is_animating();
            let frame = if gallery.cheap() { SMOOTH } else { FRAME };
            let pause = if app.is_animating() {
                QUICK
            } else if moving {
                frame
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
            next = input.try_recv().ok().transpose()?;
            if stray.is_part_of_answer(&event) {
                continue;
            }
            match &event {
                Event::Key(key)
                    if key.kind != KeyEventKind::Release
                        && key.code == KeyCode::Char('z')
                        && key.modifiers.contains(KeyModifiers::CONTROL) =>
                {
                    session.suspend()?;
                    pen.clear()?;
                    screen = size()?;
                    app.show_by(gallery.clear());
                }
                Event::Resize(columns, rows) => {
                    pen.clear()?;
                    screen = Rect::new(0, 0, *columns, *rows);
                    app.show_by(gallery.clear());
                }
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
        }
        if app.take_theme_change() && ability.depth != Depth::Mono {
            let all = Theme::all(options.themes.as_deref());
            let worn = all.iter().position(|(_, theme)| theme == app.theme());
            let next = worn.map_or(0, |worn| worn + 1) % all.len().max(1);
            if let Some((name, theme)) = all.into_iter().nth(next) {
                machine.keep_theme(&name, &format!("{}: {}", theme.name, theme.about));
                view = machine.view();
                app.set_theme(theme);
                app.show_by(gallery.clear());
            }
        }
        if app.wants_list(&view) {
            app.list(machine.list(), &view);
        }
        due = due.min(Instant::now() + Duration::from_millis(8));
    }
}

/// The terminal's size.
fn size() -> io::Result<Rect> {
    let (columns, rows) = crossterm::terminal::size()?;
    Ok(Rect::new(0, 0, columns, rows))
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

/// A terminal's answer that comes too late looks like a burst of keys; it is
/// known by how it begins (`ESC _`, `ESC P`), and no key of it may be obeyed.
#[derive(Default)]
struct Stray(Option<Instant>);

impl Stray {
    fn is_part_of_answer(&mut self, event: &Event) -> bool {
        let Event::Key(key) = event else { return false };
        if key.modifiers.contains(KeyModifiers::ALT)
            && matches!(key.code, KeyCode::Char('_' | 'P' | ']'))
        {
            self.0 = Some(Instant::now());
        }
        self.0
            .is_some_and(|since| since.elapsed() < Duration::from_millis(60))
    }
}

/// The way that pictures go to the terminal.
struct Gallery {
    kitty: Option<Kitty>,
    images: Option<InlineImages>,
    blocks: Blocks,
    cell: Option<(u16, u16)>,
    out: Pictures,
    /// The card's picture that hangs there.
    cover: Option<(Rect, u32)>,
    /// Something lies over the pictures, and pixels would shine through.
    covered: bool,
}

impl Gallery {
    fn new(ability: &Ability, blocks: Blocks, out: Pictures) -> Self {
        let (mut kitty, mut images) = (None, None);
        match ability.graphics {
            Graphics::Blocks => {}
            Graphics::Kitty => kitty = Some(Kitty::default()),
            Graphics::Iterm => images = Some(InlineImages::new(Protocol::Iterm)),
            Graphics::Sixel => images = Some(InlineImages::new(Protocol::Sixel)),
        }
        Self {
            kitty,
            images,
            blocks,
            cell: ability.cell,
            out,
            cover: None,
            covered: false,
        }
    }

    /// How pictures are to be made for the terminal as it is now.
    fn medium(&self) -> Medium {
        if !self.is_pixels() || self.covered {
            return Medium::Cells(self.blocks);
        }
        let told = crossterm::terminal::window_size().ok().and_then(|size| {
            let (w, h) = (
                size.width.checked_div(size.columns)?,
                size.height.checked_div(size.rows)?,
            );
            (w > 2 && h > 4).then_some((w, h))
        });
        let cell = told.or(self.cell);
        let (w, h) = cell.unwrap_or((10, 20));
        let (w, h) = (w.min(40), h.min(80));
        match &self.images {
            None => Medium::Pixels(w, h),
            // Pixels of a size only guessed would not meet their cells.
            Some(_) if cell.is_none() => Medium::Cells(self.blocks),
            Some(_) => Medium::Inlaid(w, h),
        }
    }

    fn is_pixels(&self) -> bool {
        self.kitty.is_some() || self.images.is_some()
    }

    /// Takes note of what lies over the pictures; true where they must be made
    /// anew for it.
    fn is_to_change(&mut self, covered: bool) -> bool {
        let changes = self.is_pixels() && covered != self.covered;
        self.covered = covered;
        changes
    }

    /// True where small motions cost next to nothing.
    fn cheap(&self) -> bool {
        self.kitty.is_some()
    }

    /// Takes everything down.
    fn clear(&mut self) -> Medium {
        if let Some(kitty) = &mut self.kitty {
            self.out.borrow_mut().extend_from_slice(kitty.forget());
        }
        if let Some(images) = &mut self.images {
            images.forget();
        }
        self.cover = None;
        self.medium()
    }

    /// Hangs up what is new; gives the cells whose text it may have covered.
    fn hang(&mut self, app: &mut Screen) -> Vec<Rect> {
        let mut covered = Vec::new();
        let mut out = self.out.borrow_mut();
        if let Some((scene, patches)) = app.patches() {
            if let Some(kitty) = &mut self.kitty {
                kitty.patches(&mut out, &patches, |sprite| scene.alone(sprite));
            } else if let Some(images) = &mut self.images {
                covered = images.patches(&mut out, &patches, |sprite| scene.in_place(sprite));
            }
        }
        let cover = app.cover().map(|(_, area, version)| (area, version));
        if cover != self.cover {
            if let (Some(kitty), Some((area, _))) = (&mut self.kitty, self.cover) {
                kitty.take_down(&mut out, area);
            }
            if let Some((picture, area, _)) = app.cover() {
                if let Some(kitty) = &mut self.kitty {
                    kitty.picture(&mut out, area, picture);
                } else if let Some(images) = &self.images {
                    images.picture(&mut out, area, picture);
                }
            }
            self.cover = cover;
        }
        covered
    }
}

impl Drop for Gallery {
    fn drop(&mut self) {
        if let Some(kitty) = &mut self.kitty {
            // The terminal may be gone; then so are the pictures.
            let _ = io::stdout().write_all(kitty.forget());
        }
    }
}
