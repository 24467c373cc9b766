//! Comma- and tab-separated values into rows.
//!
//! A splitter of our own: line numbers have to be those of the file whatever is blank or quoted, and a quotation mark
//! that means seconds of arc, or one that is never closed, must not swallow the plots behind it.

use super::cell::{COLUMNS, Cell, Row, place};
use crate::boundary_points::lines;

/// Lines that one quoted cell may span; more is a mark that was never closed.
const QUOTED_LINES: usize = 32;

/// The separator that most of the first lines have.
fn separator(text: &str, is_tsv: bool) -> char {
    if is_tsv {
        return '\t';
    }
    let count = |separator: char| {
        lines(text).take(64).map(|line| line.text.chars().filter(|&c| c == separator).count()).sum::<usize>()
    };
    let candidates = [',', '\t', ';', '，', '|'];
    let counts: Vec<usize> = candidates.into_iter().map(count).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    candidates
        .into_iter()
        .zip(counts)
        .find(|&(_, count)| count == most)
        .map_or(',', |(separator, _)| separator)
}

/// All rows of a text, blank ones included.
pub(super) fn rows(text: &str, is_tsv: bool) -> impl Iterator<Item = Row> + '_ {
    let separator = separator(text, is_tsv);
    let mut source = lines(text).peekable();
    let mut pending = std::collections::VecDeque::new();
    std::iter::from_fn(move || {
        let line = pending.pop_front().or_else(|| source.next())?;
        let row = |(cells, goes_on)| Some(Row { place: place(0, line.number), cells, goes_on });
        if let Some(cells) = split(line.text, separator) {
            return row(cells);
        }
        // A quoted cell goes on below.
        let mut joined = line.text.to_owned();
        let mut taken = Vec::new();
        while taken.len() < QUOTED_LINES {
            let Some(next) = pending.pop_front().or_else(|| source.next()) else { break };
            taken.push(next);
            joined.push('\n');
            joined.push_str(next.text);
            if let Some(cells) = split(&joined, separator) {
                return row(cells);
            }
        }
        for next in taken.into_iter().rev() {
            pending.push_front(next);
        }
        row(unquoted(line.text, separator))
    })
}

/// The cells that are read, and whether something stands behind them.
type Cells = (Vec<Cell>, bool);

fn unquoted(line: &str, separator: char) -> Cells {
    let mut parts = line.split(separator);
    let cells = parts.by_ref().take(COLUMNS).map(Cell::of_text).collect();
    (cells, parts.any(|part| !part.trim().is_empty()))
}

/// The cells of a line; `None` when a quoted cell does not end in it.
fn split(line: &str, separator: char) -> Option<Cells> {
    if !line.contains('"') {
        return Some(unquoted(line, separator));
    }
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        if cells.len() == COLUMNS {
            return Some((cells, rest.chars().any(|c| c != separator && !c.is_whitespace())));
        }
        let start = rest.trim_start_matches(' ');
        if let Some(mut quoted) = start.strip_prefix('"') {
            let mut text = String::new();
            let after = loop {
                let (inside, behind) = quoted.split_once('"')?;
                text.push_str(inside);
                match behind.strip_prefix('"') {
                    Some(more) => {
                        text.push('"');
                        quoted = more;
                    }
                    None => break behind,
                }
            };
            let (tail, next) = match after.split_once(separator) {
                Some((tail, next)) => (tail, Some(next)),
                None => (after, None),
            };
            text.push_str(tail);
            cells.push(Cell::of_text(&text));
            match next {
                Some(next) => rest = next,
                None => return Some((cells, false)),
            }
        } else {
            let Some((cell, next)) = rest.split_once(separator) else {
                cells.push(Cell::of_text(rest));
                return Some((cells, false));
            };
            cells.push(Cell::of_text(cell));
            rest = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell::sheet_and_row;
    use super::*;

    fn texts(text: &str) -> Vec<(u64, Vec<String>)> {
        rows(text, false)
            .map(|row| (sheet_and_row(row.place).1, row.cells.into_iter().map(|cell| cell.text).collect()))
            .collect()
    }

    #[test]
    fn lines_keep_their_numbers_whatever_is_quoted() {
        let rows = texts("a,\"b\nc\",d\n\n\"x \"\"y\"\"\",2\n");
        assert_eq!(rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(rows[0].1, ["a", "b\nc", "d"]);
        assert_eq!(rows[2].1, ["x \"y\"", "2"]);
    }

    #[test]
    fn a_mark_that_is_never_closed_takes_no_other_line() {
        let mut text = String::from("a,\"b,c\n");
        for _ in 0..100 {
            text.push_str("1,2,3\n");
        }
        let rows = texts(&text);
        assert_eq!(rows.len(), 101);
        assert_eq!(rows[0].1, ["a", "\"b", "c"]);
    }

    #[test]
    fn seconds_of_arc_are_no_quotation() {
        assert_eq!(texts("J1,38°25'30.5\",112°30'00\"\n")[0].1, ["J1", "38°25'30.5\"", "112°30'00\""]);
    }
}
