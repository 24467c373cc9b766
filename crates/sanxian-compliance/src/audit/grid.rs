//! Tables as files hold them: a row of headings, rows of texts, and a row of totals where the file keeps it apart.

use std::path::Path;

use arrow_array::RecordBatch;
use calamine::{Data, Reader};
use serde_json::Value;

use crate::attribute::{numbers, position, texts};
use crate::scheme::decode;

/// Texts in rows and columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Grid {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// The totals that stand beside the rows, under the same columns.
    pub(super) total: Option<Vec<String>>,
}

impl Grid {
    /// Reads a table by the suffix of its file. `part` is the sheet of a workbook, or the dotted key of a TOML or JSON file;
    /// `header_row` the row of a workbook or of separated values that holds the headings, from 1.
    pub(super) fn read(path: &Path, part: Option<&str>, header_row: Option<usize>) -> Result<Self, String> {
        let suffix = path.extension().map(|suffix| suffix.to_string_lossy().to_ascii_lowercase());
        match suffix.as_deref() {
            Some("csv" | "tsv") => Self::from_separated(path, suffix.as_deref() == Some("tsv"), header_row),
            Some("xlsx" | "xlsm" | "xls" | "ods") => Self::from_workbook(path, part, header_row),
            Some("json") => {
                let value: Value =
                    serde_json::from_str(&text_of(path)?).map_err(|error| error.to_string())?;
                Self::from_value(select(&value, part)?)
            }
            Some("toml") => {
                let table: toml::Table = text_of(path)?
                    .parse()
                    .map_err(|error: toml::de::Error| error.message().replace('\n', ", "))?;
                let value = serde_json::to_value(table).map_err(|error| error.to_string())?;
                Self::from_value(select(&value, part)?)
            }
            _ if header_row.is_some() => Err("has its headings in `columns`, not in a row".to_owned()),
            _ => Err("is none of .csv, .tsv, .xlsx, .xls, .ods, .toml, .json".to_owned()),
        }
    }

    fn from_separated(path: &Path, is_tabs: bool, header_row: Option<usize>) -> Result<Self, String> {
        let text = text_of(path)?;
        let above = header_row.unwrap_or(1) - 1;
        let text: String = text.split_inclusive('\n').skip(above).collect();
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .delimiter(if is_tabs { b'\t' } else { b',' })
            .from_reader(text.as_bytes());
        let columns =
            reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
        let rows = reader
            .records()
            .map(|record| Ok(record.map_err(|error| error.to_string())?.iter().map(str::to_owned).collect()))
            .collect::<Result<_, String>>()?;
        Ok(Self { columns, rows, total: None })
    }

    /// The first row that has anything in it holds the headings, unless another is named.
    fn from_workbook(path: &Path, sheet: Option<&str>, header_row: Option<usize>) -> Result<Self, String> {
        let mut workbook = calamine::open_workbook_auto(path).map_err(|error| error.to_string())?;
        let names = workbook.sheet_names();
        let name = match sheet {
            Some(sheet) => sheet.to_owned(),
            None => names.first().cloned().ok_or("has no sheet")?,
        };
        let range = workbook
            .worksheet_range(&name)
            .map_err(|error| format!("sheet `{name}`: {error}; the sheets are {}", names.join(", ")))?;
        // A range begins at the first row that has anything in it.
        let first = range.start().map_or(0, |(row, _)| row as usize);
        let above = header_row.map_or(0, |row| (row - 1).saturating_sub(first));
        let mut rows = range
            .rows()
            .skip(above)
            .map(|row| row.iter().map(text_of_cell).collect::<Vec<_>>())
            .filter(|row| row.iter().any(|text| !text.is_empty()));
        let columns = rows.next().ok_or("is empty")?;
        Ok(Self { columns, rows: rows.collect(), total: None })
    }

    /// `{"columns": [..], "rows": [[..], ..], "total": [..]}`; `cols` and `stated_total` are understood as well.
    pub(super) fn from_value(value: &Value) -> Result<Self, String> {
        let list = |keys: [&str; 2]| keys.iter().find_map(|key| value.get(key)).and_then(Value::as_array);
        let texts = |values: &Vec<Value>| values.iter().map(text_of_value).collect::<Vec<_>>();
        let columns = texts(list(["columns", "cols"]).ok_or("has no list `columns`")?);
        let rows = list(["rows", "rows"]).ok_or("has no list `rows`")?;
        let rows = rows
            .iter()
            .enumerate()
            .map(|(at, row)| row.as_array().map(texts).ok_or_else(|| format!("row {} is no list", at + 1)))
            .collect::<Result<Vec<_>, String>>()?;
        let total = list(["total", "stated_total"]).map(|values| {
            let mut total = texts(values);
            // Totals are often written without the label that stands before them.
            while total.len() < columns.len() {
                total.insert(0, String::new());
            }
            total
        });
        Ok(Self { columns, rows, total })
    }

    /// A table in memory. Numbers that were computed count as known to the sixth decimal.
    pub(super) fn from_batch(batch: &RecordBatch) -> Self {
        let schema = batch.schema();
        let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
        let text_of = |name: &&String| match numbers(batch, name) {
            Some(numbers) if is_real(batch, name) => {
                numbers.into_iter().map(|number| number.map(|number| format!("{number:.6}"))).collect()
            }
            _ => texts(batch, name).unwrap_or_else(|| vec![None; batch.num_rows()]),
        };
        let columns: Vec<Vec<Option<String>>> = names.iter().map(text_of).collect();
        let cell = |row: usize| {
            move |column: &Vec<Option<String>>| column.get(row).cloned().flatten().unwrap_or_default()
        };
        let rows = (0..batch.num_rows()).map(|row| columns.iter().map(cell(row)).collect()).collect();
        Self { columns: names.into_iter().cloned().collect(), rows, total: None }
    }

    /// Fails at the first row that is not as long as the headings.
    pub(super) fn check_lengths(&self) -> Result<(), String> {
        let wide = self.columns.len();
        let odd = self.rows.iter().chain(&self.total).enumerate().find(|(_, row)| row.len() != wide);
        odd.map_or(Ok(()), |(at, row)| {
            Err(format!("row {} has {} cells, the headings are {wide}", at + 1, row.len()))
        })
    }
}

fn is_real(batch: &RecordBatch, name: &str) -> bool {
    position(batch, name).is_some_and(|at| batch.column(at).data_type().is_floating())
}

fn text_of(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    Ok(decode(&bytes).ok_or("is neither UTF-8 nor GBK")?.0)
}

fn select<'v>(value: &'v Value, part: Option<&str>) -> Result<&'v Value, String> {
    part.map_or(Ok(value), |part| {
        // A key may itself hold a dot; a whole key goes before a path.
        let whole = value.get(part);
        let nested = || part.split('.').try_fold(value, |value, key| value.get(key));
        whole.or_else(nested).ok_or_else(|| format!("has no table `{part}`"))
    })
}

fn text_of_value(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

fn text_of_cell(cell: &Data) -> String {
    match cell {
        // What was typed, trailing zeros aside. A spreadsheet shows fifteen digits; what stands behind them is dust of its sums.
        Data::Float(number) => format!("{number:.14e}").parse().unwrap_or(*number).to_string(),
        other => other.to_string().trim().to_owned(),
    }
}
