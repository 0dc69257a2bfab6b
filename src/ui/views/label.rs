//! What is written on the cassette's label and on the machine's keys.

use font8x8::{BASIC_FONTS, LATIN_FONTS, UnicodeFonts};
use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::pen::{blank, bold, ink, spaced, write, write_right};
use crate::look::theme::{LabelColors, Theme};
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::scene::cells::Blocks;
use crate::ui::scene::{Medium, PianoKey, Scene};
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
        blank(buffer, area, true);
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

/// The writing on the paper above the window, and below it.
fn label(frame: &Frame, area: Rect, foot: Rect, scene: &Scene, buffer: &mut Buffer) {
    if area.width < 16 || area.height == 0 {
        return;
    }
    let card = &frame.view.card;
    let title = if card.title.is_empty() {
        "untitled"
    } else {
        &card.title
    };
    let right: Vec<&str> = [card.length.as_str(), &card.noise_reduction]
        .into_iter()
        .filter(|words| !words.is_empty())
        .collect();
    let beside = right.iter().map(|words| text::width(words)).max();
    let beside = beside.unwrap_or(0);
    // On a large label the title is lettered, four lines high.
    let has_quadrants = frame.appearance.medium != Medium::Cells(Blocks::Halves);
    let letters = lettering(title).filter(|letters| {
        let wide = text::width(&letters[0]) + beside + 6;
        has_quadrants && area.height >= 6 && wide <= usize::from(area.width)
    });
    let is_large = letters.is_some();
    let high = if is_large { 4 } else { 1 };
    // Lines of writing, in the middle of the paper above the window.
    let lines = match (is_large, area.height) {
        (true, 8..) => 6,
        (true, _) => 5,
        (false, height) => height.min(if height >= 5 { 3 } else { 2 }),
    };
    // High letters keep clear of the paper's edge.
    let top = area.y + (area.height - lines + u16::from(is_large)) / 2;
    let rows = Rect::new(area.x, top, area.width, lines);
    stand_on_paint(scene, frame.layout.scene, buffer, rows);
    side_letter(frame, scene, buffer, (area.x, top));

    let look = &frame.theme().label;
    let left = area.x + 5;
    let row = |y| Rect::new(left, y, area.right() - left, 1);
    let room = row(top).width.saturating_sub(beside as u16 + 2);
    if let Some(letters) = &letters {
        for (line, y) in letters.iter().zip(top..) {
            write(buffer, (left, y), area.width, line, ink(look.ink));
        }
    } else {
        write(buffer, (left, top), room, title, bold(look.ink));
        rule(look, buffer, row(top));
    }
    write_right(
        buffer,
        row(top),
        right.first().unwrap_or(&""),
        bold(look.ink),
    );
    let second = top + high;
    if lines > high {
        write(buffer, (left, second), room, &card.artist, ink(look.dim));
        write_right(
            buffer,
            row(second),
            right.get(1).unwrap_or(&""),
            ink(look.dim),
        );
        rule(look, buffer, row(second));
    }
    if lines > high + 1 {
        let of = match card.tape_of {
            (n, all) if all > 1 => format!("tape {n} of {all}"),
            _ => String::new(),
        };
        write(buffer, (left, second + 1), room, &of, ink(look.dim));
        rule(look, buffer, row(second + 1));
    }
    if foot.height > 0 && foot.width > 40 {
        let line = Rect::new(foot.x, foot.y + (foot.height - 1) / 2, foot.width, 1);
        stand_on_paint(scene, frame.layout.scene, buffer, line);
        let name = spaced("AFTER DARK");
        write(
            buffer,
            (line.x, line.y),
            line.width / 2,
            &name,
            ink(look.dim),
        );
        write_right(buffer, line, &card.formulation, ink(look.dim));
    }
}

/// The side's letter, white on a dark patch; pixels would hide the patch.
fn side_letter(frame: &Frame, scene: &Scene, buffer: &mut Buffer, (x, y): (u16, u16)) {
    let look = &frame.theme().label;
    let style = if scene.is_under() {
        bold(look.ink).add_modifier(Modifier::UNDERLINED)
    } else {
        let patch = Style::new().bg(look.ink.into());
        buffer.set_style(Rect::new(x, y, 3, 1), patch);
        bold(look.paper)
    };
    write(buffer, (x + 1, y), 1, frame.view.deck.side.name(), style);
}

/// A ruled line to write on.
fn rule(look: &LabelColors, buffer: &mut Buffer, row: Rect) {
    let style = Style::new()
        .underline_color(Color::from(look.rule))
        .add_modifier(Modifier::UNDERLINED);
    buffer.set_style(row, style);
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
