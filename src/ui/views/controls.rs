//! Lamps, counter, position along the side, meters and switches.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::{bold, ink, run, spaced, write, write_right};
use crate::deck::{Monitor, Motion};
use crate::look::theme::Rgb;
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::layout::Kind;
use crate::ui::model::{Action, Change, Sleep, Switch, Toggle};
use crate::ui::scene::Medium;
use afterdark_media::text::{self, clock};

/// Draws all of them where the layout has room.
pub fn draw(frame: &Frame, buffer: &mut Buffer) -> Drawn {
    let mut drawn = badge(frame, buffer);
    if let Some(bar) = tape(frame, buffer) {
        drawn.hit(bar, Hit::Bar);
    }
    super::meters::draw(frame, buffer);
    drawn.hit(frame.layout.meters, Hit::Volume);
    drawn.add(switches(frame, buffer));
    drawn
}

/// Draws the counter's figures and the place on the tape; returns the bar's
/// place.
pub fn tape(frame: &Frame, buffer: &mut Buffer) -> Option<Rect> {
    counter(frame, buffer);
    let area = frame.layout.position;
    match area.height {
        0 => None,
        1 => Some(line(frame, buffer, area)),
        _ => Some(position(frame, buffer, area)),
    }
}

/// What the machine is doing, in a word.
pub fn state(motion: Motion) -> &'static str {
    match motion {
        Motion::Stopped => "STOP",
        Motion::Playing => "PLAY",
        Motion::Paused => "PAUSE",
        Motion::FastForward => "F.FWD",
        Motion::Rewind => "REWIND",
        Motion::Cue => "CUE",
        Motion::Review => "REVIEW",
        Motion::Open => "OPEN",
    }
}

/// The name and the lamps.
fn badge(frame: &Frame, buffer: &mut Buffer) -> Drawn {
    let area = frame.layout.badge;
    if area.is_empty() || (frame.lifted && frame.layout.kind == Kind::Full) {
        return Drawn::default();
    }
    let screen = &frame.theme().screen;
    let deck = &frame.view.deck;
    if frame.layout.kind == Kind::Mini {
        let title = frame
            .view
            .current_song()
            .map_or(frame.view.card.title.as_str(), |i| {
                frame.view.card.songs[i].title.as_str()
            });
        let state = state(deck.motion);
        let width = state.len() as u16 + 1;
        let words = format!(" {title}");
        write(
            buffer,
            (area.x, area.y),
            area.width.saturating_sub(width + 1),
            &words,
            bold(screen.text),
        );
        let right = Rect::new(area.x, area.y, area.width - 1, 1);
        write_right(buffer, right, state, ink(screen.accent));
        return Drawn::default();
    }
    let name = spaced("AFTER DARK");
    let used = write(
        buffer,
        (area.x, area.y),
        area.width,
        &name,
        bold(screen.text),
    );
    lamps(frame, buffer, area, used)
}

/// The lamps at the right of a line whose first columns are `used`.
fn lamps(frame: &Frame, buffer: &mut Buffer, area: Rect, mut used: u16) -> Drawn {
    let mut drawn = Drawn::default();
    let screen = &frame.theme().screen;
    let deck = &frame.view.deck;
    let lamps = [
        (
            "RUN",
            deck.speed.abs() > 0.01,
            frame.theme().machine.lamp,
            Action::PlayPause,
        ),
        (
            "AUTO REV",
            deck.auto_reverse,
            screen.second,
            Action::AutoReverse(Toggle::Other),
        ),
        (
            "TAPE",
            deck.monitor == Monitor::Tape,
            screen.low,
            Action::Monitor(Some(Monitor::Tape)),
        ),
        (
            "SOURCE",
            deck.monitor == Monitor::Source,
            screen.mid,
            Action::Monitor(Some(Monitor::Source)),
        ),
    ];
    let width = |lamps: &[(&str, bool, Rgb, Action)]| -> u16 {
        lamps.iter().map(|(w, ..)| w.len() as u16 + 4).sum()
    };
    let mut lamps = lamps.to_vec();
    if frame.view.sleep != Sleep::Off {
        lamps.insert(
            1,
            ("SLEEP", true, screen.mid, Action::Sleep(Some(Sleep::Off))),
        );
    }
    // Where there is no room for all, those that are lit.
    if used + width(&lamps) > area.width {
        lamps.retain(|(words, on, ..)| *on || *words == "RUN");
    }
    while used + width(&lamps) > area.width && lamps.len() > 1 {
        lamps.pop();
    }
    let width = width(&lamps);
    let about = "stereo cassette deck";
    if used + 3 + about.len() as u16 + 3 + width <= area.width {
        let x = area.x + used + 3;
        used += 3 + write(buffer, (x, area.y), area.width, about, ink(screen.dim));
    }
    if used + width > area.width {
        return drawn;
    }
    let mut x = area.right() - width + 2;
    for (words, on, color, action) in lamps {
        let lamp = Rect::new(x, area.y, words.len() as u16 + 2, 1);
        drawn.hit(lamp, Hit::Act(action));
        let off = screen.rule;
        write(
            buffer,
            (x, area.y),
            1,
            // Without many colours the shape has to tell.
            if on || !frame.appearance.flat {
                "●"
            } else {
                "○"
            },
            ink(if on { color } else { off }),
        );
        let style = ink(if on { screen.text } else { screen.dim });
        x += 2 + write(buffer, (x + 2, area.y), 10, words, style) + 2;
    }
    drawn
}

fn counter(frame: &Frame, buffer: &mut Buffer) {
    let area = frame.layout.counter;
    if area.is_empty() {
        return;
    }
    let look = &frame.theme().machine;
    let figures = format!("{:03}", frame.view.deck.counter.rem_euclid(1000.0) as u32);
    for (i, figure) in figures.chars().enumerate() {
        let x = area.x + i as u16 * 4;
        let ground = if i == 2 {
            look.wheel
        } else {
            look.wheel.mix(look.well, 0.12)
        };
        let style = if matches!(frame.appearance.medium, Medium::Pixels(..)) {
            // Pixels hide the ground of what stands on them.
            bold(frame.theme().screen.text)
        } else {
            bold(look.wheel_text).bg(ground.into())
        };
        write(buffer, (x, area.y), 3, &format!(" {figure} "), style);
    }
}

/// The song that plays, the bar, and the times of the side; returns the bar's
/// place.
fn position(frame: &Frame, buffer: &mut Buffer, area: Rect) -> Rect {
    let screen = frame.theme().screen;
    let deck = &frame.view.deck;
    let first = Rect { height: 1, ..area };
    if let Some(song) = frame.view.current_song().map(|i| &frame.view.card.songs[i]) {
        let times = format!(
            "{} / {}",
            clock(deck.side_s - song.start_s),
            clock(song.length_s)
        );
        let width = write_right(buffer, first, &times, ink(screen.text));
        let name = format!("{}{}", song.side.name(), song.number);
        let used = write(buffer, (area.x, area.y), 6, &name, bold(screen.accent));
        let room = area.width.saturating_sub(used + width + 3);
        let (words, style) = match &song.blank {
            None => (song.title.clone(), bold(screen.text)),
            Some(why) => (
                format!("“{}” can't be played: {why}", song.title),
                ink(screen.bad),
            ),
        };
        // Two characters a second, and only while the tape moves.
        let step = if frame.appearance.still {
            0
        } else {
            (deck.side_s - song.start_s) as usize * 2
        };
        let words = text::pan(&text::printable(&words), room.into(), step);
        write(buffer, (area.x + used + 1, area.y), room, &words, style);
    } else {
        let words = if deck.side_s < frame.view.card.leader_s {
            "leader"
        } else if frame.view.card.songs.is_empty() {
            "blank tape"
        } else if frame
            .view
            .card
            .songs
            .iter()
            .all(|song| song.side != deck.side)
        {
            "this side is blank"
        } else if frame
            .view
            .card
            .songs
            .iter()
            .any(|song| song.side == deck.side && song.start_s > deck.side_s)
        {
            "between songs"
        } else {
            "after the last song"
        };
        write(buffer, (area.x, area.y), area.width, words, ink(screen.dim));
    }
    let bar = Rect::new(area.x, area.y + 1, area.width, 1);
    self::bar(frame, buffer, bar);
    if area.height >= 3 {
        let last = Rect::new(area.x, area.y + 2, area.width, 1);
        let words = format!("SIDE {}  {}", deck.side.name(), clock(deck.side_s));
        write(
            buffer,
            (last.x, last.y),
            last.width,
            &words,
            ink(screen.dim),
        );
        let left = format!("−{}", clock((deck.length_s - deck.side_s).max(0.0)));
        write_right(buffer, last, &left, ink(screen.dim));
    }
    bar
}

/// Side, time, bar and time left in one line; returns the bar's place.
fn line(frame: &Frame, buffer: &mut Buffer, area: Rect) -> Rect {
    let screen = &frame.theme().screen;
    let deck = &frame.view.deck;
    let used = write(
        buffer,
        (area.x, area.y),
        2,
        deck.side.name(),
        bold(screen.accent),
    );
    let time = clock(deck.side_s);
    let used = used
        + 1
        + write(
            buffer,
            (area.x + used + 1, area.y),
            9,
            &time,
            ink(screen.text),
        );
    let left = format!("−{}", clock((deck.length_s - deck.side_s).max(0.0)));
    let width = write_right(buffer, area, &left, ink(screen.dim));
    let bar = Rect::new(
        area.x + used + 1,
        area.y,
        area.width.saturating_sub(used + width + 2),
        1,
    );
    self::bar(frame, buffer, bar);
    bar
}

/// The side from leader to leader with the songs marked; the head's place lit.
fn bar(frame: &Frame, buffer: &mut Buffer, area: Rect) {
    let screen = &frame.theme().screen;
    let deck = &frame.view.deck;
    let length = deck.length_s.max(0.001);
    let column = |s: f64| {
        let part = (s / length).clamp(0.0, 1.0);
        ((part * f64::from(area.width)) as u16).min(area.width.saturating_sub(1))
    };
    let head = column(deck.side_s);
    for x in 0..area.width {
        let (symbol, color) = if x < head {
            ("━", screen.accent)
        } else {
            ("─", screen.rule.mix(screen.dim, 0.35))
        };
        run(buffer, (area.x + x, area.y), 1, symbol, ink(color));
    }
    for song in frame.view.card.songs.iter().filter(|s| s.side == deck.side) {
        let x = column(song.start_s);
        let (symbol, color) = if x < head {
            ("┿", screen.accent)
        } else {
            ("┼", screen.dim)
        };
        let color = if song.blank.is_some() {
            screen.bad
        } else {
            color
        };
        run(buffer, (area.x + x, area.y), 1, symbol, ink(color));
    }
    for mark in &frame.view.marks.sides[deck.side.index()] {
        run(
            buffer,
            (area.x + column(*mark), area.y),
            1,
            "▾",
            ink(screen.text),
        );
    }
    run(buffer, (area.x + head, area.y), 1, "●", ink(screen.second));
}

/// A row of small marks, so many lit: all at the end alone, none at the start
/// alone.
pub fn gauge(part: f32, marks: usize) -> (String, String) {
    let lit = (part.clamp(0.0, 1.0) * marks as f32).round() as usize;
    let lit = match part {
        ..0.005 => 0,
        0.995.. => marks,
        _ => lit.clamp(1.min(marks), marks.saturating_sub(1)),
    };
    ("▮".repeat(lit), "▯".repeat(marks - lit))
}

/// Volume, speed and machine.
fn switches(frame: &Frame, buffer: &mut Buffer) -> Drawn {
    let mut drawn = Drawn::default();
    let area = frame.layout.knobs;
    if area.is_empty() {
        return drawn;
    }
    let line = |n| Rect::new(area.x, area.y + n, area.width, 1).intersection(area);
    drawn.hit(line(0), Hit::Volume);
    drawn.hit(Rect::new(area.x + 6, area.y, 8, 1), Hit::VolumeBar);
    let speed = |by| Action::Speed(Change::By(by));
    drawn.hit(line(1), Hit::Turn(speed(1.0), speed(-1.0)));
    let deck = |by| Action::Switch(Switch::Deck, by);
    drawn.hit(line(2), Hit::Turn(deck(1), deck(-1)));
    let screen = frame.theme().screen;
    let deck = &frame.view.deck;
    let (lit, rest) = gauge(deck.volume, 8);
    let row = |n: u16| (area.x, area.y + n);
    let label = ink(screen.dim);
    write(buffer, row(0), 4, "VOL", label);
    if deck.muted {
        write(buffer, (area.x + 6, area.y), 14, "MUTED", bold(screen.bad));
    } else {
        write(buffer, (area.x + 6, area.y), 8, &lit, ink(screen.second));
        write(
            buffer,
            (area.x + 6 + lit.chars().count() as u16, area.y),
            8,
            &rest,
            ink(screen.rule),
        );
        let percent = format!("{:.0} %", deck.volume * 100.0);
        write_right(
            buffer,
            Rect { height: 1, ..area },
            &percent,
            ink(screen.text),
        );
    }
    write(buffer, row(1), 5, "SPEED", label);
    let speed = format!("{:.3}×", deck.speed_setting);
    write(
        buffer,
        (area.x + 6, area.y + 1),
        8,
        &speed,
        ink(screen.text),
    );
    if area.height >= 3 {
        write(buffer, row(2), 5, "DECK", label);
        let place = (area.x + 6, area.y + 2);
        write(
            buffer,
            place,
            area.width - 6,
            &frame.view.sound.deck,
            ink(screen.text),
        );
    }
    drawn
}
