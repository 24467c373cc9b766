//! Columns of a table by their headings, in one block or in several side by side.

use super::cell::{Row, plain_number};
use super::heading::{Kind, Role, is_minutes, is_seconds, role};

/// Columns of one run of points. Tables are folded to save paper: 点号, X, Y twice in one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) point_id: Option<usize>,
    pub(super) sequence: Option<usize>,
    pub(super) ring: Option<usize>,
    pub(super) north: usize,
    pub(super) east: usize,
    pub(super) kind: Option<Kind>,
    pub(super) side: Option<usize>,
}

/// All columns of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) blocks: Vec<Block>,
    pub(super) plot_id: Option<usize>,
    pub(super) plot_name: Option<usize>,
    pub(super) area: Option<(usize, Option<&'static str>)>,
    pub(super) land_use: Option<usize>,
    pub(super) land_class: Option<usize>,
    pub(super) map_sheet: Option<usize>,
    /// Heading of a second kind of coordinates, which are not read.
    pub(super) skipped: Option<String>,
    /// Other headings whose columns are not read.
    pub(super) unknown: Vec<String>,
}

/// Roles by column of a row that may be a heading, or half of one.
pub(super) fn roles(row: &Row) -> Vec<Option<Role>> {
    row.cells.iter().map(|cell| if cell.is_number { None } else { role(&cell.text) }).collect()
}

/// True when both coordinates have a column.
pub(super) fn has_coordinates(roles: &[Option<Role>]) -> bool {
    let has = |is: fn(&Role) -> bool| roles.iter().flatten().any(is);
    has(|role| matches!(role, Role::North(_))) && has(|role| matches!(role, Role::East(_)))
}

impl Columns {
    /// Columns of roles that have both coordinates; `row` is where they were read from.
    pub(super) fn of(roles: &[Option<Role>], row: &Row) -> Self {
        let first = roles.iter().flatten().find_map(|role| match role {
            Role::North(kind) | Role::East(kind) => Some(*kind),
            _ => None,
        });
        // Where plane coordinates and degrees stand side by side, the plane ones are what plots are made of.
        let plane = roles.iter().flatten().any(|role| *role == Role::North(Kind::Plane))
            && roles.iter().flatten().any(|role| *role == Role::East(Kind::Plane));
        let wanted = if plane { Kind::Plane } else { first.unwrap_or(Kind::Plane) };
        let same = |kind: Kind| (kind == Kind::Plane) == (wanted == Kind::Plane);

        let mut columns = Self::default();
        let mut open = Open::default();
        for (column, role) in roles.iter().enumerate() {
            let Some(role) = *role else {
                let text = row.text(column);
                if !(text.is_empty() || is_minutes(text) || is_seconds(text)) {
                    columns.unknown.push(text.to_owned());
                }
                continue;
            };
            match role {
                Role::North(kind) | Role::East(kind) if !same(kind) => {
                    columns.skipped.get_or_insert_with(|| row.text(column).to_owned());
                }
                Role::PointId | Role::Sequence | Role::North(_) | Role::East(_) if open.has(role) => {
                    columns.blocks.extend(std::mem::take(&mut open).close());
                    open.set(role, column);
                }
                Role::PlotId => columns.plot_id = columns.plot_id.or(Some(column)),
                Role::PlotName => columns.plot_name = columns.plot_name.or(Some(column)),
                Role::Area(unit) => columns.area = columns.area.or(Some((column, unit))),
                Role::Use => columns.land_use = columns.land_use.or(Some(column)),
                Role::LandClass => columns.land_class = columns.land_class.or(Some(column)),
                Role::MapSheet => columns.map_sheet = columns.map_sheet.or(Some(column)),
                role => open.set(role, column),
            }
        }
        columns.blocks.extend(open.close());
        columns.take_parts(row);
        columns
    }

    /// Notes where a row of headings has minutes and seconds to the right of both angles; false when it has none.
    pub(super) fn take_parts(&mut self, row: &Row) -> bool {
        let has_parts = |column: usize| is_minutes(row.text(column + 1)) && is_seconds(row.text(column + 2));
        let mut found = false;
        for block in &mut self.blocks {
            if block.kind == Some(Kind::Degrees) && has_parts(block.north) && has_parts(block.east) {
                block.kind = Some(Kind::Parts);
                found = true;
            }
        }
        found
    }

    /// The columns that a table without heading seems to have, by a row of numbers.
    pub(super) fn by_values(row: &Row) -> Option<Self> {
        let filled: Vec<usize> =
            (0..row.cells.len()).filter(|&column| !row.text(column).is_empty()).collect();
        let is_coordinate = |column: &usize| {
            let text = row.text(*column);
            plain_number(text).is_some_and(|value| {
                value.abs() >= 1e5 || (text.contains('.') && (3.0..=136.0).contains(&value))
            })
        };
        let pair = filled.windows(2).find(|pair| pair.iter().all(is_coordinate))?;
        let &[north, east] = pair else { return None };
        let before: Vec<usize> = filled.iter().copied().filter(|&column| column < north).collect();
        let block = match before.as_slice() {
            [] => Block { north, east, ..Block::default() },
            [id] => Block { point_id: Some(*id), north, east, ..Block::default() },
            // As in exchange texts: the point, then the number of its ring.
            [id, ring, ..] => {
                Block { point_id: Some(*id), ring: Some(*ring), north, east, ..Block::default() }
            }
        };
        Some(Self { blocks: vec![block], ..Self::default() })
    }

    pub(super) const fn has_plot(&self) -> bool {
        self.plot_id.is_some() || self.plot_name.is_some()
    }
}

/// A block while its columns are met.
#[derive(Default)]
struct Open {
    block: Block,
    north: Option<(usize, Kind)>,
    east: Option<(usize, Kind)>,
}

impl Open {
    const fn has(&self, role: Role) -> bool {
        match role {
            Role::PointId => self.block.point_id.is_some(),
            Role::Sequence => self.block.sequence.is_some(),
            Role::North(_) => self.north.is_some(),
            Role::East(_) => self.east.is_some(),
            _ => false,
        }
    }

    const fn set(&mut self, role: Role, column: usize) {
        match role {
            Role::PointId => self.block.point_id = Some(column),
            Role::Sequence => self.block.sequence = Some(column),
            Role::Ring => self.block.ring = Some(column),
            Role::Side => self.block.side = Some(column),
            Role::North(kind) => self.north = Some((column, kind)),
            Role::East(kind) => self.east = Some((column, kind)),
            _ => {}
        }
    }

    fn close(self) -> Option<Block> {
        let ((north, kind), (east, _)) = (self.north?, self.east?);
        Some(Block { north, east, kind: Some(kind), ..self.block })
    }
}
