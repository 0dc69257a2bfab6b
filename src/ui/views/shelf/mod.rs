//! The shelf, over the card or the whole screen.

mod blank;
mod rack;
mod rows;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::{bold, ink, paper, run, write, write_right};
use crate::shelf::TapeOrder;
use crate::ui::frame::{Drawn, Frame, Hit, shelf_place};
use crate::ui::shelf::{Shelf, Tab};
use afterdark_media::text;

/// Fewest lines with what is chosen told below.
const FOOT_FROM: u16 = 17;

/// Draws it, where it is open.
pub fn draw(frame: &Frame, buffer: &mut Buffer) -> Option<Drawn> {
    let shelf = frame.state.shelf()?;
    let (area, _) = shelf_place(frame.layout);
    let look = &frame.theme().card;
    paper(buffer, area, look.paper, look.text);
    let side = if area.width >= 46 { 2 } else { 1 };
    let top = u16::from(area.height >= 20);
    let inside = Rect::new(
        area.x + side,
        area.y + top,
        area.width.saturating_sub(side * 2),
        area.height.saturating_sub(top * 2),
    );
    let mut drawn = Drawn {
        rack: (1, 1),
        ..Drawn::default()
    };
    let used = head(frame, shelf, buffer, inside, &mut drawn);
    let mut body = Rect {
        y: inside.y + used,
        height: inside.height.saturating_sub(used),
        ..inside
    };
    if shelf.making.tape.is_some() && body.height >= 4 {
        body.height -= 1;
        let line = Rect::new(body.x, body.bottom(), body.width, 1);
        blank::left(frame, shelf, buffer, line);
    }
    if shelf.tab == Tab::Blank {
        blank::draw(frame, shelf, buffer, body);
        return Some(drawn);
    }
    let mut tapes = shelf.tab == Tab::Tapes && shelf.inside.is_none();
    if body.height >= FOOT_FROM - 4 && tapes && shelf.count() > 0 {
        body.height -= 4;
        let foot = Rect::new(body.x, body.bottom() + 1, body.width, 3);
        self::foot(frame, shelf, buffer, foot);
    }
    tapes &= !shelf.plain && body.height >= 6 && !frame.appearance.plain;
    drawn.add(if tapes {
        rack::draw(frame, shelf, buffer, body)
    } else {
        rows::draw(frame, shelf, buffer, body)
    });
    Some(drawn)
}

/// Name, pages, what is typed; gives the lines used.
fn head(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect, drawn: &mut Drawn) -> u16 {
    let look = &frame.theme().card;
    let low = area.height < 14;
    let mut y = area.y;
    let line = |y| Rect::new(area.x, y, area.width, 1);
    if !low {
        let name = if area.width >= 40 {
            "T H E   S H E L F"
        } else {
            "THE SHELF"
        };
        write(buffer, (area.x, y), area.width, name, bold(look.accent));
        write_right(buffer, line(y), &count(shelf), ink(look.dim));
        y += 1;
    }
    let mut x = area.x;
    for tab in Tab::ALL {
        let style = if tab == shelf.tab {
            bold(look.second)
        } else {
            ink(look.dim)
        };
        let name = match tab {
            Tab::Blank if area.width < 40 => "Blank",
            tab => tab.name(),
        };
        let used = write(buffer, (x, y), area.right().saturating_sub(x), name, style);
        drawn.hit(Rect::new(x, y, used, 1), Hit::ShelfTab(tab));
        x += used + 2;
    }
    y += 1;
    if shelf.tab == Tab::Blank {
        if !low {
            run(buffer, (area.x, y), area.width, "─", ink(look.rule));
            y += 1;
        }
        return y - area.y;
    }
    if let Some(inside) = &shelf.inside {
        let used = write(buffer, (area.x, y), 2, "▸ ", bold(look.accent));
        let room = area.width - used;
        write(
            buffer,
            (area.x + used, y),
            room,
            &inside.title,
            bold(look.text),
        );
    } else {
        typed(frame, shelf, buffer, line(y));
    }
    y += 1;
    if !low {
        y += 1;
    }
    y - area.y
}

fn typed(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) {
    let look = &frame.theme().card;
    let mut right = match (shelf.tab, &shelf.folder) {
        (Tab::Folders, Some((path, _))) => path.to_string_lossy().into_owned(),
        (Tab::Tapes, _) if shelf.line.is_empty() => order(shelf.order).to_owned(),
        _ => shelf.count().to_string(),
    };
    // Of a long path the end says where one is.
    let most = usize::from(area.width) * 3 / 5;
    while text::width(&right) > most {
        right = right.chars().skip(1).collect();
    }
    let used = write_right(buffer, area, &right, ink(look.dim));
    let room = area.width.saturating_sub(used + 4);
    let x = area.x + write(buffer, (area.x, area.y), 2, "/ ", bold(look.accent));
    if shelf.line.is_empty() && !shelf.typing {
        write(buffer, (x, area.y), room, "type to find", ink(look.dim));
        return;
    }
    let mut line = shelf.line.as_str();
    while text::width(line) > usize::from(room) {
        line = line.char_indices().nth(1).map_or("", |(at, _)| &line[at..]);
    }
    let x = x + write(buffer, (x, area.y), room, line, bold(look.text));
    write(buffer, (x, area.y), 1, "▏", bold(look.accent));
}

/// How many there are, and how far the disk has been looked at.
fn count(shelf: &Shelf) -> String {
    if let Some(so_far) = &shelf.scan {
        return format!("reading {}", so_far.read);
    }
    match shelf
        .found
        .as_ref()
        .map(|found| found.catalog.tapes().len())
    {
        None => String::new(),
        Some(1) => "1 tape".to_owned(),
        Some(n) => format!("{n} tapes"),
    }
}

fn order(order: TapeOrder) -> &'static str {
    match order {
        TapeOrder::Artist => "by artist",
        TapeOrder::Year => "by year",
        TapeOrder::LastPlayed => "last played",
        TapeOrder::MostPlayed => "most played",
        TapeOrder::Added => "recently added",
    }
}

/// What the chosen tape is, below the rack.
fn foot(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) {
    let look = &frame.theme().card;
    let Some(found) = &shelf.found else { return };
    let Some(&place) = found.tapes.get(shelf.chosen()) else {
        return;
    };
    let Some(tape) = found.catalog.tapes().get(place) else {
        return;
    };
    let rule = area.y - 1;
    run(buffer, (area.x, rule), area.width, "─", ink(look.rule));
    write(
        buffer,
        (area.x, area.y),
        area.width,
        &tape.title,
        bold(look.text),
    );
    let year = tape.year.map(|year| year.to_string());
    let by: Vec<&str> = [
        Some(tape.artist.as_str()),
        year.as_deref(),
        Some(&tape.genre),
    ]
    .into_iter()
    .flatten()
    .filter(|words| !words.is_empty())
    .collect();
    let line = (area.x, area.y + 1);
    write(buffer, line, area.width, &by.join(" · "), ink(look.accent));
    let mut facts = Vec::new();
    if tape.songs > 0 {
        let s = if tape.songs == 1 { "" } else { "s" };
        facts.push(format!("{} song{s}", tape.songs));
    }
    if tape.seconds > 0.0 {
        facts.push(text::clock(tape.seconds));
    }
    let played = found.catalog.played(place);
    match played.times {
        0 => facts.push("never played".to_owned()),
        1 => facts.push("played once".to_owned()),
        n => facts.push(format!("played {n} times")),
    }
    if tape.away {
        facts.push("not there now".to_owned());
    }
    let line = (area.x, area.y + 2);
    write(buffer, line, area.width, &facts.join(" · "), ink(look.dim));
}
