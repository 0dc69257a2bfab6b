//! The one place that touches libopus' pointers.
//!
//! `unsafe-libopus` is libopus 1.3.1 turned from C to Rust with C's interface.
//! What it wants: a live state, a mapping of `channels` bytes, a packet of the
//! length told, and room for the frames told. This file holds all four by
//! construction.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use unsafe_libopus::{
    OPUS_OK, OpusMSDecoder, opus_multistream_decode_float, opus_multistream_decoder_create,
    opus_multistream_decoder_destroy,
};

/// A multistream decoder at 48 kHz.
pub(crate) struct Streams {
    state: NonNull<OpusMSDecoder>,
    channels: usize,
}

// SAFETY: the state is one heap block without thread-bound parts or globals
// that change; it is reached only through `&mut self`.
unsafe impl Send for Streams {}
// SAFETY: no method takes `&self`.
unsafe impl Sync for Streams {}

impl Streams {
    /// A fresh decoder, or `None` for a mapping that cannot be.
    pub(crate) fn new(channels: u8, streams: u8, coupled: u8, mapping: &[u8]) -> Option<Self> {
        if mapping.len() != usize::from(channels) {
            return None;
        }
        let mut error = 0;
        // SAFETY: `mapping` has `channels` bytes, checked above, and is only
        // read during the call; `error` outlives it.
        let state = unsafe {
            opus_multistream_decoder_create(
                48_000,
                i32::from(channels),
                i32::from(streams),
                i32::from(coupled),
                mapping.as_ptr(),
                &raw mut error,
            )
        };
        let state = NonNull::new(state).filter(|_| error == OPUS_OK)?;
        Some(Self {
            state,
            channels: usize::from(channels),
        })
    }

    /// Decodes `packet` to interleaved samples and returns the frames that
    /// came, or `None` where the packet is damaged or longer than `out` holds.
    pub(crate) fn decode(&mut self, packet: &[u8], out: &mut [f32]) -> Option<usize> {
        let room = i32::try_from(out.len() / self.channels).ok()?;
        let length = i32::try_from(packet.len())
            .ok()
            .filter(|length| *length > 0)?;
        // SAFETY: the state is live until drop; `packet` has `length` readable
        // bytes; `out` has `room * channels` writable samples.
        let frames = unsafe {
            opus_multistream_decode_float(
                self.state.as_ptr(),
                packet.as_ptr(),
                length,
                out.as_mut_ptr(),
                room,
                0,
            )
        };
        usize::try_from(frames).ok().filter(|frames| *frames > 0)
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        // SAFETY: made by `create`, destroyed once.
        unsafe { opus_multistream_decoder_destroy(self.state.as_ptr()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Streams;

    #[test]
    fn damaged_packets_and_mappings_are_refused_without_harm() {
        assert!(Streams::new(2, 1, 1, &[0]).is_none());
        assert!(Streams::new(2, 1, 2, &[0, 1]).is_none());
        assert!(Streams::new(2, 1, 1, &[0, 9]).is_none());
        let mut streams = Streams::new(2, 1, 1, &[0, 1]).unwrap();
        let mut out = vec![0.0; 2 * 5_760];
        assert_eq!(streams.decode(&[], &mut out), None);
        let mut seed = 1u32;
        for length in 1..2_000usize {
            let packet: Vec<u8> = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24) as u8
                })
                .collect();
            if let Some(frames) = streams.decode(&packet, &mut out) {
                assert!(frames <= 5_760);
            }
        }
        // A CELT packet of 20 ms that says nothing is 20 ms of near silence,
        // and does not fit where there is room for 10.
        let mut streams = Streams::new(2, 1, 1, &[0, 1]).unwrap();
        assert_eq!(streams.decode(&[0xfc, 0xff, 0xfe], &mut out), Some(960));
        assert_eq!(streams.decode(&[0xfc, 0xff, 0xfe], &mut out[..960]), None);
    }
}
