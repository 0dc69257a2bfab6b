//! The other end: a program that asks another.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::place::programs;

/// An answer is waited for so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why nothing can be asked.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// There is no program.
    #[error("afterdark is not running")]
    NotRunning,
    /// There is none of this number.
    #[error("no afterdark with the process number {0} is running")]
    NoSuch(u32),
    /// It does not answer.
    #[error("afterdark does not answer: {0}")]
    Silent(#[from] io::Error),
    /// It will not.
    #[error("{0}")]
    Refused(String),
}

/// A line to a running program.
pub struct Call(BufReader<UnixStream>);

impl Call {
    /// To the program with this number, or the one that was started last.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(number: Option<u32>) -> Result<Self, CallError> {
        let mut programs = programs().into_iter();
        let found = match number {
            Some(number) => programs
                .find(|(n, _)| *n == number)
                .ok_or(CallError::NoSuch(number))?,
            None => programs.next().ok_or(CallError::NotRunning)?,
        };
        let socket = UnixStream::connect(found.1)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(BufReader::new(socket)))
    }

    /// Has an action carried out, in the words of the action table.
    ///
    /// # Errors
    /// When it is none, or cannot be carried out.
    pub fn act(&mut self, words: &str) -> Result<(), CallError> {
        self.ask(&json!({ "do": words })).map(drop)
    }

    /// What the answer says to `status`, `tape` or `events`, a line of JSON.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn look(&mut self, what: &str) -> Result<String, CallError> {
        self.ask(&json!({ "ask": what }))
    }

    /// The next line of the events; `None` when the program has ended.
    ///
    /// # Errors
    /// When the line breaks.
    pub fn next_event(&mut self) -> Result<Option<String>, CallError> {
        self.0.get_ref().set_read_timeout(None)?;
        let mut line = String::new();
        let read = self.0.read_line(&mut line)?;
        Ok((read > 0).then(|| line.trim_end().to_owned()))
    }

    fn ask(&mut self, question: &Value) -> Result<String, CallError> {
        self.0
            .get_mut()
            .write_all(format!("{question}\n").as_bytes())?;
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let answer: Value = serde_json::from_str(&line).map_err(io::Error::from)?;
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => Err(CallError::Refused(error.to_owned())),
            None => Ok(line.trim_end().to_owned()),
        }
    }
}
