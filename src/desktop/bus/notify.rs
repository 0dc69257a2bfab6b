//! A note on the desktop for every song, each in place of the one before.

use std::collections::HashMap;

use zbus::{Connection, Variant};

use super::facts::Facts;

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// What was noted.
#[derive(Default)]
pub(super) struct Notifier {
    /// The note's number; nought before the first.
    number: u32,
    track: String,
}

impl Notifier {
    /// Notes the song that plays, where it is another one.
    pub fn tell(&mut self, connection: &Connection, now: &Facts) {
        let Some([title, artist, tape]) = &now.song else {
            return;
        };
        if now.track == self.track || now.playback != "Playing" {
            return;
        }
        self.track.clone_from(&now.track);
        let mut hints = HashMap::from([
            ("desktop-entry", Variant::from("afterdark")),
            ("category", Variant::from("x-gnome.music")),
            ("transient", Variant::from(true)),
        ]);
        if let Some(art) = &now.art {
            hints.insert("image-path", Variant::from(art.clone()));
        }
        let lines: Vec<&str> = [artist, tape]
            .into_iter()
            .map(String::as_str)
            .filter(|line| !line.is_empty())
            .collect();
        // A note's body may be taken for marked-up text.
        let body = lines.join("\n").replace('&', "&amp;").replace('<', "&lt;");
        let note = (
            "afterdark",
            self.number,
            "afterdark",
            title.as_str(),
            body,
            Vec::<&str>::new(),
            hints,
            -1,
        );
        let call = connection.call_method(Some(SERVICE), PATH, Some(SERVICE), "Notify", &note);
        match zbus::block_on(call).and_then(|reply| reply.body().deserialize()) {
            Ok(number) => self.number = number,
            Err(error) => tracing::info!(%error, "no notes on this desktop"),
        }
    }

    /// Takes the note away.
    pub fn close(&self, connection: &Connection) {
        if self.number != 0 {
            let close = (self.number,);
            let call = connection.call_method(
                Some(SERVICE),
                PATH,
                Some(SERVICE),
                "CloseNotification",
                &close,
            );
            let _ = zbus::block_on(call);
        }
    }
}
