//! The J-card: name, pages, songs, notes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::{bold, ink, paper, run, scrollbar, write, write_right};
use super::{deck, find, lyrics, map, markdown, roomy, songs};
use crate::ui::app::{App, Hit, Page};
use crate::ui::model::View;
use crate::ui::scene::Medium;
use afterdark_media::text;

/// Draws the card, and a second page beside it where there is room.
pub fn draw(app: &mut App, buffer: &mut Buffer, view: &View) {
    let area = app.layout.card;
    if area.is_empty() {
        return;
    }
    let second = app.layout.second;
    let inside = sheet(app, buffer, area);
    if !roomy(app) && app.find.is_some() {
        find::draw(app, buffer, inside);
        return;
    }
    if !roomy(app) {
        page(app, buffer, inside, view, Page::Songs, true);
        return;
    }
    let used = head(app, buffer, inside, view);
    let tabs = Rect::new(inside.x, inside.y + used, inside.width, 1);
    self::tabs(app, buffer, tabs);
    let top = used + 2;
    let body = Rect::new(
        inside.x,
        inside.y + top,
        inside.width,
        inside.height.saturating_sub(top),
    );
    app.notes_below = 0;
    if app.find.is_some() {
        find::draw(app, buffer, body);
    } else {
        page(app, buffer, body, view, app.page, true);
    }
    if !second.is_empty() {
        let inside = sheet(app, buffer, second);
        self::second(app, buffer, inside, view);
    }
}

/// Draws a page, or the search, over all but the last line, where there is no
/// room for it beside the picture.
pub fn cover(app: &mut App, buffer: &mut Buffer, view: &View) {
    let look = app.theme.card;
    let all = app.layout.screen;
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
    app.hits.clear();
    if app.find.is_some() {
        find::draw(app, buffer, inside);
        return;
    }
    tabs(
        app,
        buffer,
        Rect {
            height: 1,
            ..inside
        },
    );
    let top = 1 + u16::from(inside.height > 12);
    let body = Rect {
        y: inside.y + top,
        height: inside.height.saturating_sub(top),
        ..inside
    };
    page(app, buffer, body, view, app.page, false);
}

/// What is not on the first page, one under the other, and the tape itself in
/// what room is left.
fn second(app: &mut App, buffer: &mut Buffer, mut area: Rect, view: &View) {
    let notes = !view.card.notes.trim().is_empty();
    for page in [Page::Notes, Page::Lyrics, Page::Deck] {
        // The notes stand under the songs of the first page where they fit.
        let there = match page {
            Page::Notes => notes && (app.page != Page::Songs || app.notes_below == 0),
            Page::Lyrics => view.lyrics.is_some(),
            _ => true,
        };
        // The deck is kept its room: half of it is of little use.
        let kept = if page == Page::Deck || app.page == Page::Deck {
            0
        } else {
            deck::height(view) as u16 + 4
        };
        let room = area.height.saturating_sub(kept);
        if page == app.page || !there || room < 8 {
            continue;
        }
        let most = match page {
            Page::Deck => room - 3,
            Page::Notes => room - 4,
            _ => (room - 4).min(area.height / 3),
        };
        let wanted = match page {
            Page::Notes => {
                markdown::set(&view.card.notes, usize::from(area.width), &app.theme.card).len()
            }
            Page::Lyrics => usize::from(most),
            _ => deck::height(view),
        };
        let height = (wanted as u16).min(most);
        heading(app, buffer, Rect { height: 1, ..area }, page.name());
        let body = Rect::new(area.x, area.y + 2, area.width, height);
        self::page(app, buffer, body, view, page, false);
        let used = height + 4;
        area.y += used.min(area.height);
        area.height = area.height.saturating_sub(used);
    }
    if area.height >= map::LOWEST + 2 {
        heading(app, buffer, Rect { height: 1, ..area }, "The tape");
        area.y += 2;
        area.height -= 2;
        map::draw(app, buffer, area, view);
    }
}

fn sheet(app: &App, buffer: &mut Buffer, area: Rect) -> Rect {
    let look = &app.theme.card;
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

/// Picture, name, facts; returns the lines used.
fn head(app: &mut App, buffer: &mut Buffer, area: Rect, view: &View) -> u16 {
    let card = &view.card;
    let look = app.theme.card;
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
    if card.tape_of.1 > 1 {
        let words = format!("tape {} of {} in the box", card.tape_of.0, card.tape_of.1);
        lines.push((words, ink(look.dim)));
    }
    if let Some((done, all)) = card.filling {
        lines.push((format!("reading {done} of {all}"), ink(look.second)));
    }
    if let Some(words) = wear(view, app.plain).filter(|_| !low) {
        lines.push((words, ink(look.second)));
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
        picture(app, buffer, Rect::new(x, area.y, large, large / 2), view);
        let below = Rect {
            y: area.y + large / 2 + 1,
            height: lines.len() as u16,
            ..area
        };
        write_lines(buffer, below);
        return large / 2 + 2 + lines.len() as u16;
    }
    if area.width >= 34 && area.height >= 34 {
        picture(app, buffer, Rect::new(area.x, area.y, 14, 7), view);
        write_lines(
            buffer,
            Rect::new(area.x + 16, area.y + 1, area.width - 16, 6),
        );
        return 8;
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
        return 2;
    }
    count + 1
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
        return Some(format!("wear {:.0} %", most * 100.0));
    }
    let bars: String = (0..PARTS)
        .map(|n| {
            let (a, b) = (n * worn.len() / PARTS, (n + 1) * worn.len() / PARTS);
            let part = worn[a..b.max(a + 1).min(worn.len())].iter();
            let level = part.copied().fold(0.0, f32::max).clamp(0.0, 1.0);
            BARS[(level * 7.0).round() as usize]
        })
        .collect();
    Some(format!("wear {bars} {:.0} %", most * 100.0))
}

fn picture(app: &mut App, buffer: &mut Buffer, area: Rect, view: &View) {
    app.cover
        .prepare(&view.card, &app.theme, app.medium, area.width);
    if let Medium::Cells(_) = app.medium {
        super::tiles(buffer, area, app.cover.tiles());
    } else {
        super::blank(buffer, area, matches!(app.medium, Medium::Pixels(..)));
        app.cover_at = Some((area, app.cover.picture().1));
    }
}

fn heading(app: &App, buffer: &mut Buffer, area: Rect, words: &str) {
    let look = &app.theme.card;
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

fn tabs(app: &mut App, buffer: &mut Buffer, area: Rect) {
    let mut x = area.x;
    let wide: usize = Page::ALL.iter().map(|page| page.name().len() + 3).sum();
    for page in Page::ALL {
        let on = page == app.page;
        let look = &app.theme.card;
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
        app.hits
            .push((Rect::new(x, area.y, used, 1), Hit::Page(page)));
        x += used + 1;
    }
    let look = &app.theme.card;
    run(
        buffer,
        (x, area.y),
        area.right().saturating_sub(x),
        "─",
        ink(look.rule),
    );
}

fn page(app: &mut App, buffer: &mut Buffer, area: Rect, view: &View, page: Page, more: bool) {
    match page {
        Page::Songs => {
            let used = songs::draw(app, buffer, area, view);
            let rest = Rect::new(area.x, area.y + used, area.width, area.height - used);
            let whole = markdown::set(&view.card.notes, usize::from(rest.width), &app.theme.card);
            // On a wide screen they have a place of their own.
            let least = if app.layout.second.is_empty() {
                5
            } else {
                whole.len() as u16 + 3
            };
            if more && rest.height >= least && !view.card.notes.trim().is_empty() {
                app.notes_below = rest.height;
                let head = Rect::new(rest.x, rest.y + 1, rest.width, 1);
                heading(app, buffer, head, "Notes");
                let notes = Rect::new(rest.x, rest.y + 2, rest.width, rest.height - 2);
                self::notes(app, buffer, notes, view, None);
            }
        }
        Page::Notes => {
            let from = (page == app.page).then_some(app.scroll);
            let all = notes(app, buffer, area, view, from);
            if page == app.page {
                app.scroll = app.scroll.min(all.saturating_sub(usize::from(area.height)));
                app.hits.push((area, Hit::List));
            }
        }
        Page::Lyrics => {
            let all = lyrics::draw(app, buffer, area, view, app.scroll);
            if page == app.page {
                app.scroll = app.scroll.min(all.saturating_sub(usize::from(area.height)));
                app.hits.push((area, Hit::List));
            }
        }
        Page::Deck => deck::draw(app, buffer, area, view),
    }
}

/// Draws them from a line on, where they can be scrolled; returns how many
/// lines there are.
fn notes(app: &App, buffer: &mut Buffer, area: Rect, view: &View, from: Option<usize>) -> usize {
    let look = &app.theme.card;
    if view.card.notes.trim().is_empty() {
        write(
            buffer,
            (area.x, area.y),
            area.width,
            "No notes came with this tape.",
            ink(look.dim),
        );
        return 1;
    }
    let mut width = area.width;
    let mut lines = markdown::set(&view.card.notes, usize::from(width), look);
    if from.is_some() && lines.len() > usize::from(area.height) {
        width = width.saturating_sub(2);
        lines = markdown::set(&view.card.notes, usize::from(width), look);
    }
    let all = lines.len();
    let from = from
        .unwrap_or(0)
        .min(all.saturating_sub(usize::from(area.height)));
    if width < area.width {
        scrollbar(app, buffer, area, from, all);
    }
    for (line, y) in lines.into_iter().skip(from).zip(area.y..area.bottom()) {
        buffer.set_line(area.x, y, &line, width);
    }
    all
}
