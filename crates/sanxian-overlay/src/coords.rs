//! Where the coordinates of a set live.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::polygons::Point;

/// Coordinates of a set: its own, or in memory that something else owns, such as an Arrow buffer.
#[derive(Clone, Default)]
pub(crate) struct Coords {
    /// Empty while there are lent ones.
    own: Vec<Point>,
    lent: Option<Arc<dyn AsRef<[Point]> + Send + Sync>>,
}

impl Coords {
    pub(crate) fn lent(coords: Arc<dyn AsRef<[Point]> + Send + Sync>) -> Self {
        Self { own: Vec::new(), lent: Some(coords) }
    }

    /// The coordinates to be changed: lent ones are copied first.
    pub(crate) fn own(&mut self) -> &mut Vec<Point> {
        if let Some(lent) = self.lent.take() {
            self.own = lent.as_ref().as_ref().to_vec();
        }
        &mut self.own
    }

    /// The coordinates to keep.
    pub(crate) fn into_own(mut self) -> Vec<Point> {
        std::mem::take(self.own())
    }
}

impl From<Vec<Point>> for Coords {
    fn from(own: Vec<Point>) -> Self {
        Self { own, lent: None }
    }
}

impl Deref for Coords {
    type Target = [Point];

    fn deref(&self) -> &[Point] {
        self.lent.as_ref().map_or(self.own.as_slice(), |lent| lent.as_ref().as_ref())
    }
}

impl PartialEq for Coords {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl fmt::Debug for Coords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(formatter)
    }
}
