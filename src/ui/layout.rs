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

/// Decibels at the ends of the meters' scale.
pub const METER_DB: (f32, f32) = (-36.0, 6.0);

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

    /// Columns of the meters' scale.
    pub fn meter_width(&self) -> u16 {
        self.meters.width.saturating_sub(2)
    }

    /// Column of the meters' scale that a level comes to.
    pub fn meter_column(&self, db: f32) -> u16 {
        let part = (db - METER_DB.0) / (METER_DB.1 - METER_DB.0);
        (part.clamp(0.0, 1.0) * f32::from(self.meter_width())).round() as u16
    }

    /// Has the counter written where it was to be painted: without colours its
    /// wheels cannot be read.
    pub fn write_figures(&mut self) {
        if let Some(wheels) = self.plan.counter.take() {
            let (x, y) = (self.scene.x + wheels.x, self.scene.y + wheels.y);
            self.counter = Rect::new(x + 2, y + wheels.height / 2, 11, 1);
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
        let size = Rows::of(h);
        // Samples are square: the cassette wants 2 × 1.574 columns a row.
        let rows = body - size.badge - size.controls();
        let ideal = (f32::from(rows) * 2.0 * 100.4 / 63.8) as u16;
        let least_card = if w < 100 { 30 } else { 36 };
        let most = w.saturating_sub(least_card + 1);
        let mut mw = ideal.max(46).min(most);
        if size.dials > 0 {
            // A screen as wide as a wall: leave room for two pages of the card.
            mw = mw.min((w * 3 / 5).max(most.min(110)));
        }
        let rest = w - mw;
        let gap = u16::from(w >= 90);
        layout.scene = Rect::new(x, y, mw, body);
        if rest >= 84 {
            let first = (rest / 2).min(64);
            layout.card = Rect::new(x + mw + gap, y, first - gap, body);
            layout.second = Rect::new(x + mw + first + gap, y, rest - first - gap, body);
        } else {
            layout.card = Rect::new(x + mw + gap, y, rest - gap, body);
        }
        layout.controls(&size, mw, rows);
        layout
    }

    fn controls(&mut self, size: &Rows, mw: u16, rows: u16) {
        let Rect { x, y, .. } = self.scene;
        let inner = mw - 4;
        if size.badge > 0 {
            self.badge = Rect::new(x + 3, y + size.badge / 2, mw - 6, 1);
        }
        let cassette = Rect::new(1, size.badge, mw - 2, rows);
        let mut row = size.badge + rows + size.gap;
        let counter = if size.position < 3 {
            self.counter = Rect::new(x + 2, y + row, 11, 1);
            self.position = Rect::new(x + 15, y + row, inner - 13, 2);
            None
        } else {
            self.position = Rect::new(x + 21, y + row, inner - 20, 3);
            Some(Rect::new(3, row - 1, 15, 4))
        };
        row += size.position + size.gap_below;
        let mut dials = Vec::new();
        if size.dials > 0 {
            let width = (inner / 2).min(size.dials * 5);
            let left = 2 + (inner - 2 * width) / 2;
            dials = (0..2)
                .map(|i| Rect::new(left + i * width, row, width, size.dials))
                .collect();
            row += size.dials + 1;
        }
        let knobs = if inner >= 60 { 22 } else { 0 };
        self.meters = Rect::new(x + 3, y + row, inner - knobs - 2, size.meters);
        if knobs > 0 {
            self.knobs = Rect::new(x + 3 + inner - knobs, y + row, knobs - 2, size.meters);
        }
        row += size.meters + size.gap_keys;
        let width = inner / 6;
        let left = 2 + (inner - width * 6) / 2;
        let keys = (0..6)
            .map(|i| Rect::new(left + i * width, row, width, size.keys))
            .collect();
        self.plan = Plan {
            size: (mw, self.scene.height),
            cassette,
            machine: true,
            keys,
            counter,
            dials,
            ..Plan::default()
        };
    }
}

/// Heights of the machine's parts on a screen of some height.
struct Rows {
    badge: u16,
    gap: u16,
    position: u16,
    gap_below: u16,
    dials: u16,
    meters: u16,
    gap_keys: u16,
    keys: u16,
    foot: u16,
}

impl Rows {
    fn of(h: u16) -> Self {
        let small = Self {
            badge: 0,
            gap: 0,
            position: 2,
            gap_below: 0,
            dials: 0,
            meters: 2,
            gap_keys: 0,
            keys: 3,
            foot: 0,
        };
        match h {
            0..30 => small,
            30..36 => Self {
                badge: 2,
                gap: 1,
                position: 3,
                keys: 4,
                ..small
            },
            36..54 => Self {
                badge: 2,
                gap: 1,
                position: 3,
                gap_below: 1,
                meters: 3,
                gap_keys: u16::from(h >= 38),
                keys: 4,
                foot: 1,
                ..small
            },
            _ => Self {
                badge: 3,
                gap: 2,
                position: 3,
                gap_below: 1,
                dials: (h / 6).min(16),
                meters: 3,
                gap_keys: 1,
                keys: if h < 72 { 5 } else { 6 },
                foot: 1,
            },
        }
    }

    fn controls(&self) -> u16 {
        self.gap
            + self.position
            + self.gap_below
            + self.dials
            + u16::from(self.dials > 0)
            + self.meters
            + self.gap_keys
            + self.keys
            + self.foot
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
                parts.extend(l.plan.dials.iter().map(|&d| scene(d)));
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
