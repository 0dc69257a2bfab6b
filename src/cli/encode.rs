//! Frames to a WAV or FLAC file.

mod flac;
mod wav;

use std::fs::File;
use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;

use self::flac::FlacWriter;
use self::wav::WavFile;
use afterdark_tape::Frame;

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
    /// Whether it holds whole numbers, which end at full scale.
    pub fn is_whole(self) -> bool {
        self != Self::Wav(Bits::Float)
    }

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
pub struct Encoder {
    sink: Sink,
    /// Bits a whole number has, where samples are such.
    bits: Option<u16>,
    dither: Dither,
    /// Samples cut at full scale.
    cut: u64,
    /// The last samples as whole numbers.
    whole: Vec<i32>,
}

enum Sink {
    Wav(WavFile),
    Flac(Box<FlacWriter>),
}

impl Encoder {
    /// Begins a stereo file.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn new(file: File, format: Format, rate: u32) -> Result<Self> {
        Self::tagged(file, format, rate, &[])
    }

    /// Begins one with tags by the names of Vorbis comments, where the format
    /// can have them.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn tagged(file: File, format: Format, rate: u32, tags: &[(&str, String)]) -> Result<Self> {
        let bits = match format {
            Format::Wav(Bits::Float) => None,
            Format::Wav(Bits::Sixteen) => Some(16),
            Format::Wav(Bits::TwentyFour) => Some(24),
            Format::Flac(bits) => Some(bits),
        };
        let sink = match (format, bits) {
            (Format::Flac(bits), _) => {
                Sink::Flac(Box::new(FlacWriter::new(file, bits, rate, tags)?))
            }
            (Format::Wav(_), bits) => Sink::Wav(WavFile::new(file, rate, bits)?),
        };
        Ok(Self {
            sink,
            bits,
            dither: Dither::new(),
            cut: 0,
            whole: Vec::new(),
        })
    }

    /// Samples that were cut at full scale so far.
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Adds frames. Where samples become whole numbers and are none yet, they are
    /// dithered; what is beyond full scale then is cut, and counted.
    ///
    /// # Errors
    /// When the disk is full or gone, or the file would be too long for its format.
    pub fn write(&mut self, frames: &[Frame]) -> Result<()> {
        let frames = frames.as_flattened();
        let Some(bits) = self.bits else {
            if let Sink::Wav(file) = &mut self.sink {
                file.write_floats(frames)?;
            }
            return Ok(());
        };
        self.whole.clear();
        // 1.0 is 2^(bits − 1), the way decoders read it.
        let scale = (1u32 << (bits - 1)) as f32;
        // Without a branch a sample, so that many are looked at together.
        let exact = frames.chunks(1024).all(|part| {
            let is_whole = |sample: f32| (sample * scale) as i32 as f32 == sample * scale;
            part.iter()
                .fold(true, |all, sample| all & is_whole(*sample))
        });
        if exact {
            // The highest whole number stands for full scale.
            let whole = |sample: &f32| (sample * scale).clamp(-scale, scale - 1.0);
            let is_cut = |sample: &&f32| (*sample * scale - whole(sample)).abs() > 1.0;
            self.cut += frames.iter().filter(is_cut).count() as u64;
            self.whole.extend(frames.iter().map(|x| whole(x) as i32));
        } else {
            let scale = f64::from(scale);
            for &sample in frames {
                let wanted = (f64::from(sample) * scale + self.dither.next()).round();
                let whole = wanted.clamp(-scale, scale - 1.0);
                self.cut += u64::from((wanted - whole).abs() > 1.0);
                self.whole.push(whole as i32);
            }
        }
        match &mut self.sink {
            Sink::Wav(file) => file.write_whole(&self.whole)?,
            Sink::Flac(file) => {
                for &sample in &self.whole {
                    file.push(sample)?;
                }
            }
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn finish(self) -> Result<()> {
        match self.sink {
            Sink::Wav(file) => file.finish()?,
            Sink::Flac(writer) => writer.finish()?,
        }
        Ok(())
    }
}

/// Noise of triangular density, two steps wide (TPDF): the error of rounding
/// becomes a hiss that does not depend on the sound. The same at every run.
struct Dither(u64);

impl Dither {
    fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    /// −1.0 to 1.0, in steps of the whole numbers.
    fn next(&mut self) -> f64 {
        // Marsaglia's xorshift64.
        let mut half = || {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        };
        half() - half()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader finds in a 16-bit file of these samples, left.
    fn written(level: impl Fn(u32) -> f32) -> (Vec<f64>, u64) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dithered.wav");
        let file = File::create(&path).unwrap();
        let mut encoder = Encoder::new(file, Format::Wav(Bits::Sixteen), 48_000).unwrap();
        let frames: Vec<Frame> = (0..48_000).map(|i| [level(i); 2]).collect();
        encoder.write(&frames).unwrap();
        let cut = encoder.cut();
        encoder.finish().unwrap();
        let mut file = hound::WavReader::open(&path).unwrap();
        let samples = file.samples::<i32>().step_by(2);
        (samples.map(|x| f64::from(x.unwrap())).collect(), cut)
    }

    #[test]
    fn what_is_smaller_than_a_step_is_still_there() {
        // A third of a step, which rounding alone would make nothing.
        let steps = |i: u32| (f64::from(i) * 0.01).sin() / 3.0;
        let (got, cut) = written(|i| (steps(i) / 32_768.0) as f32);
        let together: f64 = got
            .iter()
            .enumerate()
            .map(|(i, x)| x * steps(i as u32))
            .sum();
        let power: f64 = (0..48_000).map(|i| steps(i).powi(2)).sum();
        assert!((together / power - 1.0).abs() < 0.1, "{}", together / power);
        // The error has a quarter of a step squared whatever the sound: the
        // dither's two twelfths and the rounding's one.
        let error = got
            .iter()
            .enumerate()
            .map(|(i, x)| (x - steps(i as u32)).powi(2));
        let error = error.sum::<f64>() / 48_000.0;
        assert!((error - 0.25).abs() < 0.01, "{error}");
        assert_eq!(cut, 0);
    }

    #[test]
    fn whole_numbers_stay_as_they_are_and_what_is_cut_is_counted() {
        let (got, cut) = written(|i| (i % 60_000) as f32 / 32_768.0 - 0.3);
        assert!(cut > 0 && got.contains(&32_767.0));
        let (got, cut) = written(|i| (f64::from(i % 65_535) - 32_767.0) as f32 / 32_768.0);
        assert_eq!(cut, 0);
        assert!(
            got.iter()
                .enumerate()
                .all(|(i, x)| *x == i as f64 - 32_767.0)
        );
    }
}
