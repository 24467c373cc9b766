//! Rows: the one that opens a plot (it ends in `@`) and the ones that hold a boundary point.

use crate::boundary_points::{PlotRow, PointRow, TextFault, fold_all, fold_structure, number};

/// Field of a plot row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Count,
    Area,
    Id,
    Name,
    Kind,
    MapSheet,
    Use,
    LandClass,
    Other,
}

/// The fields before the `@` of a plot row; `None` when the line is none.
pub(super) fn plot_fields(text: &str) -> Option<Vec<&str>> {
    let body = text.trim().trim_end_matches([',', '，', ' ']);
    let body = body.strip_suffix('@').or_else(|| body.strip_suffix('＠'))?;
    // A full-width comma separates only where half-width ones are absent: names may contain it.
    let comma = if body.contains(',') { ',' } else { '，' };
    // One comma belongs to the `@`; more would be empty fields.
    Some(body.strip_suffix(comma).unwrap_or(body).split(comma).map(str::trim).collect())
}

/// Whether a plot row has full-width signs between its fields; those in names mean nothing.
pub(super) fn is_full_width(text: &str) -> bool {
    text.contains('＠') || !text.contains(',')
}

/// The points of a line: one, or all those that stand one behind the other with semicolons between them.
pub(super) fn points_of_line(text: &str) -> impl Iterator<Item = &str> {
    let is_sign = |character: char| fold_structure(character) == ';';
    let several = text.split(is_sign).filter(|piece| piece.contains([',', '，'])).count() > 1;
    let mut pieces = several.then(|| text.split(is_sign).filter(|piece| !piece.trim().is_empty()));
    let mut whole = (!several).then_some(text);
    std::iter::from_fn(move || pieces.as_mut().map_or_else(|| whole.take(), Iterator::next))
}

/// The column-name row that some offices write: `【界址点数,地块面积,...,@】`, with or without brackets.
pub(super) fn column_names(fields: &[&str]) -> Option<Vec<Field>> {
    let first = *fields.first()?;
    if !first.contains("点数") && !first.contains("界址点") {
        return None;
    }
    let meaning = |name: &&str| match *name {
        name if name.contains("点数") => Field::Count,
        name if name.contains("面积") => Field::Area,
        name if name.contains("编号") => Field::Id,
        name if name.contains("名称") || name.contains("地块名") => Field::Name,
        name if name.contains("图形") => Field::Kind,
        name if name.contains("图幅") => Field::MapSheet,
        name if name.contains("用途") => Field::Use,
        name if name.contains("地类") => Field::LandClass,
        _ => Field::Other,
    };
    Some(fields.iter().map(meaning).collect())
}

/// The fields of the format.
pub(super) const STANDARD: [Field; 8] = [
    Field::Count,
    Field::Area,
    Field::Id,
    Field::Name,
    Field::Kind,
    Field::MapSheet,
    Field::Use,
    Field::LandClass,
];

/// 报省部标: district code and village before the plot's own number and name.
const WITH_DISTRICT: [Field; 10] = [
    Field::Count,
    Field::Area,
    Field::Other,
    Field::Other,
    Field::Id,
    Field::Name,
    Field::Kind,
    Field::MapSheet,
    Field::Use,
    Field::LandClass,
];

/// 补充耕地: year and slope before the kind, remark and quality after the use.
const NEW_CROPLAND: [Field; 12] = [
    Field::Count,
    Field::Area,
    Field::Id,
    Field::Name,
    Field::Other,
    Field::Other,
    Field::Kind,
    Field::MapSheet,
    Field::Use,
    Field::Other,
    Field::LandClass,
    Field::Other,
];

/// The meaning of each field of a plot row: by the file's own column names, else by where the kind (面) stands.
pub(super) fn plot_layout<'a>(fields: &[&str], names: Option<&'a [Field]>) -> &'a [Field] {
    let kind = fields.iter().position(|field| matches!(*field, "面" | "线" | "点"));
    match (names, kind, fields.len()) {
        (Some(names), _, length) if names.len() == length => names,
        (_, Some(6), 12..) => &NEW_CROPLAND,
        (_, Some(6), _) => &WITH_DISTRICT,
        _ => &STANDARD,
    }
}

/// Reads the fields of a plot row.
pub(super) fn plot_row(fields: &[&str], names: Option<&[Field]>) -> PlotRow {
    let layout = plot_layout(fields, names);
    let mut row = PlotRow::default();
    for (position, field) in fields.iter().enumerate() {
        let target = match layout.get(position).unwrap_or(&Field::Other) {
            Field::Count => &mut row.count,
            Field::Area => &mut row.area,
            Field::Id => &mut row.id,
            Field::Name => &mut row.name,
            Field::Kind => &mut row.kind,
            Field::MapSheet => &mut row.map_sheet,
            Field::Use => &mut row.land_use,
            Field::LandClass => &mut row.land_class,
            Field::Other => {
                row.others.push((*field).to_owned());
                continue;
            }
        };
        (*field).clone_into(target);
    }
    row
}

/// Which fields of a point row hold what; the same all through a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PointLayout {
    fields: usize,
    plot: Option<usize>,
    ring: Option<usize>,
    id: Option<usize>,
    first: usize,
}

/// The fields of a point row: split at commas, else tabs, else semicolons, else blanks.
pub(super) fn point_fields(text: &str) -> Vec<String> {
    let folded: String = text.trim().chars().map(fold_all).collect();
    let folded = folded.trim().trim_end_matches([',', ';']);
    let separator = [',', '\t', ';'].into_iter().find(|&separator| folded.contains(separator));
    match separator {
        Some(separator) => folded.split(separator).map(|field| field.trim().to_owned()).collect(),
        None => folded.split_whitespace().map(str::to_owned).collect(),
    }
}

impl PointLayout {
    /// The layout that a first row of points has, if it looks like one.
    pub(super) fn detect(fields: &[String]) -> Option<Self> {
        let value = |position: usize| fields.get(position).and_then(|field| number(field));
        let is_coordinate = |position: usize| {
            fields
                .get(position)
                .is_some_and(|text| text.contains('.') || value(position).is_some_and(|v| v.abs() >= 1000.0))
        };
        let pair = |first: usize| value(first).is_some() && value(first + 1).is_some();
        let layout = |plot, ring, id, first| Some(Self { fields: fields.len(), plot, ring, id, first });
        match fields.len() {
            2 if is_coordinate(0) && is_coordinate(1) && pair(0) => layout(None, None, None, 0),
            // Vertices as ArcGIS dumps them: n X Y Z, then a measure that is nan. A ring number is no coordinate.
            // A name before two plane coordinates is 点号,X,Y,边长: no ring has so high a number.
            4 | 5
                if (value(0).is_some() || value(1).is_some_and(|first| first.abs() >= 1000.0))
                    && is_coordinate(1)
                    && is_coordinate(2)
                    && pair(1) =>
            {
                layout(None, None, Some(0), 1)
            }
            3 if pair(1) => layout(None, None, Some(0), 1),
            // 序号,地块号,圈号,点号,X,Y against 点号,圈号,X,Y,边长,...: the ring number of the one is a coordinate in the other.
            6.. if pair(4) && !(pair(2) && is_coordinate(2) && is_coordinate(3)) => {
                layout(Some(1), Some(2), Some(3), 4)
            }
            4.. if pair(2) => layout(None, Some(1), Some(0), 2),
            _ => None,
        }
    }

    /// True when points have a field for their name.
    pub(super) const fn has_ids(&self) -> bool {
        self.id.is_some()
    }

    /// What a row holds behind its coordinates: lengths, heights, remarks.
    pub(super) fn behind<'f>(&self, fields: &'f [String]) -> Option<&'f str> {
        let mut rest = fields.get(self.first + 2..).unwrap_or_default().iter().map(String::as_str);
        rest.find(|text| !text.is_empty() && !text.eq_ignore_ascii_case("nan"))
    }

    /// True when rows name their plot themselves.
    pub(super) const fn has_plot(&self) -> bool {
        self.plot.is_some()
    }

    /// True when a row is a pair of coordinates and nothing else.
    pub(super) const fn is_pair(&self) -> bool {
        self.first == 0
    }

    /// The two coordinates of a row as written.
    pub(super) fn coordinates(&self, fields: &[String]) -> [String; 2] {
        [self.first, self.first + 1].map(|place| fields.get(place).cloned().unwrap_or_default())
    }

    /// True when rows are points and rings of the exchange format, which puts the northing first. Bare pairs, `id,x,y`
    /// and dumps of GIS programs follow no rule.
    pub(super) const fn has_fixed_order(&self) -> bool {
        self.ring.is_some() || self.plot.is_some()
    }

    /// Reads a row of this layout.
    pub(super) fn read(&self, fields: &[String], line: u64) -> Result<PointRow, TextFault> {
        // Lengths and remarks may follow the coordinates of a four-field row, in some rows only.
        let may_grow = self.first == 2 && fields.len() >= 4 && self.fields >= 4;
        if fields.len() != self.fields && !may_grow {
            return Err(TextFault::FieldCount { found: fields.len(), expected: self.fields });
        }
        let coordinate = |position: usize| {
            let text = fields.get(position).map(String::as_str).unwrap_or_default();
            number(text).ok_or_else(|| TextFault::NotACoordinate {
                column: position as u64 + 1,
                value: text.to_owned(),
            })
        };
        let text = |position: Option<usize>| {
            position.and_then(|position| fields.get(position)).filter(|text| !text.is_empty()).cloned()
        };
        Ok(PointRow {
            line,
            plot: text(self.plot),
            ring: text(self.ring),
            id: text(self.id).unwrap_or_default(),
            first: coordinate(self.first)?,
            second: coordinate(self.first + 1)?,
        })
    }
}

/// Name and value of a `key=value` line; the key is words, never a number.
pub(super) fn key_value(text: &str) -> Option<(&str, &str)> {
    let (position, sign) = text.char_indices().find(|&(_, character)| fold_structure(character) == '=')?;
    let key = text.get(..position)?.trim();
    let value = text.get(position + sign.len_utf8()..)?.trim();
    let is_words = !key.is_empty() && number(key).is_none() && !key.contains([',', '，', '@']);
    is_words.then_some((key, value))
}

#[cfg(test)]
#[path = "row_tests.rs"]
mod tests;
