//! The screen with a machine of cardboard behind it: everything moves, nothing
//! sounds. `cargo run --release --example screen_demo [SECONDS [THEME]]`

mod fake;

use songs_after_dark::ui::theme::Theme;
use songs_after_dark::ui::{Options, run};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let start = arguments
        .next()
        .and_then(|s| s.parse().ok())
        .unwrap_or(260.0);
    let theme = match arguments.next() {
        Some(name) => Theme::named(&name, None)?,
        None => Theme::default(),
    };
    run(
        &mut fake::Fake::new(start),
        &Options {
            theme,
            ..Options::default()
        },
    )?;
    Ok(())
}
