use super::*;
use crate::edge::EdgeIndex;
use crate::polygons::PolygonSet;

fn set_of(rings: &[&[Point]]) -> PolygonSet {
    let mut set = PolygonSet::default();
    set.push_feature([rings.iter().copied()]);
    set
}

fn with_edges<R>(
    a: &PolygonSet,
    b: &PolygonSet,
    compute: impl FnOnce(&FeatureEdges<'_>, &FeatureEdges<'_>) -> R,
) -> R {
    let (index_a, index_b) = (EdgeIndex::new(a.view(), 0..1), EdgeIndex::new(b.view(), 0..1));
    compute(&index_a.feature(a.view(), 0), &index_b.feature(b.view(), 0))
}

/// A circle of `count` vertices, as survey data would hold it.
fn circle(centre: Point, radius: f64, count: u32) -> Vec<Point> {
    (0..count)
        .map(|i| {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(count);
            [centre[0] + radius * angle.cos(), centre[1] + radius * angle.sin()]
        })
        .collect()
}

const ORIGIN: Point = [38_500_000.123_4, 4_252_690.567_8];

#[test]
fn a_contained_subject_comes_back_bit_by_bit() {
    let [x, y] = ORIGIN;
    // Third vertex on a straight edge; the control ring winds round three sides, so that the boxes of edges do meet.
    let plot = [[x, y], [x + 10.1, y], [x + 20.2, y], [x + 20.2, y + 7.3], [x, y + 7.3]];
    let around = [
        [x - 50.0, y - 50.0],
        [x + 50.0, y - 50.0],
        [x + 50.0, y + 50.0],
        [x + 19.0, y + 50.0],
        [x + 19.0, y + 7.4],
        [x + 1.0, y + 7.4],
        [x + 1.0, y + 50.0],
        [x - 50.0, y + 50.0],
    ];
    let (plot, around) = (set_of(&[&plot]), set_of(&[&around]));
    with_edges(&plot, &around, |a, b| {
        assert_eq!(intersection(a, b), whole(a));
        assert_eq!(intersection(b, a), whole(a));
        assert!(difference(a, std::iter::once(*b)).is_empty());
    });
}

#[test]
fn without_a_boundary_near_no_engine_is_needed() {
    let big = circle(ORIGIN, 1000.0, 360);
    let hole = circle(ORIGIN, 100.0, 90);
    let ring_road = set_of(&[&big, &hole]);
    let positions = [
        (circle([ORIGIN[0] + 500.0, ORIGIN[1]], 10.0, 36), Position::SubjectInside),
        (circle(ORIGIN, 10.0, 36), Position::Apart),
        (circle([ORIGIN[0] + 5000.0, ORIGIN[1]], 10.0, 36), Position::Apart),
        (circle([ORIGIN[0] + 1000.0, ORIGIN[1]], 10.0, 36), Position::Near),
    ];
    for (ring, expected) in positions {
        with_edges(&set_of(&[&ring]), &ring_road, |a, b| assert_eq!(position(a, b), expected));
    }
    with_edges(&set_of(&[&circle(ORIGIN, 5000.0, 36)]), &ring_road, |a, b| {
        assert_eq!(position(a, b), Position::ControlInside);
        assert_eq!(intersection(a, b), whole(b));
    });
}

#[test]
fn restricting_to_the_window_changes_nothing_in_it() {
    let big = circle(ORIGIN, 1000.0, 20_000);
    let hole = circle([ORIGIN[0] + 900.0, ORIGIN[1]], 30.0, 500);
    let small = circle([ORIGIN[0] + 940.0, ORIGIN[1] + 5.0], 80.0, 700);
    let (big, small) = (set_of(&[&big, &hole]), set_of(&[&small]));
    with_edges(&small, &big, |a, b| {
        let mut cut = OpenRings::default();
        b.restrict_to(a.bounds().widened(WINDOW_MARGIN), &mut cut);
        assert!(cut.points().len() < 2_500, "{} vertices left", cut.points().len());
        let full =
            overlay(Operation::Intersection, Fill::Winding, &whole(a).open_rings(), &whole(b).open_rings());
        assert_eq!(intersection(a, b).canonical_rings(), full.canonical_rings());
    });
}
