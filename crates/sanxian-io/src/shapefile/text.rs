//! Values of one field after the other as UTF-8, without an allocation a value.

use std::sync::OnceLock;

use encoding_rs::{Encoding, GB18030, GBK};

use super::charset::{self, Reading};

/// First bytes 0x81 to 0xFE, second bytes 0x40 to 0xFE.
const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xfe;
const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xfe;
const PAIRS_A_LEAD: usize = 0xfe - 0x40 + 1;
/// Marks a pair of bytes without a character; no pair stands for U+0000.
const NONE: char = '\0';

/// The text of a column while it grows.
pub(super) struct Text {
    /// UTF-8, always.
    grown: Vec<u8>,
    encoding: &'static Encoding,
    /// Characters of the byte pairs, when the encoding is GB18030 or its subset.
    pairs: Option<&'static [char]>,
    width: usize,
}

impl Text {
    pub(super) fn new(encoding: &'static Encoding, width: usize) -> Self {
        let pairs = (encoding == GB18030 || encoding == GBK).then(byte_pairs);
        Self { grown: Vec::new(), encoding, pairs, width }
    }

    /// Appends a value of ASCII alone, which is the same in every encoding: most fields of a survey are codes.
    pub(super) fn push_ascii(&mut self, value: &[u8]) {
        self.grown.extend_from_slice(value);
    }

    /// Appends a value of a field.
    pub(super) fn push(&mut self, value: &[u8]) -> Reading {
        let before = self.grown.len();
        if let Some(pairs) = self.pairs {
            if self.push_pairs(value, pairs) {
                return Reading::Whole;
            }
            self.grown.truncate(before);
        }
        let (text, reading) = charset::decode(self.encoding, value, self.width);
        self.grown.extend_from_slice(text.as_bytes());
        reading
    }

    /// Appends what consists of ASCII and byte pairs; false when something else is met.
    fn push_pairs(&mut self, value: &[u8], pairs: &[char]) -> bool {
        let mut rest = value;
        while let [lead, after @ ..] = rest {
            if lead.is_ascii() {
                self.grown.push(*lead);
                rest = after;
                continue;
            }
            let [trail, after @ ..] = after else { return false };
            let place =
                usize::from(lead.wrapping_sub(0x81)) * PAIRS_A_LEAD + usize::from(trail.wrapping_sub(0x40));
            match pairs.get(place) {
                Some(&character) if LEADS.contains(lead) && TRAILS.contains(trail) && character != NONE => {
                    self.grown.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => return false,
            }
            rest = after;
        }
        true
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> usize {
        self.grown.len()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.grown
    }
}

/// The characters of all byte pairs of GB18030, as encoding_rs decodes them.
fn byte_pairs() -> &'static [char] {
    static PAIRS: OnceLock<Vec<char>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let pairs = LEADS.flat_map(|lead| TRAILS.map(move |trail| [lead, trail]));
        let character = |pair: [u8; 2]| {
            let text = GB18030.decode_without_bom_handling_and_without_replacement(&pair)?;
            let mut characters = text.chars();
            characters.next().filter(|_| characters.next().is_none())
        };
        pairs.map(|pair| character(pair).unwrap_or(NONE)).collect()
    })
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
