//! What the targets share: readers take paths, so the bytes go into files of a folder that a target keeps.

use std::path::PathBuf;

use tempfile::TempDir;

/// A folder for the files of a target.
pub struct Folder(TempDir);

impl Default for Folder {
    /// In memory where the system offers it: a target writes thousands of files a second.
    fn default() -> Self {
        let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new());
        Self(folder.expect("a folder for the inputs"))
    }
}

impl Folder {
    /// Writes a file and gives its path.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("an input file");
        path
    }
}

/// Cuts an input into `N` files: a length of two bytes before each but the last.
pub fn split<const N: usize>(mut bytes: &[u8]) -> [&[u8]; N] {
    let mut parts = [&[][..]; N];
    for (position, part) in parts.iter_mut().enumerate() {
        if position + 1 == N {
            *part = bytes;
        } else if let Some((length, rest)) = bytes.split_first_chunk::<2>() {
            let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
            (*part, bytes) = rest.split_at(length);
        }
    }
    parts
}
