//! Real-time priority for the thread that feeds the device: from the system
//! itself where it allows it (`RLIMIT_RTPRIO`), else from rtkit, which gives it
//! to programs of the desktop (org.freedesktop.RealtimeKit1 on the system bus).

use std::fmt;
use std::thread;

use rustix::thread::gettid;
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Below the sound server's own threads (5) and everything of the kernel's.
const PRIORITY: u8 = 4;

/// Whether the thread that feeds the device goes before all that is not
/// real-time, and by whose leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Realtime {
    /// It does not.
    #[default]
    No,
    /// The system's limit (`RLIMIT_RTPRIO`) allows it.
    Limit,
    /// rtkit gave it.
    Kit,
}

impl fmt::Display for Realtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::No => "none: RLIMIT_RTPRIO does not allow it, and rtkit gives none",
            Self::Limit => "by RLIMIT_RTPRIO",
            Self::Kit => "by rtkit",
        })
    }
}

/// Raises this thread as far as the system's limit allows; the number of the
/// thread, to be asked for with [`ask`], where it does not. Neither locks nor
/// allocates.
pub(super) fn raise() -> Result<(), i32> {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let priority = ThreadPriorityValue::try_from(PRIORITY).map(ThreadPriority::Crossplatform);
    let raised = priority.is_ok_and(|priority| {
        set_thread_priority_and_policy(thread_native_id(), priority, policy).is_ok()
    });
    if raised {
        Ok(())
    } else {
        Err(gettid().as_raw_nonzero().get())
    }
}

/// Asks rtkit to raise a thread of this process, on a thread of its own, since a
/// bus may be slow to answer; `tell` hears what came of it.
pub(super) fn ask(thread: i32, tell: impl FnOnce(Realtime) + Send + 'static) {
    // Where no thread can be had there is none to be told either.
    let _ = thread::Builder::new()
        .name("realtime".to_owned())
        .spawn(move || tell(by_rtkit(thread)));
}

/// What a thread that feeds a device would get here.
pub fn realtime() -> Realtime {
    let asked = thread::Builder::new().spawn(|| match raise() {
        Ok(()) => Realtime::Limit,
        Err(thread) => by_rtkit(thread),
    });
    let got = asked.map(thread::JoinHandle::join);
    got.map_or(Realtime::No, Result::unwrap_or_default)
}

#[cfg(feature = "dbus")]
fn by_rtkit(thread: i32) -> Realtime {
    match zbus::block_on(rtkit(thread)) {
        Ok(()) => Realtime::Kit,
        Err(error) => {
            tracing::info!(%error, "rtkit gives no real-time priority");
            Realtime::No
        }
    }
}

#[cfg(not(feature = "dbus"))]
fn by_rtkit(_: i32) -> Realtime {
    Realtime::No
}

#[cfg(feature = "dbus")]
async fn rtkit(thread: i32) -> zbus::Result<()> {
    use rustix::process::{Resource, getrlimit, setrlimit};

    const NAME: &str = "org.freedesktop.RealtimeKit1";
    let bus = zbus::Connection::system().await?;
    let kit = zbus::Proxy::new(&bus, NAME, "/org/freedesktop/RealtimeKit1", NAME).await?;
    // Only who cannot hold a processor for ever is raised: after so long without
    // a wait the kernel ends the process.
    let most_us: i64 = kit.get_property("RTTimeUSecMax").await?;
    let most_us = u64::try_from(most_us).ok();
    let mut limit = getrlimit(Resource::Rttime);
    let lower = |limit: Option<u64>| match (limit, most_us) {
        (Some(limit), Some(most)) => Some(limit.min(most)),
        (limit, most) => limit.or(most),
    };
    (limit.current, limit.maximum) = (lower(limit.current), lower(limit.maximum));
    setrlimit(Resource::Rttime, limit).map_err(|error| zbus::Error::Failure(error.to_string()))?;
    let most: i32 = kit.get_property("MaxRealtimePriority").await?;
    let priority = u32::from(PRIORITY).min(u32::try_from(most).unwrap_or(1));
    let thread = u64::from(thread.unsigned_abs());
    kit.call_method("MakeThreadRealtime", &(thread, priority))
        .await?;
    Ok(())
}
