//! What a pencil leaves on a tape.

use serde::{Deserialize, Serialize};

/// Pencil marks on a tape: seconds from each side's physical start, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// Of side A and B.
    pub sides: [Vec<f64>; 2],
}
