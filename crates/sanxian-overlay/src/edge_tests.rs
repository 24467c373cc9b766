use super::*;
use crate::polygons::PolygonSet;

/// A ring of many chunks: a comb with `teeth` teeth of height 10.
fn comb(teeth: usize) -> Vec<Point> {
    let mut ring = vec![[0.0, -1.0]];
    for tooth in 0..teeth {
        let x = 2.0 * tooth as f64;
        ring.extend([[x, 0.0], [x, 10.0], [x + 1.0, 10.0], [x + 1.0, 0.0]]);
    }
    ring.push([2.0 * teeth as f64, -1.0]);
    ring.reverse();
    ring
}

fn set_of(ring: &[Point]) -> PolygonSet {
    let mut set = PolygonSet::default();
    set.push_feature([[ring]]);
    set
}

#[test]
fn winding_is_told_at_the_corner() {
    let ring = [[0.0, 0.0], [0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0], [0.0, 0.0]];
    assert!(is_counter_clockwise(&ring));
    let reversed: Vec<Point> = ring.iter().rev().copied().collect();
    assert!(!is_counter_clockwise(&reversed));
}

#[test]
fn points_are_located_in_a_ring_of_many_chunks() {
    let set = set_of(&comb(500));
    let index = EdgeIndex::new(set.view(), 0..1);
    let edges = index.feature(set.view(), 0);
    assert!(edges.chunks.len() > 100);
    for tooth in 0..500 {
        let x = 2.0 * f64::from(tooth);
        assert_eq!(edges.locate([x + 0.5, 5.0]), Location::Inside);
        assert_eq!(edges.locate([x + 1.5, 5.0]), Location::Outside);
        assert_eq!(edges.locate([x, 5.0]), Location::Boundary);
        assert_eq!(edges.locate([x + 0.5, 10.0]), Location::Boundary);
        assert_eq!(edges.locate([x + 0.5, 10.5]), Location::Outside);
    }
    assert_eq!(edges.locate([-1.0, 0.0]), Location::Outside);
}

#[test]
fn a_join_finds_exactly_the_pairs_whose_boxes_meet() {
    let (a, b) =
        (set_of(&comb(40)), set_of(&comb(33).iter().map(|p| [p[1] + 3.0, p[0]]).collect::<Vec<_>>()));
    let (index_a, index_b) = (EdgeIndex::new(a.view(), 0..1), EdgeIndex::new(b.view(), 0..1));
    let mut found = Vec::new();
    let _ = index_a.feature(a.view(), 0).join_until(&index_b.feature(b.view(), 0), |x, y| {
        found.push((x.vertex, y.vertex));
        ControlFlow::Continue(())
    });
    let mut expected = Vec::new();
    for (i, x) in a.view().ring(0).windows(2).enumerate() {
        for (j, y) in b.view().ring(0).windows(2).enumerate() {
            if Bounds::of(x).meets(Bounds::of(y)) {
                expected.push((i as u32, j as u32));
            }
        }
    }
    found.sort_unstable();
    assert!(expected.len() > 40);
    assert_eq!(found, expected);
}

#[test]
fn a_set_indexed_in_parallel_equals_its_parts() {
    let mut set = PolygonSet::default();
    for feature in 0..700 {
        let ring = comb(1 + feature % 20);
        set.push_feature([[ring.as_slice()]]);
    }
    let whole = EdgeIndex::new(set.view(), 0..700);
    for feature in 0..700 {
        let alone = EdgeIndex::new(set.view(), feature..feature + 1);
        let (a, b) = (whole.feature(set.view(), feature), alone.feature(set.view(), feature));
        assert_eq!(a.bounds(), b.bounds());
        assert_eq!(a.chunks.len(), b.chunks.len());
        assert!(
            a.chunks
                .iter()
                .zip(b.chunks)
                .all(|(x, y)| (x.ring, x.first, x.last) == (y.ring, y.first, y.last))
        );
    }
}

#[test]
fn each_run_of_a_long_ring_is_held_against_a_few_others() {
    let count = 400_000;
    let ring: Vec<Point> = (0..count)
        .map(|i| {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(count);
            let radius = if i % 2 == 0 { 1000.0 } else { 1000.5 };
            [radius * angle.cos(), radius * angle.sin()]
        })
        .collect();
    let set = set_of(&ring);
    assert!(crate::find_faults(set.view()).is_empty());
    // Without boxes every run would be held against every other: 25,000 times 25,000.
    let index = EdgeIndex::new(set.view(), 0..1);
    let edges = index.feature(set.view(), 0);
    let near: usize = edges.chunks.iter().map(|chunk| edges.chunks_near(chunk.bounds).count()).sum();
    assert!(near <= 4 * edges.chunks.len(), "{near} of {}", edges.chunks.len());
}
