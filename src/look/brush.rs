//! A brush over tiny-skia: shapes in samples, colours of a theme.

use tiny_skia::{
    Color, FillRule, GradientStop, LinearGradient, Mask, Paint, Path, PathBuilder, Pixmap,
    PixmapPaint, Point, RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

use super::theme::Rgb;

/// A theme's colour with an opacity of 0.0 to 1.0.
pub fn ink(rgb: Rgb, opacity: f32) -> Color {
    let [r, g, b] = rgb.0;
    let mut color = Color::from_rgba8(r, g, b, 255);
    color.apply_opacity(opacity);
    color
}

/// What a shape is filled with.
pub enum Fill {
    /// One colour.
    Flat(Color),
    /// From the first place to the second, colours at parts of the way.
    Linear((f32, f32), (f32, f32), Vec<(f32, Color)>),
    /// From a centre outwards to a radius.
    Radial((f32, f32), f32, Vec<(f32, Color)>),
}

impl From<Color> for Fill {
    fn from(color: Color) -> Self {
        Fill::Flat(color)
    }
}

impl Fill {
    /// Top to bottom.
    pub fn down(y0: f32, y1: f32, from: Color, to: Color) -> Self {
        Fill::Linear((0.0, y0), (0.0, y1), vec![(0.0, from), (1.0, to)])
    }

    fn shader(self) -> Shader<'static> {
        let stops = |stops: Vec<(f32, Color)>| -> Vec<GradientStop> {
            stops
                .into_iter()
                .map(|(at, color)| GradientStop::new(at, color))
                .collect()
        };
        let first = |s: &[(f32, Color)]| s.first().map_or(Color::TRANSPARENT, |s| s.1);
        match self {
            Fill::Flat(color) => Shader::SolidColor(color),
            Fill::Linear(a, b, s) => {
                let flat = first(&s);
                LinearGradient::new(
                    Point::from_xy(a.0, a.1),
                    Point::from_xy(b.0, b.1),
                    stops(s),
                    SpreadMode::Pad,
                    Transform::identity(),
                )
                .unwrap_or(Shader::SolidColor(flat))
            }
            Fill::Radial(centre, radius, s) => {
                let flat = first(&s);
                let centre = Point::from_xy(centre.0, centre.1);
                RadialGradient::new(
                    centre,
                    0.0,
                    centre,
                    radius,
                    stops(s),
                    SpreadMode::Pad,
                    Transform::identity(),
                )
                .unwrap_or(Shader::SolidColor(flat))
            }
        }
    }
}

/// Paints on a picture whose upper left corner lies at an offset.
pub struct Brush<'a> {
    pixmap: &'a mut Pixmap,
    place: Transform,
}

impl<'a> Brush<'a> {
    /// On all of `pixmap`, whose corner is at (`x`, `y`) of the scene.
    pub fn new(pixmap: &'a mut Pixmap, x: f32, y: f32) -> Self {
        Self {
            pixmap,
            place: Transform::from_translate(-x, -y),
        }
    }

    /// On a picture that begins at the scene's corner and has `scale` samples
    /// for each of the scene's.
    pub fn scaled(pixmap: &'a mut Pixmap, scale: f32) -> Self {
        Self {
            pixmap,
            place: Transform::from_scale(scale, scale),
        }
    }

    /// Fills a path; where it crosses itself it is a hole.
    pub fn fill(&mut self, path: Option<Path>, fill: impl Into<Fill>) {
        let Some(path) = path else { return };
        let paint = Paint {
            shader: fill.into().shader(),
            ..Paint::default()
        };
        self.pixmap
            .fill_path(&path, &paint, FillRule::EvenOdd, self.place, None);
    }

    /// Draws along a path.
    pub fn stroke(&mut self, path: Option<Path>, width: f32, fill: impl Into<Fill>) {
        let Some(path) = path else { return };
        let paint = Paint {
            shader: fill.into().shader(),
            ..Paint::default()
        };
        let stroke = Stroke {
            width,
            ..Stroke::default()
        };
        self.pixmap
            .stroke_path(&path, &paint, &stroke, self.place, None);
    }

    /// Lays a shader made elsewhere into a path.
    pub fn shade(&mut self, path: Option<Path>, shader: Option<Shader<'static>>) {
        let (Some(path), Some(shader)) = (path, shader) else {
            return;
        };
        let paint = Paint {
            shader,
            ..Paint::default()
        };
        self.pixmap
            .fill_path(&path, &paint, FillRule::EvenOdd, self.place, None);
    }

    /// A filled rectangle.
    pub fn rect(&mut self, x: f32, y: f32, w: f32, h: f32, fill: impl Into<Fill>) {
        self.fill(rect(x, y, w, h), fill);
    }

    /// A filled disc.
    pub fn disc(&mut self, x: f32, y: f32, r: f32, fill: impl Into<Fill>) {
        self.fill(PathBuilder::from_circle(x, y, r), fill);
    }

    /// A circle's line.
    pub fn circle(&mut self, x: f32, y: f32, r: f32, width: f32, fill: impl Into<Fill>) {
        self.stroke(PathBuilder::from_circle(x, y, r), width, fill);
    }

    /// A straight line.
    pub fn line(&mut self, a: (f32, f32), b: (f32, f32), width: f32, fill: impl Into<Fill>) {
        self.stroke(polygon(&[a, b], false), width, fill);
    }
}

/// Paints only what lies within a path; where it crosses itself it is a hole.
pub fn within(pixmap: &mut Pixmap, path: Option<Path>, draw: impl FnOnce(&mut Brush)) {
    let size = (pixmap.width(), pixmap.height());
    let (Some(path), Some(mut sheet), Some(mut mask)) =
        (path, Pixmap::new(size.0, size.1), Mask::new(size.0, size.1))
    else {
        return;
    };
    draw(&mut Brush::new(&mut sheet, 0.0, 0.0));
    mask.fill_path(&path, FillRule::EvenOdd, true, Transform::identity());
    sheet.apply_mask(&mask);
    let (paint, here) = (PixmapPaint::default(), Transform::identity());
    pixmap.draw_pixmap(0, 0, sheet.as_ref(), &paint, here, None);
}

/// A rectangle's outline.
pub fn rect(x: f32, y: f32, w: f32, h: f32) -> Option<Path> {
    Rect::from_xywh(x, y, w, h).map(PathBuilder::from_rect)
}

/// A path through `points`.
pub fn polygon(points: &[(f32, f32)], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (i, &(x, y)) in points.iter().enumerate() {
        if i == 0 {
            path.move_to(x, y);
        } else {
            path.line_to(x, y);
        }
    }
    if closed {
        path.close();
    }
    path.finish()
}

/// A rectangle with round corners.
pub fn rounded(x: f32, y: f32, w: f32, h: f32, r: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    push_rounded(&mut path, x, y, w, h, r);
    path.finish()
}

/// Adds a rectangle with round corners to a path.
pub fn push_rounded(path: &mut PathBuilder, x: f32, y: f32, w: f32, h: f32, r: f32) {
    // A quarter of a circle as a cubic: control points at 0.5523 of the radius.
    const K: f32 = 0.447_715;
    let r = r.min(w / 2.0).min(h / 2.0).max(0.0);
    let k = r * K;
    let (x1, y1) = (x + w, y + h);
    path.move_to(x + r, y);
    path.line_to(x1 - r, y);
    path.cubic_to(x1 - k, y, x1, y + k, x1, y + r);
    path.line_to(x1, y1 - r);
    path.cubic_to(x1, y1 - k, x1 - k, y1, x1 - r, y1);
    path.line_to(x + r, y1);
    path.cubic_to(x + k, y1, x, y1 - k, x, y1 - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + k, x + k, y, x + r, y);
    path.close();
}
