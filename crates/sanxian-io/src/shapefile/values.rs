//! Numbers and dates as a .dbf writes them.

use super::charset;

/// Digits that always fit 64 bits.
const INT64_WIDTH: usize = 18;

/// True for digits alone, which are the rule and cheap to see.
pub(super) fn is_whole(value: &[u8]) -> bool {
    digits(ascii(value)).is_some()
}

/// A value, none, or the code of a finding and its words.
pub(super) type Oddly<T> = Result<Option<T>, (&'static str, &'static str)>;

fn ascii(value: &[u8]) -> &[u8] {
    charset::trimmed(value).trim_ascii()
}

/// The whole number that up to 18 digits are; `None` for anything else, a sign included.
fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > INT64_WIDTH {
        return None;
    }
    text.iter().try_fold(0_i64, |value, &byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + i64::from(digit))
    })
}

pub(super) const OVERFLOW: (&str, &str) = ("number_overflow", "溢出(****),按空读");
/// 10^18, the first whole number with more than 18 digits.
const LARGEST_WHOLE: f64 = 1e18;

/// Powers of ten that a double holds exactly.
const TENS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
/// Whole numbers below this are doubles exactly.
const EXACT: u64 = 1 << 53;

/// A number of digits and one point. Numerator and power of ten are exact, so one division gives the nearest double
/// (Clinger, How to read floating point numbers accurately, 1990); `None` for whatever needs more thought.
fn plain_decimal(text: &[u8]) -> Option<f64> {
    let (negative, mut text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    // GDAL writes 1234.560000000000000: noughts at the end of a fraction are nothing.
    if text.len() > 17 && text.contains(&b'.') {
        let end = text.iter().rposition(|&byte| byte != b'0').map_or(0, |last| last + 1);
        text = text.get(..end).unwrap_or_default();
    }
    if text.is_empty() || text.len() > 17 {
        return None;
    }
    let mut value = 0_u64;
    let mut decimals = None;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            value = value * 10 + u64::from(digit);
            decimals = decimals.map(|places: usize| places + 1);
        } else if byte == b'.' && decimals.is_none() {
            decimals = Some(0);
        } else {
            return None;
        }
    }
    let power = *TENS.get(decimals.unwrap_or(0))?;
    if value >= EXACT || text == b"." {
        return None;
    }
    let value = value as f64 / power;
    Some(if negative { -value } else { value })
}

pub(super) fn number(value: &[u8]) -> Oddly<f64> {
    let digits = ascii(value);
    if let Some(value) = plain_decimal(digits) {
        return Ok(Some(value));
    }
    match digits {
        [] => Ok(None),
        // dBASE fills the field with asterisks when a number does not fit.
        [b'*', ..] => Err(OVERFLOW),
        _ => {
            let text = std::str::from_utf8(digits).unwrap_or_default();
            let parsed = text.parse::<f64>().or_else(|_| text.replacen(',', ".", 1).parse::<f64>());
            match parsed {
                Ok(value) if value.is_finite() => Ok(Some(value)),
                _ => Err(("number_not_understood", "不是数值,按空读")),
            }
        }
    }
}

pub(super) fn whole_number(value: &[u8]) -> Oddly<i64> {
    let text = ascii(value);
    if let Some(value) = digits(text) {
        return Ok(Some(value));
    }
    match std::str::from_utf8(text).unwrap_or_default().parse::<i64>() {
        Ok(value) => Ok(Some(value)),
        // "12.0" or "1e3" in a field without decimals.
        Err(_) => match number(value)? {
            Some(value) if value.abs() >= LARGEST_WHOLE => Err(OVERFLOW),
            value => Ok(value.map(|value| value as i64)),
        },
    }
}

/// Days since 1970-01-01 of `YYYYMMDD`.
pub(super) fn date(value: &[u8]) -> Oddly<i32> {
    let text = ascii(value);
    if text.iter().all(|&byte| byte == b'0') {
        return Ok(None);
    }
    let found = digits(text).filter(|_| text.len() == 8).and_then(|number| civil_date(number as i32));
    found.map(Some).ok_or(("date_not_understood", "不是日期,按空读"))
}

/// Days of a date written as the number YYYYMMDD.
fn civil_date(number: i32) -> Option<i32> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=length).contains(&day).then(|| days_from_civil(year, month, day))
}

/// Howard Hinnant's algorithm: years begin in March, so that the leap day comes last.
const fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// `YYYYMMDD` of days since 1970-01-01; `None` outside the years 1 to 9999.
pub(super) fn date_text(days: i32) -> Option<String> {
    let days = i64::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (1..=9999).contains(&year).then(|| format!("{year:04}{month:02}{day:02}"))
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
