//! The screen with a machine of cardboard behind it: everything moves, nothing
//! sounds. `cargo run --release --example screen_demo [SECONDS [THEME [256|16|mono|ascii]]]`

mod fake;

use songs_after_dark::look::theme::Theme;
use songs_after_dark::ui::terminal::{Characters, Depth, Wanted};
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
    let depth = match arguments.next().as_deref() {
        Some("256") => Some(Depth::Indexed),
        Some("16") => Some(Depth::Sixteen),
        Some("mono" | "ascii") => Some(Depth::Mono),
        _ => None,
    };
    let ascii = std::env::args().any(|a| a == "ascii");
    let terminal = Wanted {
        depth,
        characters: ascii.then_some(Characters::Ascii),
        ..Wanted::default()
    };
    let options = Options {
        theme,
        terminal,
        ..Options::default()
    };
    run(&mut fake::Fake::new(start), &options)?;
    Ok(())
}
