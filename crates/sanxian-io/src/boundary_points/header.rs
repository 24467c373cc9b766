//! The header of a text: keys as regions spell them, and what they mean.

use sanxian_geodesy::{Datum, Zone, ZoneWidth};

use super::line::fold_all;

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
            .filter(|((key, _), _)| {
                let key: String =
                    key.chars().map(fold_all).filter(|character| !character.is_whitespace()).collect();
                keys.contains(&key.as_str())
            })
            .map(|((_, value), &line)| (value.trim().chars().map(fold_all).collect::<String>(), line))
            .find(|(value, _)| !value.is_empty())
    }

    /// True when a key is one that the format or an office's habit knows.
    pub(crate) fn has_known_key(&self) -> bool {
        const WORDS: [&str; 8] = ["坐标", "带", "精度", "单位", "版本", "投影", "参数", "日期"];
        self.entries.iter().any(|(key, _)| WORDS.iter().any(|word| key.contains(word)))
    }

    pub(super) fn datum(&self) -> DeclaredDatum {
        let Some((value, _)) = self.value(&["坐标系", "坐标系统", "大地坐标系", "坐标系名称"])
        else {
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
    pub(crate) fn zone(&self) -> Option<(Result<Zone, String>, u64)> {
        let (value, line) = self.value(&["带号", "投影带号", "分带号"])?;
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let zone = digits.parse::<u32>().ok().and_then(|number| Zone::new(number).ok());
        Some((zone.ok_or(value), line))
    }

    pub(crate) fn zone_width(&self) -> Option<ZoneWidth> {
        let (value, _) = self.value(&["几度分带", "分带", "度带", "分带类型"])?;
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
        self.value(&["计量单位", "单位", "坐标单位"]).is_some_and(|(value, _)| value.contains('度'))
    }

    /// Rounding of the coordinates in their unit. Written as a length (0.001) or as a count of decimals (3).
    pub(super) fn precision(&self) -> Option<f64> {
        let value = self.value(&["精度", "坐标精度"])?.0.parse::<f64>().ok()?;
        if value > 0.0 && value < 1.0 {
            Some(value)
        } else if (1.0..=12.0).contains(&value) && value.fract() == 0.0 {
            Some(10_f64.powi(-(value as i32)))
        } else {
            None
        }
    }
}
