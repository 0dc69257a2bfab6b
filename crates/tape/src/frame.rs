//! What sound is made of.

/// One instant of stereo sound, left and right. Programme samples are in
/// units of digital full scale; what is on the tape is in units of the
/// reference flux of 200 nWb/m.
pub type Frame = [f32; 2];
