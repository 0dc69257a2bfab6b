//! Picture files (JPEG, PNG, WebP, GIF, BMP) to pixels.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

/// Most samples a picture may have across or down: larger ones are more likely
/// an accident than a picture.
const MOST: usize = 12_000;
/// Most bytes that a decoder may take, and a picture's pixels.
const MOST_BYTES: usize = 160 << 20;

/// Pixels from the top left, three bytes each: red, green, blue.
pub(super) struct Picture {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<u8>,
}

/// What is in a picture's file, opaque; `None` where that is no picture, a
/// damaged one, or too large. Of several frames it is the first.
pub(super) fn decode(bytes: &[u8]) -> Option<Picture> {
    let (width, height, channels, pixels) = match bytes {
        [0xff, 0xd8, 0xff, ..] => jpeg(bytes)?,
        [0x89, b'P', b'N', b'G', ..] => png(bytes)?,
        [b'G', b'I', b'F', b'8', ..] => gif(bytes)?,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => webp(bytes)?,
        [b'B', b'M', ..] => bmp(bytes)?,
        _ => return None,
    };
    let pixel = |p: &[u8]| match *p {
        [r, g, b] | [r, g, b, _] => [r, g, b],
        [grey] | [grey, _] => [grey; 3],
        _ => [0; 3],
    };
    let rgb: Vec<u8> = pixels.chunks_exact(channels).flat_map(pixel).collect();
    (rgb.len() == width * height * 3 && !rgb.is_empty()).then_some(Picture { width, height, rgb })
}

/// Width, height, bytes a pixel, pixels.
type Pixels = (usize, usize, usize, Vec<u8>);

fn fits(width: usize, height: usize, channels: usize) -> bool {
    width.max(height) <= MOST && width * height * channels <= MOST_BYTES
}

/// Limits for the decoders that take them in this form.
fn options() -> DecoderOptions {
    let options = DecoderOptions::default()
        .set_max_width(MOST)
        .set_max_height(MOST);
    options.jpeg_set_out_colorspace(ColorSpace::RGB)
}

fn jpeg(bytes: &[u8]) -> Option<Pixels> {
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options());
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    let (width, height) = (info.width.into(), info.height.into());
    fits(width, height, 3).then_some(())?;
    Some((width, height, 3, decoder.decode().ok()?))
}

fn bmp(bytes: &[u8]) -> Option<Pixels> {
    // The decoder's colours of 16 bits a pixel are wrong; nobody's covers are so.
    let bits = bytes.get(28..30)?;
    (bits != [16, 0]).then_some(())?;
    let mut decoder = zune_bmp::BmpDecoder::new_with_options(ZCursor::new(bytes), options());
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    let channels = decoder.colorspace()?.num_components();
    fits(width, height, channels).then_some(())?;
    Some((width, height, channels, decoder.decode().ok()?))
}

fn png(bytes: &[u8]) -> Option<Pixels> {
    let limits = png::Limits { bytes: MOST_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    let channels = reader.output_color_type().0.samples();
    fits(width, height, channels).then_some(())?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut pixels).ok()?;
    Some((width, height, channels, pixels))
}

fn webp(bytes: &[u8]) -> Option<Pixels> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).ok()?;
    decoder.set_memory_limit(MOST_BYTES);
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    fits(width, height, channels).then_some(())?;
    let mut pixels = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut pixels).ok()?;
    Some((width, height, channels, pixels))
}

fn gif(bytes: &[u8]) -> Option<Pixels> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    options.set_memory_limit(gif::MemoryLimit::Bytes(
        (MOST_BYTES as u64).try_into().ok()?,
    ));
    let mut decoder = options.read_info(Cursor::new(bytes)).ok()?;
    let (width, height) = (decoder.width().into(), decoder.height().into());
    fits(width, height, 4).then_some(())?;
    let frame = decoder.read_next_frame().ok()??;
    // The frame may fill a part of the picture only.
    let mut pixels = vec![0; width * height * 4];
    let (left, top): (usize, usize) = (frame.left.into(), frame.top.into());
    let shown = usize::from(frame.width).min(width.saturating_sub(left)) * 4;
    let rows = frame
        .buffer
        .chunks_exact(usize::from(frame.width.max(1)) * 4);
    for (row, from) in rows.enumerate().take(height.saturating_sub(top)) {
        let at = ((top + row) * width + left) * 4;
        pixels[at..at + shown].copy_from_slice(&from[..shown]);
    }
    Some((width, height, 4, pixels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn ffmpeg(folder: &std::path::Path, words: &str) {
        let mut run = Command::new("ffmpeg");
        let run = run.args(["-v", "error", "-y"]).current_dir(folder);
        assert!(run.args(words.split(' ')).status().unwrap().success());
    }

    #[test]
    fn pictures_are_what_another_program_reads_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (file, made) in [
            ("a.jpg", "-pix_fmt yuvj444p -q:v 2"),
            ("grey.jpg", "-pix_fmt gray -q:v 2"),
            ("a.png", "-pix_fmt rgb24"),
            ("wide.png", "-pix_fmt rgb48be"),
            ("clear.png", "-pix_fmt rgba"),
            ("palette.png", "-pix_fmt pal8"),
            ("grey.png", "-pix_fmt ya8"),
            ("a.webp", "-c:v libwebp -lossless 1"),
            ("a.gif", "-frames:v 1"),
            ("a.bmp", "-pix_fmt bgr24"),
            ("palette.bmp", "-pix_fmt pal8"),
            ("clear.bmp", "-pix_fmt bgra"),
        ] {
            ffmpeg(
                folder,
                &format!("-f lavfi -i testsrc=s=61x47:d=0.04 {made} -frames:v 1 {file}"),
            );
            ffmpeg(
                folder,
                &format!("-i {file} -f rawvideo -pix_fmt rgb24 truth"),
            );
            let truth = std::fs::read(folder.join("truth")).unwrap();
            let picture = decode(&std::fs::read(folder.join(file)).unwrap()).expect(file);
            assert_eq!((picture.width, picture.height), (61, 47), "{file}");
            let off = picture.rgb.iter().zip(&truth).map(|(a, b)| a.abs_diff(*b));
            // Colour conversion may be rounded differently.
            assert!(off.max().unwrap() <= 3, "{file}");
        }
        let cut = std::fs::read(folder.join("a.png")).unwrap();
        assert!(decode(&cut[..cut.len() / 2]).is_none());
        assert!(decode(b"GIF89a").is_none());
    }
}
