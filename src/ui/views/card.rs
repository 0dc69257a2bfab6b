//! The J-card: name, pages, songs, notes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::pen::{bold, ink, paper, run, scrollbar, write, write_right};
use super::{deck, file, find, lyrics, map, markdown, songs};
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::model::View;
use crate::ui::state::Page;
use afterdark_media::text;

/// Draws the card, and a second page beside it where there is room.
pub fn draw(frame: &Frame, buffer: &mut Buffer) -> Drawn {
    let area = frame.layout.card;
    if area.is_empty() {
        return Drawn::default();
    }
    let second = frame.layout.second;
    let inside = sheet(frame, buffer, area);
    if !frame.is_full() {
        return if frame.state.find.is_some() {
            find::draw(frame, buffer, inside)
        } else {
            page(frame, buffer, inside, Page::Songs).0
        };
    }
    let (used, mut drawn) = head(frame, buffer, inside);
    let tabs = Rect::new(inside.x, inside.y + used, inside.width, 1);
    drawn.add(self::tabs(frame, buffer, tabs));
    let top = used + 2;
    let body = Rect::new(
        inside.x,
        inside.y + top,
        inside.width,
        inside.height.saturating_sub(top),
    );
    let mut notes = false;
    if frame.state.find.is_some() {
        drawn.add(find::draw(frame, buffer, body));
    } else {
        let (page, rest) = page(frame, buffer, body, frame.state.page);
        notes = frame.state.page == Page::Songs && notes_below(frame, buffer, rest);
        drawn.add(page);
    }
    if !second.is_empty() {
        let inside = sheet(frame, buffer, second);
        drawn.add(self::second(frame, buffer, inside, notes));
    }
    drawn
}

/// Draws a page, or the search, over all but the last line, where there is no
/// room for it beside the picture.
pub fn cover(frame: &Frame, buffer: &mut Buffer) -> Drawn {
    let look = frame.theme().card;
    let all = frame.layout.screen;
    let area = Rect {
        height: all.height.saturating_sub(1),
        ..all
    };
    paper(buffer, area, look.paper, look.text);
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    if frame.state.find.is_some() {
        return find::draw(frame, buffer, inside);
    }
    let line = Rect {
        height: 1,
        ..inside
    };
    let mut drawn = tabs(frame, buffer, line);
    let top = 1 + u16::from(inside.height > 12);
    let body = Rect {
        y: inside.y + top,
        height: inside.height.saturating_sub(top),
        ..inside
    };
    drawn.add(page(frame, buffer, body, frame.state.page).0);
    drawn
}

/// What is not on the first page, one under the other, and the tape itself in
/// what room is left; `below`: the notes stand under the first page's songs.
fn second(frame: &Frame, buffer: &mut Buffer, mut area: Rect, below: bool) -> Drawn {
    let mut drawn = Drawn::default();
    let notes = !frame.view.card.notes.trim().is_empty();
    for page in [Page::Notes, Page::Lyrics, Page::Deck] {
        let there = match page {
            Page::Notes => notes && !below,
            Page::Lyrics => frame.view.lyrics.is_some(),
            _ => true,
        };
        // The deck is kept its room: half of it is of little use.
        let kept = if page == Page::Deck || frame.state.page == Page::Deck {
            0
        } else {
            deck::height(frame.view) as u16 + 4
        };
        let room = area.height.saturating_sub(kept);
        if page == frame.state.page || !there || room < 8 {
            continue;
        }
        let most = match page {
            Page::Deck => room - 3,
            Page::Notes => room - 4,
            _ => (room - 4).min(area.height / 3),
        };
        let wanted = match page {
            Page::Notes => markdown::set(
                &frame.view.card.notes,
                usize::from(area.width),
                &frame.theme().card,
            )
            .len(),
            Page::Lyrics => usize::from(most),
            _ => deck::height(frame.view),
        };
        let height = (wanted as u16).min(most);
        heading(frame, buffer, Rect { height: 1, ..area }, page.name());
        let body = Rect::new(area.x, area.y + 2, area.width, height);
        drawn.add(self::page(frame, buffer, body, page).0);
        let used = height + 4;
        area.y += used.min(area.height);
        area.height = area.height.saturating_sub(used);
    }
    if area.height >= map::LOWEST + 2 {
        heading(frame, buffer, Rect { height: 1, ..area }, "The tape");
        area.y += 2;
        area.height -= 2;
        map::draw(frame, buffer, area);
    }
    drawn
}

fn sheet(frame: &Frame, buffer: &mut Buffer, area: Rect) -> Rect {
    let look = &frame.theme().card;
    paper(buffer, area, look.paper, look.text);
    let side = if area.width >= 36 { 2 } else { 1 };
    let top = u16::from(area.height >= 20);
    Rect::new(
        area.x + side,
        area.y + top,
        area.width.saturating_sub(side * 2),
        area.height.saturating_sub(top * 2),
    )
}

/// Picture, name, facts; returns the lines used and where the picture is to be.
fn head(frame: &Frame, buffer: &mut Buffer, area: Rect) -> (u16, Drawn) {
    let card = &frame.view.card;
    let look = frame.theme().card;
    let facts: Vec<&str> = [&card.length, &card.formulation, &card.noise_reduction]
        .into_iter()
        .map(String::as_str)
        .filter(|s| !s.is_empty())
        .collect();
    let facts = facts.join(" · ");
    let title = if card.title.is_empty() {
        "untitled"
    } else {
        &card.title
    };
    let title = title.to_uppercase();
    let mut lines: Vec<(String, Style)> = vec![
        (title, bold(look.text)),
        (card.artist.clone(), ink(look.accent)),
    ];
    let low = area.height < 24;
    if !low {
        lines.push((facts.clone(), ink(look.dim)));
    }
    if !card.copy.is_empty() {
        // Pencilled.
        let pencil = ink(look.dim).add_modifier(Modifier::ITALIC);
        lines.push((card.copy.clone(), pencil));
    }
    if card.tape_of.1 > 1 {
        let words = format!("tape {} of {} in the box", card.tape_of.0, card.tape_of.1);
        lines.push((words, ink(look.dim)));
    }
    if let Some((done, all)) = card.filling {
        lines.push((format!("reading {done} of {all}"), ink(look.second)));
    }
    if let Some(words) = wear(frame.view, frame.appearance.plain).filter(|_| !low) {
        lines.push((words, ink(look.dim)));
    }
    let write_lines = |buffer: &mut Buffer, area: Rect| {
        for ((words, style), y) in lines.iter().zip(area.y..area.bottom()) {
            write(buffer, (area.x, y), area.width, words, *style);
        }
    };
    // A large picture where all songs still fit below it, a small one beside
    // the name where there is some room, none on small screens.
    // The other pages want some lines too.
    let songs = super::songs::lines(card).clamp(15, 60) as u16;
    let spare = area.height.saturating_sub(songs + lines.len() as u16 + 4);
    let large = (spare.saturating_sub(1) * 2).min(area.width) & !1;
    if large >= 30 {
        let x = area.x + (area.width - large) / 2;
        let cover = Rect::new(x, area.y, large, large / 2);
        let below = Rect {
            y: area.y + large / 2 + 1,
            height: lines.len() as u16,
            ..area
        };
        write_lines(buffer, below);
        return (large / 2 + 2 + lines.len() as u16, Drawn::covered(cover));
    }
    if area.width >= 34 && area.height >= 34 {
        let cover = Rect::new(area.x, area.y, 14, 7);
        write_lines(
            buffer,
            Rect::new(area.x + 16, area.y + 1, area.width - 16, 6),
        );
        return (8, Drawn::covered(cover));
    }
    let count = (lines.len() as u16).min(if low { 2 } else { 5 });
    write_lines(
        buffer,
        Rect {
            height: count,
            ..area
        },
    );
    if low {
        let used = text::width(&card.artist) as u16;
        if used + 2 + text::width(&facts) as u16 <= area.width {
            write_right(
                buffer,
                Rect::new(area.x, area.y + 1, area.width, 1),
                &facts,
                ink(look.dim),
            );
        }
        return (2, Drawn::default());
    }
    (count + 1, Drawn::default())
}

/// Wear along the playing side, as bars and as a figure; nothing for a new tape.
/// `plain`: without the bars, which look alike where there are no colours.
fn wear(view: &View, plain: bool) -> Option<String> {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const PARTS: usize = 16;
    let worn = &view.wear[view.deck.side.index()];
    let most = worn.iter().copied().fold(0.0, f32::max);
    if most < 0.01 {
        return None;
    }
    if plain {
        return Some(format!("worn {:.0} %", most * 100.0));
    }
    let bars: String = (0..PARTS)
        .map(|n| {
            let (a, b) = (n * worn.len() / PARTS, (n + 1) * worn.len() / PARTS);
            let part = worn[a..b.max(a + 1).min(worn.len())].iter();
            let level = part.copied().fold(0.0, f32::max).clamp(0.0, 1.0);
            BARS[(level * 7.0).round() as usize]
        })
        .collect();
    Some(format!("worn {:.0} % {bars}", most * 100.0))
}

fn heading(frame: &Frame, buffer: &mut Buffer, area: Rect, words: &str) {
    let look = &frame.theme().card;
    let used = write(
        buffer,
        (area.x, area.y),
        area.width,
        &words.to_uppercase(),
        bold(look.accent),
    );
    run(
        buffer,
        (area.x + used + 1, area.y),
        area.width.saturating_sub(used + 1),
        "─",
        ink(look.rule),
    );
}

fn tabs(frame: &Frame, buffer: &mut Buffer, area: Rect) -> Drawn {
    let mut drawn = Drawn::default();
    let mut x = area.x;
    let wide: usize = Page::ALL.iter().map(|page| page.name().len() + 3).sum();
    for page in Page::ALL {
        let on = page == frame.state.page;
        let look = &frame.theme().card;
        let words = if wide <= usize::from(area.width) + 1 {
            format!(" {} ", page.name())
        } else {
            page.name().to_owned()
        };
        let style = if on {
            bold(look.paper).bg(look.accent.into())
        } else {
            ink(look.dim).bg(look.paper.mix(look.rule, 0.5).into())
        };
        let used = write(
            buffer,
            (x, area.y),
            area.right().saturating_sub(x),
            &words,
            style,
        );
        drawn.hit(Rect::new(x, area.y, used, 1), Hit::Page(page));
        x += used + 1;
    }
    let look = &frame.theme().card;
    run(
        buffer,
        (x, area.y),
        area.right().saturating_sub(x),
        "─",
        ink(look.rule),
    );
    drawn
}

/// Draws a page, and gives the room that is left below it.
fn page(frame: &Frame, buffer: &mut Buffer, area: Rect, page: Page) -> (Drawn, Rect) {
    let none = Rect { height: 0, ..area };
    let is_open = page == frame.state.page;
    let scrolled = |lines: usize| {
        let mut drawn = Drawn::default();
        if is_open {
            drawn.most_scroll = Some(lines.saturating_sub(usize::from(area.height)));
            drawn.hit(area, Hit::List);
        }
        (drawn, none)
    };
    match page {
        Page::Songs => songs::draw(frame, buffer, area),
        Page::Notes => {
            let from = is_open.then_some(frame.state.scroll);
            scrolled(notes(frame, buffer, area, from))
        }
        Page::Lyrics => scrolled(lyrics::draw(frame, buffer, area, frame.state.scroll)),
        Page::File => {
            let from = if is_open { frame.state.scroll } else { 0 };
            scrolled(file::draw(frame, buffer, area, from))
        }
        Page::Deck => (deck::draw(frame, buffer, area), none),
    }
}

/// Draws the notes in the room below the songs, where that is enough; false
/// where it is not.
fn notes_below(frame: &Frame, buffer: &mut Buffer, area: Rect) -> bool {
    let look = &frame.theme().card;
    let source = &frame.view.card.notes;
    // On a wide screen they have a place of their own.
    let least = if frame.layout.second.is_empty() {
        5
    } else {
        markdown::set(source, usize::from(area.width), look).len() as u16 + 3
    };
    if area.height < least || source.trim().is_empty() {
        return false;
    }
    let head = Rect::new(area.x, area.y + 1, area.width, 1);
    heading(frame, buffer, head, "Notes");
    let body = Rect::new(area.x, area.y + 2, area.width, area.height - 2);
    notes(frame, buffer, body, None);
    true
}

/// Draws them from a line on, where they can be scrolled; returns how many
/// lines there are.
fn notes(frame: &Frame, buffer: &mut Buffer, area: Rect, from: Option<usize>) -> usize {
    let look = &frame.theme().card;
    if frame.view.card.notes.trim().is_empty() {
        write(
            buffer,
            (area.x, area.y),
            area.width,
            "No liner notes.",
            ink(look.dim),
        );
        return 1;
    }
    let mut width = area.width;
    let mut lines = markdown::set(&frame.view.card.notes, usize::from(width), look);
    if from.is_some() && lines.len() > usize::from(area.height) {
        width = width.saturating_sub(2);
        lines = markdown::set(&frame.view.card.notes, usize::from(width), look);
    }
    let all = lines.len();
    let from = from
        .unwrap_or(0)
        .min(all.saturating_sub(usize::from(area.height)));
    if width < area.width {
        scrollbar(&frame.theme().card, buffer, area, from, all);
    }
    for (line, y) in lines.into_iter().skip(from).zip(area.y..area.bottom()) {
        buffer.set_line(area.x, y, &line, width);
    }
    all
}
