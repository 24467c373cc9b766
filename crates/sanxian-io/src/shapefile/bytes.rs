//! Numbers at offsets, checked.

pub(super) fn i32_le(bytes: &[u8], offset: usize) -> Option<i32> {
    Some(i32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

pub(super) fn i32_be(bytes: &[u8], offset: usize) -> Option<i32> {
    Some(i32::from_be_bytes(*bytes.get(offset..)?.first_chunk()?))
}

pub(super) fn u32_le(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

pub(super) fn u16_le(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

pub(super) fn f64_le(bytes: &[u8], offset: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}
