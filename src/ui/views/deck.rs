//! The page of the deck's switches and knobs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::controls::{gauge, state};
use super::pen::{ink, write, write_right};
use crate::deck::Monitor;
use crate::ui::app::{App, Hit};
use crate::ui::model::{Action, Knob, View};

/// One line of the page.
struct Line {
    keys: &'static str,
    name: &'static str,
    value: String,
    /// How far it is turned up, 0.0 to 1.0.
    part: Option<f32>,
    /// What a click or the wheel up, and the wheel down, ask for.
    turn: Option<(Action, Action)>,
}

/// Draws the page.
pub fn draw(app: &mut App, buffer: &mut Buffer, area: Rect, view: &View) {
    let look = app.theme.card;
    for (line, y) in lines(view).iter().zip(area.y..area.bottom()) {
        write(buffer, (area.x, y), 4, line.keys, ink(look.second));
        let room = area.width.saturating_sub(5);
        write(buffer, (area.x + 5, y), room, line.name, ink(look.text));
        let row = Rect::new(area.x + 18, y, area.width.saturating_sub(18), 1);
        let used = write_right(buffer, row, &line.value, ink(look.text));
        let room = row.width.saturating_sub(used + 2);
        if let Some(part) = line.part.filter(|_| room >= 4) {
            let (lit, rest) = gauge(part, usize::from(room.min(16)));
            let used = write(buffer, (row.x, y), room, &lit, ink(look.accent));
            write(
                buffer,
                (row.x + used, y),
                room - used,
                &rest,
                ink(look.rule),
            );
        }
        if let Some((more, less)) = line.turn {
            let whole = Rect::new(area.x, y, area.width, 1);
            app.hits.push((whole, Hit::Turn(more, less)));
        }
    }
}

/// Lines of the whole page.
pub fn height(view: &View) -> usize {
    lines(view).len()
}

fn lines(view: &View) -> Vec<Line> {
    let d = &view.deck;
    let plain = |name, value: String| Line {
        keys: "",
        name,
        value,
        part: None,
        turn: None,
    };
    let switch = |keys, name, value: &str, action| Line {
        keys,
        turn: Some((action, action)),
        ..plain(name, value.to_owned())
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
        flaw("o O", "Wow", d.knobs.wow, Knob::Wow),
        flaw("l L", "Flutter", d.knobs.flutter, Knob::Flutter),
        flaw("h H", "Hiss", d.knobs.hiss, Knob::Hiss),
        knob(
            "d D",
            "Record level",
            format!("{:+.0} dB", d.knobs.drive_db),
            0.5 + d.knobs.drive_db / 24.0,
            Action::Knob(Knob::Drive, 1.0),
            Action::Knob(Knob::Drive, -1.0),
        ),
        switch("a", "Auto reverse", on(d.auto_reverse), Action::AutoReverse),
        switch("z", "Noises", on(d.noises), Action::Noises),
        plain("Missed blocks", d.missed_blocks.to_string()),
        plain("Dropouts", view.underruns.to_string()),
        plain("Output", view.output.clone()),
    ]
}
