//! The sheet as a person reads it.

use super::Sheet;

impl std::fmt::Display for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "deck {} · tape {} · {} Hz",
            self.deck, self.tape, self.sample_rate
        )?;
        writeln!(
            f,
            "0 dB = 200 nWb/m (ANSI) = {} dBFS at unity record level\n",
            self.reference_dbfs
        )?;
        for figure in &self.figures {
            let digits = if figure.unit == "%" { 3 } else { 1 };
            write!(
                f,
                "  {:<46} {:>9.digits$} {:<2}",
                figure.name, figure.measured, figure.unit
            )?;
            if let (Some(published), Some(passes)) = (figure.published, figure.passes()) {
                let verdict = if passes { "ok" } else { "OFF" };
                write!(f, "  published {published:>7.digits$}  {verdict}")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "\n  response, dB re 315 Hz      at −20 dB    at 0 dB")?;
        for (a, b) in self.response_20.iter().zip(&self.response_0) {
            writeln!(
                f,
                "  {:>10} Hz             {:>8.1}   {:>8.1}",
                a[0], a[1], b[1]
            )?;
        }
        writeln!(f, "\n  strongest lines of the speed's deviation")?;
        for (hz, percent, name) in &self.flutter_lines {
            writeln!(f, "  {hz:>8.2} Hz  {percent:>7.4} %  {name}")?;
        }
        Ok(())
    }
}
