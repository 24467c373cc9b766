//! A layer's name against the names of the kinds.

use super::LayerKind;

/// A name of a kind that was found in a layer's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameMatch {
    /// The kind's name, e.g. `DLTB`.
    pub name: String,
    /// True when the layer is called just so; false when its name says more, as `140902DLTB_2020` does.
    pub is_whole: bool,
}

/// For each kind the name of it that `layer` holds: the whole one, else the longest.
///
/// Letters count in either case and as words of their own: `JDLTB` is not called `DLTB`. A name that is part of a longer
/// one of another kind does not count.
pub(super) fn name_matches(kinds: &[LayerKind], layer: &str) -> Vec<Option<NameMatch>> {
    let layer = folded(layer);
    let mut hits: Vec<(usize, &str, usize, usize)> = Vec::new();
    for (kind, of) in kinds.iter().enumerate() {
        for name in &of.names {
            let folded = folded(name);
            hits.extend(
                places(&layer, &folded).map(|start| (kind, name.as_str(), start, start + folded.len())),
            );
        }
    }
    let is_inside = |&(_, _, start, end): &(usize, &str, usize, usize)| {
        hits.iter().any(|&(_, _, from, to)| from <= start && end <= to && to - from > end - start)
    };
    let outer: Vec<_> = hits.iter().filter(|hit| !is_inside(hit)).collect();
    (0..kinds.len())
        .map(|kind| {
            let of_kind = outer.iter().filter(|hit| hit.0 == kind);
            of_kind.max_by_key(|hit| hit.3 - hit.2).map(|&&(_, name, start, end)| NameMatch {
                name: name.to_owned(),
                is_whole: start == 0 && end == layer.len(),
            })
        })
        .collect()
}

/// Upper case, and full-width letters and digits as ordinary ones.
pub(super) fn folded(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.trim().chars().map(half).flat_map(char::to_uppercase).collect()
}

fn places<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    text.match_indices(name).map(|(start, _)| start).filter(move |&start| {
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let after = text.get(start + name.len()..).and_then(|text| text.chars().next());
        !(is_letter(name.chars().next()) && is_letter(before)
            || is_letter(name.chars().next_back()) && is_letter(after))
    })
}
