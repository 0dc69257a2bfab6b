//! What may be wrong with a recording that plays.

use serde::Serialize;

/// One thing wrong with a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Complaint {
    /// `truncated`, `damaged`, `clipped`, `left-out`, `core-only` or `extension`.
    pub kind: &'static str,
    /// What is wrong, in words.
    pub what: String,
    /// What to do about it.
    pub advice: String,
}

impl Complaint {
    /// Of a file whose end is missing.
    pub(crate) fn truncated(what: &str) -> Self {
        Self {
            kind: "truncated",
            what: what.to_owned(),
            advice: "copy or download it again, unless it was recorded off a stream".to_owned(),
        }
    }
}
