//! The files of a Shapefile, whatever the letter case of their suffixes, read at the places that are needed.
//!
//! Long stretches are mapped where that is safe (see [`crate::mapping`]) and read otherwise, short ones are read.

use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::error::IoError;
use crate::layer::SourceFile;
use crate::mapping;

/// Copying less than this costs less than mapping it.
const SHORT_BYTES: usize = 1 << 15;

/// A file that is read piece by piece.
pub(super) struct Member {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    file: File,
    is_mappable: bool,
}

/// A stretch of a file: mapped, or copied into the caller's buffer.
pub(super) enum View<'b> {
    Mapped(Mmap),
    Copied(&'b [u8]),
}

impl Deref for View<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Copied(bytes) => bytes,
        }
    }
}

impl Member {
    pub(super) fn open(path: PathBuf) -> Result<Self, IoError> {
        let failed = |source| IoError::from_read(&path, source);
        let file = File::open(&path).map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        let is_mappable = mapping::is_mappable(&file);
        Ok(Self { path, bytes, file, is_mappable })
    }

    /// Fills `buffer` with what stands at `offset`.
    pub(super) fn read_into(&self, buffer: &mut [u8], offset: u64) -> Result<(), IoError> {
        read_exact_at(&self.file, buffer, offset).map_err(|source| IoError::from_read(&self.path, source))
    }

    /// Up to `length` bytes at `offset`: fewer where the file ends.
    pub(super) fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, IoError> {
        let mut bytes = vec![0; self.there(offset, length)];
        self.read_into(&mut bytes, offset)?;
        Ok(bytes)
    }

    /// Up to `length` bytes at `offset`, without a copy where that can be; `buffer` is what they are copied into where not.
    pub(super) fn view<'b>(
        &self,
        offset: u64,
        length: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<View<'b>, IoError> {
        let length = self.there(offset, length);
        if let Some(map) = self.map(offset, length) {
            return Ok(View::Mapped(map));
        }
        Ok(View::Copied(self.copy(offset, length, buffer)?))
    }

    /// Up to `length` bytes at `offset`, copied into `buffer`.
    pub(super) fn copy<'b>(
        &self,
        offset: u64,
        length: usize,
        buffer: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], IoError> {
        let length = self.there(offset, length);
        buffer.resize(length.max(buffer.len()), 0);
        let bytes = buffer.get_mut(..length).unwrap_or_default();
        self.read_into(bytes, offset)?;
        Ok(bytes)
    }

    /// `length` bytes at `offset` without a copy, where that can be.
    pub(super) fn map(&self, offset: u64, length: usize) -> Option<Mmap> {
        let pays = self.is_mappable && length >= SHORT_BYTES;
        if pays { mapping::map(&self.file, self.bytes, offset, length) } else { None }
    }

    fn there(&self, offset: u64, length: usize) -> usize {
        length.min(usize::try_from(self.bytes.saturating_sub(offset)).unwrap_or(usize::MAX))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset) {
            Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                buffer = buffer.split_at_mut(read).1;
                offset += read as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A small file, read at once.
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// The files beside a .shp. Missing ones are `None`.
pub(super) struct Members {
    pub(super) shp: Member,
    pub(super) shx: Option<Member>,
    pub(super) dbf: Option<Member>,
    pub(super) prj: Option<Text>,
    pub(super) cpg: Option<Text>,
}

/// Longest .prj and .cpg that is looked at; what is longer is another kind of file.
const LONGEST_TEXT: u64 = 1 << 20;

impl Members {
    /// Opens what lies beside `shp`.
    pub(super) fn open(shp: &Path) -> Result<Self, IoError> {
        let member = Member::open(shp.to_owned())?;
        if member.bytes == 0 {
            return Err(IoError::Empty { path: shp.to_owned() });
        }
        let mut beside = companions(shp);
        let mut take = |suffix: &str| {
            let position = beside.iter().position(|(found, _)| *found == suffix)?;
            Some(beside.swap_remove(position).1)
        };
        let text = |path: PathBuf| -> Result<Text, IoError> {
            let member = Member::open(path)?;
            let bytes = member.read(0, member.bytes.min(LONGEST_TEXT) as usize)?;
            Ok(Text { path: member.path, bytes })
        };
        Ok(Self {
            shp: member,
            shx: take("shx").map(Member::open).transpose()?,
            dbf: take("dbf").map(Member::open).transpose()?,
            prj: take("prj").map(text).transpose()?,
            cpg: take("cpg").map(text).transpose()?,
        })
    }

    /// What evidence needs to take the digests later.
    pub(super) fn source_files(&self) -> Result<Vec<SourceFile>, IoError> {
        let binary = [self.shx.as_ref(), self.dbf.as_ref()].into_iter().flatten().map(|member| &member.path);
        let text = [self.prj.as_ref(), self.cpg.as_ref()].into_iter().flatten().map(|text| &text.path);
        std::iter::once(&self.shp.path).chain(binary).chain(text).map(|path| SourceFile::of(path)).collect()
    }
}

/// The companions by suffix: same stem and any case of the suffix; failing that, any case of the stem too.
fn companions(shp: &Path) -> Vec<(&'static str, PathBuf)> {
    let folder = shp.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(stem) = shp.file_stem().map(|stem| stem.to_string_lossy().into_owned()) else {
        return Vec::new();
    };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let folded = stem.to_lowercase();
    let mut candidates: Vec<(&'static str, bool, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let path = shp.with_file_name(entry.file_name());
            let suffix = path.extension()?;
            let suffix =
                ["shx", "dbf", "prj", "cpg"].into_iter().find(|known| suffix.eq_ignore_ascii_case(known))?;
            let found = path.file_stem()?.to_string_lossy().into_owned();
            (found == stem || found.to_lowercase() == folded).then_some((suffix, found != stem, path))
        })
        .collect();
    // Folders list in any order; the choice must not depend on it.
    candidates.sort();
    candidates.dedup_by_key(|(suffix, ..)| *suffix);
    candidates.into_iter().map(|(suffix, _, path)| (suffix, path)).collect()
}
