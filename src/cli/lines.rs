//! Playing without the screen: one line a song.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::deck::Motion;
use crate::player::model::{Machine, OPENING, SongLine, View};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(200);

/// Plays until the last tape has ended or a signal comes, telling each song on
/// standard output and, where that is a terminal, how far it has got.
///
/// # Errors
/// When standard output goes away or signals cannot be watched.
pub fn run(machine: &mut dyn Machine) -> io::Result<()> {
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGHUP,
    ] {
        signal_hook::flag::register(signal, Arc::clone(&ended))?;
    }
    let mut out = io::stdout();
    let live = out.is_terminal();
    let mut told: Option<(usize, usize)> = None;
    let mut output = String::new();
    let mut message = None;
    let mut tapes = None;
    while !ended.load(Ordering::Relaxed) {
        let view = machine.view();
        if view.output != output && view.output != OPENING {
            output.clone_from(&view.output);
            clear(&mut out, live)?;
            writeln!(out, "output: {output}")?;
        }
        if view.message != message {
            message.clone_from(&view.message);
            if let Some((text, _)) = &message {
                clear(&mut out, live)?;
                writeln!(out, "{text}")?;
            }
        }
        let first = *tapes.get_or_insert(view.deck.ended);
        let last = view.card.tape_of.0 == view.card.tape_of.1 || !view.deck.auto_reverse;
        if view.deck.ended != first && last && view.deck.motion == Motion::Stopped {
            break;
        }
        if let Some(line) = under_head(&view) {
            let here = (view.card.tape_of.0, line.song);
            if told != Some(here) {
                told = Some(here);
                clear(&mut out, live)?;
                writeln!(out, "{}", describe(&view, line))?;
            }
            if live {
                let into = (view.deck.side_s - line.start_s).clamp(0.0, line.length_s);
                write!(out, "\r  {} / {} ", clock(into), clock(line.length_s))?;
            }
        }
        out.flush()?;
        sleep(LOOK);
    }
    clear(&mut out, live)
}

fn clear(out: &mut impl Write, live: bool) -> io::Result<()> {
    if live {
        write!(out, "\r\x1b[K")
    } else {
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
        clock(line.length_s)
    )
}

fn clock(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
