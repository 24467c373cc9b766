//! Records that a box asks for, of files of short, long and mixed records, against the boxes that the polygons were made with.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use sanxian_geodesy::Crs;
use sanxian_io::{Layer, LayerOptions, read_layer, write_shapefile};
use sanxian_overlay::{PolygonBuilder, Progress};

const SIDE: usize = 100;
const CELL_M: f64 = 50.0;
const RADIUS_M: f64 = 20.0;
const ORIGIN: [f64; 2] = [38_500_000.0, 4_250_000.0];

/// A box round the middle of so many cells. It meets 41 of a row in five rows, the outermost by their last metre.
fn window(cells: usize) -> [f64; 4] {
    let [x, y] = centre(cells / SIDE / 2 * SIDE + 40);
    let (east_m, north_m) = (20.0 * CELL_M - RADIUS_M + 1.0, 2.0 * CELL_M - RADIUS_M + 1.0);
    [x - east_m, y - north_m, x + east_m, y + north_m]
}

fn centre(cell: usize) -> [f64; 2] {
    [ORIGIN[0] + (cell % SIDE) as f64 * CELL_M, ORIGIN[1] + (cell / SIDE) as f64 * CELL_M]
}

/// Round polygons in a grid of cells, west to east, then northwards. Points stand on the four ends of each, so that its box is known.
fn write(folder: &Path, cells: usize, vertices: impl Fn(usize) -> usize) -> PathBuf {
    let mut polygons = PolygonBuilder::default();
    for cell in 0..cells {
        let [x, y] = centre(cell);
        let quarter = vertices(cell) / 4;
        let points = (0..quarter * 4).map(|step| {
            let angle = step as f64 / quarter as f64 * std::f64::consts::FRAC_PI_2;
            [x + RADIUS_M * angle.cos(), y - RADIUS_M * angle.sin()]
        });
        polygons.coords_mut().extend(points);
        polygons.close_ring();
        polygons.end_polygon();
        polygons.end_feature();
    }
    let numbers = Arc::new(Int64Array::from_iter_values(0..cells as i64)) as ArrayRef;
    let attributes = RecordBatch::try_from_iter([("N", numbers)]).unwrap();
    let crs = Crs::from_epsg(4526).unwrap();
    let path = folder.join("DLTB.shp");
    write_shapefile(&Layer::new("DLTB", polygons.finish().unwrap(), attributes, Some(crs)), &path, "gbk")
        .unwrap();
    path
}

fn read_window(path: &Path, cells: usize) -> Layer {
    let options = LayerOptions { bbox: Some(window(cells)), ..LayerOptions::default() };
    read_layer(path, &options, &Progress::default()).unwrap()
}

fn expected(cells: usize) -> Vec<u64> {
    let [west, south, east, north] = window(cells);
    let meets = |cell: &usize| {
        let [x, y] = centre(*cell);
        x + RADIUS_M >= west && x - RADIUS_M <= east && y + RADIUS_M >= south && y - RADIUS_M <= north
    };
    let found: Vec<u64> = (0..cells).filter(meets).map(|cell| cell as u64).collect();
    assert_eq!(found.len(), 41 * 5);
    found
}

type VerticesOfRow = fn(usize) -> usize;

/// Cells and vertices of each: short records, records of 17 KB, and short ones with a long one here and there.
fn files() -> [(usize, VerticesOfRow); 3] {
    [
        (10_000, |cell| 12 + cell % 28),
        (1_000, |_| 1_100),
        (10_000, |cell| if cell % 97 == 0 { 4_000 } else { 16 }),
    ]
}

#[test]
fn a_box_finds_the_same_records_whether_they_are_short_or_long() {
    for (cells, vertices) in files() {
        let folder = tempfile::tempdir().unwrap();
        let layer = read_window(&write(folder.path(), cells, vertices), cells);
        assert_eq!(layer.rows.as_ref().unwrap(), &expected(cells));
        assert!(layer.findings.is_empty());
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (one, three) = (pool(1), pool(3));
    for (cells, vertices) in files() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(folder.path(), cells, vertices);
        let (by_one, by_three) =
            (one.install(|| read_window(&path, cells)), three.install(|| read_window(&path, cells)));
        assert_eq!(by_one.rows, by_three.rows);
        assert_eq!(by_one.polygons, by_three.polygons);
        assert_eq!(by_one.attributes, by_three.attributes);
    }
}

/// A record outside the box, too, has to confirm its place: an index that is wrong about one may be wrong about all.
#[test]
fn an_index_that_one_record_does_not_confirm_is_left_aside() {
    for (cells, vertices) in files() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(folder.path(), cells, vertices);
        let shx = path.with_extension("shx");
        let mut index = std::fs::read(&shx).unwrap();
        // The length of the last record but one, in words: not what its header says.
        let at = index.len() - 9;
        index[at] ^= 1;
        std::fs::write(&shx, index).unwrap();
        let layer = read_window(&path, cells);
        assert_eq!(
            layer.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
            ["shx_contradicts"]
        );
        assert_eq!(layer.rows.as_ref().unwrap(), &expected(cells));
    }
}

/// Editing programs append what was changed: the order of the index is the order of the rows, wherever the records lie.
#[test]
fn records_may_lie_in_another_order_than_the_index_names_them() {
    // The second file is longer than what one thread looks at, and neighbours of its index lie all over it.
    for (cells, vertices, stride) in [(1_000, 16, 999), (60_000, 28, 7)] {
        let folder = tempfile::tempdir().unwrap();
        let path = write(folder.path(), cells, |_| vertices);
        let straight = read_window(&path, cells);
        let shx = path.with_extension("shx");
        let index = std::fs::read(&shx).unwrap();
        let (header, entries) = index.split_at(100);
        let entries: Vec<&[u8]> = entries.chunks(8).collect();
        let cell_of_row = |row: usize| row * stride % cells;
        let shuffled = (0..cells).flat_map(|row| entries[cell_of_row(row)]).copied();
        std::fs::write(&shx, header.iter().copied().chain(shuffled).collect::<Vec<u8>>()).unwrap();
        let layer = read_window(&path, cells);
        let wanted = expected(cells);
        let rows: Vec<u64> = (0..cells)
            .filter(|row| wanted.contains(&(cell_of_row(*row) as u64)))
            .map(|row| row as u64)
            .collect();
        assert_eq!(layer.rows.as_ref().unwrap(), &rows);
        assert!(layer.findings.is_empty(), "{:?}", layer.findings);
        let place_before = |row: &u64| wanted.binary_search(&(cell_of_row(*row as usize) as u64)).unwrap();
        assert_eq!(layer.polygons, straight.polygons.view().take(rows.iter().map(place_before)));
    }
}
