//! The J-card: name, pages, songs, notes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::{bold, ink, paper, run, write, write_right};
use super::{deck, markdown, roomy, songs};
use crate::ui::app::{App, Hit, Page};
use crate::ui::model::View;
use crate::ui::scene::Medium;
use crate::ui::text;

/// Draws the card, and a second page beside it where there is room.
pub fn draw(app: &mut App, buffer: &mut Buffer, view: &View) {
    let area = app.layout.card;
    if area.is_empty() {
        return;
    }
    let second = app.layout.second;
    let inside = sheet(app, buffer, area);
    if !roomy(app) {
        songs::draw(app, buffer, inside, view);
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
    page(app, buffer, body, view, app.page, second.is_empty());
    if !second.is_empty() {
        let mut inside = sheet(app, buffer, second);
        let tall = inside.height >= 44;
        for other in [Page::Notes, Page::Deck] {
            if other == app.page || inside.height < 6 {
                continue;
            }
            heading(
                app,
                buffer,
                Rect {
                    height: 1,
                    ..inside
                },
                other.name(),
            );
            let lower = if tall && other == Page::Notes && app.page != Page::Deck {
                18
            } else {
                0
            };
            let body = Rect::new(
                inside.x,
                inside.y + 2,
                inside.width,
                inside.height - 2 - lower,
            );
            page(app, buffer, body, view, other, false);
            inside = Rect::new(inside.x, inside.bottom() - lower, inside.width, lower);
        }
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

fn picture(app: &mut App, buffer: &mut Buffer, area: Rect, view: &View) {
    app.front
        .prepare(&view.card, &app.theme, app.medium, area.width);
    if let Medium::Cells(_) = app.medium {
        super::tiles(buffer, area, app.front.tiles());
    } else {
        super::blank(buffer, area);
        app.front_at = Some((area, app.front.picture().1));
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
    for page in Page::ALL {
        let on = page == app.page;
        let look = &app.theme.card;
        let words = format!(" {} ", page.name());
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
            if more && rest.height >= 6 && !view.card.notes.trim().is_empty() {
                let head = Rect::new(rest.x, rest.y + 1, rest.width, 1);
                heading(app, buffer, head, "Notes");
                let notes = Rect::new(rest.x, rest.y + 2, rest.width, rest.height - 2);
                self::notes(app, buffer, notes, view, 0);
            }
        }
        Page::Notes => {
            let all = notes(app, buffer, area, view, app.scroll);
            app.scroll = app.scroll.min(all.saturating_sub(usize::from(area.height)));
            app.hits.push((area, Hit::List));
        }
        Page::Deck => deck::draw(app, buffer, area, view),
    }
}

fn notes(app: &App, buffer: &mut Buffer, area: Rect, view: &View, from: usize) -> usize {
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
    let lines = markdown::set(&view.card.notes, usize::from(area.width), look);
    let all = lines.len();
    let from = from.min(all.saturating_sub(usize::from(area.height)));
    for (line, y) in lines.into_iter().skip(from).zip(area.y..area.bottom()) {
        buffer.set_line(area.x, y, &line, area.width);
    }
    all
}
