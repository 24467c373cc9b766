use super::*;
use crate::polygons::{Point, PolygonSet};

fn contacts_of(a: &[Point], b: &[Point]) -> Vec<Contact> {
    let (mut subjects, mut control) = (PolygonSet::default(), PolygonSet::default());
    subjects.push_feature([[a]]);
    control.push_feature([[b]]);
    contacts(
        subjects.view(),
        &IndexedPolygons::new(control),
        &OverlayOptions::default(),
        &Progress::default(),
    )
    .expect("valid input")
    .pairs
}

const SQUARE: [Point; 4] = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];

#[test]
fn the_shared_stretch_is_measured_whatever_the_vertices() {
    let beside = [[10.0, 3.0], [20.0, 3.0], [20.0, 9.0], [10.0, 9.0], [10.0, 8.0], [10.0, 4.0]];
    assert_eq!(contacts_of(&SQUARE, &beside), [Contact { subject: 0, control: 0, length: 6.0 }]);
}

#[test]
fn a_vertex_on_an_edge_is_a_contact_of_length_zero() {
    let beside = [[10.0, 5.0], [20.0, 0.0], [20.0, 10.0]];
    assert_eq!(contacts_of(&SQUARE, &beside), [Contact { subject: 0, control: 0, length: 0.0 }]);
    let corner = [[10.0, 10.0], [20.0, 10.0], [20.0, 20.0]];
    assert_eq!(contacts_of(&SQUARE, &corner), [Contact { subject: 0, control: 0, length: 0.0 }]);
}

#[test]
fn a_hair_apart_or_a_hair_inside_is_no_contact() {
    for easting in [10.0_f64.next_up(), 10.0_f64.next_down()] {
        assert_eq!(contacts_of(&SQUARE, &[[easting, 3.0], [20.0, 3.0], [20.0, 9.0], [easting, 9.0]]), []);
    }
}

#[test]
fn shared_area_rules_a_contact_out_even_where_edges_coincide() {
    assert_eq!(contacts_of(&SQUARE, &SQUARE), []);
    assert_eq!(contacts_of(&SQUARE, &[[0.0, 0.0], [5.0, 0.0], [5.0, 10.0], [0.0, 10.0]]), []);
    assert_eq!(contacts_of(&SQUARE, &[[10.0, 5.0], [5.0, 0.0], [5.0, 10.0]]), []);
}
