//! Profiles as the files that a person can read and change.

use std::fmt::Write;

use afterdark_tape::tape::{DeckProfile, FlutterProfile, Formulation, Reel, ResponseProfile};
use afterdark_tape::transfer::{DeckReading, Fit};

/// Words of a TOML string.
fn quoted(words: &str) -> String {
    toml::Value::String(words.to_owned()).to_string()
}

/// A line of a figure, and where it is from where it was not measured.
fn line(out: &mut String, name: &str, value: f64, measured: bool, nearest: &str) {
    // Writing to a string does not fail.
    let _ = write!(out, "{name} = {value:.4}");
    if !measured {
        let _ = write!(out, " # not measured: that of {nearest}");
    }
    out.push('\n');
}

/// The deck's profile.
pub(super) fn deck(name: &str, fit: &Fit, reading: &DeckReading) -> String {
    let DeckProfile {
        flutter,
        response,
        azimuth,
        ..
    } = &fit.deck;
    let (deck, near) = (&fit.deck, fit.nearest[0].as_str());
    let has_flutter = reading.flutter.is_some();
    let mut out = head(
        name,
        "A real deck, measured by its own recording of a test tape.",
    );
    out += "sources = [\n  \"Measured by `afterdark clone`; what is not is marked.\",\n";
    out += "  \"A deck that plays what it has recorded itself hides its own speed error.\",\n]\n";
    line(
        &mut out,
        "speed_error_percent",
        deck.speed_error_percent,
        has_flutter,
        near,
    );
    line(
        &mut out,
        "battery_sag_percent",
        deck.battery_sag_percent,
        false,
        "a deck on the mains",
    );
    line(&mut out, "wind_c60_s", deck.wind_c60_s, false, near);
    if let Some(db) = deck.separation_db {
        line(
            &mut out,
            "separation_db",
            db,
            reading.separation_db.is_some(),
            near,
        );
    }
    line(&mut out, "crosstalk_db", deck.crosstalk_db, false, near);
    line(&mut out, "erasure_db", deck.erasure_db, false, near);
    let noise = reading.noise.is_some();
    out += if noise {
        "# All noise is told as the tape's: the two cannot be told apart.\n"
    } else {
        ""
    };
    line(
        &mut out,
        "electronics_noise_dba",
        deck.electronics_noise_dba,
        noise,
        near,
    );
    line(&mut out, "headroom_db", deck.headroom_db, false, near);
    let [a, b, c] = deck.signal_to_noise_db;
    let _ = writeln!(out, "signal_to_noise_db = [{a:.1}, {b:.1}, {c:.1}]");
    out += "\n[azimuth]\n";
    let told = reading.azimuth_us.is_some();
    line(&mut out, "error_arcmin", azimuth.error_arcmin, told, near);
    line(&mut out, "wander_arcmin", azimuth.wander_arcmin, told, near);
    moving(&mut out, flutter, has_flutter, near);
    filters(&mut out, response, !reading.response_20.is_empty(), near);
    out
}

/// The table of what moves the tape unevenly.
fn moving(out: &mut String, flutter: &FlutterProfile, measured: bool, near: &str) {
    *out += "\n[flutter]\n";
    line(out, "wrms_percent", flutter.wrms_percent, measured, near);
    line(out, "drift_percent", flutter.drift_percent, false, near);
    line(out, "scrape_percent", flutter.scrape_percent, false, near);
    line(out, "scrape_hz", flutter.scrape_hz, false, near);
    *out += "parts = [\n";
    for part in &flutter.parts {
        let turns = match part.reel {
            Some(Reel::Left) => "reel = \"left\"".to_owned(),
            Some(Reel::Right) => "reel = \"right\"".to_owned(),
            None => format!("hz = {:.3}", part.hz),
        };
        let percent: Vec<String> = part.percent.iter().map(|p| format!("{p:.4}")).collect();
        let (name, percent) = (quoted(&part.name), percent.join(", "));
        let _ = writeln!(
            out,
            "  {{ name = {name}, {turns}, percent = [{percent}] }},"
        );
    }
    *out += "]\n";
}

/// The table of the response.
fn filters(out: &mut String, response: &ResponseProfile, measured: bool, near: &str) {
    *out += "\n[response]\n";
    line(out, "low_hz", response.low_hz, measured, near);
    line(out, "low_q", response.low_q, measured, near);
    let points = |rows: &[Vec<f64>]| {
        let row = |row: &Vec<f64>| {
            let numbers: Vec<String> = row.iter().map(|x| format!("{x:.3}")).collect();
            format!("[{}]", numbers.join(", "))
        };
        format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(", "))
    };
    let bumps: Vec<Vec<f64>> = response.bumps.iter().map(|b| b.to_vec()).collect();
    let treble: Vec<Vec<f64>> = response.treble.iter().map(|b| b.to_vec()).collect();
    let _ = writeln!(out, "bumps = {}", points(&bumps));
    let [a, b, c] = response.high_hz;
    let _ = writeln!(out, "high_hz = [{a:.1}, {b:.1}, {c:.1}]");
    let _ = writeln!(out, "high_order = {}", response.high_order);
    let _ = writeln!(out, "treble = {}", points(&treble));
}

/// The tape's.
pub(super) fn tape(name: &str, fit: &Fit, reading: &DeckReading, iec_type: u8) -> String {
    let Formulation { law, .. } = &fit.tape;
    let (tape, near) = (&fit.tape, fit.nearest[1].as_str());
    let mut out = head(name, "A real tape, measured on the deck of the same name.");
    out += "sources = [\"Measured by `afterdark clone`; what is not is marked.\"]\n";
    let kind = ["I", "I", "II", "III", "IV"][usize::from(iec_type.min(4))];
    let _ = writeln!(out, "kind = \"Type {kind}\"\niec_type = {iec_type}");
    let eq = if iec_type == 1 { "120" } else { "70" };
    let _ = writeln!(out, "eq = \"{eq}\"");
    let steps = reading.distortion.len() >= 3;
    let reached = |curve: &[[f64; 3]], percent: f64| curve.iter().any(|step| step[2] >= percent);
    line(&mut out, "thd_percent", tape.thd_percent, steps, near);
    line(
        &mut out,
        "mol1_db",
        tape.mol1_db,
        reached(&reading.distortion, 1.0),
        near,
    );
    line(
        &mut out,
        "mol3_db",
        tape.mol3_db,
        reached(&reading.distortion, 3.0),
        near,
    );
    line(
        &mut out,
        "mol1k_db",
        tape.mol1k_db,
        reached(&reading.distortion_1k, 3.0),
        near,
    );
    line(
        &mut out,
        "sol10k_db",
        tape.sol10k_db,
        !reading.output_10k.is_empty(),
        near,
    );
    let shifted = format!("{near}, as much off as at 10 kHz");
    line(&mut out, "sol15k_db", tape.sol15k_db, false, &shifted);
    line(
        &mut out,
        "noise_dba",
        tape.noise_dba,
        reading.noise.is_some(),
        near,
    );
    line(
        &mut out,
        "modulation_noise_db",
        tape.modulation_noise_db,
        false,
        near,
    );
    line(
        &mut out,
        "print_through_db",
        tape.print_through_db,
        false,
        near,
    );
    line(
        &mut out,
        "dropouts_a_minute",
        tape.dropouts_a_minute,
        false,
        near,
    );
    let _ = writeln!(
        out,
        "law = {{ knee = {:.4}, power = {}, cubic = {:.5}, shelf_db = {:.2} }} # shelf: that of {near}",
        law.knee, law.power, law.cubic, law.shelf_db
    );
    out
}

fn head(name: &str, about: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let title: String = first.into_iter().chain(letters).collect();
    let (id, title, about) = (quoted(name), quoted(&title), quoted(about));
    format!("id = {id}\nname = {title}\nabout = {about}\n")
}
