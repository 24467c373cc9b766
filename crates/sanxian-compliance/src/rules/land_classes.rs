//! Land classes: codes of one classification and year, and where each belongs among the three classes of land.

use super::error::RuleError;
use crate::digest::sha256_hex;
use crate::keys::KeyFault;

/// The tables of `rules/land_classes`. The file's stem is the classification's id.
const EMBEDDED: [(&str, &str, &str); 4] = [
    ("survey-3", "第三次全国国土调查", include_str!("../../rules/land_classes/survey-3.csv")),
    ("survey-2", "第二次全国土地调查", include_str!("../../rules/land_classes/survey-2.csv")),
    ("sea-land-2020", "用地用海分类指南(2020)", include_str!("../../rules/land_classes/sea-land-2020.csv")),
    ("sea-land-2023", "用地用海分类指南(2023)", include_str!("../../rules/land_classes/sea-land-2023.csv")),
];

/// One classification of land with its year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandClassification {
    /// Identifier, e.g. `survey-3`. A layer has to say which one it uses: code 1001 is a railway in one and not in another.
    pub id: &'static str,
    /// Chinese name.
    pub title: &'static str,
    /// Its codes.
    pub classes: Vec<LandClass>,
    pub(super) sha256: String,
}

/// One code and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandClass {
    /// The code, or the beginning of all codes it stands for.
    pub code: String,
    /// True when longer codes that start so belong here too.
    pub is_prefix: bool,
    /// Chinese name.
    pub name: String,
    /// Where it is counted.
    pub group: LandGroup,
}

/// A column of the table of present land use. The first nine are farm land (农用地).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LandGroup {
    /// 水田.
    Paddy,
    /// 水浇地.
    Irrigated,
    /// 旱地.
    Dry,
    /// 园地.
    Garden,
    /// 林地.
    Forest,
    /// 草地 that is farm land.
    Grass,
    /// 田坎.
    Ridge,
    /// 其他农用地.
    OtherAgricultural,
    /// 建设用地.
    Construction,
    /// 未利用地.
    Unused,
}

impl LandGroup {
    /// Every group, in the order of the table.
    pub const ALL: [Self; 10] = [
        Self::Paddy,
        Self::Irrigated,
        Self::Dry,
        Self::Garden,
        Self::Forest,
        Self::Grass,
        Self::Ridge,
        Self::OtherAgricultural,
        Self::Construction,
        Self::Unused,
    ];

    /// The word of the code tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paddy => "paddy",
            Self::Irrigated => "irrigated",
            Self::Dry => "dry",
            Self::Garden => "garden",
            Self::Forest => "forest",
            Self::Grass => "grass",
            Self::Ridge => "ridge",
            Self::OtherAgricultural => "other_agricultural",
            Self::Construction => "construction",
            Self::Unused => "unused",
        }
    }

    /// The class among three: `agricultural`, `construction` or `unused`.
    pub fn land_class(self) -> &'static str {
        match self {
            Self::Construction => "construction",
            Self::Unused => "unused",
            _ => "agricultural",
        }
    }

    /// True for 耕地, from which ridges are deducted.
    pub fn is_cropland(self) -> bool {
        matches!(self, Self::Paddy | Self::Irrigated | Self::Dry)
    }
}

impl LandClassification {
    /// The class of a code; the longest that fits. `None` for a code the table does not know.
    pub fn class_of(&self, code: &str) -> Option<&LandClass> {
        let code = code.trim();
        let fits = |class: &&LandClass| {
            class.code.eq_ignore_ascii_case(code)
                || (class.is_prefix && code.get(..class.code.len()).is_some_and(|start| start == class.code))
        };
        self.classes.iter().filter(fits).max_by_key(|class| class.code.len())
    }
}

/// Reads the embedded tables.
pub(super) fn read_embedded() -> Result<Vec<LandClassification>, RuleError> {
    EMBEDDED.into_iter().map(|(id, title, text)| read(id, title, text)).collect()
}

fn read(id: &'static str, title: &'static str, text: &str) -> Result<LandClassification, RuleError> {
    let file = format!("land_classes/{id} (embedded)");
    let fault = |line: usize, value: &str, expected: &str| RuleError::Key {
        file: file.clone(),
        rule: None,
        key: format!("line {line}"),
        fault: KeyFault::BadValue { value: value.to_owned(), expected: expected.to_owned() },
    };
    let mut classes: Vec<LandClass> = Vec::new();
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#') && !line.is_empty());
    // The header is the first line that is not a comment.
    for (line, number) in lines.skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [code, how, name, class, group] = fields.as_slice() else {
            return Err(fault(number, line, "a line of code, match, name, class and group"));
        };
        let group = LandGroup::ALL
            .into_iter()
            .find(|known| known.as_str() == *group && known.land_class() == *class)
            .ok_or_else(|| fault(number, line, "a known group of its class"))?;
        if classes.iter().any(|earlier| earlier.code == *code) {
            return Err(fault(number, code, "a code that is listed once"));
        }
        classes.push(LandClass {
            code: (*code).to_owned(),
            is_prefix: *how == "prefix",
            name: (*name).to_owned(),
            group,
        });
    }
    Ok(LandClassification { id, title, classes, sha256: sha256_hex(text.as_bytes()) })
}
