//! Frames to a WAV or FLAC file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use clap::ValueEnum;
use flacenc::component::BitRepr;
use flacenc::error::Verify;

use afterdark_tape::Frame;

/// Frames a FLAC block.
const FLAC_BLOCK: usize = 4096;

/// Sample formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum Bits {
    #[value(name = "16")]
    Sixteen,
    #[value(name = "24")]
    TwentyFour,
    #[value(name = "32f")]
    Float,
}

/// A container and its sample format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RIFF WAVE.
    Wav(Bits),
    /// FLAC of so many bits.
    Flac(u16),
}

impl Format {
    /// By the file's ending and the bits asked for.
    ///
    /// # Errors
    /// When the ending is another, or the container cannot hold the bits.
    pub fn of(path: &Path, bits: Option<Bits>) -> Result<Self> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match (ending.as_deref(), bits) {
            (Some("wav"), bits) => Ok(Self::Wav(bits.unwrap_or(Bits::Float))),
            (Some("flac"), Some(Bits::Float)) => {
                bail!("FLAC cannot hold 32-bit float: take --bits 24, or write a .wav")
            }
            (Some("flac"), Some(Bits::Sixteen)) => Ok(Self::Flac(16)),
            (Some("flac"), _) => Ok(Self::Flac(24)),
            _ => bail!("{}: name the file .wav or .flac", path.display()),
        }
    }
}

/// A file being written.
pub enum Encoder {
    /// Samples as they come.
    Wav(hound::WavWriter<BufWriter<File>>),
    /// Samples kept until the end: the encoder wants them all.
    Flac {
        /// Where it goes.
        file: File,
        /// Bits a sample.
        bits: u16,
        /// Frames a second.
        rate: u32,
        /// Left and right in turn.
        samples: Vec<i32>,
    },
}

impl Encoder {
    /// Begins a stereo file.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn new(file: File, format: Format, rate: u32) -> Result<Self> {
        Ok(match format {
            Format::Wav(bits) => {
                let (bits_per_sample, sample_format) = match bits {
                    Bits::Sixteen => (16, hound::SampleFormat::Int),
                    Bits::TwentyFour => (24, hound::SampleFormat::Int),
                    Bits::Float => (32, hound::SampleFormat::Float),
                };
                let spec = hound::WavSpec {
                    channels: 2,
                    sample_rate: rate,
                    bits_per_sample,
                    sample_format,
                };
                Self::Wav(hound::WavWriter::new(BufWriter::new(file), spec)?)
            }
            Format::Flac(bits) => Self::Flac {
                file,
                bits,
                rate,
                samples: Vec::new(),
            },
        })
    }

    /// Adds frames; what is beyond full scale is held at it in whole-number formats.
    ///
    /// # Errors
    /// When the disk is full or gone, or the file would be too long for its format.
    pub fn write(&mut self, frames: &[Frame]) -> Result<()> {
        match self {
            Self::Wav(writer) => {
                let spec = writer.spec();
                for &sample in frames.as_flattened() {
                    match spec.sample_format {
                        hound::SampleFormat::Float => writer.write_sample(sample)?,
                        hound::SampleFormat::Int => {
                            writer.write_sample(whole(sample, spec.bits_per_sample))?;
                        }
                    }
                }
            }
            Self::Flac { bits, samples, .. } => {
                samples.extend(
                    frames
                        .as_flattened()
                        .iter()
                        .map(|&sample| whole(sample, *bits)),
                );
            }
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn finish(self) -> Result<()> {
        match self {
            Self::Wav(writer) => writer.finalize()?,
            Self::Flac {
                mut file,
                bits,
                rate,
                samples,
            } => {
                let config = flacenc::config::Encoder::default()
                    .into_verified()
                    .map_err(|(_, error)| anyhow!("FLAC: {error}"))?;
                let source = flacenc::source::MemSource::from_samples(
                    &samples,
                    2,
                    bits.into(),
                    rate as usize,
                );
                let stream = flacenc::encode_with_fixed_block_size(&config, source, FLAC_BLOCK)
                    .map_err(|error| anyhow!("FLAC: {error:?}"))?;
                let mut sink = flacenc::bitsink::ByteSink::new();
                stream
                    .write(&mut sink)
                    .map_err(|error| anyhow!("FLAC: {error:?}"))?;
                file.write_all(sink.as_slice())?;
            }
        }
        Ok(())
    }
}

/// A sample as a whole number, the way decoders read them: 1.0 is 2^(bits − 1).
fn whole(sample: f32, bits: u16) -> i32 {
    let scale = f64::from(1u32 << (bits - 1));
    (f64::from(sample) * scale)
        .round()
        .clamp(-scale, scale - 1.0) as i32
}
