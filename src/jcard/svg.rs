//! The sheet as SVG 1.1, in millimetres.

use std::fmt::Write;

use super::sheet::{Anchor, Mark, PAPER, Sheet};
use crate::look::embed::base64;
use crate::look::theme::Rgb;

/// Writes it; `cover` is a JPEG.
pub fn write(sheet: &Sheet, cover: &[u8]) -> String {
    let (w, h) = PAPER;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         width=\"{w}mm\" height=\"{h}mm\" viewBox=\"0 0 {w} {h}\" \
         font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\">\n\
         <rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>\n"
    );
    for mark in &sheet.marks {
        // Writing to a string does not fail.
        let _ = match mark {
            Mark::Fill { x, y, w, h, color } => writeln!(
                out,
                "<rect x=\"{x:.3}\" y=\"{y:.3}\" width=\"{w:.3}\" height=\"{h:.3}\" fill=\"{}\"/>",
                hex(*color)
            ),
            Mark::Line {
                from,
                to,
                width,
                color,
                dashed,
            } => writeln!(
                out,
                "<line x1=\"{:.3}\" y1=\"{:.3}\" x2=\"{:.3}\" y2=\"{:.3}\" stroke=\"{}\" stroke-width=\"{width}\"{}/>",
                from.0,
                from.1,
                to.0,
                to.1,
                hex(*color),
                if *dashed {
                    " stroke-dasharray=\"1 0.7\""
                } else {
                    ""
                }
            ),
            Mark::Words {
                at: (x, y),
                letters,
                color,
                anchor,
                turned,
                words,
            } => {
                let anchor = match anchor {
                    Anchor::Start => "",
                    Anchor::Middle => " text-anchor=\"middle\"",
                    Anchor::End => " text-anchor=\"end\"",
                };
                let turn = if *turned {
                    format!(" transform=\"rotate(90 {x:.3} {y:.3})\"")
                } else {
                    String::new()
                };
                writeln!(
                    out,
                    "<text x=\"{x:.3}\" y=\"{y:.3}\" font-size=\"{:.3}\"{}{anchor}{turn} fill=\"{}\">{}</text>",
                    letters.size,
                    if letters.bold {
                        " font-weight=\"bold\""
                    } else {
                        ""
                    },
                    hex(*color),
                    escape(words)
                )
            }
            Mark::Cover { x, y, side } => {
                let data = String::from_utf8(base64(cover)).unwrap_or_default();
                writeln!(
                    out,
                    "<image x=\"{x:.3}\" y=\"{y:.3}\" width=\"{side:.3}\" height=\"{side:.3}\" \
                     xlink:href=\"data:image/jpeg;base64,{data}\"/>"
                )
            }
        };
    }
    out.push_str("</svg>\n");
    out
}

fn hex(color: Rgb) -> String {
    let [r, g, b] = color.0;
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escape(words: &str) -> String {
    words
        .chars()
        .filter(|c| !c.is_control())
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::metrics::Face;
    use super::*;
    use crate::look::theme::Theme;
    use crate::player::model::{Card, SongLine};

    #[test]
    fn the_file_is_xml_of_true_size_and_holds_every_title() {
        let song = |title: &str| SongLine {
            title: title.to_owned(),
            number: 1,
            ..SongLine::default()
        };
        let titles = ["Rock & \"Roll\" <live>", "夜の歌"];
        let card = Card {
            songs: titles.map(song).to_vec(),
            ..Card::default()
        };
        let svg = write(
            &Sheet::new(&card, &Default::default(), &Theme::default(), Face::Any),
            b"jpeg",
        );
        let mut reader = quick_xml::Reader::from_str(&svg);
        let mut words = String::new();
        loop {
            use quick_xml::events::Event;
            match reader.read_event().unwrap() {
                Event::Eof => break,
                Event::Text(text) => words += &text.xml10_content(),
                Event::GeneralRef(name) => {
                    words += match &*name.xml10_content() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        _ => "\"",
                    }
                }
                _ => {}
            }
        }
        for title in titles {
            assert!(words.contains(title), "{words}");
        }
        assert!(svg.contains("width=\"210mm\" height=\"279.4mm\""));
    }
}
