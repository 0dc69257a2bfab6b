//! Taking the terminal and giving it back as it was.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use afterdark_media::media::panic_is_caught;
use afterdark_media::text;
use crossterm::{event, execute, terminal};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::{SigId, flag, low_level};

use super::ability::Multiplexer;

/// Whether the screen is ours; the panic hook must know without a session.
static OPEN: AtomicBool = AtomicBool::new(false);
/// Whether the window's title is.
static TITLED: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours. Given back when dropped.
pub struct Session {
    end: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    resume: Arc<AtomicBool>,
    signals: Vec<SigId>,
    title: String,
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
        let (end, mut signals) = set(&[SIGINT, SIGTERM, SIGHUP, SIGQUIT])?;
        let (stop, ids) = set(&[SIGTSTP])?;
        signals.extend(ids);
        let (resume, ids) = set(&[SIGCONT])?;
        signals.extend(ids);
        let session = Self {
            end,
            stop,
            resume,
            signals,
            title: String::new(),
        };
        enter()?;
        Ok(session)
    }

    /// Gives the window a title; the one that it had comes back in the end.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show_title(&mut self, title: &str) -> io::Result<()> {
        let new = !TITLED.swap(true, Ordering::SeqCst);
        if !new && self.title == title {
            return Ok(());
        }
        title.clone_into(&mut self.title);
        let mut out = io::stdout();
        if new {
            out.write_all(KEEP_TITLE)?;
        }
        // Clean text has nothing in it that could end the sequence early.
        write!(out, "\x1b]2;{}\x1b\\", text::clean(title))?;
        out.flush()
    }

    /// True once a signal asked to end, or a panic of some thread has given the
    /// terminal back.
    pub fn ended(&self) -> bool {
        self.end.load(Ordering::Relaxed) || !OPEN.load(Ordering::SeqCst)
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

/// Puts the window's title on the terminal's stack, and takes it off again.
const KEEP_TITLE: &[u8] = b"\x1b[22;2t";
const RESTORE_TITLE: &[u8] = b"\x1b[23;2t";

/// Asks for keys by kitty's protocol, where that is known: told apart, all of
/// them, with what stands at their places on other keyboards, and their text.
const TELL_KEYS: &[u8] = b"\x1b[>29u";
const KEYS_AS_BEFORE: &[u8] = b"\x1b[<u";

/// Whether such sequences do no harm: a multiplexer or the console may take
/// them for others.
fn may_ask_for_keys() -> bool {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    Multiplexer::of(&variable) == Multiplexer::None && variable("TERM") != "linux"
}

fn enter() -> io::Result<()> {
    OPEN.store(true, Ordering::SeqCst);
    terminal::enable_raw_mode()?;
    execute!(
        io::stdout(),
        terminal::EnterAlternateScreen,
        event::EnableMouseCapture,
        event::EnableFocusChange,
        event::EnableBracketedPaste,
        crossterm::cursor::Hide
    )?;
    if may_ask_for_keys() {
        // On the alternate screen, which has them to itself.
        io::stdout().write_all(TELL_KEYS)?;
        io::stdout().flush()?;
    }
    Ok(())
}

fn leave() {
    if !OPEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Each by itself: where one fails the others may still help.
    if may_ask_for_keys() {
        let _ = out.write_all(KEYS_AS_BEFORE);
    }
    if TITLED.swap(false, Ordering::SeqCst) {
        let _ = out.write_all(RESTORE_TITLE);
    }
    let _ = execute!(out, event::DisableBracketedPaste);
    let _ = execute!(out, event::DisableFocusChange);
    let _ = execute!(out, event::DisableMouseCapture);
    let _ = execute!(out, terminal::LeaveAlternateScreen, crossterm::cursor::Show);
    let _ = terminal::disable_raw_mode();
    let _ = out.flush();
}

/// A panic's words belong on the ordinary screen, but for one that is caught:
/// then the screen stays, and says what has become of the file.
fn hook_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if panic_is_caught() {
                return;
            }
            leave();
            before(info);
        }));
    });
}
