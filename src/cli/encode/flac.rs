//! FLAC written as it comes: a block at a time, the header last.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};

use anyhow::{Result, anyhow};
use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, StreamInfo};
use flacenc::config;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};

/// Frames a block.
const BLOCK: usize = 4096;
/// Bytes before the first block of metadata: `fLaC`.
const MARK: &[u8; 4] = b"fLaC";
/// Bytes of STREAMINFO without its head (RFC 9639, 8.2).
const INFO_BYTES: u8 = 34;
/// Type of the block that holds the tags (RFC 9639, 8.6).
const COMMENTS: u8 = 4;

/// A stereo file of which at most a block is in memory.
pub(super) struct FlacWriter {
    file: BufWriter<File>,
    config: Verified<config::Encoder>,
    info: StreamInfo,
    context: Context,
    block: FrameBuf,
    /// Left and right in turn, less than a block.
    waiting: Vec<i32>,
    frames: usize,
    /// Bytes of the smallest and of the largest block.
    sizes: [usize; 2],
}

/// What the encoder says, which has no words for people.
fn told(error: impl std::fmt::Debug) -> anyhow::Error {
    anyhow!("FLAC: {error:?}")
}

impl FlacWriter {
    /// Begins a file with these tags.
    pub(super) fn new(file: File, bits: u16, rate: u32, tags: &[(&str, String)]) -> Result<Self> {
        let config = config::Encoder::default().into_verified();
        let mut info = StreamInfo::new(rate as usize, 2, bits.into()).map_err(told)?;
        info.set_block_sizes(BLOCK, BLOCK).map_err(told)?;
        let mut writer = Self {
            file: BufWriter::new(file),
            config: config.map_err(|(_, error)| told(error))?,
            info,
            context: Context::new(bits.into(), 2),
            block: FrameBuf::with_size(2, BLOCK).map_err(told)?,
            waiting: Vec::with_capacity(2 * BLOCK),
            frames: 0,
            sizes: [usize::MAX, 0],
        };
        writer.head(tags.is_empty())?;
        if !tags.is_empty() {
            writer.comments(tags)?;
        }
        Ok(writer)
    }

    /// Mark and STREAMINFO; written again at the end with what is known then.
    fn head(&mut self, last: bool) -> Result<()> {
        let mut sink = ByteSink::new();
        self.info.write(&mut sink).map_err(told)?;
        self.file.write_all(MARK)?;
        let kind = if last { 0x80 } else { 0 };
        self.file.write_all(&[kind, 0, 0, INFO_BYTES])?;
        self.file.write_all(sink.as_slice())?;
        Ok(())
    }

    fn comments(&mut self, tags: &[(&str, String)]) -> Result<()> {
        let mut block = Vec::new();
        let put = |block: &mut Vec<u8>, text: &str| {
            block.extend((text.len() as u32).to_le_bytes());
            block.extend(text.as_bytes());
        };
        put(&mut block, concat!("afterdark ", env!("CARGO_PKG_VERSION")));
        block.extend((tags.len() as u32).to_le_bytes());
        for (name, value) in tags {
            put(&mut block, &format!("{name}={value}"));
        }
        let size = (block.len() as u32).to_be_bytes();
        self.file.write_all(&[0x80 | COMMENTS])?;
        self.file.write_all(&size[1..])?;
        self.file.write_all(&block)?;
        Ok(())
    }

    /// Adds a sample, left and right in turn.
    pub(super) fn push(&mut self, sample: i32) -> Result<()> {
        self.waiting.push(sample);
        if self.waiting.len() == 2 * BLOCK {
            self.write_block()?;
        }
        Ok(())
    }

    fn write_block(&mut self) -> Result<()> {
        let full = self.waiting.len() == 2 * BLOCK;
        self.block.fill_interleaved(&self.waiting).map_err(told)?;
        self.context.fill_interleaved(&self.waiting).map_err(told)?;
        let block =
            flacenc::encode_fixed_size_frame(&self.config, &self.block, self.frames, &self.info)
                .map_err(told)?;
        let mut sink = ByteSink::new();
        block.write(&mut sink).map_err(told)?;
        let bytes = sink.as_slice();
        self.file.write_all(bytes)?;
        self.frames += 1;
        // The last one may be smaller than any, and counts for nothing.
        if full || self.frames == 1 {
            self.sizes = [
                self.sizes[0].min(bytes.len()),
                self.sizes[1].max(bytes.len()),
            ];
        }
        self.waiting.clear();
        Ok(())
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<()> {
        if !self.waiting.is_empty() {
            self.write_block()?;
        }
        self.info.set_total_samples(self.context.total_samples());
        self.info.set_md5_digest(&self.context.md5_digest());
        if self.frames > 0 {
            let [least, most] = self.sizes;
            self.info.set_frame_sizes(least, most).map_err(told)?;
        }
        self.file.flush()?;
        self.file.seek(SeekFrom::Start(MARK.len() as u64 + 4))?;
        let mut sink = ByteSink::new();
        self.info.write(&mut sink).map_err(told)?;
        self.file.write_all(sink.as_slice())?;
        self.file.flush()?;
        Ok(())
    }
}
