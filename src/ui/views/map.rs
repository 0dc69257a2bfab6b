//! Both sides of the tape as they lie on it: side A is read downwards, side B
//! upwards, and the head is at one place of both.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::pen::{bold, ink, run, write};
use crate::look::theme::Rgb;
use crate::ui::frame::Frame;
use afterdark_tape::cassette::Side;

/// Lines below which there is nothing to see.
pub const LOWEST: u16 = 12;
/// Columns of a side's bar.
const BAR: u16 = 4;

/// Draws it.
pub fn draw(frame: &Frame, buffer: &mut Buffer, area: Rect) {
    if area.width < 30 || area.height < LOWEST || frame.view.deck.length_s <= 0.0 {
        return;
    }
    let look = &frame.theme().card;
    let half = area.width / 2;
    let now = frame.view.current_song();
    let along = |side: Side, s: f64| {
        let part = (s / frame.view.deck.length_s).clamp(0.0, 1.0);
        if side == Side::A { part } else { 1.0 - part }
    };
    let bars = Rect::new(area.x, area.y + 1, area.width, area.height - 1);
    let row = |part: f64| bars.y + ((part * f64::from(bars.height)) as u16).min(bars.height - 1);
    let head = along(frame.view.deck.side, frame.view.deck.side_s);
    for (n, side) in Side::BOTH.into_iter().enumerate() {
        let x = area.x + half * n as u16;
        let arrow = if side == Side::A {
            "SIDE A ▼"
        } else {
            "SIDE B ▲"
        };
        let on = side == frame.view.deck.side;
        let style = if on { bold(look.accent) } else { ink(look.dim) };
        write(buffer, (x, area.y), half, arrow, style);
        for half_row in 0..bars.height * 2 {
            let part = (f64::from(half_row) + 0.5) / f64::from(bars.height * 2);
            let s = if side == Side::A { part } else { 1.0 - part } * frame.view.deck.length_s;
            let color = tone(frame, side, s, now);
            let y = bars.y + half_row / 2;
            for x in x..x + BAR {
                let Some(cell) = buffer.cell_mut((x, y)) else {
                    continue;
                };
                if half_row % 2 == 0 {
                    cell.set_char('▀').set_fg(Color::from(color));
                } else {
                    cell.set_bg(Color::from(color));
                }
            }
        }
        let mut free = [true; 400];
        for (i, song) in frame
            .view
            .card
            .songs
            .iter()
            .enumerate()
            .filter(|(_, s)| s.side == side)
        {
            let (a, b) = (
                along(side, song.start_s),
                along(side, song.start_s + song.length_s),
            );
            let middle = row(f64::midpoint(a, b));
            let taken = usize::from(middle - bars.y);
            if !free.get(taken).copied().unwrap_or(false) {
                continue;
            }
            free[taken] = false;
            let style = if now == Some(i) {
                bold(look.text)
            } else {
                ink(look.dim)
            };
            let room = half.saturating_sub(BAR + 3);
            write(buffer, (x + BAR + 1, middle), room, &song.title, style);
        }
        for mark in &frame.view.marks.sides[side.index()] {
            let place = (x, row(along(side, *mark)));
            run(buffer, place, BAR, "┄", ink(look.text));
        }
        run(
            buffer,
            (x, row(head)),
            BAR,
            "━",
            ink(frame.theme().screen.second),
        );
        if on {
            write(
                buffer,
                (x + BAR, row(head)),
                1,
                "◄",
                ink(frame.theme().screen.second),
            );
        }
    }
}

/// Colour of the tape at a second of a side: the label's stripes by turns for
/// the songs, paler where it is worn.
fn tone(frame: &Frame, side: Side, s: f64, now: Option<usize>) -> Rgb {
    let theme = frame.theme();
    let leader = frame.view.card.leader_s;
    if s < leader || s > frame.view.deck.length_s - leader {
        return theme.shell.leader;
    }
    let songs = &frame.view.card.songs;
    let song = songs.iter().position(|song| {
        song.side == side && (song.start_s..song.start_s + song.length_s).contains(&s)
    });
    let Some(i) = song else {
        return theme.shell.tape.mix(theme.card.paper, 0.5);
    };
    let stripes = &theme.label.stripes;
    let stripe = stripes.get(songs[i].number % stripes.len().max(1));
    let base = stripe.copied().unwrap_or(theme.card.accent);
    let base = if now == Some(i) {
        base
    } else {
        base.mix(theme.card.paper, 0.3)
    };
    let worn = &frame.view.wear[side.index()];
    let at = (s / frame.view.deck.length_s * worn.len() as f64) as usize;
    base.mix(
        theme.shell.hub,
        worn.get(at).copied().unwrap_or(0.0).clamp(0.0, 1.0) * 0.6,
    )
}
