//! Pictures as they lie in other things: as the bytes of a file, and as text.

use tiny_skia::{Pixmap, PremultipliedColorU8};

/// A picture as a PNG file.
pub fn png(picture: &Pixmap) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, picture.width(), picture.height());
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::Adaptive);
    // A moving part alone has nothing round it; all else fills its cells.
    let opaque = picture.pixels().iter().all(|p| p.alpha() == 255);
    let bytes: Vec<u8> = if opaque {
        encoder.set_color(png::ColorType::Rgb);
        let rgb = |p: &PremultipliedColorU8| [p.red(), p.green(), p.blue()];
        picture.pixels().iter().flat_map(rgb).collect()
    } else {
        encoder.set_color(png::ColorType::Rgba);
        let rgba = |p: &PremultipliedColorU8| {
            let c = p.demultiply();
            [c.red(), c.green(), c.blue(), c.alpha()]
        };
        picture.pixels().iter().flat_map(rgba).collect()
    };
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bytes).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// Binary as text (RFC 4648, section 4).
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let n = three
            .iter()
            .enumerate()
            .fold(0_u32, |n, (i, b)| n | u32::from(*b) << (16 - 8 * i));
        for i in 0..4 {
            let letter = LETTERS[(n >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= three.len() { letter } else { b'=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        // Test vectors of RFC 4648, section 10.
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded.as_bytes());
        }
    }
}
