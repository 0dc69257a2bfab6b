//! Where the sound server is and what it is to be asked for, as its own client
//! library reads it: environment first, then client.conf (pulse-client.conf(5)).

use std::ffi::CString;
use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use etcetera::BaseStrategy;

/// Port of a server that names none.
const PORT: u16 = 4_713;

/// What environment and configuration say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Client {
    pub servers: Vec<Address>,
    pub sink: Option<CString>,
    cookie: Option<PathBuf>,
    pub queue: Option<Duration>,
}

/// A way to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    Unix(PathBuf),
    /// Host and port.
    Tcp(String, u16),
}

impl Client {
    pub(super) fn read() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self::from(variable, &configuration(variable), &machine_id())
    }

    fn from(variable: impl Fn(&str) -> Option<String>, conf: &str, machine: &str) -> Self {
        let setting = |name: &str, key: &str| variable(name).or_else(|| value(conf, key));
        let servers = match setting("PULSE_SERVER", "default-server") {
            Some(list) => addresses(&list, machine),
            None => {
                let runtime = variable("PULSE_RUNTIME_PATH").map(PathBuf::from);
                let session = || Some(PathBuf::from(variable("XDG_RUNTIME_DIR")?).join("pulse"));
                let system = PathBuf::from("/run/pulse");
                let folders = runtime.or_else(session).into_iter().chain([system]);
                folders
                    .map(|folder| Address::Unix(folder.join("native")))
                    .collect()
            }
        };
        let queue = variable("PULSE_LATENCY_MSEC").and_then(|ms| ms.parse().ok());
        Self {
            servers,
            sink: setting("PULSE_SINK", "default-sink").and_then(|sink| CString::new(sink).ok()),
            cookie: setting("PULSE_COOKIE", "cookie-file").map(PathBuf::from),
            queue: queue.filter(|ms| *ms > 0).map(Duration::from_millis),
        }
    }

    /// What proves to the server that we may; empty where there is nothing.
    pub(super) fn cookie(&self) -> Vec<u8> {
        let home = etcetera::home_dir().ok();
        let usual = home
            .into_iter()
            .flat_map(|home| [".config/pulse/cookie", ".pulse-cookie"].map(|file| home.join(file)));
        self.cookie
            .iter()
            .cloned()
            .chain(usual)
            .find_map(|file| std::fs::read(file).ok())
            .unwrap_or_default()
    }

    /// Connects to the first server that answers.
    pub(super) fn connect(&self, patience: Duration) -> io::Result<UnixStream> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in &self.servers {
            match address.connect(patience) {
                Ok(socket) => return Ok(socket),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

impl Address {
    fn connect(&self, patience: Duration) -> io::Result<UnixStream> {
        match self {
            Self::Unix(path) => UnixStream::connect(path),
            Self::Tcp(host, port) => {
                let mut last = io::Error::from(io::ErrorKind::NotFound);
                for address in (host.as_str(), *port).to_socket_addrs()? {
                    match TcpStream::connect_timeout(&address, patience) {
                        Ok(socket) => {
                            socket.set_nodelay(true)?;
                            // All that is done with either is done to a socket.
                            return Ok(UnixStream::from(OwnedFd::from(socket)));
                        }
                        Err(error) => last = error,
                    }
                }
                Err(last)
            }
        }
    }
}

/// The addresses in a list such as `{1a2b}unix:/run/x tcp:host:4713 other`;
/// what stands in braces is the machine that the address holds for.
fn addresses(list: &str, machine: &str) -> Vec<Address> {
    let here = |address: &'_ str| -> Option<String> {
        let Some(rest) = address.strip_prefix('{') else {
            return Some(address.to_owned());
        };
        let (id, address) = rest.split_once('}')?;
        (id == machine).then(|| address.to_owned())
    };
    list.split_whitespace()
        .filter_map(here)
        .filter_map(|address| parse(&address))
        .collect()
}

fn parse(address: &str) -> Option<Address> {
    let path = address.strip_prefix("unix:");
    if let Some(path) = path.or_else(|| address.starts_with('/').then_some(address)) {
        return Some(Address::Unix(PathBuf::from(path)));
    }
    let host = ["tcp4:", "tcp6:", "tcp:"]
        .iter()
        .find_map(|kind| address.strip_prefix(kind))
        .unwrap_or(address);
    let (host, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (host, port.strip_prefix(':'))
        }
        None => host
            .split_once(':')
            .map_or((host, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map_or(Some(PORT), |port| port.parse().ok())?;
    (!host.is_empty()).then(|| Address::Tcp(host.to_owned(), port))
}

/// The value of the last line of this key.
fn value(conf: &str, key: &str) -> Option<String> {
    let lines = conf.lines().map(str::trim_start);
    let mut values = lines
        .filter(|line| !line.starts_with([';', '#']))
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim().to_owned());
    values.next_back().filter(|value| !value.is_empty())
}

/// The user's client.conf, else the system's with what stands beside it.
fn configuration(variable: impl Fn(&str) -> Option<String>) -> String {
    let named = variable("PULSE_CLIENTCONFIG").map(PathBuf::from);
    let own = || {
        let strategy = etcetera::choose_base_strategy().ok()?;
        Some(strategy.config_dir().join("pulse/client.conf")).filter(|file| file.exists())
    };
    let file = named
        .or_else(own)
        .unwrap_or_else(|| PathBuf::from("/etc/pulse/client.conf"));
    let mut parts: Vec<PathBuf> = std::fs::read_dir(file.with_extension("conf.d"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|part| part.extension().is_some_and(|end| end == "conf"))
        .collect();
    parts.sort();
    let all = std::iter::once(file).chain(parts);
    all.filter_map(|file| std::fs::read_to_string(file).ok())
        .collect::<Vec<_>>()
        .join("\n")
}

fn machine_id() -> String {
    let files = [
        "/etc/machine-id",
        "/var/lib/dbus/machine-id",
        "/etc/hostname",
    ];
    files
        .iter()
        .find_map(|file| std::fs::read_to_string(file).ok())
        .map(|id| id.trim().to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(host: &str, port: u16) -> Address {
        Address::Tcp(host.to_owned(), port)
    }

    /// Forms from pulse-client.conf(5) and the server strings' own page.
    #[test]
    fn server_strings_are_read_as_libpulse_reads_them() {
        let unix = |path: &str| Address::Unix(PathBuf::from(path));
        let cases = [
            ("unix:/tmp/a/native", vec![unix("/tmp/a/native")]),
            ("/tmp/b", vec![unix("/tmp/b")]),
            ("tcp:10.0.0.2:4714", vec![tcp("10.0.0.2", 4_714)]),
            ("tcp4:box  box2", vec![tcp("box", PORT), tcp("box2", PORT)]),
            ("tcp6:[::1]:9", vec![tcp("::1", 9)]),
            ("{me}unix:/x {other}/y z", vec![unix("/x"), tcp("z", PORT)]),
            ("{other}tcp:z", vec![]),
            ("{broken", vec![]),
            ("tcp:z:port", vec![]),
        ];
        for (list, expected) in cases {
            assert_eq!(addresses(list, "me"), expected, "{list}");
        }
    }

    #[test]
    fn the_environment_goes_before_the_configuration() {
        let conf = "; default-sink = no\n# x\ndefault-sink = from-file\ndefault-server=/f\n";
        let none = |_: &str| None;
        let file = Client::from(none, conf, "");
        assert_eq!(file.sink.unwrap().to_str(), Ok("from-file"));
        assert_eq!(file.servers, [Address::Unix(PathBuf::from("/f"))]);
        let set = |name: &str| match name {
            "PULSE_SINK" => Some("from-environment".to_owned()),
            "PULSE_LATENCY_MSEC" => Some("60".to_owned()),
            "XDG_RUNTIME_DIR" => Some("/run/user/7".to_owned()),
            _ => None,
        };
        let client = Client::from(set, "default-sink=x", "");
        assert_eq!(client.sink.unwrap().to_str(), Ok("from-environment"));
        assert_eq!(client.queue, Some(Duration::from_millis(60)));
        let paths = ["/run/user/7/pulse/native", "/run/pulse/native"];
        let expected = paths.map(|path| Address::Unix(PathBuf::from(path)));
        assert_eq!(client.servers, expected);
    }
}
