//! Holds off that the machine goes to sleep by itself while the reels turn. The
//! screen may.

use std::collections::HashMap;

use zbus::{Connection, OwnedFd, OwnedObjectPath, Variant, connection};

use super::PATIENCE;

const WHY: &str = "A tape is playing";
/// The portal's word for going to sleep.
const SUSPEND: u32 = 4;

/// What holds it off.
#[derive(Default)]
pub(super) struct Inhibitor {
    holds: bool,
    held: Option<Held>,
}

enum Held {
    /// The portal's request.
    Portal(OwnedObjectPath),
    /// Open until it is dropped.
    Logind { _lock: OwnedFd },
}

impl Inhibitor {
    /// Holds it off, or lets it go.
    pub fn hold(&mut self, hold: bool, session: Option<&Connection>) {
        if hold == self.holds {
            return;
        }
        self.holds = hold;
        if hold {
            let portal = session.and_then(|session| zbus::block_on(by_portal(session)).ok());
            self.held = portal.or_else(|| {
                zbus::block_on(by_logind())
                    .inspect_err(|error| tracing::info!(%error, "sleep is not held off"))
                    .ok()
            });
        } else if let (Some(Held::Portal(request)), Some(session)) = (self.held.take(), session) {
            let close = session.call_method(
                Some("org.freedesktop.portal.Desktop"),
                request.as_str(),
                Some("org.freedesktop.portal.Request"),
                "Close",
                &(),
            );
            // With the connection it is closed anyway.
            let _ = zbus::block_on(close);
        }
    }

    /// The session's bus is another.
    pub fn forget(&mut self) {
        if matches!(self.held, Some(Held::Portal(_))) {
            *self = Self::default();
        }
    }
}

async fn by_portal(session: &Connection) -> zbus::Result<Held> {
    let options = HashMap::from([("reason", Variant::from(WHY))]);
    let reply = session
        .call_method(
            Some("org.freedesktop.portal.Desktop"),
            "/org/freedesktop/portal/desktop",
            Some("org.freedesktop.portal.Inhibit"),
            "Inhibit",
            &("", SUSPEND, options),
        )
        .await?;
    Ok(Held::Portal(reply.body().deserialize()?))
}

async fn by_logind() -> zbus::Result<Held> {
    let system = connection::Builder::system().method_timeout(PATIENCE);
    let system = system.build().await?;
    let reply = system
        .call_method(
            Some("org.freedesktop.login1"),
            "/org/freedesktop/login1",
            Some("org.freedesktop.login1.Manager"),
            "Inhibit",
            // What a person asks for is not held off.
            &("idle", "afterdark", WHY, "block"),
        )
        .await?;
    Ok(Held::Logind {
        _lock: reply.body().deserialize()?,
    })
}
