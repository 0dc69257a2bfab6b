//! Which sound devices there are, and which one is meant.

use super::stderr::hush_alsa;
use afterdark_media::text::clean;
use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, Host, HostId};

/// A device that sound can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// What `--device` takes to mean exactly this one, such as `alsa:default`.
    pub id: String,
    /// The name people know, such as "Built-in Audio Analog Stereo".
    pub name: String,
    /// The way to it: "PulseAudio" (PipeWire's too) or "ALSA".
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

/// A device found, and what is known of it without opening it.
pub(super) struct Found {
    pub device: Device,
    pub info: DeviceInfo,
    /// Its own rate, where a sound server tells it.
    pub rate: Option<u32>,
}

/// The ways to the devices. Connections are kept: each one made costs a thread
/// of its library's that ends only with the server.
#[derive(Default)]
pub(super) struct Hosts {
    open: Vec<(HostId, Host)>,
}

impl Hosts {
    /// The devices to try where none was named, best first: the sound server's
    /// default, then the system's. Where a server answers that has no device,
    /// there is none: the system's default leads to the same server or to the
    /// card that it is about to take. `server_only` leaves the system's out.
    pub(super) fn defaults(&mut self, server_only: bool) -> Vec<Found> {
        hush_alsa();
        let mut found = Vec::new();
        let mut server_rate = None;
        for id in cpal::available_hosts() {
            let Some(host) = self.host(id) else { continue };
            let device = host.default_output_device();
            if !is_server(id) {
                if !server_only && let Some(device) = device {
                    let mut device = Found::new(device, id, true);
                    device.adopt_rate(server_rate);
                    found.push(device);
                }
                continue;
            }
            match device.map(|device| Found::new(device, id, true)) {
                Some(device) if !device.is_placeholder() => {
                    server_rate = device.rate;
                    found.push(device);
                }
                Some(_) => return Vec::new(),
                // Either it has none, or it was restarted and the connection is
                // dead; a new connection will tell.
                None => {
                    self.forget(id);
                    if self.host(id).is_some() {
                        return Vec::new();
                    }
                }
            }
        }
        found
    }

    /// The sound server's default device, where there is a server: changes
    /// when the user chooses another.
    pub(super) fn server_default(&mut self) -> Option<Found> {
        let id = server()?;
        let device = self.host(id)?.default_output_device();
        if device.is_none() {
            self.forget(id);
        }
        Some(Found::new(device?, id, true))
    }

    /// Does the sound server (still) have this device?
    pub(super) fn has(&mut self, device_id: &str) -> bool {
        let devices = server()
            .and_then(|id| self.host(id))
            .and_then(|host| host.output_devices().ok());
        devices.is_some_and(|mut all| {
            all.any(|device| {
                device
                    .id()
                    .is_ok_and(|id| clean(&id.to_string()) == device_id)
            })
        })
    }

    /// The devices meant by `name`: those with exactly this id, else those in
    /// whose name or id it occurs, whatever the case.
    pub(super) fn named(&mut self, name: &str) -> Result<Vec<Found>, UnknownDevice> {
        hush_alsa();
        let all = self.all();
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
        if found.iter().any(Found::leads_to_a_server) {
            let rate = self.server_default().and_then(|server| server.rate);
            for device in &mut found {
                device.adopt_rate(rate);
            }
        }
        Ok(found)
    }

    fn all(&mut self) -> Vec<Found> {
        let mut found = Vec::new();
        for id in cpal::available_hosts() {
            let Some(host) = self.host(id) else { continue };
            let default = host.default_output_device().and_then(|d| d.id().ok());
            let Ok(devices) = host.output_devices() else {
                self.forget(id);
                continue;
            };
            let devices: Vec<Device> = devices.collect();
            for device in devices {
                let is_default = default.is_some() && device.id().ok() == default;
                found.push(Found::new(device, id, is_default));
            }
        }
        found
    }

    fn host(&mut self, id: HostId) -> Option<&Host> {
        if !self.open.iter().any(|(open, _)| *open == id) {
            self.open.push((id, cpal::host_from_id(id).ok()?));
        }
        self.open
            .iter()
            .find(|(open, _)| *open == id)
            .map(|(_, host)| host)
    }

    fn forget(&mut self, id: HostId) {
        self.open.retain(|(open, _)| *open != id);
    }
}

impl Found {
    fn new(device: Device, host: HostId, default: bool) -> Self {
        let id = device.id().map(|id| id.to_string()).unwrap_or_default();
        let name = device
            .description()
            .map_or_else(|_| id.clone(), |d| d.name().to_owned());
        // Asking an ALSA device would open it: slow, and in the way of others.
        let rate = is_server(host)
            .then(|| device.default_output_config().ok())
            .flatten()
            .map(|config| config.sample_rate());
        Self {
            device,
            info: DeviceInfo {
                id: clean(&id),
                name: clean(&name),
                host: host.name().to_owned(),
                default,
                server: is_server(host),
            },
            rate,
        }
    }
}

impl Found {
    /// ALSA's ways to a sound server take any rate and have the server convert
    /// it; the server's own needs no conversion.
    fn adopt_rate(&mut self, server_rate: Option<u32>) {
        if self.leads_to_a_server() {
            self.rate = self.rate.or(server_rate);
        }
    }

    /// Is it what a server invents when it has no device at all?
    pub(super) fn is_placeholder(&self) -> bool {
        self.info.server && self.info.id.ends_with(":auto_null")
    }

    fn leads_to_a_server(&self) -> bool {
        matches!(
            self.info.id.as_str(),
            "alsa:default" | "alsa:pulse" | "alsa:pipewire"
        )
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

fn server() -> Option<HostId> {
    cpal::available_hosts()
        .into_iter()
        .find(|id| is_server(*id))
}

fn is_server(host: HostId) -> bool {
    matches!(host.name(), "PulseAudio" | "PipeWire")
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
