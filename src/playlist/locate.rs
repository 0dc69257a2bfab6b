//! Finding the file that a playlist means.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::entry::Located;
use crate::text;

/// Looks for `path` as written, then as a kind reader would.
pub(super) fn locate(path: &Path, _home: Option<&Path>) -> Result<Located, String> {
    if path.is_file() {
        return Ok(Located {
            path: path.to_owned(),
            how: None,
        });
    }
    if let Some(unescaped) = unescape(path)
        && unescaped.is_file()
    {
        let how = Some("its name has percent escapes".to_owned());
        return Ok(Located {
            path: unescaped,
            how,
        });
    }
    let shown = text::clean(&path.to_string_lossy());
    Err(match path.metadata() {
        Ok(meta) if meta.is_dir() => format!("{shown} is a folder, not a file"),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            format!("not allowed to read {shown}")
        }
        _ => format!("no such file: {shown}"),
    })
}

/// `path` with percent escapes undone, where it has any.
fn unescape(path: &Path) -> Option<PathBuf> {
    let text = path.to_str()?;
    let unescaped: Vec<u8> = percent_decode_str(text).collect();
    (unescaped != text.as_bytes() && !unescaped.contains(&0)).then(|| from_bytes(unescaped))
}

/// The path of a `file:` address (RFC 8089): the host left out, escapes undone.
pub(super) fn from_file_address(address: &str) -> PathBuf {
    let rest = address.split_once(':').map_or(address, |(_, rest)| rest);
    let path = match rest.strip_prefix("//") {
        Some(hosted) => hosted.find('/').map_or("", |slash| &hosted[slash..]),
        None => rest,
    };
    from_bytes(percent_decode_str(path).filter(|byte| *byte != 0).collect())
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    OsString::from(String::from_utf8_lossy(&bytes).into_owned()).into()
}
