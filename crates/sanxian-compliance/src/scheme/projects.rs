use std::path::Path;

use sanxian_io::FileDigest;

use super::error::SchemeError;
use crate::digest::sha256_hex;
use crate::rules::CodeTables;

/// The project table of a scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Projects {
    /// Its rows, in the file's order.
    pub rows: Vec<Project>,
    /// The path as the scheme writes it.
    pub path: Option<String>,
    /// Encoding the text was read in.
    pub encoding: Option<String>,
    /// Name, size and digest of the file.
    pub file: Option<FileDigest>,
}

/// One project on one plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// Its name, as use polygons list it.
    pub name: String,
    /// The plot it lies on, by id or name; a project without one lies wherever a use names it.
    pub plot: Option<String>,
    /// Whether its land is in the public interest.
    pub public_interest: PublicInterest,
    /// What it is to do there (实现功能).
    pub function: Option<String>,
    /// Its land in hectares, as the table states it.
    pub area_ha: Option<f64>,
    /// Hectares to be carried out by year, ascending; empty where the table says nothing.
    pub years: Vec<(i32, f64)>,
    /// Line in the file, counted from 1.
    pub line: u64,
}

/// Whether land is in the public interest, by the classes of `rules/public_interest.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicInterest {
    /// It is, by this class.
    Class(String),
    /// It expressly is not.
    No,
    /// The table does not say; nothing may be concluded.
    NotStated,
}

/// The columns that are read, each with the names it goes by.
const PROJECT: [&str; 4] = ["project", "项目名称", "项目", "name"];
const PLOT: [&str; 5] = ["plot", "涉及地块", "所在地块", "地块", "plot_id"];
const FUNCTION: [&str; 2] = ["function", "实现功能"];
const AREA: [&str; 3] = ["area_ha", "用地面积", "总用地面积"];
const CLASS: [&str; 3] = ["public_interest_class", "公益类别", "公益性类别"];

impl Projects {
    /// Reads a project table: CSV with a header, UTF-8 or GBK.
    ///
    /// # Errors
    /// [`SchemeError::Open`] and [`SchemeError::Projects`] with line and column: a column that is missing, a class that is not known,
    /// a row of another length, bytes that are neither UTF-8 nor GBK.
    pub fn from_csv(path: &Path, written: &str, tables: &CodeTables) -> Result<Self, SchemeError> {
        let bytes =
            std::fs::read(path).map_err(|source| SchemeError::Open { path: path.to_owned(), source })?;
        let fault = |line, reason| SchemeError::Projects { path: path.to_owned(), line, reason };
        let (text, encoding) =
            decode(&bytes).ok_or_else(|| fault(1, "the text is neither UTF-8 nor GBK".to_owned()))?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let csv_fault = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            fault(line, error.to_string())
        };
        let headers = reader.headers().map_err(csv_fault)?.clone();
        let find = |names: &[&str]| {
            headers.iter().position(|header| names.iter().any(|name| name.eq_ignore_ascii_case(header)))
        };
        let missing = |names: &[&str]| fault(1, format!("there is no column `{}`", names.join("` or `")));
        let name_at = find(&PROJECT).ok_or_else(|| missing(&PROJECT))?;
        let class_at = find(&CLASS).ok_or_else(|| missing(&CLASS))?;
        let plot_at = find(&PLOT);
        let (function_at, area_at) = (find(&FUNCTION), find(&AREA));
        let mut year_columns: Vec<(i32, usize)> =
            headers.iter().enumerate().filter_map(|(at, header)| Some((year_of(header)?, at))).collect();
        year_columns.sort_unstable();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(csv_fault)?;
            let line = record.position().map_or(0, csv::Position::line);
            let field = |at: usize| record.get(at).unwrap_or_default();
            if field(name_at).is_empty() {
                return Err(fault(line, format!("column `{}` is empty", PROJECT[0])));
            }
            let public_interest = read_class(field(class_at), tables).ok_or_else(|| {
                let codes: Vec<_> =
                    tables.public_interest_classes.iter().map(|class| class.code.as_str()).collect();
                let class = field(class_at);
                fault(
                    line,
                    format!(
                        "column `{}`: `{class}` is not one of {}, `-` (none) or empty (not stated)",
                        CLASS[0],
                        codes.join(", ")
                    ),
                )
            })?;
            let hectares = |at: usize| {
                let text = field(at);
                let number = text.parse::<f64>().ok().filter(|ha| ha.is_finite() && *ha >= 0.0);
                if text.is_empty() || number.is_some() {
                    return Ok(number);
                }
                let column = headers.get(at).unwrap_or_default();
                Err(fault(line, format!("column `{column}`: `{text}` is not a number of hectares")))
            };
            let mut years = Vec::with_capacity(year_columns.len());
            for &(year, at) in &year_columns {
                if let Some(ha) = hectares(at)? {
                    years.push((year, ha));
                }
            }
            rows.push(Project {
                function: function_at.map(field).filter(|text| !text.is_empty()).map(str::to_owned),
                area_ha: area_at.map(hectares).transpose()?.flatten(),
                years,
                name: field(name_at).to_owned(),
                plot: plot_at.map(field).filter(|plot| !plot.is_empty()).map(str::to_owned),
                public_interest,
                line,
            });
        }
        let file = FileDigest {
            name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            bytes: bytes.len() as u64,
            sha256: sha256_hex(&bytes),
        };
        Ok(Self {
            rows,
            path: Some(written.to_owned()),
            encoding: Some(encoding.to_owned()),
            file: Some(file),
        })
    }
}

/// The year of a column of hectares: `y2022_ha`, `2022年` or `2022年完成面积`.
fn year_of(header: &str) -> Option<i32> {
    let header = header.trim();
    let western = || header.strip_prefix('y')?.strip_suffix("_ha");
    let chinese = || header.strip_suffix("完成面积").unwrap_or(header).strip_suffix('年');
    let digits = western().or_else(chinese)?;
    (digits.len() == 4).then(|| digits.parse().ok()).flatten()
}

fn read_class(text: &str, tables: &CodeTables) -> Option<PublicInterest> {
    if text.is_empty() {
        return Some(PublicInterest::NotStated);
    }
    if tables.not_public_interest.iter().any(|none| none == text) {
        return Some(PublicInterest::No);
    }
    let class = tables.public_interest_classes.iter().find(|class| class.code.eq_ignore_ascii_case(text))?;
    Some(PublicInterest::Class(class.code.clone()))
}

/// Text in UTF-8, with or without its mark, or in GBK.
pub(crate) fn decode(bytes: &[u8]) -> Option<(String, &'static str)> {
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(unmarked) {
        return Some((text.to_owned(), "utf-8"));
    }
    let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text.into_owned(), "gbk"))
}
