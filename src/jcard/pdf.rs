//! The sheet as PDF 1.4 with the fonts that every reader has.

use std::collections::BTreeSet;
use std::io::Write;

use super::encoding::Encoding;
use super::sheet::{Anchor, COVER, Mark, PAPER, Sheet};
use crate::look::shaping::{Shaped, Shaper};
use crate::look::theme::Rgb;
use tiny_skia::{Path, PathSegment, Point};

/// Points of a millimetre.
const POINT: f32 = 72.0 / 25.4;

/// Writes it; `cover` is a JPEG. Also gives the number of letters that the fonts
/// do not have, or not with all their marks.
pub fn write(sheet: &Sheet, cover: &[u8]) -> (Vec<u8>, usize) {
    let mut lost = BTreeSet::new();
    let words = sheet.marks.iter().filter_map(|mark| match mark {
        Mark::Words { words, .. } => Some(&**words),
        _ => None,
    });
    let encoding = Encoding::of(words);
    let mut outlines = Outlines::default();
    let page = page(sheet, &encoding, &mut outlines, &mut lost);
    let (w, h) = (PAPER.0 * POINT, PAPER.1 * POINT);
    let letters = encoding.object();
    let font = |name: &str| {
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding {letters} >>")
            .into_bytes()
    };
    let stream = |head: &str, body: &[u8]| {
        let mut out = format!("<< {head} /Length {} >>\nstream\n", body.len()).into_bytes();
        out.extend_from_slice(body);
        out.extend_from_slice(b"\nendstream");
        out
    };
    let picture = format!(
        "/Type /XObject /Subtype /Image /Width {COVER} /Height {COVER} \
         /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    );
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {w:.2} {h:.2}] /Contents 4 0 R \
             /Resources << /Font << /F1 5 0 R /F2 6 0 R /F3 8 0 R >> /XObject << /Cover 7 0 R >> >> >>"
        )
        .into_bytes(),
        stream("", &page),
        font("Helvetica"),
        font("Helvetica-Bold"),
        stream(&picture, cover),
        UNSEEN.to_vec(),
        UNSEEN_LETTERS.to_vec(),
        stream("", &unicode_of_itself()),
        UNSEEN_SHAPE.to_vec(),
    ];
    let mut out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", i + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let table = out.len();
    let count = objects.len() + 1;
    out.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let end = format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    out.extend_from_slice(end.as_bytes());
    (out, lost.len())
}

/// The page's content: PDF counts upwards from the lower left corner.
fn page(
    sheet: &Sheet,
    encoding: &Encoding,
    outlines: &mut Outlines,
    lost: &mut BTreeSet<char>,
) -> Vec<u8> {
    let mut out = Vec::new();
    let at = |x: f32, y: f32| (x * POINT, (PAPER.1 - y) * POINT);
    for mark in &sheet.marks {
        // Writing to memory does not fail.
        let _ = match mark {
            Mark::Fill { x, y, w, h, color } => {
                let (px, py) = at(*x, y + h);
                let (w, h) = (w * POINT, h * POINT);
                writeln!(out, "{} rg {px:.2} {py:.2} {w:.2} {h:.2} re f", ink(*color))
            }
            Mark::Line {
                from,
                to,
                width,
                color,
                dashed,
            } => {
                let ((x0, y0), (x1, y1)) = (at(from.0, from.1), at(to.0, to.1));
                let dash = if *dashed { "[2.8 2] 0 d" } else { "[] 0 d" };
                let width = width * POINT;
                writeln!(
                    out,
                    "{} RG {width:.2} w {dash} {x0:.2} {y0:.2} m {x1:.2} {y1:.2} l S",
                    ink(*color)
                )
            }
            Mark::Words {
                at: (x, y),
                letters,
                color,
                anchor,
                turned,
                words,
            } => {
                let turn = if *turned { "0 -1 1 0" } else { "1 0 0 1" };
                let room = letters.width(words);
                let outlined = outlines.of(words, letters.bold, encoding);
                let wide = outlined.as_ref().map_or(room, |shaped| {
                    // Where another font is wider it is set narrower.
                    room.min(shaped.width * letters.size)
                });
                let shift = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => wide / 2.0,
                    Anchor::End => wide,
                };
                let (px, py) = at(x - shift, *y);
                if let Some(shaped) = outlined {
                    let across = wide / (shaped.width * letters.size).max(f32::EPSILON);
                    let _ = write!(out, "q {turn} {px:.2} {py:.2} cm {} rg", ink(*color));
                    let size = letters.size * POINT;
                    outline(&mut out, &shaped.path, (size * across, size));
                    // And as text that is found and copied, not seen.
                    let text = utf16(words);
                    let _ = writeln!(out, " f BT 3 Tr /F3 {size:.2} Tf <{text}> Tj ET Q");
                    continue;
                }
                let font = if letters.bold { "F2" } else { "F1" };
                let size = letters.size * POINT;
                let _ = write!(
                    out,
                    "{} rg BT /{font} {size:.2} Tf {turn} {px:.2} {py:.2} Tm (",
                    ink(*color)
                );
                out.extend(encoding.string(words, lost));
                writeln!(out, ") Tj ET")
            }
            Mark::Cover { x, y, side } => {
                let (px, py) = at(*x, y + side);
                let side = side * POINT;
                writeln!(
                    out,
                    "q {side:.2} 0 0 {side:.2} {px:.2} {py:.2} cm /Cover Do Q"
                )
            }
        };
    }
    out
}

/// Words that the reader's own fonts have not all letters of.
#[derive(Default)]
struct Outlines {
    /// Read when the first such words come.
    shaper: Option<Shaper>,
}

impl Outlines {
    fn of(&mut self, words: &str, bold: bool, encoding: &Encoding) -> Option<Shaped> {
        let mut lost = BTreeSet::new();
        encoding.string(words, &mut lost);
        if lost.is_empty() {
            return None;
        }
        let shaper = self.shaper.get_or_insert_default();
        shaper.shape(words, bold)
    }
}

/// The font of words that are outlines: never drawn, its codes UTF-16.
const UNSEEN: &[u8] = b"<< /Type /Font /Subtype /Type0 /BaseFont /Helvetica \
    /Encoding /Identity-H /DescendantFonts [9 0 R] /ToUnicode 10 0 R >>";
const UNSEEN_LETTERS: &[u8] = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Helvetica \
    /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> \
    /FontDescriptor 11 0 R /DW 600 >>";
const UNSEEN_SHAPE: &[u8] = b"<< /Type /FontDescriptor /FontName /Helvetica /Flags 4 \
    /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>";

/// What each code of that font means (PDF 1.4, 5.9.2: a range keeps to one first
/// byte, and a hundred ranges to a list).
fn unicode_of_itself() -> Vec<u8> {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def \
         /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n",
    );
    let all: Vec<u8> = (0..=255).collect();
    for some in all.chunks(100) {
        out += &format!("{} beginbfrange\n", some.len());
        for first in some {
            out += &format!("<{first:02X}00> <{first:02X}FF> <{first:02X}00>\n");
        }
        out += "endbfrange\n";
    }
    out += "endcmap CMapName currentdict /CMap defineresource pop end end";
    out.into_bytes()
}

/// A text in that font, in hex.
fn utf16(words: &str) -> String {
    words
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect()
}

/// A path's lines and curves, so many points wide and high.
fn outline(out: &mut Vec<u8>, path: &Path, (wide, high): (f32, f32)) {
    let mut last = Point::default();
    for segment in path.segments() {
        let at = |p: Point| format!("{:.3} {:.3}", p.x * wide, -p.y * high);
        // Writing to memory does not fail.
        let _ = match segment {
            PathSegment::MoveTo(p) => write!(out, " {} m", at(p)),
            PathSegment::LineTo(p) => write!(out, " {} l", at(p)),
            PathSegment::QuadTo(c, p) => {
                // PDF has cubic curves alone.
                let near =
                    |a: Point| Point::from_xy(a.x + (c.x - a.x) / 1.5, a.y + (c.y - a.y) / 1.5);
                write!(out, " {} {} {} c", at(near(last)), at(near(p)), at(p))
            }
            PathSegment::CubicTo(a, b, p) => write!(out, " {} {} {} c", at(a), at(b), at(p)),
            PathSegment::Close => write!(out, " h"),
        };
        if let PathSegment::MoveTo(p)
        | PathSegment::LineTo(p)
        | PathSegment::QuadTo(_, p)
        | PathSegment::CubicTo(_, _, p) = segment
        {
            last = p;
        }
    }
}

fn ink(color: Rgb) -> String {
    let [r, g, b] = color.0.map(|c| f32::from(c) / 255.0);
    format!("{r:.3} {g:.3} {b:.3}")
}

#[cfg(test)]
mod tests {
    use super::super::metrics::Face;
    use super::*;
    use crate::look::theme::Theme;
    use crate::player::model::Card;

    #[test]
    fn the_table_points_at_every_object() {
        let card = Card::default();
        let sheet = Sheet::new(&card, &Default::default(), &Theme::default(), Face::Printer);
        let (pdf, _) = write(&sheet, b"jpeg");
        let text = String::from_utf8_lossy(&pdf).into_owned();
        let place = |line: &str| line.split(' ').next().unwrap().parse::<usize>().unwrap();
        let start = text.rsplit("startxref\n").next().unwrap();
        let table = &pdf[place(start.lines().next().unwrap())..];
        let table = String::from_utf8_lossy(table).into_owned();
        for (i, line) in table.lines().skip(3).take(7).enumerate() {
            let object = format!("{} 0 obj\n", i + 1);
            assert!(pdf[place(line)..].starts_with(object.as_bytes()));
        }
        // A4's width and Letter's height in points.
        assert!(text.contains("/MediaBox [0 0 595.28 792.00]"));
    }
}
