//! The rack in true pixels, which lie under what is written on the spines.

use ratatui::layout::Rect;
use tiny_skia::Pixmap;

use crate::look::brush::{Brush, Fill, ink, rounded};
use crate::look::theme::Rgb;

const BLACK: Rgb = Rgb([0; 3]);
const WHITE: Rgb = Rgb([255; 3]);

/// Numbers of pictures begin here, apart from those of covers.
const FIRST: u32 = 1 << 31;

/// Most nicks of a case, worn out.
const NICKS: f32 = 10.0;

/// A case as it stands in the rack.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Case {
    /// Cells of its slot, from the rack's corner.
    pub slot: Rect,
    pub paper: Rgb,
    pub stripes: Vec<Rgb>,
    pub plastic: Rgb,
    /// Half pulled out.
    pub chosen: bool,
    /// 0.0 to 1.0.
    pub wear: f32,
    /// Where it is nicked follows from this.
    pub seed: u64,
}

/// The rack and all that stands in it; sizes in cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rack {
    pub area: Rect,
    /// Slots down, and columns of an upright and of what is between two.
    pub rows: u16,
    pub upright: u16,
    pub width: u16,
    pub columns: u16,
    pub slot: Rgb,
    pub board: Rgb,
    pub light: Rgb,
    pub cases: Vec<Case>,
}

/// The picture of the rack that is shown.
#[derive(Default)]
pub(super) struct RackPicture {
    shown: Option<(Rack, (u16, u16))>,
    picture: Option<Pixmap>,
    version: u32,
}

impl RackPicture {
    /// Paints it where it is not the one painted last, for cells of so many
    /// pixels; gives its number.
    pub fn prepare(&mut self, rack: Rack, cell: (u16, u16)) -> u32 {
        let wanted = Some((rack, cell));
        if self.shown != wanted {
            self.picture = wanted.as_ref().and_then(|(rack, cell)| paint(rack, *cell));
            self.shown = wanted;
            self.version = self.version.wrapping_add(1);
        }
        FIRST | self.version
    }

    /// The picture of this number, if it is one of these.
    pub fn picture(&self, number: u32) -> Option<&Pixmap> {
        self.picture.as_ref().filter(|_| number >= FIRST)
    }
}

fn paint(rack: &Rack, cell: (u16, u16)) -> Option<Pixmap> {
    let (cw, ch) = (f32::from(cell.0), f32::from(cell.1));
    let (w, h) = (
        f32::from(rack.area.width) * cw,
        f32::from(rack.area.height) * ch,
    );
    let mut picture = Pixmap::new(w as u32, h as u32)?;
    let mut brush = Brush::new(&mut picture, 0.0, 0.0);
    wood(rack, &mut brush, (cw, ch), (w, h));
    let (standing, pulled): (Vec<&Case>, _) = rack.cases.iter().partition(|case| !case.chosen);
    for of in standing.into_iter().chain(pulled) {
        case(of, &mut brush, (cw, ch));
    }
    Some(picture)
}

fn wood(rack: &Rack, brush: &mut Brush, (cw, ch): (f32, f32), (w, h): (f32, f32)) {
    let deep = rack.slot.mix(BLACK, 0.35);
    brush.rect(0.0, 0.0, w, h, ink(deep, 1.0));
    let upright = f32::from(rack.upright) * cw;
    let between = f32::from(rack.width) * cw;
    let foot = f32::from(rack.rows) * 2.0 * ch;
    for column in 0..rack.columns {
        let x = upright + f32::from(column) * (between + upright);
        for row in 0..rack.rows {
            let top = f32::from(row) * 2.0 * ch;
            // Light falls in from the front.
            let back = Fill::down(top, top + 2.0 * ch, ink(deep, 1.0), ink(rack.slot, 1.0));
            brush.rect(x, top, between, 2.0 * ch, back);
            let ledge = top + 1.72 * ch;
            let face = Fill::down(
                ledge,
                top + 2.0 * ch,
                ink(rack.light, 1.0),
                ink(rack.board, 1.0),
            );
            brush.rect(x, ledge, between, 0.28 * ch, face);
            let shade = Fill::down(top, top + 0.5 * ch, ink(BLACK, 0.55), ink(BLACK, 0.0));
            brush.rect(x, top, between, 0.5 * ch, shade);
        }
    }
    for column in 0..=rack.columns {
        let x = f32::from(column) * (between + upright);
        let (light, board) = (ink(rack.light, 1.0), ink(rack.board.mix(BLACK, 0.25), 1.0));
        let grain = vec![(0.0, board), (0.3, light), (1.0, board)];
        brush.rect(
            x,
            0.0,
            upright,
            foot,
            Fill::Linear((x, 0.0), (x + upright, 0.0), grain),
        );
    }
    let face = Fill::down(
        foot,
        h,
        ink(rack.light, 1.0),
        ink(rack.board.mix(BLACK, 0.3), 1.0),
    );
    brush.rect(0.0, foot, w, 0.6 * ch, face);
}

fn case(of: &Case, brush: &mut Brush, (cw, ch): (f32, f32)) {
    let out = if of.chosen { 0.5 * cw } else { 0.0 };
    let x = f32::from(of.slot.x) * cw + 0.25 * cw - out;
    let w = f32::from(of.slot.width) * cw - 0.5 * cw + 2.0 * out;
    let y = f32::from(of.slot.y) * ch - 0.16 * ch;
    let (h, round) = (1.36 * ch, 0.16 * ch);
    if of.chosen {
        let shadow = rounded(x - 0.3 * cw, y, w + 0.6 * cw, h + 0.45 * ch, round);
        brush.fill(shadow, ink(BLACK, 0.45));
    }
    let below = y + h - 0.1 * ch;
    let shadow = Fill::down(below, below + 0.5 * ch, ink(BLACK, 0.6), ink(BLACK, 0.0));
    brush.rect(x + 0.2 * cw, below, w - 0.4 * cw, 0.5 * ch, shadow);
    let body = vec![
        (0.0, ink(of.plastic.mix(WHITE, 0.34), 1.0)),
        (0.3, ink(of.plastic, 1.0)),
        (1.0, ink(of.plastic.mix(BLACK, 0.42), 1.0)),
    ];
    brush.fill(
        rounded(x, y, w, h, round),
        Fill::Linear((0.0, y), (0.0, y + h), body),
    );
    // The card behind the plastic.
    let (px, py, pw, ph) = (x + 0.3 * cw, y + 0.1 * ch, w - 0.9 * cw, h - 0.22 * ch);
    let (light, dark) = (of.paper.mix(WHITE, 0.09), of.paper.mix(BLACK, 0.13));
    let paper = Fill::down(py, py + ph, ink(light, 1.0), ink(dark, 1.0));
    brush.fill(rounded(px, py, pw, ph, 0.05 * ch), paper);
    for (n, stripe) in of.stripes.iter().enumerate() {
        let fill = Fill::down(
            py,
            py + ph,
            ink(*stripe, 1.0),
            ink(stripe.mix(BLACK, 0.16), 1.0),
        );
        brush.rect(px + (0.35 + n as f32) * cw, py, 0.78 * cw, ph, fill);
    }
    // The lid's edge, and what the room puts on the plastic.
    let lid = x + w - 1.3 * cw;
    brush.rect(lid, y + 0.02 * ch, 1.0, h - 0.05 * ch, ink(BLACK, 0.30));
    brush.rect(
        lid + 1.0,
        y + 0.02 * ch,
        1.0,
        h - 0.05 * ch,
        ink(WHITE, 0.22),
    );
    let gloss = Fill::down(y, y + 0.5 * h, ink(WHITE, 0.26), ink(WHITE, 0.02));
    brush.fill(rounded(x + 1.0, y + 1.0, w - 2.0, 0.46 * h, round), gloss);
    brush.rect(x + round, y + 0.5, w - 2.0 * round, 1.0, ink(WHITE, 0.5));
    scratches(of, brush, (x, y, w, h), cw);
}

/// Nicks of the lower edge and scratches on the lid.
fn scratches(of: &Case, brush: &mut Brush, (x, y, w, h): (f32, f32, f32, f32), cw: f32) {
    let mut chance = of.seed | 1;
    let mut next = || {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 40) as f32 / (1 << 24) as f32
    };
    for _ in 0..(of.wear * NICKS) as usize {
        let at = x + next() * (w - 3.0 * cw) + cw;
        let long = (0.2 + next()) * cw;
        let edge = y + h - 1.0;
        brush.line(
            (at, edge),
            (at + long, edge - next() * 2.0),
            1.4,
            ink(WHITE, 0.45),
        );
        let from = (at + next() * 4.0 * cw, y + h * (0.15 + 0.6 * next()));
        let to = (
            from.0 + (next() - 0.3) * 2.5 * cw,
            from.1 + (next() - 0.5) * 0.4 * h,
        );
        brush.line(from, to, 0.8, ink(WHITE, 0.09));
    }
}
