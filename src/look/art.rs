//! The picture on the front of the card: the files' own cover, or one painted
//! for this tape from its number.

use resize::{Pixel, Type, px::RGB};
use tiny_skia::{Pixmap, PremultipliedColorU8};

use super::brush::{Brush, Fill, ink, polygon};
use super::picture::decode;
use super::theme::{Rgb, Theme};

/// A row of numbers that always is the same for the same seed.
struct Dice(u64);

impl Dice {
    /// 0.0 to 1.0 (xorshift64*, Vigna 2016).
    fn roll(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f32 / (1 << 24) as f32
    }

    fn between(&mut self, a: f32, b: f32) -> f32 {
        a + (b - a) * self.roll()
    }
}

/// Paints a night road for a tape without a cover, `side` samples square.
pub fn painted(theme: &Theme, seed: u64, side: u32) -> Option<Pixmap> {
    let mut picture = Pixmap::new(side, side)?;
    let mut dice = Dice(seed ^ 0x9e37_79b9_7f4a_7c15 | 1);
    for _ in 0..4 {
        dice.roll();
    }
    let s = side as f32;
    let horizon = s * dice.between(0.60, 0.70);
    let mut night = Night {
        brush: Brush::new(&mut picture, 0.0, 0.0),
        theme,
        dice,
        s,
        horizon,
    };
    night.sky();
    let moon_x = night.moon();
    night.hills();
    night.road(moon_x);
    Some(picture)
}

/// A picture under way.
struct Night<'a> {
    brush: Brush<'a>,
    theme: &'a Theme,
    dice: Dice,
    /// Samples of the square's side.
    s: f32,
    /// Sample of the horizon's height.
    horizon: f32,
}

impl Night<'_> {
    /// A colour of the label's stripes, the last for all below it.
    fn stripe(&self, i: usize) -> Rgb {
        let label = &self.theme.label;
        let stripe = label.stripes.get(i).or(label.stripes.last());
        stripe.copied().unwrap_or(label.dim)
    }

    fn dark(&self) -> Rgb {
        self.stripe(0).mix(Rgb([6, 2, 14]), 0.72)
    }

    fn sky(&mut self) {
        let s = self.s;
        let sky = vec![
            (0.0, ink(self.dark(), 1.0)),
            (0.42, ink(self.stripe(0), 1.0)),
            (0.68, ink(self.stripe(2), 1.0)),
            (0.88, ink(self.stripe(3), 1.0)),
            (1.0, ink(self.stripe(4), 1.0)),
        ];
        let down = Fill::Linear((0.0, 0.0), (0.0, self.horizon), sky);
        self.brush.rect(0.0, 0.0, s, s, down);
        for _ in 0..26 {
            let dice = &mut self.dice;
            let (x, y) = (dice.roll() * s, dice.roll() * dice.roll() * s * 0.5);
            let star = ink(self.theme.label.paper, dice.between(0.3, 0.9));
            self.brush.disc(x, y, (s * 0.005).max(0.5), star);
        }
    }

    /// The moon, rising through bars of cloud; returns its middle's sample.
    fn moon(&mut self) -> f32 {
        let (s, dice) = (self.s, &mut self.dice);
        let (x, y, r) = (
            s * dice.between(0.32, 0.68),
            self.horizon - s * dice.between(0.12, 0.26),
            s * dice.between(0.17, 0.24),
        );
        let paper = self.theme.label.paper;
        self.brush.disc(x, y, r * 1.35, ink(paper, 0.10));
        let face = Fill::down(y - r, y + r, ink(paper, 1.0), ink(self.stripe(4), 1.0));
        self.brush.disc(x, y, r, face);
        let cloud = ink(self.stripe(2), 0.85);
        for i in 0..4 {
            let bar = y + r * (0.12 + 0.26 * i as f32);
            let high = r * (0.05 + 0.03 * i as f32);
            self.brush.rect(x - r * 1.1, bar, r * 2.2, high, cloud);
        }
        x
    }

    /// Two lines of hills.
    fn hills(&mut self) {
        let s = self.s;
        for (i, depth) in [(0, 0.55), (1, 0.82)] {
            let dice = &mut self.dice;
            let (a, b, p, q) = (
                dice.between(0.02, 0.05),
                dice.between(0.01, 0.03),
                dice.roll() * 6.0,
                dice.roll() * 6.0,
            );
            let base = self.horizon + s * 0.035 * i as f32;
            let mut line: Vec<(f32, f32)> = (0..=48)
                .map(|k| {
                    let t = k as f32 / 48.0;
                    let up = a * (t * 5.0 + p).sin() + b * (t * 13.0 + q).sin();
                    (t * s, base - s * up.abs())
                })
                .collect();
            line.extend([(s, s), (0.0, s)]);
            let hill = ink(self.stripe(0).mix(self.dark(), depth), 1.0);
            self.brush.fill(polygon(&line, true), hill);
        }
    }

    /// The road to the moon at `x`.
    fn road(&mut self, x: f32) {
        let (s, dark) = (self.s, self.dark());
        let end = self.horizon + s * 0.06;
        let road = [
            (x - s * 0.012, end),
            (x + s * 0.012, end),
            (s * 0.86, s),
            (s * 0.14, s),
        ];
        let far = ink(dark.mix(self.stripe(1), 0.35), 1.0);
        let tar = Fill::down(end, s, far, ink(dark, 1.0));
        self.brush.fill(polygon(&road, true), tar);
        for i in 0..5_u8 {
            let near = |t: f32| end + (s - end) * t * t;
            let (a, b) = (
                near(f32::from(i) / 5.0 + 0.06),
                near(f32::from(i) / 5.0 + 0.14),
            );
            let lean = |y: f32| x + (s * 0.5 - x) * (y - end) / (s - end);
            let wide = |y: f32| s * 0.004 + s * 0.02 * (y - end) / (s - end);
            let dash = [
                (lean(a) - wide(a), a),
                (lean(a) + wide(a), a),
                (lean(b) + wide(b), b),
                (lean(b) - wide(b), b),
            ];
            let paint = ink(self.theme.screen.second, 1.0);
            self.brush.fill(polygon(&dash, true), paint);
        }
    }
}

/// A cover as its file holds it, the square in its middle; `None` where it is
/// no picture.
pub fn cover(bytes: &[u8], side: u32) -> Option<Pixmap> {
    let mut picture = Pixmap::new(side, side)?;
    let from = decode(bytes)?;
    let square = from.width.min(from.height);
    let first = (from.height - square) / 2 * from.width + (from.width - square) / 2;
    let pixels = from.rgb.as_chunks::<3>().0;
    let pixels: Vec<RGB<u8>> = pixels.iter().map(|rgb| RGB::from(*rgb)).collect();
    let side = side as usize;
    let mut small = vec![RGB::new(0, 0, 0); side * side];
    resize::new(square, square, side, side, Pixel::RGB8, Type::Catrom)
        .and_then(|mut resizer| resizer.resize_stride(&pixels[first..], from.width, &mut small))
        .ok()?;
    for (to, from) in picture.pixels_mut().iter_mut().zip(small) {
        if let Some(color) = PremultipliedColorU8::from_rgba(from.r, from.g, from.b, 255) {
            *to = color;
        }
    }
    Some(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_is_cut_square_from_its_middle() {
        // Red, green, blue thirds side by side: green is the middle.
        let thirds = [[255, 0, 0], [0, 255, 0], [0, 0, 255]];
        let pixels: Vec<u8> = (0..90 * 30).flat_map(|n| thirds[n % 90 / 30]).collect();
        let mut bytes = Vec::new();
        let mut wide = png::Encoder::new(&mut bytes, 90, 30);
        wide.set_color(png::ColorType::Rgb);
        let mut wide = wide.write_header().unwrap();
        wide.write_image_data(&pixels).unwrap();
        wide.finish().unwrap();
        let picture = cover(&bytes, 16).unwrap();
        let middle = picture.pixel(8, 8).unwrap();
        assert_eq!((middle.red(), middle.green(), middle.blue()), (0, 255, 0));
        assert!(cover(b"not a picture", 16).is_none());
    }

    #[test]
    fn every_tape_has_its_own_picture_and_keeps_it() {
        let theme = Theme::default();
        let paint = |seed| painted(&theme, seed, 32).unwrap();
        assert_eq!(paint(7).data(), paint(7).data());
        assert_ne!(paint(7).data(), paint(8).data());
        assert!(paint(7).pixels().iter().all(|p| p.alpha() == 255));
    }
}
