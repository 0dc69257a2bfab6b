//! A container's time stamps and places in the music.

use symphonia::core::errors::Error;
use symphonia::core::formats::Track;
use symphonia::core::units::TimeBase;

/// From a container's time stamps to places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub base: TimeBase,
    pub rate: u32,
    /// Frames between time stamp 0 and the first frame of music.
    pub origin: i64,
    /// Time stamp of the first packet.
    pub first: i64,
}

impl Clock {
    /// The clock of a track of `rate` frames a second.
    pub(crate) fn of(track: &Track, rate: u32) -> Result<Self, Error> {
        let base = track.time_base.or_else(|| TimeBase::try_from_recip(rate));
        Ok(Self {
            base: base.ok_or(Error::Unsupported("time base unknown"))?,
            rate,
            origin: 0,
            first: 0,
        })
    }

    pub(crate) fn place(self, stamp: i64) -> i64 {
        let per = i128::from(self.base.denom.get());
        let frames = i128::from(stamp) * i128::from(self.base.numer.get()) * i128::from(self.rate);
        let frames = (frames + per / 2).div_euclid(per);
        i64::try_from(frames)
            .unwrap_or(i64::MAX)
            .saturating_sub(self.origin)
    }

    pub(crate) fn stamp(self, place: i64) -> i64 {
        let per = i128::from(self.base.numer.get()) * i128::from(self.rate);
        let place = i128::from(place) + i128::from(self.origin);
        let stamp = (place * i128::from(self.base.denom.get())).div_euclid(per);
        i64::try_from(stamp).unwrap_or(i64::MAX)
    }

    /// Frames that a time stamp may be off. A clock coarser than the sample
    /// rate rounds the stamp, its cluster's and the codec's delay, and writers
    /// count the first block of Vorbis, which gives nothing; so counting frames
    /// is trusted there until a tenth of a second is missing.
    pub(crate) fn slack(self) -> i64 {
        let tick = u64::from(self.base.numer.get()) * u64::from(self.rate);
        let denom = u64::from(self.base.denom.get());
        if denom.is_multiple_of(tick) {
            0
        } else {
            i64::from(self.rate / 10)
        }
    }
}
