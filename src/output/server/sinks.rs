//! What a sound server has to play to.

use std::time::Duration;

use pulse::Command;
use pulseaudio::protocol as pulse;

use super::line::Line;

/// What a sound server has to play to.
pub(in crate::output) struct Sinks {
    /// "PulseAudio", or "PipeWire" where that answers in its place.
    pub server: &'static str,
    /// Name of the sink that plays when none is named.
    pub default: String,
    pub all: Vec<Sink>,
}

/// One of them.
pub(in crate::output) struct Sink {
    pub name: String,
    pub description: String,
    pub rate: u32,
}

impl Sinks {
    /// Asks the server, where one answers. Each answer is waited for as long
    /// as `patience`.
    pub(in crate::output) fn ask(patience: Duration) -> Option<Self> {
        let mut line = Line::open(patience).ok()?;
        let info: pulse::ServerInfo = line.ask(&Command::GetServerInfo).ok()?;
        let sinks: pulse::SinkInfoList = line.ask(&Command::GetSinkInfoList).ok()?;
        let text = |bytes: &std::ffi::CStr| bytes.to_string_lossy().into_owned();
        let all = sinks
            .iter()
            .map(|sink| Sink {
                name: text(&sink.name),
                description: text(sink.description.as_deref().unwrap_or(&sink.name)),
                rate: sink.sample_spec.sample_rate,
            })
            .collect();
        let server = info.server_name.as_deref().map(text).unwrap_or_default();
        let named = line.sink().and_then(|sink| sink.to_str().ok());
        let default = info.default_sink_name.as_deref().map(text);
        Some(Self {
            server: if server.contains("PipeWire") {
                "PipeWire"
            } else {
                "PulseAudio"
            },
            default: named.map(str::to_owned).or(default).unwrap_or_default(),
            all,
        })
    }
}
