//! What can be wrong with a polygon, and how it is told.

use std::fmt;

use crate::polygons::Point;

/// A fault of one polygon feature. Positions count from 0; ring 0 of a polygon is its exterior.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Feature of the set.
    pub feature: usize,
    /// Polygon of the feature.
    pub polygon: Option<usize>,
    /// Ring of the polygon.
    pub ring: Option<usize>,
    /// Vertex of the ring: the one at fault, or the one where the edge at fault starts.
    pub vertex: Option<usize>,
    /// Where it is, in the coordinates of the set.
    pub point: Option<Point>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// A coordinate is NaN or infinite. Nothing else is looked for in such a feature.
    NotFinite,
    /// A ring has fewer than three distinct points.
    TooFewPoints,
    /// A ring repeats a point; harmless, reported for information.
    RepeatedPoint,
    /// A ring runs back over the edge it came by.
    Spike,
    /// All points of a ring lie on one line.
    ZeroArea,
    /// A ring crosses itself.
    SelfCrossing,
    /// A ring passes a point of itself again without crossing.
    SelfTouching,
    /// A ring runs along an earlier stretch of itself.
    SelfOverlap,
    /// A ring appears twice in its polygon.
    DuplicateRing,
    /// An interior ring lies outside the exterior ring.
    InteriorOutsideExterior,
    /// An interior ring crosses the exterior ring.
    InteriorCrossesExterior,
    /// Two interior rings cross.
    InteriorsCross,
    /// An interior ring lies inside another one.
    NestedInteriors,
    /// Two rings of a polygon share a stretch of boundary.
    RingsShareBoundary,
    /// Rings touch in so many points that the interior falls apart.
    DisconnectedInterior,
    /// Two polygons of a feature cross, or one lies in the other.
    OverlappingPolygons,
    /// Two polygons of a feature share a stretch of boundary.
    PolygonsShareBoundary,
    /// A vertex lies where the coordinate system has no places: swapped pairs, a missing or superfluous zone prefix.
    /// Looked for where [`crate::FaultOptions`] give a range.
    OutOfRange,
    /// A vertex lies closer to an earlier one of its feature than the tolerance. Only where [`crate::FaultOptions`] ask.
    CloseVertices,
    /// An edge is shorter than asked for, but not below the tolerance. Only where [`crate::FaultOptions`] ask.
    ShortEdge,
    /// A corner is sharper than asked for. Only where [`crate::FaultOptions`] ask.
    SharpAngle,
    /// A ring turns the other way than its role asks. Only where [`crate::FaultOptions`] ask.
    WrongWinding,
}

impl FaultKind {
    /// A stable code for tables and programs, such as `self_crossing`.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFinite => "not_finite",
            Self::TooFewPoints => "too_few_points",
            Self::RepeatedPoint => "repeated_point",
            Self::Spike => "spike",
            Self::ZeroArea => "zero_area",
            Self::SelfCrossing => "self_crossing",
            Self::SelfTouching => "self_touching",
            Self::SelfOverlap => "self_overlap",
            Self::DuplicateRing => "duplicate_ring",
            Self::InteriorOutsideExterior => "interior_outside_exterior",
            Self::InteriorCrossesExterior => "interior_crosses_exterior",
            Self::InteriorsCross => "interiors_cross",
            Self::NestedInteriors => "nested_interiors",
            Self::RingsShareBoundary => "rings_share_boundary",
            Self::DisconnectedInterior => "disconnected_interior",
            Self::OverlappingPolygons => "overlapping_polygons",
            Self::PolygonsShareBoundary => "polygons_share_boundary",
            Self::OutOfRange => "out_of_range",
            Self::CloseVertices => "close_vertices",
            Self::ShortEdge => "short_edge",
            Self::SharpAngle => "sharp_angle",
            Self::WrongWinding => "wrong_winding",
        }
    }

    /// What the ring does wrong, to be read after the name of the ring: "interior ring 2" + "crosses the exterior ring".
    pub fn message(self) -> &'static str {
        match self {
            Self::NotFinite => "has a coordinate that is not a finite number",
            Self::TooFewPoints => "has fewer than three distinct points",
            Self::RepeatedPoint => "repeats a point",
            Self::Spike => "has a spike",
            Self::ZeroArea => "encloses no area",
            Self::SelfCrossing => "crosses itself",
            Self::SelfTouching => "touches itself",
            Self::SelfOverlap => "runs along itself",
            Self::DuplicateRing => "repeats another ring of its polygon",
            Self::InteriorOutsideExterior => "lies outside the exterior ring",
            Self::InteriorCrossesExterior => "crosses the exterior ring",
            Self::InteriorsCross => "crosses another interior ring",
            Self::NestedInteriors => "lies inside another interior ring",
            Self::RingsShareBoundary => "shares a stretch of boundary with another ring of its polygon",
            Self::DisconnectedInterior => "touches other rings so that the interior falls apart",
            Self::OverlappingPolygons => "overlaps another polygon of its feature",
            Self::PolygonsShareBoundary => "shares a stretch of boundary with another polygon of its feature",
            Self::OutOfRange => "leaves the range of its coordinate system",
            Self::CloseVertices => "has a vertex closer to another one than the tolerance",
            Self::ShortEdge => "has a very short edge",
            Self::SharpAngle => "has a very sharp corner",
            Self::WrongWinding => "turns the wrong way",
        }
    }

    /// True when the fault makes the feature invalid in the OGC sense; false for what is only odd.
    pub fn is_error(self) -> bool {
        !matches!(
            self,
            Self::RepeatedPoint
                | Self::OutOfRange
                | Self::CloseVertices
                | Self::ShortEdge
                | Self::SharpAngle
                | Self::WrongWinding
        )
    }

    /// How much it matters: `error` for what makes a feature invalid or puts it in the wrong place, `warning` for what
    /// is only odd.
    pub fn severity(self) -> &'static str {
        if self.is_error() || self == Self::OutOfRange { "error" } else { "warning" }
    }
}

impl fmt::Display for Fault {
    /// Writes the fault without the feature: `interior ring 2 crosses the exterior ring at vertex 41 (500123.456, 4252690.120)`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(polygon) = self.polygon.filter(|polygon| *polygon > 0) {
            write!(formatter, "polygon {polygon}, ")?;
        }
        match self.ring {
            None => formatter.write_str("the geometry")?,
            Some(0) => formatter.write_str("the exterior ring")?,
            Some(ring) => write!(formatter, "interior ring {ring}")?,
        }
        write!(formatter, " {}", self.kind.message())?;
        if let Some(vertex) = self.vertex {
            write!(formatter, " at vertex {vertex}")?;
        }
        if let Some([x, y]) = self.point {
            // Degrees need more places than metres.
            let places = if x.abs() <= 360.0 && y.abs() <= 90.0 { 9 } else { 3 };
            write!(formatter, " ({x:.places$}, {y:.places$})")?;
        }
        Ok(())
    }
}
