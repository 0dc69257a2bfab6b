//! The cassette being turned over, or taken out and another put in.

use tiny_skia::{Pixmap, PixmapPaint, Transform};

/// What happens to the cassette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is turned over, left to right.
    Flip,
    /// It goes up and out, and the next one comes down.
    Swap,
}

impl Change {
    /// Seconds that it takes.
    pub fn seconds(self) -> f32 {
        match self {
            Change::Flip => 0.55,
            Change::Swap => 0.8,
        }
    }

    /// Lays the cassette on the bare machine, `part` of the way (0.0 to 1.0)
    /// from the `old` one to the `new`. All three pictures have one size; on
    /// `old` and `new` nothing but the cassette is opaque.
    pub fn paint(self, bare: &mut Pixmap, old: &Pixmap, new: &Pixmap, part: f32) {
        let (w, h) = (bare.width() as f32, bare.height() as f32);
        let part = part.clamp(0.0, 1.0);
        let picture = if part < 0.5 { old } else { new };
        let transform = match self {
            Change::Flip => {
                // Seen from the front a turning card is as wide as the cosine.
                let turn = (std::f32::consts::PI * ease(part)).cos().abs().max(0.02);
                // Its far edge is a little smaller, its near one larger.
                let swell = 1.0 + 0.03 * (1.0 - turn);
                Transform::from_translate(-w / 2.0, -h / 2.0)
                    .post_scale(turn, swell)
                    .post_translate(w / 2.0, h / 2.0)
            }
            Change::Swap => {
                let out = if part < 0.5 {
                    part * 2.0
                } else {
                    (1.0 - part) * 2.0
                };
                Transform::from_translate(0.0, -h * 1.05 * ease(out))
            }
        };
        let paint = PixmapPaint {
            quality: tiny_skia::FilterQuality::Bilinear,
            ..PixmapPaint::default()
        };
        bare.draw_pixmap(0, 0, picture.as_ref(), &paint, transform, None);
    }
}

/// Slow, quick, slow.
fn ease(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}
