//! The page of what plays: what its file says, and the way from there to the ear.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::{bold, ink, write};
use super::said;
use crate::deck::Monitor;
use crate::ui::frame::Frame;
use crate::ui::model::{About, OutputState, View};
use afterdark_media::text;

/// Columns of what a line is.
const NAME: u16 = 10;

/// A line of the page.
enum Line {
    Head(&'static str),
    Is(&'static str, String),
    Empty,
    /// Whether what is heard is what is in the file, and if not, why; without a
    /// lamp it goes on.
    Lamp(Option<bool>, String),
}

/// Draws it from a line on; returns how many lines there are.
pub fn draw(frame: &Frame, buffer: &mut Buffer, area: Rect, from: usize) -> usize {
    let look = &frame.theme().card;
    let view = frame.view;
    let Some(about) = &view.about else {
        let words = "No song before the head.";
        write(buffer, (area.x, area.y), area.width, words, ink(look.dim));
        return 1;
    };
    let mut lines = of_file(about);
    lines.push(Line::Empty);
    lines.extend(signal(view, about));
    let columns = usize::from(area.width.saturating_sub(NAME));
    let mut rows = Vec::new();
    for line in lines {
        match line {
            Line::Is(name, words) => {
                let mut name = name;
                for words in text::wrap(&text::printable(&words), columns) {
                    rows.push(Line::Is(name, words));
                    name = "";
                }
            }
            Line::Lamp(lit, words) => {
                let mut lit = lit;
                let room = usize::from(area.width.saturating_sub(2));
                for words in text::wrap(&words, room) {
                    rows.push(Line::Lamp(lit, words));
                    lit = None;
                }
            }
            other => rows.push(other),
        }
    }
    for (row, y) in rows.iter().skip(from).zip(area.y..area.bottom()) {
        match row {
            Line::Empty => {}
            Line::Head(words) => {
                write(buffer, (area.x, y), area.width, words, bold(look.accent));
            }
            Line::Is(name, words) => {
                write(buffer, (area.x, y), NAME - 1, name, ink(look.second));
                let room = area.width.saturating_sub(NAME);
                write(buffer, (area.x + NAME, y), room, words, ink(look.text));
            }
            Line::Lamp(lit, words) => {
                let screen = &frame.theme().screen;
                let (sign, color) = match lit {
                    Some(true) => ("●", screen.low),
                    Some(false) => ("○", look.dim),
                    None => (" ", look.dim),
                };
                write(buffer, (area.x, y), 1, sign, ink(color));
                let room = area.width.saturating_sub(2);
                write(buffer, (area.x + 2, y), room, words, ink(look.text));
            }
        }
    }
    rows.len()
}

/// What the file says of itself.
fn of_file(about: &About) -> Vec<Line> {
    let tags = &about.tags;
    let number = match (tags.disc, tags.track) {
        (Some(disc), Some(track)) => Some(format!("{track} of disc {disc}")),
        (_, track) => track.map(|track| track.to_string()),
    };
    let mut lines = vec![Line::Is("Title", about.title.clone())];
    for (name, words) in [
        ("Artist", Some(about.artist.clone())),
        ("Album", tags.album.clone()),
        ("By", tags.album_artist.clone()),
        ("Number", number),
        ("Date", tags.date.clone()),
        ("Genre", tags.genre.clone()),
        ("Composer", tags.composer.clone()),
        ("File", Some(about.path.display().to_string())),
    ] {
        let words = words.filter(|words| !words.trim().is_empty());
        lines.extend(words.map(|words| Line::Is(name, words)));
    }
    lines
}

/// The stations between the file and the device, each with its figure.
fn signal(view: &View, about: &About) -> Vec<Line> {
    let (deck, sound) = (&view.deck, &view.sound);
    let mut lines = vec![
        Line::Head("SIGNAL"),
        Line::Is(
            "File",
            format!("{}, {}", about.format, kilohertz(about.sample_rate)),
        ),
        Line::Is("Level", format!("{:+.1} dB", deck.gain_db)),
    ];
    if deck.monitor == Monitor::Tape {
        let nr = |n: usize| match sound.nr[n] {
            "off" => "no NR",
            nr => nr,
        };
        let recorder = format!("{}, {}, {}", sound.dubbed_on, nr(0), sound.eq[0]);
        let player = format!("{}, {}, {}", sound.deck, nr(1), sound.eq[1]);
        let noise = format!("noise {:.1} dB(A)", sound.tape_noise_dba);
        lines.extend([
            Line::Is("Recorder", recorder),
            Line::Is(
                "Tape",
                format!("{}, {}, {noise}", sound.tape, sound.tape_kind),
            ),
            Line::Is("Deck", player),
        ]);
    }
    let volume = if deck.muted {
        "muted".to_owned()
    } else {
        format!("{:.0} %", deck.volume * 100.0)
    };
    lines.extend([
        Line::Is("Volume", volume),
        Line::Is("Device", said::output(&view.output)),
    ]);
    let changed = changes(view, about);
    lines.push(if changed.is_empty() {
        Line::Lamp(Some(true), "bit for bit what is in the file".to_owned())
    } else {
        Line::Lamp(
            Some(false),
            format!("not the file's bits: {}", changed.join(", ")),
        )
    });
    lines
}

/// All that is done to the file's samples on their way to the device.
fn changes(view: &View, about: &About) -> Vec<String> {
    let deck = &view.deck;
    let mut changed = Vec::new();
    if deck.monitor == Monitor::Tape {
        changed.push("on tape".to_owned());
    }
    match view.output {
        OutputState::Open { sample_rate, .. } if sample_rate != about.sample_rate => {
            changed.push(format!("resampled to {}", kilohertz(sample_rate)));
        }
        _ => {}
    }
    for (is, words) in [
        (deck.gain_db.abs() >= 0.05, "levelled"),
        (deck.muted || deck.volume < 1.0, "volume"),
        ((deck.speed_setting - 1.0).abs() > 1e-6, "speed"),
    ] {
        if is {
            changed.push(words.to_owned());
        }
    }
    changed
}

fn kilohertz(rate: u32) -> String {
    format!("{} kHz", f64::from(rate) / 1000.0)
}
