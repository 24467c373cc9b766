use super::*;
use crate::measure::planar_area;
use crate::polygons::Point;
use crate::validity::find_faults;

fn square(x: f64, y: f64, side: f64) -> [Point; 4] {
    [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

fn united(squares: &[[Point; 4]]) -> PolygonSet {
    let mut set = PolygonSet::default();
    for square in squares {
        set.push_feature([[square.as_slice()]]);
    }
    union(set.view(), &OverlayOptions::default(), &Progress::default()).expect("valid input").polygons
}

#[test]
fn a_checkerboard_keeps_its_holes_where_they_belong() {
    // Squares touch at corners only, so the gaps between them are outside, not interiors.
    let squares: Vec<_> = (0..20)
        .flat_map(|row| (0..20).map(move |column| (row, column)))
        .filter(|(row, column)| (row + column) % 2 == 0)
        .map(|(row, column)| square(f64::from(column), f64::from(row), 1.0))
        .collect();
    let board = united(&squares);
    assert_eq!(planar_area(board.view().feature(0)), 200.0);
    assert_eq!(find_faults(board.view()), []);
}

#[test]
fn a_frame_of_squares_encloses_an_interior_with_an_island() {
    let mut squares: Vec<_> = (0..5)
        .flat_map(|row| (0..5).map(move |column| (row, column)))
        .filter(|&(row, column)| row % 4 == 0 || column % 4 == 0)
        .map(|(row, column)| square(f64::from(column), f64::from(row), 1.0))
        .collect();
    squares.push(square(2.25, 2.25, 0.5));
    let frame = united(&squares);
    let rings: Vec<usize> = frame.view().feature(0).map(|polygon| polygon.rings().len()).collect();
    assert_eq!(rings.iter().sum::<usize>(), 3);
    assert_eq!(rings.len(), 2);
    assert_eq!(planar_area(frame.view().feature(0)), 16.25);
    assert_eq!(find_faults(frame.view()), []);
}

#[test]
fn nothing_united_is_one_empty_feature() {
    let nothing = united(&[]);
    assert_eq!(nothing.len(), 1);
    assert_eq!(nothing.view().feature(0).len(), 0);
}
