//! Lines, and the few characters that give them structure.

/// A line of a text, without its end, numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub(crate) number: u64,
    pub(crate) text: &'a str,
    /// What ends it: `\r\n`, `\n`, `\r`, or nothing at the end of the file.
    pub(crate) end: &'a str,
}

/// Splits at `\n`, `\r\n` and a lone `\r`; any run of `\r` before `\n` is one line end, as editors show it.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut rest = Some(text);
    let pieces = std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            return (!text.is_empty()).then_some((text, ""));
        };
        let (line, after) = text.split_at(end);
        let tail = after.trim_start_matches('\r');
        let next = match tail.strip_prefix('\n') {
            Some(next) => next,
            None => after.get(1..).unwrap_or_default(),
        };
        rest = Some(next);
        Some((line, after.get(..after.len() - next.len()).unwrap_or_default()))
    });
    pieces.zip(1..).map(|((text, end), number)| Line { number, text, end })
}

/// The half-width form of a full-width character with a meaning in the format, the others as they are.
pub(crate) fn fold_structure(character: char) -> char {
    match character {
        '［' | '【' => '[',
        '］' | '】' => ']',
        '，' => ',',
        '；' => ';',
        '＝' => '=',
        '＠' => '@',
        '｜' => '|',
        '\u{3000}' => ' ',
        other => other,
    }
}

/// Half-width forms of everything in the full-width ASCII block: for rows that hold numbers only.
pub(crate) fn fold_all(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0).unwrap_or(character),
        other => fold_structure(other),
    }
}

/// A finite number as these files write it, full-width digits and blanks included.
pub(crate) fn number(text: &str) -> Option<f64> {
    let folded: String = text.trim().chars().map(fold_all).collect();
    folded.trim().parse::<f64>().ok().filter(|value| value.is_finite())
}
