//! Damage as it happens to files and texts, the same on every run.

/// A generator of numbers (xorshift64*), seeded.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`; 0 when there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16;
        if end == 0 { 0 } else { (value % end as u64) as usize }
    }
}

/// Numbers that turn a length or an offset into nonsense, in both byte orders.
const LENGTHS: [u32; 8] = [0, 1, 0x7f, 0xffff, 0x00ff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/// Words that break texts: numbers out of range, marks that open and never close, other alphabets.
const WORDS: [&str; 12] = [
    "1e308",
    "-1e999",
    "NaN",
    "99999999999999999999",
    "\"",
    "[",
    "@",
    ",,,,",
    "\u{0}",
    "\u{feff}",
    "地块",
    "\r",
];

/// A copy with one to four damages: bytes changed, lengths overwritten, pieces cut out, doubled, swapped, cut off.
pub(crate) fn damaged(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let (at, length) = (random.below(out.len()), random.below(64) + 1);
        let end = (at + length).min(out.len());
        match random.below(8) {
            0 => out.truncate(at),
            1 => drop(out.drain(at..end)),
            2 => {
                let piece: Vec<u8> = out.get(at..end).unwrap_or_default().to_vec();
                out.splice(at..at, piece);
            }
            3 => {
                let word = WORDS.get(random.below(WORDS.len())).copied().unwrap_or_default();
                out.splice(at..at, word.bytes());
            }
            4 | 5 => {
                let value = LENGTHS.get(random.below(LENGTHS.len())).copied().unwrap_or_default();
                let value = if random.below(2) == 0 { value.to_le_bytes() } else { value.to_be_bytes() };
                for (target, byte) in out.iter_mut().skip(at).zip(value) {
                    *target = byte;
                }
            }
            6 => {
                // Half of all changes to a text should leave it a text.
                let digit = b'0' + random.below(10) as u8;
                if let Some(byte) = out.get_mut(at) {
                    *byte = digit;
                }
            }
            _ => {
                let value = random.below(256) as u8;
                if let Some(byte) = out.get_mut(at) {
                    *byte ^= value;
                }
            }
        }
    }
    out
}
