//! Taking the terminal and giving it back as it was.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::{event, execute, terminal};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::{SigId, flag, low_level};

/// Whether the screen is ours; the panic hook must know without a session.
static OPEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours. Given back when dropped.
pub struct Session {
    end: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    resume: Arc<AtomicBool>,
    signals: Vec<SigId>,
}

impl Session {
    /// Takes the terminal: alternate screen, raw keys, mouse, focus.
    ///
    /// # Errors
    /// When standard input or output is no terminal, or will not be set.
    pub fn open() -> io::Result<Self> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "the screen needs a terminal on standard input and output: start it in one, or use --no-ui",
            ));
        }
        hook_panic();
        let set = |signals: &[i32]| -> io::Result<(Arc<AtomicBool>, Vec<SigId>)> {
            let seen = Arc::new(AtomicBool::new(false));
            let ids = signals
                .iter()
                .map(|&s| flag::register(s, Arc::clone(&seen)))
                .collect::<io::Result<Vec<_>>>()?;
            Ok((seen, ids))
        };
        let (end, mut signals) = set(&[SIGINT, SIGTERM, SIGHUP])?;
        let (stop, ids) = set(&[SIGTSTP])?;
        signals.extend(ids);
        let (resume, ids) = set(&[SIGCONT])?;
        signals.extend(ids);
        let session = Self {
            end,
            stop,
            resume,
            signals,
        };
        enter()?;
        Ok(session)
    }

    /// True once a signal asked to end.
    pub fn ended(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }

    /// True where the program was stopped and goes on, so that everything must
    /// be drawn anew. Stops it where a signal asked for that.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    pub fn came_back(&self) -> io::Result<bool> {
        if self.stop.swap(false, Ordering::Relaxed) {
            self.suspend()?;
            return Ok(true);
        }
        if self.resume.swap(false, Ordering::Relaxed) {
            enter()?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Gives the terminal back, stops the program as Ctrl-Z does, and takes the
    /// terminal again when it goes on.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    pub fn suspend(&self) -> io::Result<()> {
        leave();
        low_level::emulate_default_handler(SIGTSTP)?;
        self.resume.store(false, Ordering::Relaxed);
        enter()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        leave();
        for id in self.signals.drain(..) {
            low_level::unregister(id);
        }
    }
}

fn enter() -> io::Result<()> {
    OPEN.store(true, Ordering::SeqCst);
    terminal::enable_raw_mode()?;
    execute!(
        io::stdout(),
        terminal::EnterAlternateScreen,
        event::EnableMouseCapture,
        event::EnableFocusChange,
        crossterm::cursor::Hide
    )
}

fn leave() {
    if !OPEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Each by itself: where one fails the others may still help.
    let _ = execute!(out, event::DisableFocusChange);
    let _ = execute!(out, event::DisableMouseCapture);
    let _ = execute!(out, terminal::LeaveAlternateScreen, crossterm::cursor::Show);
    let _ = terminal::disable_raw_mode();
    let _ = out.flush();
}

/// A panic's words belong on the ordinary screen.
fn hook_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            leave();
            before(info);
        }));
    });
}
