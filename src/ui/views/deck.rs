//! The page of the deck's switches and knobs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::controls::{gauge, state};
use super::pen::{bold, ink, scrollbar, write, write_right};
use super::said;
use crate::deck::Monitor;
use crate::player::knob::{KNOBS, KnobRow};
use crate::player::switch::{SWITCHES, Switch, SwitchRow};
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::model::{Action, Change, Sleep, Sound, Toggle, View};
use crate::ui::state::Page;
use afterdark_media::text;

/// One line of the page.
struct Line {
    keys: String,
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
        turns: lines.iter().filter_map(|line| line.turn.clone()).collect(),
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
        write(buffer, (area.x, y), 4, &line.keys, ink(look.second));
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
        let mut scale = None;
        if let Some(part) = line.part.filter(|_| room >= 4) {
            let marks = room.min(16);
            let (lit, rest) = gauge(part, usize::from(marks));
            scale = Some(Rect::new(place.x, y, marks, 1));
            let used = write(buffer, (place.x, y), room, &lit, ink(look.accent));
            write(
                buffer,
                (place.x + used, y),
                room - used,
                &rest,
                ink(look.rule),
            );
        }
        if let Some((more, less)) = line.turn.clone() {
            let whole = Rect::new(area.x, y, area.width, 1);
            let on_scale = match (&more, scale) {
                (Action::Knob(knob, _), Some(scale)) => {
                    Some((scale, Hit::Knob(*knob, more.clone(), less.clone())))
                }
                (Action::Volume(_), Some(scale)) => Some((scale, Hit::VolumeBar)),
                _ => None,
            };
            drawn.hit(whole, Hit::Turn(more, less));
            if let Some((scale, hit)) = on_scale {
                drawn.hit(scale, hit);
            }
        }
    }
    drawn
}

/// Lines of the whole page.
pub fn height(view: &View) -> usize {
    lines(view).len()
}

fn lines(view: &View) -> Vec<Line> {
    let d = &view.deck;
    let sound = &view.sound;
    let plain = |name, value: String| Line {
        keys: String::new(),
        name,
        values: vec![value],
        part: None,
        turn: None,
    };
    let toggle = |keys: &str, name, value: &str, action: Action| Line {
        keys: keys.to_owned(),
        turn: Some((action.clone(), action)),
        ..plain(name, value.to_owned())
    };
    let figures = |values| Line {
        values,
        ..plain("", String::new())
    };
    let on = |b: bool| if b { "on" } else { "off" };
    let heard = if d.monitor == Monitor::Tape {
        "tape"
    } else {
        "source"
    };
    let volume = |by| Action::Volume(Change::By(by));
    let speed = |by| Action::Speed(Change::By(by));
    let mut lines = vec![
        plain("Transport", state(d.motion).to_lowercase()),
        toggle("t", "Monitor", heard, Action::Monitor(None)),
        Line {
            keys: "+ -".to_owned(),
            part: Some(d.volume),
            turn: Some((volume(0.05), volume(-0.05))),
            ..plain("Volume", format!("{:.0} %", d.volume * 100.0))
        },
        plain("Loudness", format!("{:+.1} dB", d.gain_db)),
        Line {
            keys: "[ ]".to_owned(),
            part: Some((d.speed_setting / 2.0) as f32),
            turn: Some((speed(1.0), speed(-1.0))),
            ..plain("Speed", format!("{:.3} ×", d.speed_setting))
        },
        toggle(
            "a",
            "Auto-reverse",
            on(d.auto_reverse),
            Action::AutoReverse(Toggle::Other),
        ),
        toggle("R", "Repeat", view.repeat.name(), Action::Loop(None)),
        toggle("Z", "Sleep", &sleep(view.sleep), Action::Sleep(None)),
        toggle("z", "Noises", on(d.noises), Action::Noises(Toggle::Other)),
    ];
    for row in &SWITCHES {
        lines.push(switch(row, sound));
        match row.switch {
            Switch::Deck => lines.push(figures(deck_figures(sound))),
            Switch::Tape => {
                lines.push(figures(tape_figures(sound)));
                lines.push(plain("Recorded on", sound.dubbed_on.clone()));
            }
            _ => {}
        }
    }
    lines.extend(KNOBS.iter().map(|row| knob(row, sound)));
    lines.push(toggle("F", "Worn so far", &worn(view), Action::FreshTape));
    if d.peaks_held > 0 {
        let down = if d.limiter_db >= 0.05 {
            format!("{} peaks, now −{:.1} dB", d.peaks_held, d.limiter_db)
        } else {
            format!("{} peaks", d.peaks_held)
        };
        lines.push(plain("Limiter held", down));
    }
    if d.missed_blocks > 0 {
        lines.push(plain("Late blocks", d.missed_blocks.to_string()));
    }
    lines.extend([
        plain("Underruns", view.underruns.to_string()),
        plain("Output", said::output(&view.output)),
    ]);
    lines
}

fn sleep(sleep: Sleep) -> String {
    match sleep {
        Sleep::Off => "off".to_owned(),
        Sleep::Song => "at the song's end".to_owned(),
        Sleep::Side => "at the side's end".to_owned(),
        Sleep::Tape => "at the tape's end".to_owned(),
        Sleep::After(left) => format!("in {} min", left.as_secs().div_ceil(60)),
    }
}

/// How a switch stands.
fn switch(row: &SwitchRow, sound: &Sound) -> Line {
    let keys: Vec<String> = row.keys.iter().map(char::to_string).collect();
    let turn = |by| Action::Switch(row.switch, by);
    Line {
        keys: keys.join(" "),
        name: row.name,
        values: match row.switch {
            Switch::Preset => vec![sound.preset.clone()],
            Switch::Deck => vec![sound.deck.clone()],
            Switch::Tape => vec![sound.tape.clone()],
            Switch::NrRecord => vec![sound.nr[0].to_owned()],
            Switch::NrPlay => vec![sound.nr[1].to_owned()],
            Switch::RecordEq => eq(sound, 0),
            Switch::PlayEq => eq(sound, 1),
        },
        part: None,
        turn: Some((turn(1), turn(-1))),
    }
}

/// A tape selector's position, at three lengths.
fn eq(sound: &Sound, n: usize) -> Vec<String> {
    let position = sound.eq[n];
    if sound.eq_right[n] {
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
    }
}

/// How a knob stands.
fn knob(row: &KnobRow, sound: &Sound) -> Line {
    let value = sound.knob(row.knob);
    let turn = |by| Action::Knob(row.knob, Change::By(by));
    Line {
        keys: row.keys.map(String::from).join(" "),
        name: row.name,
        values: vec![row.knob.shown(value)],
        part: Some(row.knob.part(value)),
        turn: Some((turn(row.step), turn(-row.step))),
    }
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
