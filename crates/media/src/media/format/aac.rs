//! Whether AAC carries more than its core: SBR (HE-AAC) and parametric stereo,
//! which no decoder here reads.

/// The highest rate of a core below SBR that is not told of.
pub(crate) const FASTEST_CORE: u32 = 24_000;

/// Blocks that tell whether there is SBR in them.
pub(crate) const ENOUGH: usize = 64;

/// What is above the AAC core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Above {
    /// Spectral band replication: the sound is at twice the core's rate.
    pub sbr: bool,
    /// No AAC-LC at all below it (Main, SSR, LTP, ER, USAC …).
    pub other: bool,
    /// The core's rate where told.
    pub core_rate: u32,
    /// A configuration of the core alone, where that in the file is of more.
    pub core: Option<[u8; 2]>,
}

/// Sample rates by their index (ISO/IEC 14496-3, table 1.16).
const RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

struct Bits<'a>(&'a [u8], usize);

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let value = peek(self.0, self.1, count)?;
        self.1 += count;
        Some(value)
    }

    /// An audio object type (1.6.2.1).
    fn object(&mut self) -> Option<u32> {
        match self.take(5)? {
            31 => Some(32 + self.take(6)?),
            kind => Some(kind),
        }
    }

    fn rate(&mut self) -> Option<u32> {
        match self.take(4)? {
            15 => self.take(24),
            index => RATES.get(index as usize).copied(),
        }
    }
}

fn peek(data: &[u8], at: usize, count: usize) -> Option<u32> {
    let end = at.checked_add(count).filter(|end| *end <= data.len() * 8)?;
    Some((at..end).fold(0, |value, bit| {
        value << 1 | u32::from(data[bit / 8] >> (7 - bit % 8) & 1)
    }))
}

/// Reads an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): object types 5 and
/// 29 in front, or the extension with the sync word 0x2b7 behind.
pub(crate) fn config(bytes: &[u8]) -> Option<Above> {
    let mut bits = Bits(bytes, 0);
    let mut above = Above::default();
    let mut kind = bits.object()?;
    above.core_rate = bits.rate()?;
    let channels = bits.take(4)?;
    if kind == 5 || kind == 29 {
        above.sbr = true;
        bits.rate()?;
        kind = bits.object()?;
        above.other = kind != 2;
        let index = RATES.iter().position(|rate| *rate == above.core_rate)?;
        let core = 2 << 11 | (index as u16) << 7 | (channels as u16) << 3;
        above.core = Some(core.to_be_bytes());
        return Some(above);
    }
    above.other = kind != 2;
    // GASpecificConfig of AAC-LC; a program_config_element makes it longer,
    // so then the sync word is looked for wherever it is.
    if kind == 2 {
        bits.take(1)?;
        if bits.take(1)? == 1 {
            bits.take(14)?;
        }
        bits.take(1)?;
    }
    let places = if channels == 0 || kind != 2 {
        bits.1..bytes.len() * 8
    } else {
        bits.1..bits.1 + 1
    };
    for at in places {
        if peek(bytes, at, 11) != Some(0x2b7) {
            continue;
        }
        let mut bits = Bits(bytes, at + 11);
        above.sbr = bits.object() == Some(5) && bits.take(1) == Some(1);
        break;
    }
    Some(above)
}

/// Whether a raw_data_block ends with fill elements one of which holds SBR
/// data. Read from its end, as the elements before would have to be decoded to
/// pass them: `END` is 111 and then up to seven bits; a fill element is 110,
/// its length, and so many bytes, of which the first four bits name the kind.
/// A chance match comes in about one of thirty frames.
fn ends_with_sbr(block: &[u8]) -> bool {
    // Writers may leave bytes of zeros behind.
    let Some(last) = block.iter().rposition(|byte| *byte != 0) else {
        return false;
    };
    let whole = 8 * (last + 1);
    // What stands in the bits to the byte's end is not always zero.
    (3..=10)
        .filter_map(|back| whole.checked_sub(back))
        .any(|end| peek(block, end, 3) == Some(7) && fills(block, end, 2))
}

/// Whether a fill element with SBR ends at bit `end`, up to `depth` of others
/// between.
fn fills(block: &[u8], end: usize, depth: u32) -> bool {
    let starts = (1..=269usize).filter_map(|count| {
        let head = if count < 15 { 7 } else { 15 };
        let start = end.checked_sub(8 * count + head)?;
        let matches = peek(block, start, 3)? == 6
            && if count < 15 {
                peek(block, start + 3, 4)? as usize == count
            } else {
                peek(block, start + 3, 12)? as usize == 15 << 8 | (count - 14)
            };
        matches.then_some((start, peek(block, start + head, 4)?))
    });
    let mut plain = Vec::new();
    for (start, kind) in starts {
        match kind {
            13 | 14 => return true,
            // Zeros to fill up, or dynamic range.
            0 | 1 | 11 => plain.push(start),
            _ => {}
        }
    }
    depth > 0
        && plain
            .into_iter()
            .any(|start| fills(block, start, depth - 1))
}

/// Whether a quarter of these raw_data_blocks carry SBR, as far as their ends
/// tell; the first 64 will do.
pub(crate) fn has_sbr<'a>(blocks: impl IntoIterator<Item = &'a [u8]>) -> bool {
    let (mut all, mut with) = (0, 0);
    for block in blocks {
        // A block of silence may be nothing but zeros.
        all += u32::from(block.len() > 8);
        with += u32::from(block.len() > 8 && ends_with_sbr(block));
    }
    with >= 4 && with * 4 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_of_every_signalling_are_told_apart() {
        for (bytes, sbr, core_rate) in [
            (&[0x12, 0x10][..], false, 44_100),
            (&[0x13, 0x90], false, 22_050),
            // Behind, as old decoders leave it alone: SBR, parametric stereo
            // after it, and a word that says that there is none.
            (&[0x13, 0x90, 0x56, 0xe5, 0xa0], true, 22_050),
            (&[0x13, 0x88, 0x56, 0xe5, 0xa5, 0x48, 0x80], true, 22_050),
            (&[0x12, 0x10, 0x56, 0xe5, 0x00], false, 44_100),
            // In front: object types 5 and 29.
            (&[0x2b, 0x92, 0x08, 0x00], true, 22_050),
            (&[0xeb, 0x8a, 0x08, 0x00], true, 22_050),
        ] {
            let above = config(bytes).unwrap();
            assert_eq!((above.sbr, above.other), (sbr, false), "{bytes:x?}");
            assert_eq!(above.core_rate, core_rate, "{bytes:x?}");
            if let Some(core) = above.core {
                let core = config(&core).unwrap();
                assert_eq!((core.sbr, core.core_rate), (false, core_rate));
            }
        }
        // USAC.
        assert!(config(&[0xf9, 0x46, 0x40]).unwrap().other);
    }
}
