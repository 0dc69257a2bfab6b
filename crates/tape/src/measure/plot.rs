//! Curves as a drawing (SVG), plain enough for any viewer.

use std::fmt::Write;

use super::sheet::Sheet;

/// One panel's frame in pixels.
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 260.0;
const MARGIN: f64 = 48.0;

struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: &'static [(f64, &'static str)],
}

impl Axis {
    /// 0.0 at the low end, 1.0 at the high one.
    fn place(&self, value: f64) -> f64 {
        let at = if self.logarithmic {
            (value.max(1e-12) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        at.clamp(0.0, 1.0)
    }
}

const HERTZ: Axis = Axis {
    low: 20.0,
    high: 20_000.0,
    logarithmic: true,
    ticks: &[
        (20.0, "20"),
        (100.0, "100"),
        (1000.0, "1 k"),
        (10_000.0, "10 k"),
        (20_000.0, "20 k"),
    ],
};

/// Response, flutter spectrum, noise spectrum and distortion of `sheet` on one page.
pub fn svg(sheet: &Sheet) -> String {
    let mut out = String::new();
    let (w, h) = (2.0 * WIDTH, 2.0 * HEIGHT + 30.0);
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" font-family="sans-serif" font-size="11"><rect width="{w}" height="{h}" fill="#fff"/><text x="20" y="20" font-size="15">{} with {}</text>"##,
        sheet.deck, sheet.tape
    );
    let response = Axis {
        low: -25.0,
        high: 5.0,
        logarithmic: false,
        ticks: &[
            (-20.0, "−20"),
            (-10.0, "−10"),
            (-3.0, "−3"),
            (0.0, "0"),
            (3.0, "3"),
        ],
    };
    panel(
        &mut out,
        (0.0, 30.0),
        "response, dB re 315 Hz, at −20 dB and 0 dB",
        (&HERTZ, &response),
        &[&sheet.response_20, &sheet.response_0],
    );
    let slow = Axis {
        low: 0.1,
        high: 200.0,
        logarithmic: true,
        ticks: &[(0.1, "0.1"), (1.0, "1"), (10.0, "10"), (100.0, "100")],
    };
    let percent = Axis {
        low: 0.0001,
        high: 1.0,
        logarithmic: true,
        ticks: &[(0.001, "0.001"), (0.01, "0.01"), (0.1, "0.1"), (1.0, "1")],
    };
    panel(
        &mut out,
        (WIDTH, 30.0),
        "speed deviation, peak % against Hz",
        (&slow, &percent),
        &[&sheet.flutter_spectrum],
    );
    let noise = Axis {
        low: -100.0,
        high: -40.0,
        logarithmic: false,
        ticks: &[
            (-90.0, "−90"),
            (-80.0, "−80"),
            (-70.0, "−70"),
            (-60.0, "−60"),
            (-50.0, "−50"),
        ],
    };
    panel(
        &mut out,
        (0.0, 30.0 + HEIGHT),
        "noise in thirds of an octave, dB re 200 nWb/m",
        (&HERTZ, &noise),
        &[&sheet.noise_spectrum],
    );
    let level = Axis {
        low: -12.0,
        high: 12.0,
        logarithmic: false,
        ticks: &[
            (-10.0, "−10"),
            (-5.0, "−5"),
            (0.0, "0"),
            (5.0, "5"),
            (10.0, "10"),
        ],
    };
    let third = Axis {
        low: 0.01,
        high: 30.0,
        logarithmic: true,
        ticks: &[
            (0.01, "0.01"),
            (0.1, "0.1"),
            (1.0, "1"),
            (3.0, "3"),
            (10.0, "10"),
        ],
    };
    panel(
        &mut out,
        (WIDTH, 30.0 + HEIGHT),
        "third harmonic at 400 Hz, % against dB re 200 nWb/m",
        (&level, &third),
        &[&sheet.distortion],
    );
    out.push_str("</svg>\n");
    out
}

fn panel(
    out: &mut String,
    (x, y): (f64, f64),
    title: &str,
    (across, up): (&Axis, &Axis),
    curves: &[&[[f64; 2]]],
) {
    let (left, top) = (x + MARGIN, y + 24.0);
    let (width, height) = (WIDTH - MARGIN - 16.0, HEIGHT - 24.0 - 32.0);
    let to_x = |value: f64| left + width * across.place(value);
    let to_y = |value: f64| top + height * (1.0 - up.place(value));
    let bottom = top + height;
    let _ = write!(out, r#"<text x="{left}" y="{}">{title}</text>"#, y + 16.0);
    let _ = write!(
        out,
        r##"<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#888"/>"##
    );
    for (value, name) in across.ticks {
        let at = to_x(*value);
        let _ = write!(
            out,
            r##"<path d="M{at:.1} {top:.1}V{bottom:.1}" stroke="#ddd"/><text x="{at:.1}" y="{:.1}" text-anchor="middle">{name}</text>"##,
            bottom + 14.0
        );
    }
    for (value, name) in up.ticks {
        let at = to_y(*value);
        let right = left + width;
        let _ = write!(
            out,
            r##"<path d="M{left:.1} {at:.1}H{right:.1}" stroke="#ddd"/><text x="{:.1}" y="{:.1}" text-anchor="end">{name}</text>"##,
            left - 4.0,
            at + 4.0
        );
    }
    for (curve, colour) in curves.iter().zip(["#16507a", "#b4532a"]) {
        let points: Vec<String> = curve
            .iter()
            .filter(|p| p[0] >= across.low && p[0] <= across.high && p[1].is_finite())
            .map(|p| format!("{:.1},{:.1}", to_x(p[0]), to_y(p[1])))
            .collect();
        let _ = write!(
            out,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="1.5"/>"#,
            points.join(" ")
        );
    }
}
