//! The cassette itself: what lies under the reels, and shell, label and
//! window over them.

use tiny_skia::{Path, PathBuilder, Pixmap};

use super::geometry::{HEIGHT, LABEL, LEFT_HUB, Place, RAISED, RIGHT_HUB, WIDTH, WINDOW};
use crate::look::brush::{Brush, Fill, ink, polygon, push_rounded, rounded, within};
use crate::look::theme::{LabelColors, Rgb, ShellColors};

const WHITE: Rgb = Rgb([255; 3]);
const BLACK: Rgb = Rgb([0; 3]);

/// The hollow inside, before any tape is in it.
pub fn under(brush: &mut Brush, place: &Place, shell: &ShellColors) {
    let (x, y, w, h) = place.boxed([0.0, 0.0, WIDTH, HEIGHT]);
    // Its shadow on the machine.
    let spreads = [(1.4, 0.14), (0.7, 0.22)];
    for (spread, dark) in spreads.into_iter().filter(|_| !place.coarse()) {
        let s = place.len(spread);
        brush.fill(
            rounded(
                x - s,
                y - s * 0.4,
                w + 2.0 * s,
                h + 2.2 * s,
                place.len(3.4) + s,
            ),
            ink(BLACK, dark),
        );
    }
    let (top, bottom) = (shell.window, shell.window.mix(shell.dark, 0.5));
    brush.fill(
        rounded(x, y, w, h, place.len(3.2)),
        Fill::down(y, y + h, ink(top, 1.0), ink(bottom, 1.0)),
    );
}

/// The tape on its way: off the left pack, round the two rollers and along
/// the heads to the right pack. `clear` where the leader is in front.
pub fn strand(
    brush: &mut Brush,
    place: &Place,
    shell: &ShellColors,
    left_mm: f32,
    right_mm: f32,
    clear: bool,
) {
    let color = if clear {
        shell.leader
    } else {
        shell.tape.mix(shell.sheen, 0.35)
    };
    let width = place.len(0.75).max(1.0);
    let path = [
        (LEFT_HUB.0 - left_mm, LEFT_HUB.1),
        (7.2, 57.4),
        (8.8, 60.0),
        (91.6, 60.0),
        (93.2, 57.4),
        (RIGHT_HUB.0 + right_mm, RIGHT_HUB.1),
    ]
    .map(|(x, y)| (place.x(x), place.y(y)));
    brush.stroke(polygon(&path, false), width, ink(color, 0.9));
    for x in [9.4, 91.0] {
        brush.disc(
            place.x(x),
            place.y(57.6),
            place.len(2.1),
            ink(shell.hub_shade, 0.8),
        );
    }
}

/// The window's outline without (0.0) or with (1.0) its frame.
fn window(place: &Place, frame: f32) -> (f32, f32, f32, f32, f32) {
    let (x, y, w, h) = place.boxed(WINDOW);
    let (gx, gy) = if place.coarse() {
        (frame * place.grid.0, frame * place.grid.1)
    } else {
        (frame * place.len(1.1), frame * place.len(1.1))
    };
    let h = h + 2.0 * gy;
    (x - gx, y - gy, w + 2.0 * gx, h, h / 2.0)
}

fn with_window(outline: impl Fn(&mut PathBuilder), place: &Place, frame: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    outline(&mut path);
    let (x, y, w, h, r) = window(place, frame);
    push_rounded(&mut path, x, y, w, h, r);
    path.finish()
}

/// All that lies over the reels, on a transparent picture of the scene's size.
/// `flat` leaves out shades.
pub fn over(
    pixmap: &mut Pixmap,
    place: &Place,
    shell: &ShellColors,
    label: &LabelColors,
    flat: bool,
) {
    let body = place.boxed([0.0, 0.0, WIDTH, HEIGHT]);
    plastic(&mut Brush::new(pixmap, 0.0, 0.0), place, shell, body);
    paper(pixmap, place, label, flat);
    let mut brush = Brush::new(pixmap, 0.0, 0.0);
    glass(&mut brush, place, shell, label);
    raised(&mut brush, place, shell, body);
    let fine = place.scale >= if place.coarse() { 4.5 } else { 2.2 };
    let screws = [
        (3.4, 3.6),
        (97.0, 3.6),
        (3.4, 60.0),
        (97.0, 60.0),
        (50.2, 54.6),
    ];
    let tiny = place.scale < 2.2;
    for (x, y) in screws.into_iter().take(if tiny { 4 } else { 5 }) {
        screw(&mut brush, place, shell, (x, y), fine);
    }
}

fn plastic(
    brush: &mut Brush,
    place: &Place,
    shell: &ShellColors,
    (x, y, w, h): (f32, f32, f32, f32),
) {
    let r = place.len(3.2);
    let smoke = with_window(|p| push_rounded(p, x, y, w, h, r), place, 0.0);
    brush.fill(
        smoke,
        Fill::Linear(
            (x, y),
            (x + w * 0.25, y + h),
            vec![
                (0.0, ink(shell.body.mix(shell.light, 0.35), 0.90)),
                (0.35, ink(shell.body, 0.80)),
                (1.0, ink(shell.body.mix(shell.dark, 0.45), 0.66)),
            ],
        ),
    );
    // Bevel: light from above left.
    let t = place.len(0.9).max(1.0);
    brush.stroke(
        rounded(x + t / 2.0, y + t / 2.0, w - t, h - t, r),
        t,
        Fill::Linear(
            (x, y),
            (x + w * 0.3, y + h),
            vec![
                (0.0, ink(shell.light, 0.95)),
                (0.5, ink(shell.light, 0.35)),
                (1.0, ink(shell.dark, 0.9)),
            ],
        ),
    );
}

fn paper(pixmap: &mut Pixmap, place: &Place, label: &LabelColors, flat: bool) {
    let [lx, ly, lw, lh, lr] = LABEL;
    let (x, y, w, h) = place.boxed([lx, ly, lw, lh]);
    let outline = with_window(|p| push_rounded(p, x, y, w, h, place.len(lr)), place, 1.0);
    within(pixmap, outline, |brush| {
        brush.rect(x, y, w, h, ink(label.paper, 1.0));
        // Stripes behind the window, from where the writing ends to near the foot.
        let (top, foot) = (place.edge_y(17.0), place.edge_y(42.2));
        let n = label.stripes.len().max(1) as f32;
        let grid = place.grid.1;
        let edge = |i: f32| ((top + (foot - top) * i / n) / grid).round() * grid;
        for (i, &stripe) in label.stripes.iter().enumerate() {
            let (a, b) = (edge(i as f32), edge(i as f32 + 1.0));
            brush.rect(x, a, w, b - a, ink(stripe, 1.0));
        }
        // Paper is not plastic: a breath of shade towards its foot.
        if !flat {
            let (light, shade) = (ink(WHITE, 0.05), ink(BLACK, 0.07));
            brush.rect(x, y, w, h, Fill::down(y, y + h, light, shade));
        }
    });
}

fn glass(brush: &mut Brush, place: &Place, shell: &ShellColors, label: &LabelColors) {
    // Frame round the window: dark above, lit below, as an edge cut inwards.
    let (x, y, w, h, r) = window(place, 1.0);
    brush.fill(
        with_window(|p| push_rounded(p, x, y, w, h, r), place, 0.0),
        Fill::down(y, y + h, ink(shell.dark, 1.0), ink(shell.light, 1.0)),
    );
    if !place.coarse() {
        let (x, y, w, h, r) = window(place, 0.0);
        brush.stroke(
            rounded(x, y, w, h, r),
            place.len(0.5),
            Fill::down(y, y + h, ink(BLACK, 0.7), ink(BLACK, 0.15)),
        );
    }
    // The scale, printed on the glass between the hubs.
    let middle = place.edge_x((LEFT_HUB.0 + RIGHT_HUB.0) / 2.0);
    // On whole cells where cells are coarse.
    let quarter = 4.0 * place.fine.min(1.0 / place.grid.0 * 2.0);
    let step = (place.len(2.1) / quarter).round().max(2.0) * quarter;
    let width = if step > 8.0 {
        place.len(0.45).max(1.0)
    } else {
        2.0
    };
    let reach = (place.len(9.0) / step) as i32;
    for n in -reach..=reach {
        let x = middle + n as f32 * step;
        let long = if n % 4 == 0 { 3.4 } else { 2.0 };
        let mark = ink(label.paper, 0.7);
        let (top, foot) = (
            place.edge_y(WINDOW[1] + 1.2),
            place.edge_y(WINDOW[1] + WINDOW[3] - 1.2),
        );
        let long = (place.len(long) / quarter).round().max(1.0) * quarter;
        brush.rect(x, top, width, long, mark);
        brush.rect(x, foot - long, width, long, mark);
    }
}

fn raised(brush: &mut Brush, place: &Place, shell: &ShellColors, body: (f32, f32, f32, f32)) {
    let [top, bottom, y] = RAISED;
    let (y0, y1) = (place.edge_y(y), body.1 + body.3);
    let corners = [
        (place.edge_x(top), y0),
        (place.edge_x(WIDTH - top), y0),
        (place.edge_x(WIDTH - bottom), y1),
        (place.edge_x(bottom), y1),
    ];
    brush.fill(
        polygon(&corners, true),
        Fill::down(y0, y1, ink(shell.light, 0.30), ink(shell.dark, 0.25)),
    );
    let t = place.len(0.6).max(1.0);
    let up = t / 2.0;
    brush.line(
        (corners[0].0, y0 + up),
        (corners[1].0, y0 + up),
        t,
        ink(shell.light, 0.8),
    );
    brush.line(corners[0], corners[3], t, ink(shell.light, 0.45));
    brush.line(corners[1], corners[2], t, ink(shell.dark, 0.75));
    // Pressure pad on its spring, seen through the shell.
    let pad = place.boxed([43.2, 60.9, 14.0, 1.2]);
    brush.rect(pad.0, pad.1, pad.2, pad.3.max(1.0), ink(shell.sheen, 0.55));
    let felt = place.boxed([47.4, 59.0, 5.6, 2.2]);
    brush.rect(
        felt.0,
        felt.1,
        felt.2,
        felt.3,
        ink(shell.tape.mix(shell.hub, 0.25), 0.8),
    );
    // Holes for the capstans and the guide pins.
    for (x, r) in [(27.0, 2.5), (73.4, 2.5)] {
        hole(brush, place, shell, (x, 57.6), r);
    }
    for x in [38.6, 61.8] {
        let (x, y, w, h) = place.boxed([x - 1.8, 55.6, 3.6, 3.4]);
        brush.rect(x, y, w, h, ink(shell.dark.mix(BLACK, 0.5), 1.0));
        if !place.coarse() {
            brush.rect(x, y + h - t / 2.0, w, t / 2.0, ink(shell.light, 0.7));
        }
    }
}

fn hole(brush: &mut Brush, place: &Place, shell: &ShellColors, (x, y): (f32, f32), r: f32) {
    let ((x, y), r) = (place.middle((x, y)), place.len(r));
    if !place.coarse() {
        brush.disc(x, y + place.len(0.5), r, ink(shell.light, 0.7));
    }
    brush.disc(x, y, r, ink(shell.dark.mix(BLACK, 0.5), 1.0));
}

fn screw(brush: &mut Brush, place: &Place, shell: &ShellColors, middle: (f32, f32), fine: bool) {
    let ((x, y), r) = (place.middle(middle), place.len(1.75));
    let metal = ink(shell.light.mix(shell.hub_shade, 0.4), 1.0);
    if !fine {
        brush.disc(x, y, r.clamp(2.0, 4.2), metal);
        return;
    }
    brush.disc(x, y, r * 1.25, ink(shell.dark, 0.85));
    brush.disc(x, y, r, metal);
    let (a, w) = (r * 0.75, (r * 0.36).max(0.8));
    brush.line((x - a, y - a), (x + a, y + a), w, ink(shell.dark, 0.95));
    brush.line((x - a, y + a), (x + a, y - a), w, ink(shell.dark, 0.95));
}
