//! Agreement with the `shapefile` crate: it reads what we read, and what we write.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what failed by panicking")]

use std::path::{Path, PathBuf};

use sanxian_io::{Layer, LayerOptions, read_layer, write_shapefile};
use sanxian_overlay::Progress;
use shapefile::{PolygonRing, Shape};

type Point = [f64; 2];

fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/xinzhou").join(name)
}

/// The rings of every record, each as its points in the order of the file, sorted so that nesting does not matter.
fn rings_of_peer(path: &Path) -> Vec<Vec<Vec<Point>>> {
    let shapes = shapefile::read_shapes(path).unwrap();
    shapes
        .into_iter()
        .map(|shape| match shape {
            Shape::Polygon(polygon) => {
                let rings = polygon.rings().iter().map(|ring| match ring {
                    PolygonRing::Outer(points) | PolygonRing::Inner(points) => {
                        canonical(points.iter().map(|point| [point.x, point.y]).collect())
                    }
                });
                sorted(rings.collect())
            }
            other => panic!("expected a polygon, found {other}"),
        })
        .collect()
}

fn our_rings(layer: &Layer) -> Vec<Vec<Vec<Point>>> {
    let view = layer.polygons.view();
    (0..view.len())
        .map(|feature| {
            let rings = view.feature(feature).flat_map(|polygon| polygon.rings());
            sorted(rings.map(|ring| canonical(ring.to_vec())).collect())
        })
        .collect()
}

/// A ring without its closing point, from its smallest point on, in the direction of the smaller neighbour.
fn canonical(mut ring: Vec<Point>) -> Vec<Point> {
    ring.pop();
    let order = |a: &Point, b: &Point| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]));
    let start = (0..ring.len()).min_by(|&a, &b| order(&ring[a], &ring[b])).unwrap_or(0);
    ring.rotate_left(start);
    if ring.len() > 2 && order(&ring[ring.len() - 1], &ring[1]).is_lt() {
        ring[1..].reverse();
    }
    ring
}

fn sorted(mut rings: Vec<Vec<Point>>) -> Vec<Vec<Point>> {
    rings.sort_by(|a, b| a.partial_cmp(b).unwrap());
    rings
}

#[test]
fn the_peer_reads_the_same_rings_from_the_demo_layers() {
    for name in ["survey/DLTB.shp", "control/STBHHX.shp", "control/CZKFBJ.shp", "uses.shp"] {
        let path = demo(name);
        let layer = read_layer(&path, &LayerOptions::default(), &Progress::default()).unwrap();
        assert_eq!(our_rings(&layer), rings_of_peer(&path), "{name}");
    }
}

#[test]
fn the_peer_reads_back_what_we_write() {
    let layer =
        read_layer(&demo("control/STBHHX.shp"), &LayerOptions::default(), &Progress::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.shp");
    write_shapefile(&layer, &path, "utf-8").unwrap();
    assert_eq!(rings_of_peer(&path), our_rings(&layer));
    let records = shapefile::read(&path).unwrap();
    let column = layer.attributes.schema().index_of("ZRBHDFQ").unwrap();
    let ours = arrow_cast::cast(layer.attributes.column(column), &arrow_schema::DataType::Utf8).unwrap();
    let ours: Vec<_> =
        arrow_array::cast::as_string_array(&ours).iter().map(Option::unwrap_or_default).collect();
    let theirs: Vec<_> = records
        .iter()
        .map(|(_, record)| match record.get("ZRBHDFQ") {
            Some(shapefile::dbase::FieldValue::Character(text)) => text.clone().unwrap_or_default(),
            other => panic!("expected text, found {other:?}"),
        })
        .collect();
    assert_eq!(ours, theirs);
}
