//! The colour of a tape's cover, found beside all that somebody waits for.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use afterdark_media::{media, playlist};
use tiny_skia::Pixmap;

use super::index::Index;
use super::rows::CoverColor;
use crate::look::art;

/// A cover is looked at in so many pixels a side.
const SIDE: u32 = 40;
/// What a pixel without colour counts, beside one of nothing but colour.
const GREY: f32 = 0.06;

/// A tape whose cover is to be looked at.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Its row in the index; less than 0 where it is in none.
    pub row: i64,
    /// Where it is from.
    pub path: PathBuf,
    /// Its first song; of a list that is found here.
    pub song: Option<PathBuf>,
}

/// Looks at covers until nobody wants to know any more, and keeps their colours
/// in the index.
pub(crate) fn run(
    wanted: &Receiver<Wanted>,
    index: &Path,
    tell: impl Fn(PathBuf, CoverColor) -> bool,
) {
    super::reading::make_way();
    while let Ok(first) = wanted.recv() {
        let index = Index::open(index).and_then(Index::without_patience).ok();
        for of in std::iter::once(first).chain(wanted.try_iter()) {
            let song = of.song.clone().or_else(|| first_song(&of));
            let cover = song.and_then(|song| media::cover(&song));
            let picture = cover.and_then(|bytes| art::cover(&bytes, SIDE));
            let color = picture.map_or(CoverColor::None, |picture| {
                CoverColor::Is(main_color(&picture))
            });
            if let Some(index) = &index {
                // What a scan leaves no room for is looked at again another time.
                let _ = index.keep_color(of.row, color);
            }
            if !tell(of.path, color) {
                return;
            }
        }
    }
}

fn first_song(of: &Wanted) -> Option<PathBuf> {
    let programme = playlist::gather(std::slice::from_ref(&of.path)).ok()?;
    let mut found = programme
        .entries
        .iter()
        .filter_map(|entry| entry.locate().ok());
    found.next().map(|found| found.path)
}

/// The mean of the most of those colours that are alike, what is colourful
/// before what is grey.
fn main_color(picture: &Pixmap) -> [u8; 3] {
    let mut alike = [(0.0f32, [0.0f32; 3]); 64];
    for pixel in picture.pixels() {
        let rgb = [pixel.red(), pixel.green(), pixel.blue()];
        let [r, g, b] = rgb.map(usize::from);
        let most = rgb.iter().max().copied().unwrap_or(0);
        let least = rgb.iter().min().copied().unwrap_or(0);
        let weight = GREY + f32::from(most - least) / 255.0;
        let (sum, colors) = &mut alike[(r >> 6) << 4 | (g >> 6) << 2 | b >> 6];
        *sum += weight;
        for (color, part) in colors.iter_mut().zip(rgb) {
            *color += f32::from(part) * weight;
        }
    }
    let most = alike.iter().max_by(|a, b| a.0.total_cmp(&b.0));
    most.map_or([128; 3], |(sum, colors)| {
        colors.map(|color| (color / sum.max(GREY)).round() as u8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_is_of_its_most_colourful_colour() {
        // Three quarters near white, a quarter two reds.
        let mut picture = Pixmap::new(40, 40).unwrap();
        for (n, pixel) in picture.pixels_mut().iter_mut().enumerate() {
            let rgb = match n % 8 {
                0 => [200, 20, 30],
                1 => [220, 30, 30],
                _ => [240, 240, 235],
            };
            *pixel = tiny_skia::ColorU8::from_rgba(rgb[0], rgb[1], rgb[2], 255).premultiply();
        }
        let [r, g, b] = main_color(&picture);
        assert!((205..=215).contains(&r) && g < 40 && b < 40, "{r} {g} {b}");
    }
}
