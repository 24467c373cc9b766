//! Stretches of files in memory without a copy, and advice about memory: the only place of this crate with `unsafe`.
//!
//! # Why a map, and what makes it safe
//! A map saves copying a file out of the system's cache, which is most of the work of looking at the boxes of a county's
//! shapes for the few that a plot meets. Rust calls it unsafe for two reasons.
//!
//! * *The bytes can change under the slice.* Somebody may write the file while it is read. Every reader of this crate checks
//!   each number it takes out of a slice against the slice's own length, decodes it into memory of its own, and asks no
//!   second time: a torn write gives a wrong value or an error, as it does with positioned reads, never a bad access.
//!   Text is checked as text after it has been copied.
//! * *The file can get shorter.* A page beyond its new end answers with a signal (SIGBUS) that kills the process. Positioned
//!   reads answer with an error instead, so they are used wherever this is likely: on everything but local disks (a share
//!   goes away, another host truncates without this kernel's knowledge), on everything but regular files, on systems other
//!   than Linux, and when the file's size is not what it was when it was opened. What is left is a program on this computer
//!   that truncates the file in the milliseconds in which a stretch of a Shapefile is looked at, or in the second in which a
//!   GeoParquet file is. Editors and GDAL write beside a file and rename it, which leaves a map as it is.

use std::fs::File;

use memmap2::{Mmap, MmapOptions};

/// Bytes of a file from `offset` on; `None` where positioned reads must do.
///
/// `file_bytes` is the size that the file had when it was opened.
#[allow(unsafe_code)]
pub(crate) fn map(file: &File, file_bytes: u64, offset: u64, length: usize) -> Option<Mmap> {
    let end = offset.checked_add(length as u64)?;
    if length == 0 || end > file_bytes || !has_size(file, file_bytes) {
        return None;
    }
    // SAFETY: see above; the stretch lies inside the file, and callers ask `is_mappable` first.
    unsafe { MmapOptions::new().offset(offset).len(length).map(file) }.ok()
}

/// The large pages of memory that x86-64 and most other processors know.
pub(crate) const HUGE_PAGE_BYTES: usize = 1 << 21;
/// Room that is worth a word with the system.
const LARGE_BYTES: usize = 4 * HUGE_PAGE_BYTES;

/// Room for so many items more, in huge pages where the system has such: it hands pages on one by one, and some ten thousand
/// small ones, filled for the first time, cost as much as a tenth of reading a layer.
pub(crate) fn reserve<T>(items: &mut Vec<T>, more: usize) {
    // What cannot be had at once is asked for when it is needed.
    if items.try_reserve_exact(more).is_err() {
        return;
    }
    let room = items.spare_capacity_mut();
    let bytes = size_of_val(room);
    if bytes < LARGE_BYTES {
        return;
    }
    #[cfg(target_os = "linux")]
    {
        let start = room.as_mut_ptr().cast::<u8>();
        let skipped = start.align_offset(HUGE_PAGE_BYTES);
        let length = bytes.saturating_sub(skipped) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
        // SAFETY: the stretch lies in memory that the vector owns and nothing is read or written; the advice changes which pages
        // lie under it, never what they hold. A system that does not know it says so, and all stays as it was.
        #[allow(unsafe_code)]
        let _ = unsafe {
            rustix::mm::madvise(start.wrapping_add(skipped).cast(), length, rustix::mm::Advice::LinuxHugepage)
        };
    }
}

/// Asks the processor to bring the byte at `at` near, and does not wait for it. Without effect beyond the end, and on
/// processors for which stable Rust has no word for it.
#[inline]
pub(crate) fn ask_ahead(bytes: &[u8], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(byte) = bytes.get(at) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 processor knows the instruction. It changes no value and raises no fault, whatever the address;
        // this one is of a byte in the slice.
        #[allow(unsafe_code)]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(byte).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (bytes, at);
}

/// True when a file has so many bytes at this moment.
fn has_size(file: &File, file_bytes: u64) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.len() == file_bytes)
}

/// True for a regular file on a local disk, where nobody but programs of this computer can truncate it.
#[cfg(target_os = "linux")]
pub(crate) fn is_mappable(file: &File) -> bool {
    /// `ext2` to `ext4`, `XFS`, `Btrfs`, `F2FS`, `tmpfs`, `ZFS` and `overlayfs`, by the numbers in `linux/magic.h`.
    const LOCAL: [u64; 7] =
        [0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994, 0x2FC1_2FC1, 0x794C_7630];
    let is_regular = file.metadata().is_ok_and(|metadata| metadata.is_file());
    is_regular && rustix::fs::fstatfs(file).is_ok_and(|system| LOCAL.contains(&(system.f_type as u64)))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn is_mappable(_: &File) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{ask_ahead, reserve};

    #[test]
    fn room_in_large_pages_is_room() {
        for more in [0, 1, 1_000, 3_000_000] {
            let mut items = vec![7_u64; 10];
            reserve(&mut items, more);
            let room = items.capacity();
            assert!(room >= 10 + more);
            items.extend(0..more as u64);
            assert_eq!(items.capacity(), room, "nothing had to grow");
            assert!(items[..10].iter().all(|item| *item == 7));
            assert!(items[10..].iter().copied().eq(0..more as u64));
            // Growing on, beyond the pages asked for, moves everything.
            items.extend(0..room as u64);
            assert_eq!(items.len(), 10 + more + room);
        }
    }

    #[test]
    fn room_that_cannot_be_had_is_no_failure() {
        let mut items = vec![1_u8];
        reserve(&mut items, usize::MAX);
        assert_eq!(items, [1]);
    }

    #[test]
    fn asking_ahead_takes_any_place() {
        for at in [0, 1, 2, usize::MAX] {
            ask_ahead(&[1, 2], at);
        }
        ask_ahead(&[], 0);
    }
}
