//! Which sound devices there are, and which one is meant.

use super::server::{Sink, Sinks};
use super::stderr::hush_alsa;
use afterdark_media::text::clean;
use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, Host};
use std::time::Duration;

/// What ids of a sound server's devices begin with, whichever server it is.
pub(super) const SERVER_PREFIX: &str = "pulseaudio:";

/// A hung server may delay whoever asks for its devices for so long.
const SERVER_PATIENCE: Duration = Duration::from_secs(1);

/// A device that sound can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// What `--device` takes to mean exactly this one, such as `alsa:default`.
    pub id: String,
    /// The name people know, such as "Built-in Audio Analog Stereo".
    pub name: String,
    /// The way to it: "PulseAudio", "PipeWire" or "ALSA".
    pub host: String,
    /// Is it the one that plays when none is named?
    pub default: bool,
    /// Does it belong to a sound server (PulseAudio, PipeWire)?
    pub server: bool,
}

/// No device answers to the name that was asked for.
#[derive(Debug, thiserror::Error)]
#[error("there is no sound device \"{0}\": `afterdark devices` lists those there are")]
pub struct UnknownDevice(String);

/// What a stream is opened on.
#[derive(Clone)]
pub(super) enum Target {
    /// The sink of this name at the sound server; without one, that which the
    /// server chooses.
    Server(Option<String>),
    Device(Device),
}

/// A device found, and what is known of it without opening it.
pub(super) struct Found {
    pub target: Target,
    pub info: DeviceInfo,
    /// Its own rate, where a sound server tells it.
    pub rate: Option<u32>,
}

/// The ways to the devices. cpal's host is kept.
#[derive(Default)]
pub(super) struct Hosts {
    host: Option<Host>,
}

impl Hosts {
    /// The devices to try where none was named, best first: the one that the
    /// sound server chooses, then the system's default. Where a server answers
    /// that has no device, there is none: the system's default leads to the same
    /// server or to the card that it is about to take. `server_only` leaves the
    /// system's out.
    pub(super) fn defaults(&mut self, server_only: bool) -> Vec<Found> {
        let mut found = Vec::new();
        let mut server_rate = None;
        if let Some(sinks) = Sinks::ask(SERVER_PATIENCE) {
            let default = sinks.all.iter().find(|sink| sink.name == sinks.default);
            let Some(sink) = default.or(sinks.all.first()) else {
                return Vec::new();
            };
            let found_there = Found::at_server(&sinks, sink, None);
            if is_placeholder(&found_there.info) {
                return Vec::new();
            }
            server_rate = found_there.rate;
            found.push(found_there);
        }
        hush_alsa();
        if !server_only && let Some(device) = self.host().default_output_device() {
            let mut device = Found::at_host(device, true);
            device.adopt_rate(server_rate);
            found.push(device);
        }
        found
    }

    /// The devices meant by `name`: those with exactly this id, else those in
    /// whose name or id it occurs, whatever the case.
    pub(super) fn named(&mut self, name: &str) -> Result<Vec<Found>, UnknownDevice> {
        let all = self.all();
        let server_rate = all.iter().find(|f| f.info.server && f.info.default);
        let server_rate = server_rate.and_then(|server| server.rate);
        let exact = |f: &Found| {
            f.info.id == name || f.info.id.split_once(':').is_some_and(|(_, id)| id == name)
        };
        let wanted = name.to_lowercase();
        let part = |f: &Found| {
            is_worth_listing(&f.info)
                && (f.info.name.to_lowercase().contains(&wanted)
                    || f.info.id.to_lowercase().contains(&wanted))
        };
        let (mut found, others): (Vec<_>, Vec<_>) = all.into_iter().partition(exact);
        if found.is_empty() {
            found = others.into_iter().filter(part).collect();
        }
        if found.is_empty() {
            return Err(UnknownDevice(clean(name)));
        }
        for device in &mut found {
            device.adopt_rate(server_rate);
        }
        Ok(found)
    }

    fn all(&mut self) -> Vec<Found> {
        let mut found = Vec::new();
        if let Some(sinks) = Sinks::ask(SERVER_PATIENCE) {
            let named = |sink: &Sink| Found::at_server(&sinks, sink, Some(sink.name.clone()));
            found.extend(sinks.all.iter().map(named));
        }
        hush_alsa();
        let host = self.host();
        let default = host.default_output_device().and_then(|d| d.id().ok());
        let devices: Vec<Device> = host.output_devices().into_iter().flatten().collect();
        for device in devices {
            let is_default = default.is_some() && device.id().ok() == default;
            found.push(Found::at_host(device, is_default));
        }
        found
    }

    fn host(&mut self) -> &Host {
        self.host.get_or_insert_with(cpal::default_host)
    }
}

/// What the sound server knows of the sink of this name; `None` where it has
/// none such, or does not answer.
pub(super) fn sink(name: &str) -> Option<DeviceInfo> {
    let sinks = Sinks::ask(SERVER_PATIENCE)?;
    let sink = sinks.all.iter().find(|sink| sink.name == name)?;
    Some(Found::at_server(&sinks, sink, None).info)
}

/// Is it what a server invents when it has no device at all?
pub(super) fn is_placeholder(info: &DeviceInfo) -> bool {
    info.server && info.id.ends_with(":auto_null")
}

impl Found {
    fn at_server(sinks: &Sinks, sink: &Sink, named: Option<String>) -> Self {
        Self {
            target: Target::Server(named),
            info: DeviceInfo {
                id: clean(&format!("{SERVER_PREFIX}{}", sink.name)),
                name: clean(&sink.description),
                host: sinks.server.to_owned(),
                default: sink.name == sinks.default,
                server: true,
            },
            rate: Some(sink.rate),
        }
    }

    fn at_host(device: Device, default: bool) -> Self {
        let id = device.id().map(|id| id.to_string()).unwrap_or_default();
        let name = device
            .description()
            .map_or_else(|_| id.clone(), |d| d.name().to_owned());
        let host = device.id().map_or("", |id| id.host().name());
        Self {
            info: DeviceInfo {
                id: clean(&id),
                name: clean(&name),
                host: host.to_owned(),
                default,
                server: false,
            },
            target: Target::Device(device),
            // Asking an ALSA device would open it: slow, and in the way of others.
            rate: None,
        }
    }

    /// ALSA's ways to a sound server take any rate and have the server convert
    /// it; the server's own needs no conversion.
    fn adopt_rate(&mut self, server_rate: Option<u32>) {
        let leads_to_a_server = matches!(
            self.info.id.as_str(),
            "alsa:default" | "alsa:pulse" | "alsa:pipewire"
        );
        if leads_to_a_server {
            self.rate = self.rate.or(server_rate);
        }
    }
}

/// All devices that sound can go to, those of a sound server first.
pub fn devices() -> Vec<DeviceInfo> {
    hush_alsa();
    let mut list: Vec<DeviceInfo> = Hosts::default().all().into_iter().map(|f| f.info).collect();
    list.retain(is_worth_listing);
    list
}

/// The device that `--device name` means.
///
/// # Errors
/// Where no device has this id, nor this text in its name.
pub fn find_device(name: &str) -> Result<DeviceInfo, UnknownDevice> {
    let mut found = Hosts::default().named(name)?;
    Ok(found.swap_remove(0).info)
}

/// ALSA also lists converters, effects and a device that swallows everything.
fn is_worth_listing(info: &DeviceInfo) -> bool {
    info.host != "ALSA"
        || info.id.contains("CARD=")
        || matches!(
            info.id.as_str(),
            "alsa:default" | "alsa:pulse" | "alsa:pipewire"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_tells_where_the_known_ones_are() {
        let error = find_device("no such\u{1b} device at all").unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no sound device \"no such device at all\": `afterdark devices` lists those there are"
        );
    }
}
