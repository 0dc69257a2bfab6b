//! The level meters.

use ratatui::buffer::Buffer;
use ratatui::style::Color;

use super::pen::{ink, write};
use crate::deck::Meter;
use crate::look::theme::Rgb;
use crate::ui::frame::Frame;
use crate::ui::layout::{Kind, METER_DB};
use afterdark_media::text;

/// Draws the level meters.
pub fn draw(frame: &Frame, buffer: &mut Buffer) {
    let area = frame.layout.meters;
    if area.width < 12 || area.height < 2 {
        return;
    }
    let screen = frame.theme().screen;
    let width = frame.layout.meter_width();
    let at = |db: f32| frame.layout.meter_column(db);
    for (i, name) in ["L", "R"].into_iter().enumerate() {
        let y = area.y + i as u16;
        write(buffer, (area.x, y), 1, name, ink(screen.dim));
        let Meter {
            vu_db,
            peak_db,
            hold_db,
        } = frame.view.deck.meters[i];
        let (vu, peak, hold) = (at(vu_db), at(peak_db), at(hold_db));
        let ground = ground(frame);
        for x in 0..width {
            let db =
                METER_DB.0 + (f32::from(x) + 0.5) / f32::from(width) * (METER_DB.1 - METER_DB.0);
            let color = if db < -6.0 {
                screen.low
            } else if db < 0.0 {
                screen.mid
            } else {
                screen.high
            };
            let color = if x < vu || hold_db > METER_DB.0 && x + 1 == hold {
                color
            } else if x < peak {
                ground.mix(color, 0.62)
            } else {
                ground.mix(color, 0.16)
            };
            if let Some(cell) = buffer.cell_mut((area.x + 2 + x, y)) {
                cell.set_char('▊').set_fg(Color::from(color));
            }
        }
    }
    if area.height >= 3 {
        let y = area.y + 2;
        let mut free = 0;
        for db in [-30, -20, -12, -6, -3, 0, 3, 6] {
            let words = if db > 0 {
                format!("+{db}")
            } else {
                format!("{db}").replace('-', "−")
            };
            let w = text::width(&words) as u16;
            let x = (at(db as f32))
                .saturating_sub(w / 2 + 1)
                .min(width.saturating_sub(w));
            if x >= free {
                let color = if db >= 0 { screen.high } else { screen.dim };
                write(buffer, (area.x + 2 + x, y), w, &words, ink(color));
                free = x + w + 1;
            }
        }
        write(buffer, (area.x, y), 2, "dB", ink(screen.dim));
    }
}

/// Sets text on whatever is painted there, keeping its colour.
fn ground(frame: &Frame) -> Rgb {
    if frame.layout.kind == Kind::Full {
        frame.theme().machine.bottom
    } else {
        frame.theme().screen.back
    }
}
