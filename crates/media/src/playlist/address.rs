//! Names and addresses of files as lists write them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

/// The scheme of an address such as `http://…` or `file:…`; a drive letter is
/// none, nor is a name that merely has a colon in it.
pub(crate) fn scheme(target: &str) -> Option<&str> {
    let (scheme, rest) = target.split_once(':')?;
    let well_formed = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let known = ["file", "data", "spotify", "cdda"]
        .iter()
        .any(|s| scheme.eq_ignore_ascii_case(s));
    if !well_formed || !(rest.starts_with("//") || known) {
        return None;
    }
    Some(if scheme.eq_ignore_ascii_case("file") {
        "file"
    } else {
        scheme
    })
}

/// `path` with percent escapes undone, where it has any.
pub(crate) fn unescape(path: &Path) -> Option<PathBuf> {
    let text = path.to_str()?;
    let unescaped: Vec<u8> = percent_decode_str(text).collect();
    (unescaped != text.as_bytes() && !unescaped.contains(&0)).then(|| from_bytes(unescaped))
}

/// The path of a `file:` address (RFC 8089): the host left out, escapes undone.
pub fn from_file_address(address: &str) -> PathBuf {
    let rest = address.split_once(':').map_or(address, |(_, rest)| rest);
    let path = match rest.strip_prefix("//") {
        Some(hosted) => hosted.find('/').map_or("", |slash| &hosted[slash..]),
        None => rest,
    };
    from_bytes(percent_decode_str(path).filter(|byte| *byte != 0).collect())
}

/// A path from the bytes of a name, which need not be UTF-8.
#[cfg(unix)]
pub(crate) fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes).into()
}

/// A path from the bytes of a name, which need not be UTF-8.
#[cfg(not(unix))]
pub(crate) fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    OsString::from(String::from_utf8_lossy(&bytes).into_owned()).into()
}
