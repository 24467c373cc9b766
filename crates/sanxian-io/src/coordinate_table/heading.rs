//! Headings: which column holds what, and the words that stand before a value in a title row.

use crate::boundary_points::fold_all;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    PointId,
    Sequence,
    Ring,
    /// X in the Chinese order: northing, or latitude.
    North(Kind),
    /// Y in the Chinese order: easting, or longitude.
    East(Kind),
    Side,
    PlotId,
    PlotName,
    Area(Option<&'static str>),
    Use,
    LandClass,
    MapSheet,
}

/// How a coordinate is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plane,
    Degrees,
    /// Degrees, minutes and seconds packed as DDD.MMSSss.
    Packed,
    /// Degrees, minutes and seconds in three columns side by side.
    Parts,
}

/// Folded, lower case, without blanks.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .map(fold_all)
        .filter(|character| !character.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The text before and inside its brackets.
fn split_brackets(text: &str) -> (&str, &str) {
    match text.split_once(['(', '[', '/']) {
        Some((before, inside)) => (before, inside.trim_end_matches([')', ']'])),
        None => (text, ""),
    }
}

/// The unit that stands in a heading, as areas are written with it.
pub(super) fn area_unit(text: &str) -> Option<&'static str> {
    let units: [(&[&str], &str); 3] =
        [(&["公顷", "hm", "ha"], "公顷"), (&["平方米", "㎡", "m2", "m²"], "平方米"), (&["亩", "mu"], "亩")];
    units.into_iter().find_map(|(words, unit)| words.iter().any(|word| text.contains(word)).then_some(unit))
}

/// The meaning of a heading; `None` when it has none here.
pub(super) fn role(text: &str) -> Option<Role> {
    const LONGEST_HEADING: usize = 24;
    if text.chars().count() > LONGEST_HEADING {
        return None;
    }
    let whole = folded(text);
    let (bare, inside) = split_brackets(&whole);
    let bare = bare.trim_end_matches('.');
    let contains = |words: &[&str]| words.iter().any(|word| bare.contains(word));
    let is = |words: &[&str]| words.contains(&bare);
    let angle = || {
        let packed = whole.contains("dms") || whole.contains("度分秒") || whole.contains("ddd.mm");
        if packed { Kind::Packed } else { Kind::Degrees }
    };
    if contains(&["边长", "间距", "距离", "sidelength", "side_length", "distance"])
        || is(&["side", "length", "len", "s", "length_m", "side_m"])
    {
        return Some(Role::Side);
    }
    if contains(&["经度", "纬度"]) && (is_minutes(bare) || is_seconds(bare)) {
        // It belongs to the degrees to its left.
        return None;
    }
    if contains(&["经度"]) || is(&["lon", "longitude", "lng", "long", "经", "l", "lon_deg", "longitude_deg"])
    {
        return Some(Role::East(angle()));
    }
    if contains(&["纬度"]) || is(&["lat", "latitude", "纬", "b", "lat_deg", "latitude_deg"]) {
        return Some(Role::North(angle()));
    }
    if contains(&["纵坐标", "北坐标", "北向", "northing"]) || is(&["北", "n", "north", "纵", "point_y"])
    {
        return Some(Role::North(Kind::Plane));
    }
    if contains(&["横坐标", "东坐标", "东向", "easting"]) || is(&["东", "e", "east", "横", "point_x"])
    {
        return Some(Role::East(Kind::Plane));
    }
    if let Some(role) = letter(bare, inside) {
        return Some(role);
    }
    if contains(&["点号", "点名", "界址点编号", "界址点", "拐点", "桩号", "点编号"])
        || is(&["point", "pointid", "point_id", "pointno", "point_no", "pointname", "pt", "jzdh", "编号"])
    {
        return Some(Role::PointId);
    }
    if contains(&["圈号", "环号", "圈"]) || is(&["ring", "ringid", "ring_id", "ringno"]) {
        return Some(Role::Ring);
    }
    if is(&["序号", "no", "index", "id", "fid", "objectid"]) {
        return Some(Role::Sequence);
    }
    plot_role(bare, &whole)
}

/// Whether a heading names the minutes of an angle whose degrees stand to its left.
pub(super) fn is_minutes(text: &str) -> bool {
    let text = folded(text);
    text.ends_with('分') || matches!(text.as_str(), "′" | "'" | "min" | "minutes")
}

/// Whether a heading names the seconds of an angle.
pub(super) fn is_seconds(text: &str) -> bool {
    let text = folded(text);
    text.ends_with('秒') || matches!(text.as_str(), "″" | "\"" | "sec" | "seconds")
}

/// X and Y alone, with the word coordinate, a value or a unit; brackets may say which way the letter points.
fn letter(bare: &str, inside: &str) -> Option<Role> {
    let mut rest = bare;
    for word in ["坐标值", "坐标", "coordinate", "coord", "值", "_", "-", "轴"] {
        rest = rest.trim_start_matches(word).trim_end_matches(word);
    }
    // 2000X, x_2000: the datum beside the letter.
    for word in ["cgcs", "国家", "2000", "1980", "1954", "_"] {
        rest = rest.trim_start_matches(word).trim_end_matches(word);
    }
    if !matches!(rest, "x" | "y" | "") {
        return None;
    }
    let is_north = match inside {
        "北" | "n" | "北向" | "northing" => true,
        "东" | "e" | "东向" | "easting" => false,
        _ if rest.is_empty() => return None,
        _ => rest == "x",
    };
    Some(if is_north { Role::North(Kind::Plane) } else { Role::East(Kind::Plane) })
}

fn plot_role(bare: &str, whole: &str) -> Option<Role> {
    let is = |words: &[&str]| words.contains(&bare);
    if is(&["地块编号", "地块号", "宗地号", "宗地编号", "宗地代码", "图斑编号", "图斑号", "地块", "宗地"])
        || is(&["plot_id", "plotid", "plot", "plotno", "plot_no", "parcel", "dkbh"])
    {
        return Some(Role::PlotId);
    }
    if is(&["地块名称", "地块名", "宗地名称", "片区名称", "plot_name", "plotname", "dkmc"]) {
        return Some(Role::PlotName);
    }
    let is_area = is(&["地块面积", "面积", "用地面积", "宗地面积", "总面积", "合计面积", "面积合计"])
        || is(&["area", "plot_area", "declared_area_ha", "area_ha", "area_m2", "area_mu", "dkmj"]);
    if is_area {
        return Some(Role::Area(area_unit(whole)));
    }
    if is(&["地块用途", "用途", "土地用途", "use", "dkyt"]) {
        return Some(Role::Use);
    }
    if is(&["地类编码", "地类", "地类名称", "land_class", "dlbm"]) {
        return Some(Role::LandClass);
    }
    is(&["图幅号", "图幅", "map_sheet", "tfh"]).then_some(Role::MapSheet)
}

/// Words of title rows about the whole table, longest first; their values go into the header.
const TABLE_KEYS: [&str; 22] = [
    "大地坐标系",
    "坐标系名称",
    "中央子午线",
    "坐标系统",
    "坐标单位",
    "坐标精度",
    "投影带号",
    "几度分带",
    "分带类型",
    "计量单位",
    "中央经线",
    "方案名称",
    "项目名称",
    "坐标系",
    "投影带",
    "分带号",
    "带号",
    "度带",
    "分带",
    "单位",
    "精度",
    "高程系",
];

/// A pair of a title row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) value: String,
}

/// True when a cell is nothing but a key, whose value stands in a cell to its right.
pub(super) fn is_lone_key(text: &str) -> bool {
    let key = folded(text.trim_end_matches([':', '：']));
    let (bare, _) = split_brackets(&key);
    let plot_key = matches!(
        role(&key),
        Some(Role::PlotId | Role::PlotName | Role::Area(_) | Role::Use | Role::LandClass | Role::MapSheet)
    );
    plot_key || TABLE_KEYS.contains(&bare)
}

/// All `key:value` pairs of a cell; a cell may hold several, one behind the other.
pub(super) fn pairs(text: &str) -> Vec<Pair> {
    let is_sign = |character: char| matches!(character, ':' | '：' | '=' | '＝');
    let mut pairs: Vec<Pair> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(is_sign) {
        // What stands before the sign is the last value, then the next key, with blanks or punctuation between them.
        let (value, key) = if pairs.is_empty() {
            ("", before)
        } else {
            let Some(start) = key_start(before) else {
                // Not a key of ours: a clock time, a ratio. It belongs to the value.
                if let Some(last) = pairs.last_mut() {
                    last.value.push_str(before);
                    last.value.push(':');
                }
                rest = after;
                continue;
            };
            before.split_at(start)
        };
        if let Some(last) = pairs.last_mut() {
            last.value.push_str(value);
        }
        pairs.push(Pair { key: key.trim().to_owned(), value: String::new() });
        rest = after;
    }
    if let Some(last) = pairs.last_mut() {
        last.value.push_str(rest);
    }
    for pair in &mut pairs {
        let ends = |character: char| {
            character.is_whitespace() || matches!(character, ',' | '，' | ';' | '；' | '、')
        };
        pair.value = pair.value.trim_matches(ends).to_owned();
    }
    pairs.retain(|pair| !pair.key.is_empty());
    pairs
}

/// Where the key at the end of `text` begins: after the last blank or comma outside brackets.
fn key_start(text: &str) -> Option<usize> {
    let trimmed = text.trim_end();
    let start = trimmed
        .char_indices()
        .rev()
        .find(|(_, character)| {
            character.is_whitespace() || matches!(character, ',' | '，' | ';' | '；' | '、')
        })
        .map(|(position, character)| position + character.len_utf8())?;
    is_lone_key(trimmed.get(start..)?).then_some(start)
}

/// A datum, zone width or meridian that stands in running text, as `(2000国家大地坐标系,3度带,中央子午线114°)`.
pub(super) fn mentions(text: &str) -> Vec<Pair> {
    let folded = folded(text);
    let pair = |key: &str, value: &str| Pair { key: key.to_owned(), value: value.to_owned() };
    let mut found = Vec::new();
    let datums = [
        (&["2000国家大地坐标系", "国家2000", "cgcs2000", "2000坐标系"][..], "2000国家大地坐标系"),
        (&["西安80", "80西安", "1980西安", "西安1980"][..], "1980西安坐标系"),
        (&["北京54", "54北京", "1954北京", "北京1954"][..], "1954北京坐标系"),
        (&["wgs84", "wgs-84"][..], "WGS84坐标系"),
    ];
    if let Some((_, name)) = datums.iter().find(|(words, _)| words.iter().any(|word| folded.contains(word))) {
        found.push(pair("坐标系", name));
    }
    if ["3度带", "三度带", "3°带", "3度分带"].iter().any(|word| folded.contains(word)) {
        found.push(pair("几度分带", "3"));
    } else if ["6度带", "六度带", "6°带", "6度分带"].iter().any(|word| folded.contains(word)) {
        found.push(pair("几度分带", "6"));
    }
    for (word, key) in [("中央子午线", "中央子午线"), ("中央经线", "中央子午线"), ("带号", "带号")]
    {
        let Some((_, after)) = folded.split_once(word) else { continue };
        let after = after.trim_start_matches(['为', ':', '=', '是']);
        let digits: String = after.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        if !digits.is_empty() {
            found.push(pair(key, &digits));
        }
    }
    found
}

/// What a free title says: a name of a plot, or nothing but what kind of table this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Title {
    /// Of a plot.
    Plot(String),
    /// Of the whole table.
    Table,
    /// A page number, which means nothing.
    Page,
}

/// Sorts a free title.
pub(super) fn title(text: &str) -> Title {
    let text = text.trim();
    if text.starts_with('第') && text.contains('页') || text.starts_with('共') && text.ends_with('页') {
        return Title::Page;
    }
    let mut name = text;
    loop {
        let before = name;
        for word in ["表", "一览", "成果", "坐标", "界址点", "拐点", "边界", "范围", "地块勘测定界"]
        {
            name =
                name.strip_suffix(word).unwrap_or(name).trim_end_matches(['-', '_', ' ', ':', '：']).trim();
        }
        if name == before {
            break;
        }
    }
    if name.is_empty() || ["方案", "项目", "附表", "附件"].iter().any(|word| name.contains(word)) {
        Title::Table
    } else {
        Title::Plot(name.to_owned())
    }
}

#[cfg(test)]
#[path = "heading_tests.rs"]
mod tests;
