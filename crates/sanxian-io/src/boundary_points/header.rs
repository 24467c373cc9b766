//! The header of a text: keys as regions spell them, and what they mean.

use sanxian_geodesy::{Datum, Zone, ZoneWidth};

use super::line::fold_all;

const DATUM_KEYS: [&str; 4] = ["坐标系", "坐标系统", "大地坐标系", "坐标系名称"];
const ZONE_KEYS: [&str; 3] = ["带号", "投影带号", "分带号"];
const MERIDIAN_KEYS: [&str; 2] = ["中央子午线", "中央经线"];
const WIDTH_KEYS: [&str; 4] = ["几度分带", "分带", "度带", "分带类型"];
const UNIT_KEYS: [&str; 3] = ["计量单位", "单位", "坐标单位"];
const PRECISION_KEYS: [&str; 2] = ["精度", "坐标精度"];

/// Whether a key says something that follows from the frame and the coordinates themselves, in whatever words.
pub(crate) fn is_decided(key: &str) -> bool {
    let key = folded_key(key);
    let known: [&[&str]; 7] =
        [&DATUM_KEYS, &ZONE_KEYS, &MERIDIAN_KEYS, &WIDTH_KEYS, &UNIT_KEYS, &PRECISION_KEYS, &["投影类型"]];
    known.into_iter().flatten().any(|known| *known == key)
}

fn folded_key(key: &str) -> String {
    key.chars().map(fold_all).filter(|character| !character.is_whitespace()).collect()
}

/// Keys and values in the file's order and spelling.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    pub(crate) entries: Vec<(String, String)>,
    /// Line of each entry.
    pub(crate) lines: Vec<u64>,
}

/// What the header says about the datum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DeclaredDatum {
    Missing,
    Known(Datum),
    Unknown(String),
}

impl Header {
    pub(crate) fn push(&mut self, key: &str, value: &str, line: u64) {
        self.entries.push((key.to_owned(), value.to_owned()));
        self.lines.push(line);
    }

    /// Value of the first entry whose key is one of `keys`, folded and without blanks; `None` when empty.
    fn value(&self, keys: &[&str]) -> Option<(String, u64)> {
        let entries = self.entries.iter().zip(&self.lines);
        entries
            .filter(|((key, _), _)| keys.contains(&folded_key(key).as_str()))
            .map(|((_, value), &line)| (value.trim().chars().map(fold_all).collect::<String>(), line))
            .find(|(value, _)| !value.is_empty())
    }

    /// True when a key is one that the format or an office's habit knows.
    pub(crate) fn has_known_key(&self) -> bool {
        const WORDS: [&str; 8] = ["坐标", "带", "精度", "单位", "版本", "投影", "参数", "日期"];
        self.entries.iter().any(|(key, _)| WORDS.iter().any(|word| key.contains(word)))
    }

    pub(super) fn datum(&self) -> DeclaredDatum {
        let Some((value, _)) = self.value(&DATUM_KEYS) else {
            return DeclaredDatum::Missing;
        };
        let upper = value.to_uppercase();
        if upper.contains("2000") || upper.contains("CGCS") {
            DeclaredDatum::Known(Datum::Cgcs2000)
        } else if upper.contains("WGS") {
            DeclaredDatum::Known(Datum::Wgs84)
        } else if upper.contains("80") {
            DeclaredDatum::Known(Datum::Xian80)
        } else if upper.contains("54") {
            DeclaredDatum::Known(Datum::Beijing54)
        } else {
            DeclaredDatum::Unknown(value)
        }
    }

    /// The zone, or the value that is none.
    pub(super) fn zone(&self) -> Option<(Result<Zone, String>, u64)> {
        let (value, line) = self.value(&ZONE_KEYS)?;
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let zone = digits.parse::<u32>().ok().and_then(|number| Zone::new(number).ok());
        Some((zone.ok_or(value), line))
    }

    /// The meridian in degrees and the zone that it is the middle of, where it is one of the frame's.
    pub(super) fn zone_of_meridian(&self) -> Option<(f64, Zone, u64)> {
        let (value, line) = self.value(&MERIDIAN_KEYS)?;
        let digits: String = value
            .chars()
            .skip_while(|character| !character.is_ascii_digit())
            .take_while(|character| character.is_ascii_digit() || *character == '.')
            .collect();
        let meridian_deg: f64 = digits.parse().ok()?;
        let width = self.zone_width().unwrap_or(ZoneWidth::Three);
        Some((meridian_deg, Zone::with_central_meridian(width, meridian_deg)?, line))
    }

    pub(super) fn zone_width(&self) -> Option<ZoneWidth> {
        let (value, _) = self.value(&WIDTH_KEYS)?;
        match value.chars().find(char::is_ascii_digit) {
            Some('3') => Some(ZoneWidth::Three),
            Some('6') => Some(ZoneWidth::Six),
            _ => match value.chars().next() {
                Some('三') => Some(ZoneWidth::Three),
                Some('六') => Some(ZoneWidth::Six),
                _ => None,
            },
        }
    }

    /// True when the unit is a degree.
    pub(crate) fn in_degrees(&self) -> bool {
        self.value(&UNIT_KEYS).is_some_and(|(value, _)| value.contains('度'))
    }

    /// Rounding of the coordinates in their unit. Written as a length (0.001) or as a count of decimals (3).
    pub(super) fn precision(&self) -> Option<f64> {
        let value = self.value(&PRECISION_KEYS)?.0.parse::<f64>().ok()?;
        if value > 0.0 && value < 1.0 {
            Some(value)
        } else if (1.0..=12.0).contains(&value) && value.fract() == 0.0 {
            Some(10_f64.powi(-(value as i32)))
        } else {
            None
        }
    }
}
