//! The folders that the shelf is made of.

use std::io;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::super::config::Config;
use crate::files;
use crate::shelf::Roots;

/// Where the music is: what `config.toml` and `shelf add` name, else the
/// desktop's music folder.
pub fn roots() -> Result<Roots> {
    let home = etcetera::home_dir().ok();
    let from_home = |path: &PathBuf| match (path.strip_prefix("~"), &home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.clone(),
    };
    let mut roots: Vec<PathBuf> = Config::read()?.shelf.iter().map(from_home).collect();
    for added in added()? {
        if !roots.contains(&added) {
            roots.push(added);
        }
    }
    if roots.is_empty() {
        roots.extend(files::of_desktop("XDG_MUSIC_DIR", "Music").filter(|folder| folder.is_dir()));
    }
    Ok(Roots(roots))
}

fn added_path() -> Result<PathBuf> {
    Ok(files::data()
        .context("there is no home folder to keep the shelf in")?
        .join("shelf.json"))
}

/// Folders that `shelf add` has put there.
fn added() -> Result<Vec<PathBuf>> {
    let path = added_path()?;
    match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)
            .with_context(|| format!("cannot make sense of {}", path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Puts a folder there.
///
/// # Errors
/// When that cannot be written down.
pub fn add(folder: PathBuf) -> Result<()> {
    let mut all = added()?;
    if !all.contains(&folder) {
        all.push(folder);
        let path = added_path()?;
        if let Some(above) = path.parent() {
            std::fs::create_dir_all(above)
                .with_context(|| format!("cannot make {}", above.display()))?;
        }
        files::save(&path, &serde_json::to_vec_pretty(&all)?, true)?;
    }
    Ok(())
}
