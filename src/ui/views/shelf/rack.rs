//! Cassette cases in a rack, as they stand in one: lying, their spines in
//! front, column by column.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::pen::{blank, write};
use crate::look::theme::{Rgb, Theme};
use crate::shelf::{Tape, home};
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::rack_picture::{Case, Rack};
use crate::ui::scene::Medium;
use crate::ui::shelf::Shelf;
use afterdark_media::text;
use afterdark_tape::cassette::Length;

/// Lines of a case and the gap below it.
const CASE: u16 = 2;
/// Narrowest case where there is more than one column of them.
const NARROWEST: u16 = 40;
/// Columns of the rack's uprights.
const UPRIGHT: u16 = 1;

const BLACK: Rgb = Rgb([0; 3]);
const WHITE: Rgb = Rgb([255; 3]);

/// Colours of a case's spine.
struct Spine {
    paper: Rgb,
    title: Rgb,
    artist: Rgb,
    stripes: Vec<Rgb>,
    plastic: Rgb,
    /// Of the dot that says that its tape is in the machine.
    lamp: Rgb,
}

/// Draws the rack and what stands in it.
pub fn draw(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) -> Drawn {
    let theme = frame.theme();
    let columns = ((area.width - UPRIGHT) / (NARROWEST + UPRIGHT)).max(1);
    let rows = (area.height - 1) / CASE;
    let width = (area.width - UPRIGHT) / columns - UPRIGHT;
    let (per_column, seen) = (usize::from(rows), usize::from(rows * columns));
    let mut drawn = Drawn {
        rack: (usize::from(columns), per_column),
        ..Drawn::default()
    };
    let pixels = matches!(frame.appearance.medium, Medium::Pixels(..));
    if pixels {
        blank(buffer, area, true);
    } else {
        wood(theme, buffer, area, columns, width, rows);
    }
    let mut cases = Vec::new();
    let chosen = shelf.chosen();
    // A rack moves by whole columns.
    let column = chosen / per_column.max(1);
    let last = shelf.count().div_ceil(per_column.max(1));
    let first_column = column
        .saturating_sub(usize::from(columns) / 2)
        .min(last.saturating_sub(usize::from(columns)));
    let first = first_column * per_column;
    let Some(found) = &shelf.found else {
        return drawn;
    };
    let playing = home(&frame.view.asked);
    for place in first..(first + seen).min(found.tapes.len()) {
        let at = place - first;
        let (column, row) = ((at / per_column) as u16, (at % per_column) as u16);
        let slot = Rect::new(
            area.x + UPRIGHT + column * (width + UPRIGHT),
            area.y + row * CASE,
            width,
            CASE,
        );
        let Some(tape) = found.catalog.tapes().get(found.tapes[place]) else {
            continue;
        };
        let is_in = playing.as_deref() == Some(tape.path.as_path());
        let cover = shelf.color(tape).map(Rgb);
        let wear = wear(found.catalog.played(found.tapes[place]).times);
        let spine = spine(theme, tape, cover, wear);
        let spine = in_the_light(theme, spine, tape.away, place == chosen);
        let from = if pixels {
            cases.push(Case {
                slot: Rect {
                    x: slot.x - area.x,
                    y: slot.y - area.y,
                    ..slot
                },
                paper: spine.paper,
                stripes: spine.stripes.clone(),
                plastic: spine.plastic,
                chosen: place == chosen,
                wear,
                seed: number(&tape.title),
            });
            slot.x + 1
        } else {
            case(theme, buffer, slot, (tape, &spine), wear, place == chosen)
        };
        let from = from + spine.stripes.len() as u16 + 1;
        let to = slot.right() - 1;
        lettering(buffer, tape, &spine, (from, slot.y, to), is_in);
        drawn.hit(slot, Hit::Spine(place));
    }
    if pixels {
        drawn.painted = Some(Rack {
            area,
            rows,
            upright: UPRIGHT,
            width,
            columns,
            slot: slot_color(theme),
            board: theme.machine.top,
            light: theme.machine.top.mix(theme.machine.edge, 0.55),
            cases,
        });
    }
    if found.tapes.is_empty() {
        let words = if shelf.line.is_empty() {
            "no tapes yet: `afterdark shelf add FOLDER`"
        } else {
            "nothing is found"
        };
        let place = (area.x + 3, area.y + rows / 2 * CASE);
        let style = Style::new()
            .fg(theme.card.text.into())
            .bg(slot_color(theme).into());
        write(buffer, place, area.width.saturating_sub(4), words, style);
    }
    drawn
}

fn slot_color(theme: &Theme) -> Rgb {
    theme.machine.well.mix(BLACK, 0.35)
}

/// The empty rack.
fn wood(theme: &Theme, buffer: &mut Buffer, area: Rect, columns: u16, width: u16, rows: u16) {
    let (slot, board) = (slot_color(theme), theme.machine.top);
    let ledge = theme.machine.well.mix(board, 0.45);
    let light = board.mix(theme.machine.edge, 0.55);
    let right = area.x + UPRIGHT + columns * (width + UPRIGHT);
    for y in area.y..area.y + rows * CASE {
        for x in area.x..right {
            let Some(cell) = buffer.cell_mut((x, y)) else {
                continue;
            };
            let upright = (x - area.x).is_multiple_of(width + UPRIGHT);
            // A case rests on a thin ledge.
            let below = !upright && (y - area.y) % CASE == CASE - 1;
            if upright {
                cell.set_symbol("▌");
                cell.set_fg(light.into()).set_bg(board.into());
            } else {
                cell.set_symbol(if below { "▁" } else { " " });
                cell.set_fg(ledge.into()).set_bg(slot.into());
            }
        }
    }
    let foot = area.y + rows * CASE;
    for x in area.x..right {
        if let Some(cell) = buffer.cell_mut((x, foot)) {
            cell.set_symbol("▀");
            cell.set_fg(light.into()).set_bg(theme.card.paper.into());
        }
    }
}

/// A number that goes with a text and never changes (FNV-1a).
fn number(words: &str) -> u64 {
    words.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Of some inks the first that can be read on a paper, else the best.
fn readable(paper: Rgb, inks: &[Rgb]) -> Rgb {
    let all = || inks.iter().chain(&[WHITE, BLACK]).copied();
    all()
        .find(|ink| ink.contrast(paper) >= 4.5)
        .or_else(|| all().max_by(|a, b| a.contrast(paper).total_cmp(&b.contrast(paper))))
        .unwrap_or(WHITE)
}

/// As a label's maker would have printed it: an artist's tapes are of one
/// family of colours, each in its own way.
fn spine(theme: &Theme, tape: &Tape, cover: Option<Rgb>, wear: f32) -> Spine {
    let label = &theme.label;
    let by = if tape.artist.is_empty() {
        &tape.title
    } else {
        &tape.artist
    };
    let family = number(by);
    let stripe = |n: u64| {
        let all = &label.stripes;
        let place = (family.wrapping_add(n) % all.len().max(1) as u64) as usize;
        all.get(place).copied().unwrap_or(label.rule)
    };
    let way = number(&tape.title) ^ family.rotate_left(17);
    let (paper, stripes) = if let Some(color) = cover {
        match way % 3 {
            0 => (color.mix(BLACK, 0.22), vec![label.paper, color]),
            1 => (label.paper.mix(color, 0.16), vec![color, color]),
            _ => (color.mix(label.paper, 0.22), vec![color.mix(BLACK, 0.4)]),
        }
    } else {
        family_paper(theme, way, stripe)
    };
    // Light and fingers bleach what is played often.
    let paper = paper.mix(label.paper, 0.28 * wear);
    let stripes = stripes.into_iter();
    let stripes = stripes
        .map(|stripe| stripe.mix(label.paper, 0.28 * wear))
        .collect();
    let title = readable(paper, &[label.ink, label.paper]);
    let artist = readable(paper, &[title.mix(paper, 0.28), label.dim, title]);
    Spine {
        paper,
        title,
        artist,
        stripes,
        plastic: theme.shell.light,
        lamp: theme.machine.lamp,
    }
}

/// Paper and stripes of a tape without a cover, in one of several ways.
fn family_paper(theme: &Theme, way: u64, stripe: impl Fn(u64) -> Rgb) -> (Rgb, Vec<Rgb>) {
    let label = &theme.label;
    let (color, next) = (stripe(0), stripe(1));
    match way % 6 {
        0 => (label.paper, vec![color, color]),
        1 => (label.paper.mix(color, 0.12), vec![stripe(2), next, color]),
        2 => (color.mix(BLACK, 0.30), vec![label.paper]),
        3 => (theme.shell.dark.mix(color, 0.18), vec![color, next]),
        4 => (label.paper.mix(theme.shell.body, 0.18), vec![color]),
        _ => (
            color.mix(label.paper, 0.22).mix(BLACK, 0.12),
            vec![next, label.paper],
        ),
    }
}

/// How worn a case looks that was played so often, 0.0 to 1.0: at first each
/// time tells.
fn wear(times: u32) -> f32 {
    1.0 - (-(times as f32) / 15.0).exp()
}

/// As it is seen: what is away in the dark, the chosen one in the light.
fn in_the_light(theme: &Theme, mut spine: Spine, away: bool, chosen: bool) -> Spine {
    let ground = slot_color(theme);
    let dim = |color: Rgb| match (away, chosen) {
        (true, _) => color.mix(ground, 0.68),
        (false, true) => color.mix(WHITE, 0.06),
        (false, false) => color.mix(ground, 0.10),
    };
    let light = if chosen { 0.0 } else { 0.45 };
    spine.plastic = dim(theme.shell.light.mix(ground, light));
    spine.paper = dim(spine.paper);
    spine.title = dim(spine.title);
    spine.artist = dim(spine.artist);
    spine.lamp = dim(readable(spine.paper, &[theme.machine.lamp, spine.title]));
    spine.stripes = spine.stripes.into_iter().map(dim).collect();
    spine
}

/// Paints a case of block characters; `chosen`: half pulled out. Gives the
/// column of its first stripe.
fn case(
    theme: &Theme,
    buffer: &mut Buffer,
    slot: Rect,
    (tape, spine): (&Tape, &Spine),
    wear: f32,
    chosen: bool,
) -> u16 {
    // Pulled out it stands nearer: over both uprights.
    let (x, width) = if chosen {
        (slot.x - UPRIGHT, slot.width + 2 * UPRIGHT)
    } else {
        (slot.x, slot.width)
    };
    let end = x + width;
    let first_stripe = x + 1;
    let paint = |x: u16| -> Rgb {
        if x == end - 1 || x < first_stripe {
            return spine.plastic;
        }
        spine
            .stripes
            .get(usize::from(x - first_stripe))
            .copied()
            .unwrap_or(spine.paper)
    };
    for x in x..end {
        let color = paint(x);
        if let Some(cell) = buffer.cell_mut((x, slot.y)) {
            cell.reset();
            cell.set_bg(color.into());
        }
        if let Some(cell) = buffer.cell_mut((x, slot.y + 1)) {
            let below = if chosen { BLACK } else { slot_color(theme) };
            cell.set_symbol("▀");
            // Fingers nick the lower edge, always in the same places.
            let nick = number(&format!("{x}{}", tape.title)) >> 40;
            let worn = nick as f32 / (1 << 24) as f32 <= wear * 0.14;
            let edge = if worn {
                color.mix(WHITE, 0.14)
            } else {
                color.mix(BLACK, 0.28)
            };
            cell.set_fg(edge.into());
            cell.set_bg(below.into());
        }
    }
    first_stripe
}

/// Who, what and how long, along the spine.
fn lettering(
    buffer: &mut Buffer,
    tape: &Tape,
    spine: &Spine,
    (mut from, y, to): (u16, u16, u16),
    is_in: bool,
) {
    let style = |color: Rgb| Style::new().fg(color.into());
    if is_in {
        write(buffer, (from, y), 1, "●", style(spine.lamp));
        from += 2;
    }
    let mut room = to.saturating_sub(from + 1);
    let kind = length(tape.seconds);
    let width = text::width(&kind) as u16;
    if width > 0 && room > width + 14 {
        let place = (to - width - 1, y);
        write(buffer, place, width, &kind, style(spine.artist));
        room -= width + 2;
    }
    let title = style(spine.title).add_modifier(Modifier::BOLD);
    if tape.artist.is_empty() {
        write(buffer, (from, y), room, &tape.title, title);
        return;
    }
    // The title is what is looked for: the artist gets what it leaves, and a
    // third of a long spine.
    let wanted = text::width(&tape.title) as u16;
    let artist = text::width(&tape.artist) as u16;
    let rest = room.saturating_sub(wanted + 2);
    let artist = match rest {
        rest if rest >= artist.min(8) => artist.min(rest),
        _ if room >= 34 => artist.min(room / 3),
        _ => 0,
    };
    if artist == 0 {
        write(buffer, (from, y), room, &tape.title, title);
        return;
    }
    let used = write(buffer, (from, y), artist, &tape.artist, style(spine.artist));
    let from = from + used + 2;
    write(
        buffer,
        (from, y),
        room.saturating_sub(used + 2),
        &tape.title,
        title,
    );
}

/// The cassette that holds so much, or how many of them.
fn length(seconds: f64) -> String {
    if seconds <= 0.0 {
        return String::new();
    }
    let holds = |length: &&Length| 2.0 * length.side_s() >= seconds;
    match Length::SHOP.iter().find(holds) {
        Some(length) => length.to_string(),
        None => {
            let each = 2.0 * Length::LONGEST.side_s();
            format!("{}×{}", (seconds / each).ceil(), Length::LONGEST)
        }
    }
}
