//! What is written on the cassette's label and on the machine's keys.

use font8x8::{BASIC_FONTS, LATIN_FONTS, UnicodeFonts};
use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::pen::{bold, ink, spaced, write, write_right};
use crate::look::theme::Theme;
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::scene::{PianoKey, Scene};
use afterdark_media::text;

/// Text over the painted scene.
pub fn draw(frame: &Frame, scene: &Scene, buffer: &mut Buffer) -> Drawn {
    let origin = frame.layout.scene;
    let place = |r: Rect| Rect::new(r.x + origin.x, r.y + origin.y, r.width, r.height);
    let layout = frame.layout;
    let badge = if frame.lifted {
        Rect::default()
    } else {
        layout.badge
    };
    for area in [
        badge,
        layout.counter,
        layout.position,
        layout.meters,
        layout.knobs,
    ] {
        stand_on_paint(scene, origin, buffer, area);
    }
    dials(frame.theme(), scene, origin, buffer);
    // Letters cannot tilt and slide with the cassette.
    if !frame.changing {
        label(
            frame,
            place(scene.writing()),
            place(scene.foot()),
            scene,
            buffer,
        );
    }
    let theme = frame.theme();
    let mut drawn = Drawn::default();
    for (i, (key, rect)) in PianoKey::ALL.iter().zip(&scene.plan().keys).enumerate() {
        let area = place(*rect);
        drawn.hit(area, Hit::Key(*key));
        let down = scene.is_down(i);
        let color = theme.on_key(down);
        let low = area.height < 4;
        let top = area.y + (area.height - u16::from(low)).saturating_sub(2) / 2;
        let sign = ink(color);
        let sign = if *key == PianoKey::Eject {
            sign.add_modifier(Modifier::UNDERLINED)
        } else {
            sign
        };
        // A low key has room for one line when it is down.
        let rows = [(key.sign(), top, sign), (key.name(), top + 1, ink(color))];
        for (words, y, style) in rows.into_iter().skip(usize::from(low && down)) {
            let width = text::width(words) as u16;
            if area.width < width + 2 {
                continue;
            }
            let x = area.x + (area.width - width) / 2;
            stand_on_paint(scene, origin, buffer, Rect::new(x, y, width, 1));
            write(buffer, (x, y), width, words, style);
        }
    }
    drawn
}

/// Writes the figures of the dials.
pub fn dials(theme: &Theme, scene: &Scene, origin: Rect, buffer: &mut Buffer) {
    for (x, y, words) in scene.dial_figures() {
        let area = Rect::new(x + origin.x, y + origin.y, text::width(words) as u16, 1);
        stand_on_paint(scene, origin, buffer, area);
        let color = theme.label.ink;
        write(buffer, (area.x, area.y), area.width, words, ink(color));
    }
}

/// Gives cells the painted picture's mean colour as ground, for text.
pub fn stand_on_paint(scene: &Scene, origin: Rect, buffer: &mut Buffer, area: Rect) {
    if scene.is_under() {
        super::blank(buffer, area, true);
        return;
    }
    let width = usize::from(scene.plan().size.0);
    for position in area.intersection(buffer.area).positions() {
        let (x, y) = (
            position.x.wrapping_sub(origin.x),
            position.y.wrapping_sub(origin.y),
        );
        let tile = scene.tiles().get(usize::from(y) * width + usize::from(x));
        if let (Some(cell), Some(tile)) = (buffer.cell_mut(position), tile) {
            let [r, g, b] = tile.mean;
            cell.set_symbol(" ").set_diff_option(CellDiffOption::None);
            cell.bg = Color::Rgb(r, g, b);
        }
    }
}

fn label(frame: &Frame, area: Rect, foot: Rect, scene: &Scene, buffer: &mut Buffer) {
    if area.width < 16 || area.height == 0 {
        return;
    }
    let look = &frame.theme().label;
    let card = &frame.view.card;
    let origin = frame.layout.scene;
    let title = if card.title.is_empty() {
        "untitled"
    } else {
        &card.title
    };
    // On a large label the title is lettered, four lines high.
    let beside = text::width(&card.length).max(text::width(&card.noise_reduction));
    let large = lettering(title).filter(|letters| {
        let wide = text::width(&letters[0]) + beside + 6;
        area.height >= 6 && wide <= usize::from(area.width)
    });
    let high = if large.is_some() { 4 } else { 1 };
    // Lines of writing, in the middle of the paper above the window.
    let lines = match (&large, area.height) {
        (Some(_), height) => {
            if height >= 8 {
                6
            } else {
                5
            }
        }
        (None, height) => height.min(if height >= 5 { 3 } else { 2 }),
    };
    // High letters keep clear of the paper's edge.
    let top = area.y + (area.height - lines + u16::from(large.is_some())) / 2;
    let rows = Rect::new(area.x, top, area.width, lines);
    stand_on_paint(scene, origin, buffer, rows);
    let rule = |buffer: &mut Buffer, y: u16, from: u16| {
        let style = Style::new()
            .underline_color(Color::from(look.rule))
            .add_modifier(Modifier::UNDERLINED);
        buffer.set_style(Rect::new(from, y, area.right() - from, 1), style);
    };

    // The side's letter, white on a dark patch; pixels would hide the patch.
    let side = frame.view.deck.side.name();
    let letter = if scene.is_under() {
        bold(look.ink).add_modifier(Modifier::UNDERLINED)
    } else {
        buffer.set_style(
            Rect::new(area.x, top, 3, 1),
            Style::new().bg(look.ink.into()),
        );
        bold(look.paper)
    };
    write(buffer, (area.x + 1, top), 1, side, letter);

    let left = area.x + 5;
    let right: Vec<String> = [card.length.clone(), card.noise_reduction.clone()]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect();
    let right_width = right.iter().map(|s| text::width(s)).max().unwrap_or(0) as u16;
    let room = (area.right() - left).saturating_sub(right_width + 2);
    if let Some(letters) = &large {
        for (line, y) in letters.iter().zip(top..) {
            write(buffer, (left, y), area.width, line, ink(look.ink));
        }
    } else {
        write(buffer, (left, top), room, title, bold(look.ink));
    }
    write_right(
        buffer,
        Rect::new(left, top, area.right() - left, 1),
        &right[..1.min(right.len())].concat(),
        bold(look.ink),
    );
    if large.is_none() {
        rule(buffer, top, left);
    }
    let second = top + high;
    if lines > high {
        write(buffer, (left, second), room, &card.artist, ink(look.dim));
        if let Some(words) = right.get(1) {
            write_right(
                buffer,
                Rect::new(left, second, area.right() - left, 1),
                words,
                ink(look.dim),
            );
        }
        rule(buffer, second, left);
    }
    if lines > high + 1 {
        let of = match card.tape_of {
            (n, all) if all > 1 => format!("tape {n} of {all}"),
            _ => String::new(),
        };
        write(buffer, (left, second + 1), room, &of, ink(look.dim));
        rule(buffer, second + 1, left);
    }
    if foot.height > 0 && foot.width > 40 {
        let y = foot.y + (foot.height - 1) / 2;
        stand_on_paint(scene, origin, buffer, Rect::new(foot.x, y, foot.width, 1));
        write(
            buffer,
            (foot.x, y),
            foot.width / 2,
            &spaced("AFTER DARK"),
            ink(look.dim),
        );
        write_right(
            buffer,
            Rect::new(foot.x, y, foot.width, 1),
            &card.formulation,
            ink(look.dim),
        );
    }
}

/// Words in letters of four columns and four lines, made of quadrants; `None`
/// where a letter is not in the small font.
fn lettering(words: &str) -> Option<[String; 4]> {
    const QUADRANTS: [char; 16] = [
        ' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█',
    ];
    let mut lines: [String; 4] = Default::default();
    for c in words.chars() {
        let rows = BASIC_FONTS.get(c).or_else(|| LATIN_FONTS.get(c))?;
        for (line, pair) in lines.iter_mut().zip(rows.chunks_exact(2)) {
            for column in (0..8).step_by(2) {
                let [upper, lower] = [pair[0], pair[1]].map(|row| usize::from(row >> column & 3));
                line.push(QUADRANTS[upper | lower << 2]);
            }
        }
    }
    Some(lines)
}
