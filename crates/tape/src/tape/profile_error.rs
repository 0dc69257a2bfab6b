//! What is wrong with a profile that someone wrote.

/// Why a profile cannot be used, in words for its writer: the line, and what
/// is wrong there.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct ProfileError(pub String);

impl ProfileError {
    /// An error where a figure is out of its range, or not a number.
    pub(super) fn unless_within(what: &str, value: f64, low: f64, high: f64) -> Result<(), Self> {
        if (low..=high).contains(&value) {
            Ok(())
        } else {
            Err(Self(format!(
                "{what} is {value}, not within {low} to {high}"
            )))
        }
    }

    /// Of a text that is no such TOML.
    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().replace('\n', " ");
        let line = error.span().and_then(|span| text.get(..span.start));
        Self(match line {
            Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
            None => message,
        })
    }

    /// Points at the line of `text` that gives the figure which the error
    /// begins with, `key` or `section.key`.
    pub(super) fn with_line(self, text: &str) -> Self {
        let what = self.0.split(' ').next().unwrap_or_default();
        let key = what.rsplit('.').next().unwrap_or(what);
        let gives = |line: &str| {
            let rest = line.trim_start().strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        match text.lines().position(gives) {
            Some(line) => Self(format!("line {}: {}", line + 1, self.0)),
            None => self,
        }
    }
}
