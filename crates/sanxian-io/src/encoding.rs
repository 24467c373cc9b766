//! Which encoding bytes are in, and text out of them.

use std::path::Path;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::IoError;

/// The encoding that a caller's label names.
pub(crate) fn by_label(label: &str) -> Result<&'static Encoding, IoError> {
    known_label(label).ok_or_else(|| IoError::UnknownEncoding { label: label.to_owned() })
}

/// The encoding that a label names: WHATWG labels, and the code pages as .cpg files spell them (`936`, `ANSI 936`,
/// `CP936`, `65001`). `None` for `OEM` and the like, which name nothing.
pub(crate) fn known_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_start_matches('\u{feff}').to_lowercase();
    let number: String = label.chars().filter(char::is_ascii_digit).collect();
    let is_code_page = ["ansi", "oem", "cp", "ms", "windows", ""].iter().any(|word| {
        label.strip_prefix(word).is_some_and(|rest| rest.trim_start_matches([' ', '-', '_']) == number)
    });
    match number.as_str() {
        _ if !is_code_page => Encoding::for_label(label.as_bytes()),
        "936" | "54936" => Some(GB18030),
        "65001" => Some(UTF_8),
        "950" => Some(encoding_rs::BIG5),
        "932" => Some(encoding_rs::SHIFT_JIS),
        "949" => Some(encoding_rs::EUC_KR),
        "28591" | "88591" => Some(encoding_rs::WINDOWS_1252),
        "" => None,
        number => Encoding::for_label(format!("windows-{number}").as_bytes()),
    }
    // GBK and GB2312 are read as what they are subsets of, so that a rare character does not spoil a file.
    .map(|encoding| if encoding == encoding_rs::GBK { GB18030 } else { encoding })
}

/// A whole text file, and the encoding it was in: the given one, or by byte order mark, or UTF-16 by its zero bytes, or
/// UTF-8 if all of it is, or GB18030.
pub(crate) fn decode_text(
    path: &Path,
    bytes: &[u8],
    label: Option<&str>,
) -> Result<(String, &'static Encoding), IoError> {
    let (encoding, bom) = match (label, Encoding::for_bom(bytes)) {
        (Some(label), bom) => {
            let encoding = by_label(label)?;
            (encoding, bom.filter(|(found, _)| *found == encoding).map_or(0, |(_, length)| length))
        }
        (None, Some(found)) => found,
        (None, None) => (by_bytes(bytes), 0),
    };
    let body = bytes.get(bom..).unwrap_or_default();
    match strict(encoding, body) {
        Ok(text) => Ok((text, encoding)),
        Err(offset) => {
            let before = encoding.decode_without_bom_handling(body.get(..offset).unwrap_or_default()).0;
            let line = Some(before.matches('\n').count() as u64 + 1);
            let offset = (bom + offset) as u64;
            Err(IoError::Encoding {
                path: path.to_owned(),
                encoding: encoding.name(),
                line,
                record: None,
                offset,
            })
        }
    }
}

fn by_bytes(bytes: &[u8]) -> &'static Encoding {
    let start = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|&&byte| byte == 0).count();
    let [little, big] = utf_16_line_ends(bytes);
    // Digits, commas and line ends are most of such a file, so in UTF-16 about every second byte is zero. Under a long
    // Chinese head at least the line ends have one, on the same side all through.
    if zeros(1) * 4 > start.len() || little > big {
        UTF_16LE
    } else if zeros(0) * 4 > start.len() || big > little {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        GB18030
    }
}

/// Line ends of a text if it is UTF-16, of either byte order; none when most bytes that look like one are something else.
fn utf_16_line_ends(bytes: &[u8]) -> [usize; 2] {
    // Zeros at the end are padding of whatever text stands before them.
    let text =
        bytes.iter().rposition(|&byte| byte != 0).and_then(|last| bytes.get(..=last)).unwrap_or_default();
    let is_end = |byte: u8| matches!(byte, b'\n' | b'\r');
    let pairs = text.as_chunks::<2>().0;
    let little = pairs.iter().filter(|[first, second]| is_end(*first) && *second == 0).count();
    let big = pairs.iter().filter(|[first, second]| *first == 0 && is_end(*second)).count();
    // 上 and 不 hold such bytes, too.
    let alike = text.iter().filter(|&&byte| is_end(byte)).count();
    [little, big].map(|count| if count * 8 >= alike { count } else { 0 })
}

/// All of `bytes` as text, or the offset of the first byte that is none.
pub(crate) fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, usize> {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| error.valid_up_to());
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len());
    let mut text = String::with_capacity(capacity);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(bad, after), read) => {
            Err(read.saturating_sub(usize::from(bad) + usize::from(after)))
        }
        (DecoderResult::OutputFull, read) => Err(read),
    }
}

/// `text` in `encoding`, or the first character that the encoding lacks.
pub(crate) fn encode(encoding: &'static Encoding, text: &str) -> Result<Vec<u8>, char> {
    if encoding == UTF_8 {
        return Ok(text.as_bytes().to_vec());
    }
    if encoding == UTF_16LE {
        return Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == UTF_16BE {
        return Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let mut encoder = encoding.new_encoder();
    let length =
        encoder.max_buffer_length_from_utf8_without_replacement(text.len()).unwrap_or(text.len() * 4);
    let mut bytes = Vec::with_capacity(length);
    match encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true) {
        (encoding_rs::EncoderResult::Unmappable(character), _) => Err(character),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
#[path = "encoding_tests.rs"]
mod tests;
