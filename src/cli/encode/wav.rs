//! WAV files, written many samples at a time.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

/// Bytes collected before they are written.
const BUFFER: usize = 1 << 18;
/// Second half of the identifiers of sample formats in an extensible header.
const FORMAT_ID: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/// A stereo file being written.
pub struct WavFile {
    file: File,
    /// Frames a second.
    rate: u32,
    /// 16 or 24; none are 32-bit floats.
    bits: Option<u16>,
    buffer: Vec<u8>,
    /// Of samples, written or in the buffer.
    bytes: u64,
}

impl WavFile {
    /// Begins the file.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn new(mut file: File, rate: u32, bits: Option<u16>) -> io::Result<Self> {
        file.write_all(&header(rate, bits, 0))?;
        Ok(Self {
            file,
            rate,
            bits,
            buffer: Vec::with_capacity(BUFFER + 64),
            bytes: 0,
        })
    }

    /// Adds floats.
    ///
    /// # Errors
    /// When the disk is full or gone, or the file would be too long for its format.
    pub fn write_floats(&mut self, samples: &[f32]) -> io::Result<()> {
        self.add(samples, f32::to_le_bytes)
    }

    /// Adds whole numbers, which fit.
    ///
    /// # Errors
    /// As [`Self::write_floats`].
    pub fn write_whole(&mut self, samples: &[i32]) -> io::Result<()> {
        match self.bits {
            Some(16) => self.add(samples, |sample| (sample as i16).to_le_bytes()),
            _ => self.add(samples, |sample| {
                let [low, middle, high, _] = sample.to_le_bytes();
                [low, middle, high]
            }),
        }
    }

    fn add<T: Copy, const N: usize>(
        &mut self,
        samples: &[T],
        bytes: impl Fn(T) -> [u8; N],
    ) -> io::Result<()> {
        self.bytes += (samples.len() * N) as u64;
        if self.bytes + 128 > u64::from(u32::MAX) {
            return Err(io::Error::other("WAV holds no more than 4 GB"));
        }
        for part in samples.chunks(BUFFER / N) {
            self.buffer
                .extend(part.iter().flat_map(|sample| bytes(*sample)));
            if self.buffer.len() >= BUFFER / 2 {
                self.file.write_all(&self.buffer)?;
                self.buffer.clear();
            }
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When the disk is full or gone.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.write_all(&self.buffer)?;
        self.file.seek(SeekFrom::Start(0))?;
        // Checked with every addition.
        let bytes = u32::try_from(self.bytes).unwrap_or(u32::MAX);
        self.file.write_all(&header(self.rate, self.bits, bytes))
    }
}

/// All that stands before the samples. 16 bits are plain PCM; what older readers do
/// not know has the extensible header.
fn header(rate: u32, bits: Option<u16>, bytes: u32) -> Vec<u8> {
    const CHANNELS: u16 = 2;
    let (format, bits) = bits.map_or((3u16, 32), |bits| (1, bits));
    let extensible = bits != 16;
    let frame = CHANNELS * bits / 8;
    let mut chunk = Vec::new();
    chunk.extend(if extensible { 0xfffe } else { format }.to_le_bytes());
    chunk.extend(CHANNELS.to_le_bytes());
    chunk.extend(rate.to_le_bytes());
    chunk.extend((rate * u32::from(frame)).to_le_bytes());
    chunk.extend(frame.to_le_bytes());
    chunk.extend(bits.to_le_bytes());
    if extensible {
        chunk.extend(22u16.to_le_bytes());
        chunk.extend(bits.to_le_bytes());
        // Left and right.
        chunk.extend(3u32.to_le_bytes());
        chunk.extend(format.to_le_bytes());
        chunk.extend(FORMAT_ID);
    }
    let mut header = Vec::new();
    header.extend(b"RIFF");
    let riff = 4 + 8 + chunk.len() as u32 + 8;
    header.extend(riff.saturating_add(bytes).to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend((chunk.len() as u32).to_le_bytes());
    header.extend(chunk);
    header.extend(b"data");
    header.extend(bytes.to_le_bytes());
    header
}
