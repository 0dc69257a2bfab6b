//! Moving pictures as files: GIF (89a), and animated WebP without loss (RFC
//! 9649). Of each picture only what has changed is kept.

use gif::{DisposalMethod, Encoder, Frame, Repeat};
use image_webp::{ColorType, WebPEncoder};
use tiny_skia::Pixmap;

/// The rectangle of a picture that has changed; what in it has not is
/// transparent.
struct Part {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    rgba: Vec<u8>,
    shown_ms: u32,
}

/// Pictures of one size, one after another.
pub struct Film {
    size: (usize, usize),
    parts: Vec<Part>,
    /// The last picture.
    last: Vec<u8>,
}

impl Film {
    /// Of pictures of so many pixels across and down.
    pub fn new(size: (u32, u32)) -> Self {
        let size = (size.0 as usize, size.1 as usize);
        Self {
            size,
            parts: Vec::new(),
            last: vec![0; size.0 * size.1 * 4],
        }
    }

    /// Adds an opaque picture that is shown so long.
    pub fn add(&mut self, picture: &Pixmap, shown_ms: u32) {
        let now = picture.data();
        match self.changed(now) {
            Some((left, top, width, height)) => {
                let mut rgba = Vec::with_capacity(width * height * 4);
                for y in top..top + height {
                    for x in left..left + width {
                        let at = (y * self.size.0 + x) * 4;
                        let same = now[at..at + 4] == self.last[at..at + 4];
                        rgba.extend(if same { &[0; 4] } else { &now[at..at + 4] });
                    }
                }
                self.last.copy_from_slice(now);
                self.parts.push(Part {
                    left,
                    top,
                    width,
                    height,
                    rgba,
                    shown_ms,
                });
            }
            None => {
                if let Some(part) = self.parts.last_mut() {
                    part.shown_ms += shown_ms;
                }
            }
        }
    }

    /// Left, top, width and height of what has changed. Even places, as WebP
    /// wants them.
    fn changed(&self, now: &[u8]) -> Option<(usize, usize, usize, usize)> {
        let row = self.size.0 * 4;
        let rows = now.chunks(row).zip(self.last.chunks(row));
        let (mut across, mut down) = ((usize::MAX, 0), (usize::MAX, 0));
        for (y, (now, last)) in rows.enumerate().filter(|(_, (now, last))| now != last) {
            let differs = |x: &usize| now[x * 4..x * 4 + 4] != last[x * 4..x * 4 + 4];
            let first = (0..self.size.0).find(differs)?;
            let end = (0..self.size.0).rfind(differs)?;
            across = (across.0.min(first), across.1.max(end));
            down = (down.0.min(y), y);
        }
        let (left, top) = (across.0 & !1, down.0 & !1);
        (across.0 <= across.1).then(|| (left, top, across.1 + 1 - left, down.1 + 1 - top))
    }

    /// As a GIF file that begins again at its end; `None` where it is too large
    /// for one. Each part has its own 255 colours.
    pub fn gif(self) -> Option<Vec<u8>> {
        let (width, height) = (self.size.0.try_into().ok()?, self.size.1.try_into().ok()?);
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height, &[]).ok()?;
        encoder.set_repeat(Repeat::Infinite).ok()?;
        let (mut ms, mut hundredths) = (0, 0);
        for mut part in self.parts {
            // A fifth of the pixels are looked at for the colours.
            let (width, height) = (part.width as u16, part.height as u16);
            let mut frame = Frame::from_rgba_speed(width, height, &mut part.rgba, 5);
            (frame.left, frame.top) = (part.left as u16, part.top as u16);
            frame.dispose = DisposalMethod::Keep;
            ms += part.shown_ms;
            frame.delay = (ms / 10 - hundredths) as u16;
            hundredths = ms / 10;
            encoder.write_frame(&frame).ok()?;
        }
        drop(encoder);
        Some(file)
    }

    /// As an animated WebP file that begins again at its end; `None` where it is
    /// too large for one.
    pub fn webp(self) -> Option<Vec<u8>> {
        /// A picture may be transparent; it moves.
        const FLAGS: u8 = 1 << 4 | 1 << 1;
        let mut chunks = Vec::new();
        let mut head = vec![FLAGS, 0, 0, 0];
        head.extend(u24(self.size.0 - 1)?);
        head.extend(u24(self.size.1 - 1)?);
        chunk(&mut chunks, *b"VP8X", &head)?;
        // No ground of its own, for ever.
        chunk(&mut chunks, *b"ANIM", &[0; 6])?;
        for part in self.parts {
            let mut still = Vec::new();
            WebPEncoder::new(&mut still)
                .encode(
                    &part.rgba,
                    part.width as u32,
                    part.height as u32,
                    ColorType::Rgba8,
                )
                .ok()?;
            let mut frame = Vec::new();
            for number in [
                part.left / 2,
                part.top / 2,
                part.width - 1,
                part.height - 1,
                part.shown_ms as usize,
            ] {
                frame.extend(u24(number)?);
            }
            // Laid over what is there, and left.
            frame.push(0);
            // Its picture without the file's head.
            frame.extend(still.get(12..)?);
            chunk(&mut chunks, *b"ANMF", &frame)?;
        }
        let mut file = b"RIFF".to_vec();
        file.extend(u32::try_from(chunks.len() + 4).ok()?.to_le_bytes());
        file.extend(b"WEBP");
        file.append(&mut chunks);
        Some(file)
    }
}

fn u24(number: usize) -> Option<[u8; 3]> {
    let [bytes @ .., 0] = u32::try_from(number).ok()?.to_le_bytes() else {
        return None;
    };
    Some(bytes)
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], content: &[u8]) -> Option<()> {
    file.extend(name);
    file.extend(u32::try_from(content.len()).ok()?.to_le_bytes());
    file.extend(content);
    file.resize(file.len().next_multiple_of(2), 0);
    Some(())
}
