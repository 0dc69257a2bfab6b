//! The page of the deck's switches and knobs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::controls::{gauge, state};
use super::pen::{bold, ink, scrollbar, write, write_right};
use crate::deck::Monitor;
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::keys::SPEED_STEP;
use crate::ui::model::{Action, Knob, Sound, Switch, View};
use crate::ui::state::Page;
use afterdark_media::text;

/// One line of the page.
struct Line {
    keys: &'static str,
    name: &'static str,
    /// The same at greater and at smaller length: the first that fits is shown.
    values: Vec<String>,
    /// How far it is turned up, 0.0 to 1.0.
    part: Option<f32>,
    /// What a click or the wheel up, and the wheel down, ask for.
    turn: Option<(Action, Action)>,
}

/// Draws the page, with the chosen line in sight.
pub fn draw(frame: &Frame, buffer: &mut Buffer, area: Rect) -> Drawn {
    let look = frame.theme().card;
    let lines = lines(frame.view);
    let mut drawn = Drawn {
        turns: lines.iter().filter_map(|line| line.turn).collect(),
        ..Drawn::default()
    };
    let row = frame.state.row.min(drawn.turns.len().saturating_sub(1));
    let turned = |(_, line): &(usize, &Line)| line.turn.is_some();
    let chosen = lines.iter().enumerate().filter(turned).nth(row);
    let chosen = chosen.map_or(0, |(n, _)| n);
    let height = usize::from(area.height);
    let first = (chosen + 3)
        .saturating_sub(height)
        .min(lines.len().saturating_sub(height));
    let area = if lines.len() > height {
        scrollbar(&look, buffer, area, first, lines.len());
        Rect {
            width: area.width.saturating_sub(2),
            ..area
        }
    } else {
        area
    };
    let shown = lines.iter().enumerate().skip(first);
    for ((n, line), y) in shown.zip(area.y..area.bottom()) {
        let is_chosen = n == chosen && frame.state.page == Page::Deck;
        let ink_of = |color| if is_chosen { bold(color) } else { ink(color) };
        let name = if is_chosen { look.accent } else { look.text };
        write(buffer, (area.x, y), 4, line.keys, ink(look.second));
        let room = area.width.saturating_sub(5);
        write(buffer, (area.x + 5, y), room, line.name, ink_of(name));
        // Figures stand below what they are of, over the whole width.
        let indent = if line.name.is_empty() { 5 } else { 18 };
        let place = Rect::new(area.x + indent, y, area.width.saturating_sub(indent), 1);
        let value = if line.turn.is_some() || !line.name.is_empty() {
            look.text
        } else {
            look.second
        };
        let fits = |words: &&String| text::width(words) <= usize::from(place.width);
        let words = line.values.iter().find(fits).or(line.values.last());
        let words = words.map_or("", String::as_str);
        let used = write_right(buffer, place, words, ink_of(value));
        let room = place.width.saturating_sub(used + 2);
        if let Some(part) = line.part.filter(|_| room >= 4) {
            let (lit, rest) = gauge(part, usize::from(room.min(16)));
            let used = write(buffer, (place.x, y), room, &lit, ink(look.accent));
            write(
                buffer,
                (place.x + used, y),
                room - used,
                &rest,
                ink(look.rule),
            );
        }
        if let Some((more, less)) = line.turn {
            let whole = Rect::new(area.x, y, area.width, 1);
            drawn.hit(whole, Hit::Turn(more, less));
        }
    }
    drawn
}

/// Lines of the whole page.
pub fn height(view: &View) -> usize {
    lines(view).len()
}

impl Line {
    fn plain(name: &'static str, value: String) -> Self {
        Self {
            keys: "",
            name,
            values: vec![value],
            part: None,
            turn: None,
        }
    }

    /// Figures of what stands above them, at greater and at smaller length.
    fn figures(values: Vec<String>) -> Self {
        Self {
            values,
            ..Self::plain("", String::new())
        }
    }

    fn switch(keys: &'static str, name: &'static str, value: &str, action: Action) -> Self {
        Self {
            keys,
            turn: Some((action, action)),
            ..Self::plain(name, value.to_owned())
        }
    }

    fn choice(keys: &'static str, name: &'static str, value: &str, switch: Switch) -> Self {
        Self {
            keys,
            turn: Some((Action::Switch(switch, 1), Action::Switch(switch, -1))),
            ..Self::plain(name, value.to_owned())
        }
    }

    /// `part`: how far it is turned up.
    fn knob(
        (keys, name): (&'static str, &'static str),
        value: String,
        part: f32,
        turn: (Action, Action),
    ) -> Self {
        Self {
            keys,
            part: Some(part),
            turn: Some(turn),
            ..Self::plain(name, value)
        }
    }

    /// A knob of the machine's flaws, by so many times what is measured.
    fn flaw(keys: &'static str, name: &'static str, amount: f32, knob: Knob) -> Self {
        let turn = (Action::Knob(knob, 0.25), Action::Knob(knob, -0.25));
        let value = format!("{:.0} %", amount * 100.0);
        Self::knob((keys, name), value, amount / 2.0, turn)
    }

    /// A tape selector, and whether it is right for the tape.
    fn selector(
        (keys, name): (&'static str, &'static str),
        position: &str,
        right: bool,
        switch: Switch,
    ) -> Self {
        let values = if right {
            vec![
                format!("{position}, right for the tape"),
                format!("{position}, right"),
                position.to_owned(),
            ]
        } else {
            vec![
                format!("{position}, wrong for the tape"),
                format!("{position}, wrong"),
                format!("{position} ✗"),
            ]
        };
        Self {
            values,
            ..Self::choice(keys, name, "", switch)
        }
    }
}

fn lines(view: &View) -> Vec<Line> {
    let mut lines = machine_lines(view);
    lines.extend(tape_lines(&view.sound));
    lines.extend(flaw_lines(view));
    lines.push(Line::switch(
        "F",
        "Worn so far",
        &worn(view),
        Action::FreshTape,
    ));
    if view.deck.missed_blocks > 0 {
        lines.push(Line::plain(
            "Late blocks",
            view.deck.missed_blocks.to_string(),
        ));
    }
    lines.push(Line::plain("Underruns", view.underruns.to_string()));
    lines.push(Line::plain("Output", view.output.clone()));
    lines
}

/// What the transport does, and what is heard of it.
fn machine_lines(view: &View) -> Vec<Line> {
    let d = &view.deck;
    let on = |b: bool| if b { "on" } else { "off" };
    let heard = match d.monitor {
        Monitor::Tape => "tape",
        Monitor::Source => "source",
    };
    let volume = (Action::Volume(0.05), Action::Volume(-0.05));
    let speed = (Action::Speed(SPEED_STEP), Action::Speed(1.0 / SPEED_STEP));
    vec![
        Line::plain("Transport", state(d.motion).to_lowercase()),
        Line::switch("t", "Monitor", heard, Action::Monitor),
        Line::knob(
            ("+ -", "Volume"),
            format!("{:.0} %", d.volume * 100.0),
            d.volume,
            volume,
        ),
        Line::knob(
            ("[ ]", "Speed"),
            format!("{:.3} ×", d.speed_setting),
            (d.speed_setting / 2.0) as f32,
            speed,
        ),
        Line::switch("a", "Auto-reverse", on(d.auto_reverse), Action::AutoReverse),
        Line::switch("z", "Noises", on(d.noises), Action::Noises),
    ]
}

/// Machine, tape and switches.
fn tape_lines(sound: &Sound) -> Vec<Line> {
    let bias = format!("{:+.1} dB", sound.bias_db);
    let [recorded, played] = sound.nr;
    vec![
        Line::choice("p P", "Preset", &sound.preset, Switch::Preset),
        Line::choice("g G", "Deck", &sound.deck, Switch::Deck),
        Line::figures(deck_figures(sound)),
        Line::choice("y Y", "Tape", &sound.tape, Switch::Tape),
        Line::figures(tape_figures(sound)),
        Line::plain("Recorded on", sound.dubbed_on.clone()),
        Line::choice("i", "NR recorded", recorded, Switch::NrRecord),
        Line::choice("I", "NR played", played, Switch::NrPlay),
        Line {
            part: Some(0.5 + sound.bias_db / 12.0),
            ..Line::choice("{ }", "Bias", &bias, Switch::Bias)
        },
        Line::selector(
            (";", "EQ recorded"),
            sound.eq[0],
            sound.eq_right[0],
            Switch::RecordEq,
        ),
        Line::selector(
            (":", "EQ played"),
            sound.eq[1],
            sound.eq_right[1],
            Switch::PlayEq,
        ),
    ]
}

/// The knobs of the machine's and the tape's flaws.
fn flaw_lines(view: &View) -> Vec<Line> {
    let (knobs, drive_db) = (&view.deck.knobs, view.sound.drive_db);
    let level = (
        Action::Knob(Knob::Drive, 1.0),
        Action::Knob(Knob::Drive, -1.0),
    );
    vec![
        Line::flaw("o O", "Wow", knobs.wow, Knob::Wow),
        Line::flaw("l L", "Flutter", knobs.flutter, Knob::Flutter),
        Line::flaw("h H", "Hiss", knobs.hiss, Knob::Hiss),
        Line::knob(
            ("d D", "Record level"),
            format!("{drive_db:+.0} dB"),
            0.5 + drive_db / 24.0,
            level,
        ),
        Line::flaw("u U", "Azimuth", knobs.azimuth, Knob::Azimuth),
        Line::flaw("v V", "Wear", knobs.wear, Knob::Wear),
    ]
}

/// What is published of the machine, at three lengths.
fn deck_figures(sound: &Sound) -> Vec<String> {
    let ([low, high], wow) = (sound.response_hz, sound.flutter_percent);
    let (high, noise) = ((high / 100.0).round() / 10.0, sound.signal_to_noise_db);
    vec![
        format!("wow and flutter {wow} %, {low:.0} Hz – {high} kHz, S/N {noise:.0} dB"),
        format!("{wow} % wow, {low:.0} Hz – {high} kHz, {noise:.0} dB"),
        format!("{wow} %, {high} kHz, {noise:.0} dB"),
    ]
}

/// What is published of the tape, at three lengths: its kind, the most that it
/// holds at 400 Hz (MOL) and 10 kHz (SOL), and its noise.
fn tape_figures(sound: &Sound) -> Vec<String> {
    let (kind, noise) = (&sound.tape_kind, sound.tape_noise_dba);
    let (mol, sol) = (sound.tape_mol_db, sound.tape_sol_db);
    vec![
        format!("{kind}, MOL {mol:+.1} dB, SOL {sol:+.1} dB, noise {noise:.1} dB(A)"),
        format!("{kind}, MOL {mol:+.1}, SOL {sol:+.1} dB"),
        format!("MOL {mol:+.1}, SOL {sol:+.1} dB"),
    ]
}

/// How worn the tape is where it is worn most.
fn worn(view: &View) -> String {
    if view.sound.wear_off {
        return "wear is off".to_owned();
    }
    let most = view.wear.iter().flatten().fold(0.0f32, |a, b| a.max(*b));
    format!("{:.0} % at most", most * 100.0)
}
