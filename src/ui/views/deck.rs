//! The page of the deck's switches and knobs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::controls::{gauge, state};
use super::pen::{bold, ink, scrollbar, write, write_right};
use crate::deck::Monitor;
use crate::ui::frame::{Drawn, Frame, Hit};
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

fn lines(view: &View) -> Vec<Line> {
    let d = &view.deck;
    let sound = &view.sound;
    let plain = |name, value: String| Line {
        keys: "",
        name,
        values: vec![value],
        part: None,
        turn: None,
    };
    let switch = |keys, name, value: &str, action| Line {
        keys,
        turn: Some((action, action)),
        ..plain(name, value.to_owned())
    };
    let choice = |keys, name, value: String, switch| Line {
        keys,
        turn: Some((Action::Switch(switch, 1), Action::Switch(switch, -1))),
        ..plain(name, value)
    };
    let knob = |keys, name, value, part, more, less| Line {
        keys,
        part: Some(part),
        turn: Some((more, less)),
        ..plain(name, value)
    };
    let flaw = |keys, name, amount: f32, knob_: Knob| {
        let (more, less) = (Action::Knob(knob_, 0.25), Action::Knob(knob_, -0.25));
        knob(
            keys,
            name,
            format!("{:.0} %", amount * 100.0),
            amount / 2.0,
            more,
            less,
        )
    };
    let on = |b: bool| if b { "on" } else { "off" };
    let heard = if d.monitor == Monitor::Tape {
        "tape"
    } else {
        "source"
    };
    let semitone = 2.0_f64.powf(1.0 / 12.0);
    let eq = |keys, name, n: usize, which| {
        let position = sound.eq[n];
        let said = if sound.eq_right[n] {
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
        Line {
            values: said,
            ..choice(keys, name, String::new(), which)
        }
    };
    let figures = |values| Line {
        values,
        ..plain("", String::new())
    };
    vec![
        plain("Transport", state(d.motion).to_lowercase()),
        switch("t", "Monitor", heard, Action::Monitor),
        knob(
            "+ -",
            "Volume",
            format!("{:.0} %", d.volume * 100.0),
            d.volume,
            Action::Volume(0.05),
            Action::Volume(-0.05),
        ),
        knob(
            "[ ]",
            "Speed",
            format!("{:.3} ×", d.speed_setting),
            (d.speed_setting / 2.0) as f32,
            Action::Speed(semitone),
            Action::Speed(1.0 / semitone),
        ),
        switch("a", "Auto reverse", on(d.auto_reverse), Action::AutoReverse),
        switch("z", "Noises", on(d.noises), Action::Noises),
        choice("p P", "Preset", sound.preset.clone(), Switch::Preset),
        choice("g G", "Deck", sound.deck.clone(), Switch::Deck),
        figures(deck_figures(sound)),
        choice("y Y", "Tape", sound.tape.clone(), Switch::Tape),
        figures(tape_figures(sound)),
        plain("Recorded on", sound.dubbed_on.clone()),
        choice("i", "NR recorded", sound.nr[0].to_owned(), Switch::NrRecord),
        choice("I", "NR played", sound.nr[1].to_owned(), Switch::NrPlay),
        Line {
            part: Some(0.5 + sound.bias_db / 12.0),
            ..choice(
                "{ }",
                "Bias",
                format!("{:+.1} dB", sound.bias_db),
                Switch::Bias,
            )
        },
        eq(";", "EQ recorded", 0, Switch::RecordEq),
        eq(":", "EQ played", 1, Switch::PlayEq),
        flaw("o O", "Wow", d.knobs.wow, Knob::Wow),
        flaw("l L", "Flutter", d.knobs.flutter, Knob::Flutter),
        flaw("h H", "Hiss", d.knobs.hiss, Knob::Hiss),
        knob(
            "d D",
            "Record level",
            format!("{:+.0} dB", sound.drive_db),
            0.5 + sound.drive_db / 24.0,
            Action::Knob(Knob::Drive, 1.0),
            Action::Knob(Knob::Drive, -1.0),
        ),
        flaw("u U", "Azimuth", d.knobs.azimuth, Knob::Azimuth),
        flaw("v V", "Wear", d.knobs.wear, Knob::Wear),
        switch("F", "Worn so far", &worn(view), Action::FreshTape),
        plain("Missed blocks", d.missed_blocks.to_string()),
        plain("Dropouts", view.underruns.to_string()),
        plain("Output", view.output.clone()),
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
