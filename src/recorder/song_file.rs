//! A song's file, given up where its disk does not answer.

use std::path::Path;
use std::time::Duration;

use super::reader::Reader;
use afterdark_media::media::Decoder;
use afterdark_tape::Frame;

/// So long is a disk waited for, which may have to spin up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads files for a recorder, which goes on whatever becomes of them.
pub(super) struct SongFiles(Reader);

impl SongFiles {
    pub(super) fn new() -> Self {
        Self(Reader::new(PATIENCE))
    }

    /// Opens a song's file.
    ///
    /// # Errors
    /// With the reason why it cannot be.
    pub(super) fn open(&mut self, path: &Path) -> Result<SongFile, String> {
        let path = path.to_owned();
        let opened = self.0.read(move || Decoder::open(&path));
        let decoder = opened.ok_or_else(no_answer)?;
        let decoder = decoder.map_err(|error| error.why.to_string())?;
        Ok(SongFile {
            sample_rate: decoder.info().sample_rate,
            open: Some((Box::new(decoder), Vec::new())),
            next: 0,
        })
    }

    /// Fills `out` from `frame` of the file on and tells how many frames came;
    /// fewer at the end alone.
    ///
    /// # Errors
    /// With the reason why nothing came, and nothing will from then on.
    pub(super) fn read(
        &mut self,
        file: &mut SongFile,
        frame: u64,
        out: &mut [Frame],
    ) -> Result<usize, String> {
        let Some((mut decoder, mut buffer)) = file.open.take() else {
            return Ok(0);
        };
        buffer.resize(out.len(), [0.0; 2]);
        let moved = file.next != frame;
        let done = self.0.read(move || {
            let ready = if moved { decoder.seek(frame) } else { Ok(()) };
            let came = ready.and_then(|()| decoder.read(&mut buffer));
            (came, decoder, buffer)
        });
        let (came, decoder, buffer) = done.ok_or_else(no_answer)?;
        let came = came.map_err(|error| error.why.to_string())?;
        out[..came].copy_from_slice(&buffer[..came]);
        file.next = frame + came as u64;
        file.open = Some((decoder, buffer));
        Ok(came)
    }
}

fn no_answer() -> String {
    let waited = PATIENCE.as_secs();
    format!("its disk did not answer for {waited} s; see whether it is still there")
}

/// A file open for reading at any frame.
pub(super) struct SongFile {
    pub(super) sample_rate: u32,
    /// Its decoder and what that fills; `None` once it has failed.
    open: Option<(Box<Decoder>, Vec<Frame>)>,
    /// The decoder's next frame.
    next: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_that_does_not_answer_is_given_up_and_the_next_one_plays() {
        let folder = tempfile::tempdir().unwrap();
        let [hung, good] = ["hung.wav", "good.wav"].map(|name| folder.path().join(name));
        // Whoever opens a pipe that nobody writes to waits for ever.
        let made = std::process::Command::new("mkfifo").arg(&hung).status();
        assert!(made.unwrap().success());
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 44_100,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(&good, spec).unwrap();
        (0..100i16).for_each(|n| wav.write_sample(n).unwrap());
        wav.finalize().unwrap();

        let mut files = SongFiles(Reader::new(Duration::from_millis(50)));
        let why = files.open(&hung).err().unwrap();
        assert!(why.contains("did not answer"), "{why}");
        let mut files = SongFiles(Reader::new(Duration::from_secs(60)));
        let mut file = files.open(&good).unwrap();
        let mut out = [[0.0; 2]; 8];
        for frame in [90, 10] {
            assert_eq!(files.read(&mut file, frame, &mut out), Ok(8));
            assert_eq!(out[7], [(frame + 7) as f32 / 32_768.0; 2]);
        }
        assert_eq!(files.read(&mut file, 95, &mut out), Ok(5));
    }
}
