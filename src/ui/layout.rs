//! Where everything goes at a given size.

use ratatui::layout::Rect;

use super::scene::Plan;

/// Kinds of screen, from small to large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One plain line of state.
    Line,
    /// The window with the reels, and a few lines.
    Mini,
    /// Cassette, controls and card.
    Full,
}

/// The parts of a screen, in cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Which kind.
    pub kind: Kind,
    /// All of the screen.
    pub screen: Rect,
    /// The painted part.
    pub scene: Rect,
    /// What is painted where, within `scene`.
    pub plan: Plan,
    /// Line above the cassette: name of the machine and lamps.
    pub badge: Rect,
    /// Counter's figures as text, where they are not painted.
    pub counter: Rect,
    /// Time and position along the side: two or three lines.
    pub position: Rect,
    /// Level meters: two lines, a third for the scale where there is room.
    pub meters: Rect,
    /// Switches and knobs beside the meters.
    pub knobs: Rect,
    /// The J-card.
    pub card: Rect,
    /// A second page of the card on wide screens; else empty.
    pub second: Rect,
    /// The last line: message, keys, output.
    pub status: Rect,
}

/// Smallest screen with a picture.
pub const SMALLEST: (u16, u16) = (40, 12);

impl Layout {
    /// For a screen of this size.
    pub fn new(screen: Rect) -> Self {
        let (w, h) = (screen.width, screen.height);
        if w < SMALLEST.0 || h < SMALLEST.1 {
            return Self::empty(Kind::Line, screen);
        }
        if w < 76 || h < 22 {
            Self::mini(screen)
        } else {
            Self::full(screen)
        }
    }

    fn empty(kind: Kind, screen: Rect) -> Self {
        let none = Rect::default();
        Self {
            kind,
            screen,
            scene: none,
            plan: Plan::default(),
            badge: none,
            counter: none,
            position: none,
            meters: none,
            knobs: none,
            card: none,
            second: none,
            status: none,
        }
    }

    fn mini(screen: Rect) -> Self {
        let Rect {
            x,
            y,
            width: w,
            height: h,
        } = screen;
        let mut layout = Self::empty(Kind::Mini, screen);
        // A wide but low screen keeps the picture on the left, songs on the right.
        let wide = w >= 76;
        let pw = if wide { (w / 2).min(h * 4) } else { w };
        let ph = h.saturating_sub(5).min(pw / 4 + 1).max(5);
        let spare = h - (ph + 5);
        layout.badge = Rect::new(x, y, pw, 1);
        layout.scene = Rect::new(x, y + 1, pw, ph);
        layout.plan = Plan {
            size: (pw, ph),
            cassette: Rect::new(0, 0, pw, ph),
            close_up: true,
            ..Plan::default()
        };
        let below = y + 1 + ph;
        layout.position = Rect::new(x + 1, below, pw - 2, 1);
        layout.meters = Rect::new(x + 1, below + 1, pw - 2, 2);
        if wide {
            layout.card = Rect::new(x + pw, y, w - pw, h - 1);
        } else if spare >= 3 {
            layout.card = Rect::new(x, below + 3, w, spare);
        }
        layout.status = Rect::new(x, y + h - 1, w, 1);
        layout
    }

    fn full(screen: Rect) -> Self {
        let Rect {
            x,
            y,
            width: w,
            height: h,
        } = screen;
        let mut layout = Self::empty(Kind::Full, screen);
        layout.status = Rect::new(x, y + h - 1, w, 1);
        let body = h - 1;
        let small = h < 30;
        let controls = if small { 7 } else { 10 };
        let badge = u16::from(!small) * 2;
        // Samples are square: the cassette wants 2 × 1.574 columns a row.
        let rows = body - controls - badge - u16::from(!small);
        let ideal = (f32::from(rows) * 2.0 * 100.4 / 63.8) as u16 + 4;
        let least_card = if w < 100 { 30 } else { 36 };
        let most = w.saturating_sub(least_card + 1);
        let mw = ideal.max(46).min(most);
        let rest = w - mw;
        let gap = u16::from(w >= 90);
        layout.scene = Rect::new(x, y, mw, body);
        // Wide rest: two pages of the card side by side.
        if rest >= 84 {
            let first = (rest / 2).min(64);
            layout.card = Rect::new(x + mw + gap, y, first - gap, body);
            layout.second = Rect::new(x + mw + first + gap, y, rest - first - gap, body);
        } else {
            layout.card = Rect::new(x + mw + gap, y, rest - gap, body);
        }

        let inner = mw - 4;
        if !small {
            layout.badge = Rect::new(x + 3, y + 1, mw - 6, 1);
        }
        let cassette = Rect::new(1, badge, mw - 2, rows);
        let mut row = badge + rows + u16::from(!small);
        let keys_height = if small { 3 } else { 4 };
        let counter = if small {
            layout.counter = Rect::new(x + 2, y + row, 11, 1);
            layout.position = Rect::new(x + 15, y + row, inner - 13, 2);
            row += 2;
            None
        } else {
            layout.position = Rect::new(x + 21, y + row, inner - 19, 3);
            let counter = Rect::new(2, row, 15, 3);
            row += 3;
            Some(counter)
        };
        let knobs = if inner >= 60 { 22 } else { 0 };
        let meters = if small { 2 } else { 3 };
        layout.meters = Rect::new(x + 2, y + row, inner - knobs, meters);
        if knobs > 0 {
            layout.knobs = Rect::new(x + 2 + inner - knobs + 2, y + row, knobs - 2, meters);
        }
        row += meters;
        let width = inner / 6;
        let left = 2 + (inner - width * 6) / 2;
        let keys = (0..6)
            .map(|i| Rect::new(left + i * width, row, width, keys_height))
            .collect();
        layout.plan = Plan {
            size: (mw, body),
            cassette,
            close_up: false,
            machine: true,
            keys,
            counter,
            lamp: None,
        };
        layout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_screen_or_overlaps_at_any_size() {
        for w in 1..320 {
            for h in 1..100 {
                let screen = Rect::new(0, 0, w, h);
                let l = Layout::new(screen);
                let scene =
                    |r: Rect| Rect::new(l.scene.x + r.x, l.scene.y + r.y, r.width, r.height);
                let mut parts = vec![
                    l.badge, l.position, l.meters, l.knobs, l.card, l.second, l.status,
                ];
                parts.push(l.counter);
                if !l.plan.close_up {
                    parts.push(scene(l.plan.cassette));
                }
                parts.extend(l.plan.keys.iter().map(|&k| scene(k)));
                parts.extend(l.plan.counter.map(scene));
                parts.retain(|r| !r.is_empty());
                for (i, a) in parts.iter().enumerate() {
                    assert_eq!(
                        a.intersection(screen),
                        *a,
                        "{w}×{h}: {a:?} is off the screen"
                    );
                    for b in &parts[i + 1..] {
                        assert!(!a.intersects(*b), "{w}×{h}: {a:?} lies on {b:?}");
                    }
                }
            }
        }
    }
}
