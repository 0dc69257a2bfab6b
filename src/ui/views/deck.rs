//! The page of the deck's switches and knobs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::controls::{gauge, state};
use super::pen::{ink, write, write_right};
use crate::deck::Monitor;
use crate::ui::app::App;
use crate::ui::model::View;

/// Draws the page.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, view: &View) {
    let look = &app.theme.card;
    let d = &view.deck;
    let on = |b: bool| if b { "on" } else { "off" }.to_owned();
    let knob = |v: f32| (format!("{:.0} %", v * 100.0), Some(v / 2.0));
    let lines: Vec<(&str, &str, (String, Option<f32>))> = vec![
        ("", "Transport", (state(d.motion).to_lowercase(), None)),
        (
            "t",
            "Monitor",
            (
                if d.monitor == Monitor::Tape {
                    "tape"
                } else {
                    "source"
                }
                .to_owned(),
                None,
            ),
        ),
        (
            "+ -",
            "Volume",
            (format!("{:.0} %", d.volume * 100.0), Some(d.volume)),
        ),
        (
            "[ ]",
            "Speed",
            (
                format!("{:.3} ×", d.speed_setting),
                Some((d.speed_setting / 2.0) as f32),
            ),
        ),
        ("o O", "Wow", knob(d.knobs.wow)),
        ("l L", "Flutter", knob(d.knobs.flutter)),
        ("h H", "Hiss", knob(d.knobs.hiss)),
        (
            "d D",
            "Record level",
            (
                format!("{:+.0} dB", d.knobs.drive_db),
                Some(0.5 + d.knobs.drive_db / 24.0),
            ),
        ),
        ("a", "Auto reverse", (on(d.auto_reverse), None)),
        ("z", "Noises", (on(d.noises), None)),
        ("", "Missed blocks", (d.missed_blocks.to_string(), None)),
        (
            "",
            "Dropouts of the output",
            (view.underruns.to_string(), None),
        ),
        ("", "Output", (view.output.clone(), None)),
    ];
    for ((keys, name, (value, part)), y) in lines.iter().zip(area.y..area.bottom()) {
        write(buffer, (area.x, y), 4, keys, ink(look.second));
        write(
            buffer,
            (area.x + 5, y),
            area.width.saturating_sub(5),
            name,
            ink(look.text),
        );
        let row = Rect::new(area.x + 18, y, area.width.saturating_sub(18), 1);
        let used = write_right(buffer, row, value, ink(look.text));
        let room = row.width.saturating_sub(used + 2);
        if let Some(part) = part.filter(|_| room >= 4) {
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
    }
}
