//! A layer that is kept and asked again and again gives what a fresh overlay gives.

#![allow(clippy::expect_used)]

use sanxian_overlay::{
    IndexedPolygons, OnInvalid, OverlayError, OverlayOptions, PolygonSet, Progress, intersection,
    intersection_areas,
};

const OPTIONS: OverlayOptions = OverlayOptions { on_invalid: OnInvalid::Raise };

/// Parcels of 10 by 10 in rows of a hundred.
fn parcels(count: u32) -> PolygonSet {
    let mut set = PolygonSet::default();
    for parcel in 0..count {
        let (x, y) = (f64::from(parcel % 100) * 10.0, f64::from(parcel / 100) * 10.0);
        set.push_feature([[[[x, y], [x + 10.0, y], [x + 10.0, y + 10.0], [x, y + 10.0]].as_slice()]]);
    }
    set
}

fn diamond(x: f64, y: f64, radius: f64) -> PolygonSet {
    let mut set = PolygonSet::default();
    set.push_feature([[[[x - radius, y], [x, y - radius], [x + radius, y], [x, y + radius]].as_slice()]]);
    set
}

#[test]
fn few_subjects_get_the_rows_of_a_fresh_overlay() {
    let parcels = parcels(5000);
    let layer = IndexedPolygons::new(parcels.clone());
    let progress = Progress::default();
    for (x, y, radius) in [(105.0, 205.0, 3.0), (100.0, 200.0, 25.0), (512.3, 77.7, 60.1), (-500.0, 0.0, 1.0)]
    {
        let plot = diamond(x, y, radius);
        let fresh = intersection_areas(plot.view(), parcels.view(), &[], OPTIONS, &progress).expect("valid");
        for _ in 0..2 {
            let kept = layer.intersection_areas(plot.view(), &[], OPTIONS, &progress).expect("valid");
            assert_eq!(kept, fresh);
        }
        let pieces = intersection(plot.view(), &layer, &OPTIONS, &progress).expect("valid");
        assert_eq!((pieces.subject, pieces.control), (fresh.subject, fresh.control));
    }
}

#[test]
fn an_invalid_feature_is_refused_each_time_and_repaired_when_asked() {
    let mut parcels = parcels(5000);
    parcels.push_feature([[[[0.0, -20.0], [10.0, -10.0], [10.0, -20.0], [0.0, -10.0]].as_slice()]]);
    let layer = IndexedPolygons::new(parcels);
    let progress = Progress::default();
    let plot = diamond(8.0, -15.0, 2.0);
    for _ in 0..2 {
        let refused = layer.intersection_areas(plot.view(), &[], OPTIONS, &progress);
        assert!(matches!(refused, Err(OverlayError::InvalidPolygon { .. })), "{refused:?}");
        let repaired = OverlayOptions { on_invalid: OnInvalid::Repair };
        let areas = layer.intersection_areas(plot.view(), &[], repaired, &progress).expect("repaired");
        assert_eq!((areas.control, areas.repairs.len()), (vec![5000], 1));
    }
    let elsewhere = diamond(105.0, 205.0, 3.0);
    assert!(layer.intersection_areas(elsewhere.view(), &[], OPTIONS, &progress).is_ok(), "it takes no part");
}

#[test]
fn a_subject_that_lies_nowhere_is_not_passed_over() {
    let layer = IndexedPolygons::new(parcels(5000));
    let refused =
        layer.intersection_areas(diamond(f64::NAN, 5.0, 1.0).view(), &[], OPTIONS, &Progress::default());
    assert!(matches!(refused, Err(OverlayError::InvalidPolygon { .. })), "{refused:?}");
}
