//! Randomness that repeats: a stream for what runs with the machine, and a
//! hash for what stays at its place on the tape.

/// Eight independent xorshift streams side by side, white and uniform; made
/// so that a block of noise costs a few vector instructions.
#[derive(Clone, Debug)]
pub struct NoiseStream {
    lanes: [u32; 8],
    spare: [f32; 8],
    left: usize,
}

impl NoiseStream {
    pub fn new(seed: u64) -> Self {
        let mut lanes = [0; 8];
        for (i, lane) in lanes.iter_mut().enumerate() {
            // A xorshift must not start from nought.
            *lane = (hash(seed, i as u64) >> 32) as u32 | 1;
        }
        Self {
            lanes,
            spare: [0.0; 8],
            left: 0,
        }
    }

    /// Fills `out` with white noise, uniform in ±1 (variance 1/3).
    pub fn fill(&mut self, out: &mut [f32]) {
        let mut out = out.iter_mut();
        loop {
            while self.left > 0 {
                let Some(slot) = out.next() else { return };
                self.left -= 1;
                *slot = self.spare[7 - self.left];
            }
            if out.len() == 0 {
                return;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        for (lane, value) in self.lanes.iter_mut().zip(&mut self.spare) {
            let mut x = *lane;
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            *lane = x;
            *value = (x as i32) as f32 * (1.0 / 2_147_483_648.0);
        }
        self.left = 8;
    }
}

/// White noise: a stream that runs with the machine, or one that stays at its place
/// on a tape.
#[derive(Clone, Debug)]
pub struct Hiss {
    seed: u64,
    stream: NoiseStream,
    /// The next value's place, where it has one.
    place: Option<u64>,
    cell: (u64, [f32; Self::CELL as usize]),
}

impl Hiss {
    /// Values that are made together.
    const CELL: u64 = 128;

    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            stream: NoiseStream::new(seed),
            place: None,
            cell: (u64::MAX, [0.0; Self::CELL as usize]),
        }
    }

    /// From here on it is that of a place, from this value on.
    pub fn locate(&mut self, place: u64) {
        self.place = Some(place);
    }

    /// Fills `out` as [`NoiseStream::fill`] does.
    pub fn fill(&mut self, out: &mut [f32]) {
        let Some(place) = &mut self.place else {
            self.stream.fill(out);
            return;
        };
        for slot in out {
            let cell = *place / Self::CELL;
            if self.cell.0 != cell {
                self.cell.0 = cell;
                NoiseStream::new(hash(self.seed, cell)).fill(&mut self.cell.1);
            }
            *slot = self.cell.1[(*place % Self::CELL) as usize];
            *place += 1;
        }
    }
}

/// A well-mixed number from two (the finalizer of SplitMix64).
pub fn hash(seed: u64, index: u64) -> u64 {
    let mut z = seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// [`hash`] as a number in 0.0..1.0.
pub fn uniform(seed: u64, index: u64) -> f64 {
    (hash(seed, index) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}
