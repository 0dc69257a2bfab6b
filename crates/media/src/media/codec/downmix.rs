//! Any number of channels to two.

use symphonia::core::audio::{Channels, Position};

use crate::Frame;

/// 3 dB down, the weight of centre and surrounds in ITU-R BS.775-3, table 2.
const DOWN: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Where a channel's loudspeaker stands, as far as two channels care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Left,
    Right,
    Centre,
    SurroundLeft,
    SurroundRight,
    RearCentre,
    /// Low-frequency effects are not part of a downmix.
    Silent,
}

impl Place {
    /// Places for channels that come without any: as WAV has them, which most
    /// writers of other formats keep to as well.
    pub(crate) fn unknown(channels: usize) -> Vec<Self> {
        use Place::{Centre, Left, RearCentre, Right, Silent, SurroundLeft, SurroundRight};
        let front = [Left, Right, Centre, Silent];
        let back = [SurroundLeft, SurroundRight];
        match channels {
            1 => vec![Centre],
            2 | 3 => front[..channels].to_vec(),
            4 => [&front[..2], &back].concat(),
            5 => [&front[..3], &back].concat(),
            6 => [&front[..], &back].concat(),
            7 => [&front[..], &[RearCentre], &back].concat(),
            8 => [&front[..], &back, &back].concat(),
            _ => back.into_iter().cycle().take(channels).collect(),
        }
    }

    /// Places of symphonia's channels, in its canonical order.
    pub(crate) fn of(channels: &Channels) -> Vec<Self> {
        let Channels::Positioned(positions) = channels else {
            return Self::unknown(channels.count());
        };
        positions.iter().map(Self::at).collect()
    }

    fn at(position: Position) -> Self {
        match position {
            Position::FRONT_LEFT | Position::FRONT_LEFT_CENTER | Position::FRONT_LEFT_WIDE => {
                Self::Left
            }
            Position::FRONT_RIGHT | Position::FRONT_RIGHT_CENTER | Position::FRONT_RIGHT_WIDE => {
                Self::Right
            }
            Position::FRONT_CENTER | Position::TOP_FRONT_CENTER => Self::Centre,
            Position::LFE1 | Position::LFE2 => Self::Silent,
            Position::REAR_CENTER | Position::TOP_CENTER | Position::TOP_REAR_CENTER => {
                Self::RearCentre
            }
            Position::REAR_RIGHT
            | Position::SIDE_RIGHT
            | Position::TOP_FRONT_RIGHT
            | Position::TOP_REAR_RIGHT
            | Position::TOP_SIDE_RIGHT => Self::SurroundRight,
            _ => Self::SurroundLeft,
        }
    }

    fn weights(self) -> [f32; 2] {
        match self {
            Self::Left => [1.0, 0.0],
            Self::Right => [0.0, 1.0],
            Self::Centre => [DOWN, DOWN],
            Self::SurroundLeft => [DOWN, 0.0],
            Self::SurroundRight => [0.0, DOWN],
            Self::RearCentre => [0.5, 0.5],
            Self::Silent => [0.0, 0.0],
        }
    }
}

/// Folds interleaved samples to stereo.
pub(crate) struct Fold {
    weights: Vec<[f32; 2]>,
}

impl Fold {
    /// A fold for channels at these places, at least one.
    pub(crate) fn new(places: &[Place]) -> Self {
        let weights = match places {
            [] | [_] => vec![[1.0, 1.0]],
            // Two channels are left and right whatever they are called.
            [_, _] => vec![[1.0, 0.0], [0.0, 1.0]],
            _ => places.iter().map(|place| place.weights()).collect(),
        };
        Self { weights }
    }

    /// Puts the frames of `interleaved` in place of what is in `out`.
    pub(crate) fn fold(&self, interleaved: &[f32], out: &mut Vec<Frame>) {
        out.clear();
        match self.weights.len() {
            1 => out.extend(interleaved.iter().map(|&sample| [sample, sample])),
            2 => out.extend(interleaved.as_chunks::<2>().0),
            channels => out.extend(interleaved.chunks_exact(channels).map(|frame| {
                let mut sum = [0.0; 2];
                for (sample, weight) in frame.iter().zip(&self.weights) {
                    sum[0] += sample * weight[0];
                    sum[1] += sample * weight[1];
                }
                sum
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_one_is_folded_by_bs_775() {
        use Place::{Centre, Left, Right, Silent, SurroundLeft, SurroundRight};
        let fold = Fold::new(&[Left, Right, Centre, Silent, SurroundLeft, SurroundRight]);
        let mut out = Vec::new();
        fold.fold(&[0.1, 0.2, 0.4, 0.9, 0.01, 0.02], &mut out);
        assert!((out[0][0] - (0.1 + DOWN * 0.41)).abs() < 1e-4);
        assert!((out[0][1] - (0.2 + DOWN * 0.42)).abs() < 1e-4);
    }

    #[test]
    fn one_channel_is_on_both_sides_at_full_level() {
        let mut out = Vec::new();
        Fold::new(&[Place::Centre]).fold(&[0.5, -0.25], &mut out);
        assert_eq!(out, [[0.5, 0.5], [-0.25, -0.25]]);
    }
}
