//! A hundred Shapefiles broken by hand, one row each: what was done to which file, and what comes of it. An error names
//! path, record, byte offset and reason; what is read in spite of the damage has findings. Nothing is lost in silence.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray};
use sanxian_geodesy::Crs;
use sanxian_io::{IoError, Layer, LayerOptions, OnError, read_layer, write_shapefile};
use sanxian_overlay::{Point, PolygonSet, Progress};

fn ring(east: f64, south: f64, size: f64, clockwise: bool) -> Vec<Point> {
    let (west, south) = (38_500_000.0 + east, 4_250_000.0 + south);
    let mut ring = vec![
        [west, south + size],
        [west + size, south + size],
        [west + size, south],
        [west, south],
        [west, south + size],
    ];
    if !clockwise {
        ring.reverse();
    }
    ring
}

/// Four records: a square, a square with a hole, two squares, a square. Records begin at bytes 100, 236, 456, 676.
fn sample(folder: &Path) -> PathBuf {
    let mut set = PolygonSet::default();
    set.push_feature([[ring(0.0, 0.0, 50.0, true).as_slice()]]);
    set.push_feature([[ring(100.0, 0.0, 50.0, true).as_slice(), ring(110.0, 10.0, 20.0, false).as_slice()]]);
    set.push_feature([[ring(200.0, 0.0, 50.0, true).as_slice()], [ring(300.0, 0.0, 50.0, true).as_slice()]]);
    set.push_feature([[ring(400.0, 0.0, 50.0, true).as_slice()]]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("地类", Arc::new(StringArray::from(vec!["永久基本农田", "生态保护红线", "水田", "旱地"]))),
        ("N", Arc::new(Int32Array::from(vec![1, 2, 3, 4]))),
        ("AREA", Arc::new(Float64Array::from(vec![0.25, 2.5, 3.125, 4.0]))),
        ("DAY", Arc::new(Date32Array::from(vec![0, 1, 2, 3]))),
        ("OK", Arc::new(BooleanArray::from(vec![true, false, true, false]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let layer = Layer::new("a", set, batch, Some(Crs::from_epsg(4526).unwrap()));
    let path = folder.join("a.shp");
    write_shapefile(&layer, &path, "gbk").unwrap();
    path
}

const RECORDS: [usize; 4] = [100, 236, 456, 676];
/// Record header, type, box: where the number of parts stands.
const PARTS: usize = 8 + 36;
const POINTS: usize = PARTS + 4;
const FIRST_PART: usize = POINTS + 4;
/// Header of a table with five fields.
const ROWS: usize = 32 + 5 * 32 + 1;

enum Damage {
    /// These bytes at this place.
    Put(&'static str, usize, Vec<u8>),
    /// Cut to this length; negative: that many bytes less.
    Cut(&'static str, isize),
    /// These bytes at the end.
    Add(&'static str, Vec<u8>),
    /// These bytes instead of the file.
    All(&'static str, Vec<u8>),
    Remove(&'static str),
}

use Damage::{Add, All, Cut, Put, Remove};

#[derive(Debug, PartialEq)]
enum Outcome {
    /// Record, byte offset, words of the reason.
    Error(Option<u64>, Option<u64>, &'static str),
    /// A finding with this code among the findings, all four records read.
    Finding(&'static str),
    /// All four records read and nothing to say: the format allows it.
    Fine,
}

use Outcome::{Error, Finding, Fine};

fn little(value: i32) -> Vec<u8> {
    value.to_le_bytes().to_vec()
}

fn big(value: i32) -> Vec<u8> {
    value.to_be_bytes().to_vec()
}

fn shape_cases() -> Vec<(Damage, Outcome)> {
    let mut cases = vec![
        (All("shp", vec![]), Error(None, None, "empty")),
        (All("shp", b"PK\x03\x04 a zip with another name".to_vec()), Error(None, Some(0), "not a .shp")),
        (All("shp", vec![0; 200]), Error(None, Some(0), "not a .shp")),
        (Put("shp", 0, little(9994)), Error(None, Some(0), "not a .shp")),
        (Cut("shp", 50), Error(None, Some(0), "cut off")),
        (Cut("shp", 3), Error(None, Some(0), "not a .shp")),
        (Cut("shp", 99), Error(None, Some(0), "cut off")),
        (Cut("shp", 100), Error(Some(1), Some(100), "cut off")),
        (Cut("shp", 104), Error(Some(1), Some(100), "cut off")),
        (Cut("shp", 110), Error(Some(1), Some(100), "cut off")),
        (Cut("shp", 235), Error(Some(1), Some(100), "cut off")),
        (Cut("shp", 236), Error(Some(2), Some(236), "cut off")),
        (Cut("shp", 300), Error(Some(2), Some(236), "cut off")),
        (Cut("shp", 676), Error(Some(4), Some(676), "cut off")),
        (Cut("shp", -1), Error(Some(4), Some(676), "cut off")),
        (Add("shp", vec![0; 12]), Finding("shx_leaves_bytes")),
        (Put("shp", 28, little(999)), Fine),
        (Put("shp", 36, vec![0xff; 32]), Fine),
        (Put("shp", 24, big(-5)), Fine),
    ];
    for (kind, name) in
        [(1, "points"), (3, "lines"), (8, "multipoints"), (31, "multipatches"), (77, "unknown")]
    {
        cases.push((Put("shp", 32, little(kind)), Error(None, Some(0), name)));
        cases.push((Put("shp", RECORDS[1] + 8, little(kind)), Error(Some(2), Some(236), name)));
    }
    for (number, start) in RECORDS.into_iter().enumerate() {
        let place = |words| Error(Some(number as u64 + 1), Some(start as u64), words);
        cases.push((Put("shp", start + PARTS, little(-1)), place("do not fit")));
        cases.push((Put("shp", start + PARTS, little(i32::MAX)), place("do not fit")));
        cases.push((Put("shp", start + POINTS, little(i32::MAX)), place("do not fit")));
        cases.push((Put("shp", start + POINTS, little(-7)), place("do not fit")));
        cases.push((Put("shp", start + FIRST_PART, little(3)), place("part 0 begins at point 3")));
        cases.push((Put("shp", start + FIRST_PART, little(-1)), place("part 0 begins at point -1")));
        cases.push((Put("shp", start + PARTS, little(0)), Finding("empty_shape")));
        let points = if number == 0 || number == 3 { start + FIRST_PART + 4 } else { start + FIRST_PART + 8 };
        cases.push((Put("shp", points, f64::NAN.to_le_bytes().to_vec()), place("vertex 0 is not a finite")));
        cases.push((
            Put("shp", points + 24, f64::INFINITY.to_le_bytes().to_vec()),
            place("vertex 1 is not a finite"),
        ));
    }
    for (words, start) in [(-1, 0), (0, 1), (1, 2)] {
        // The length in the record; the index disagrees, so the file is walked.
        let place = Error(Some(start as u64 + 1), Some(RECORDS[start] as u64), "the record's length is");
        cases.push((Put("shp", RECORDS[start] + 4, big(words)), place));
    }
    cases.push((Put("shp", RECORDS[3] + 4, big(i32::MAX)), Error(Some(4), Some(676), "cut off")));
    cases.push((
        Put("shp", RECORDS[1] + FIRST_PART + 4, little(11)),
        Error(Some(2), Some(236), "part 1 begins"),
    ));
    cases.push((Put("shp", RECORDS[1] + FIRST_PART + 4, little(0)), Finding("empty_part")));
    cases.push((
        Put("shp", RECORDS[0] + FIRST_PART + 4, 38_500_001_f64.to_le_bytes().to_vec()),
        Finding("ring_not_closed"),
    ));
    cases
}

fn companion_cases() -> Vec<(Damage, Outcome)> {
    vec![
        (Remove("shx"), Finding("shx_missing")),
        (All("shx", vec![]), Finding("shx_contradicts")),
        (Cut("shx", 60), Finding("shx_contradicts")),
        (Cut("shx", -4), Finding("shx_contradicts")),
        (Cut("shx", -8), Finding("shx_contradicts")),
        (Add("shx", vec![0; 8]), Finding("shx_contradicts")),
        (Put("shx", 24, big(7)), Finding("shx_contradicts")),
        (Put("shx", 100, big(0)), Finding("shx_contradicts")),
        (Put("shx", 100, big(-4)), Finding("shx_contradicts")),
        (Put("shx", 104, big(1)), Finding("shx_contradicts")),
        (Put("shx", 104, big(i32::MAX)), Finding("shx_contradicts")),
        (Put("shx", 108, big(i32::MAX)), Finding("shx_contradicts")),
        (Put("shx", 108, big(60)), Finding("shx_contradicts")),
        (Put("shx", 112, big(104)), Finding("shx_contradicts")),
        (Remove("dbf"), Finding("dbf_missing")),
        (All("dbf", vec![]), Error(None, Some(0), "cut off")),
        (Cut("dbf", 20), Error(None, Some(0), "cut off")),
        (Cut("dbf", 60), Error(None, Some(0), "cut off")),
        (Cut("dbf", ROWS as isize), Error(Some(1), Some(ROWS as u64), "cut off")),
        (Cut("dbf", ROWS as isize + 5), Error(Some(1), Some(ROWS as u64), "cut off")),
        (Put("dbf", 4, little(0)), Finding("row_count_differs")),
        (Put("dbf", 4, little(2)), Finding("row_count_differs")),
        (Put("dbf", 4, little(-1)), Fine),
        (Put("dbf", 8, vec![5, 0]), Error(None, Some(0), "shorter than a header")),
        (Put("dbf", 10, vec![0, 0]), Error(None, Some(0), "no bytes")),
        (Put("dbf", 10, vec![3, 0]), Error(None, Some(0), "wider than its rows")),
        (Put("dbf", 32 + 16, vec![255]), Error(None, Some(0), "wider than its rows")),
        (Put("dbf", 32, vec![0; 11]), Finding("field_renamed")),
        (Put("dbf", 64, b"AREA\0".to_vec()), Finding("field_renamed")),
        (Put("dbf", 64, b"geometry\0".to_vec()), Finding("field_renamed")),
        (Put("dbf", 64, "坐落单位".as_bytes()[..11].to_vec()), Finding("field_name_cut")),
        (Put("dbf", 32 + 11, b"M".to_vec()), Finding("memo_not_read")),
        (Put("dbf", ROWS + 1, vec![0xff, 0xff, 0xff]), Finding("text_damaged")),
        (Put("dbf", ROWS + 11, vec![b'x', 0xc5]), Finding("text_cut")),
        (Put("dbf", ROWS + 13, b"*********".to_vec()), Finding("number_overflow")),
        (Put("dbf", ROWS + 13, b"   x1    ".to_vec()), Finding("number_not_understood")),
        (Put("dbf", ROWS + 13, b"   1.5   ".to_vec()), Finding("decimals_in_whole_numbers")),
        (Put("dbf", ROWS + 13, b"   9e9   ".to_vec()), Finding("number_overflow")),
        (Put("dbf", ROWS + 13, b"   1e99  ".to_vec()), Finding("number_overflow")),
        (Put("dbf", ROWS + 22, b"NaN                ".to_vec()), Finding("number_not_understood")),
        (Put("dbf", ROWS + 41, b"20231301".to_vec()), Finding("date_not_understood")),
        (Put("dbf", ROWS + 41, b"2023-1-1".to_vec()), Finding("date_not_understood")),
        (Put("dbf", ROWS + 49, b"x".to_vec()), Finding("logical_not_understood")),
        (All("cpg", b"nonsense".to_vec()), Finding("cpg_not_understood")),
        (All("cpg", b"UTF-8".to_vec()), Finding("cpg_contradicts")),
        (All("cpg", vec![]), Finding("cpg_not_understood")),
        (Remove("prj"), Finding("crs_missing")),
        (All("prj", b" \n".to_vec()), Finding("crs_missing")),
        (All("prj", b"PROJCS[".to_vec()), Finding("crs_not_understood")),
        (All("prj", vec![0xff; 40]), Finding("crs_not_understood")),
    ]
}

fn inflict(path: &Path, damage: &Damage) -> PathBuf {
    let (Put(suffix, ..) | Cut(suffix, _) | Add(suffix, _) | All(suffix, _) | Remove(suffix)) = damage;
    let member = path.with_extension(suffix);
    let mut bytes = std::fs::read(&member).unwrap();
    match damage {
        Put(_, at, new) => bytes[*at..at + new.len()].copy_from_slice(new),
        Cut(_, length) if *length < 0 => bytes.truncate(bytes.len() - length.unsigned_abs()),
        Cut(_, length) => bytes.truncate(length.unsigned_abs()),
        Add(_, more) => bytes.extend(more),
        All(_, new) => bytes.clone_from(new),
        Remove(_) => {
            std::fs::remove_file(&member).unwrap();
            return member;
        }
    }
    std::fs::write(&member, bytes).unwrap();
    member
}

fn read(path: &Path, on_error: OnError) -> Result<Layer, IoError> {
    read_layer(path, &LayerOptions { on_error, ..LayerOptions::default() }, &Progress::default())
}

#[test]
fn each_is_an_error_with_its_place_or_is_read_with_findings() {
    let mut cases = shape_cases();
    cases.extend(companion_cases());
    assert!(cases.len() >= 100, "{}", cases.len());
    for (number, (damage, expected)) in cases.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let path = sample(folder.path());
        let member = inflict(&path, damage);
        match (read(&path, OnError::Raise), expected) {
            (Err(error), Error(record, offset, words)) => {
                assert_eq!((error.record(), error.offset()), (*record, *offset), "case {number}: {error}");
                assert_eq!(error.path(), Some(member.as_path()), "case {number}: {error}");
                assert!(error.to_string().contains(words), "case {number}: {error}");
            }
            (Ok(layer), Finding(code)) => {
                assert!(
                    layer.findings.iter().any(|finding| finding.code == *code),
                    "case {number}: {layer:?}"
                );
                assert_eq!(layer.len(), 4, "case {number}");
            }
            (Ok(layer), Fine) => {
                assert!(layer.len() == 4 && layer.findings.is_empty(), "case {number}: {layer:?}");
            }
            (found, expected) => panic!("case {number}: {expected:?}, found {found:?}"),
        }
    }
}

/// Whatever stops at a record can be gone on from, with the record as null or without it, and with its place in a finding.
#[test]
fn bad_records_are_nulled_or_skipped_with_their_place() {
    let mut concerned = 0;
    for (number, (damage, expected)) in shape_cases().into_iter().enumerate() {
        let Error(Some(record), Some(offset), _) = expected else { continue };
        concerned += 1;
        let folder = tempfile::tempdir().unwrap();
        let path = sample(folder.path());
        inflict(&path, &damage);
        for on_error in [OnError::Null, OnError::Skip] {
            let layer = read(&path, on_error).unwrap_or_else(|error| panic!("case {number}: {error}"));
            let mut found = layer.findings.iter().filter(|finding| finding.line == Some(record));
            assert!(
                found.any(|finding| finding.message.contains(&format!("字节 {offset}"))),
                "case {number}: {:?}",
                layer.findings
            );
            let row = record - 1;
            match on_error {
                OnError::Null => {
                    assert_eq!((layer.len(), layer.attributes.num_rows()), (4, 4), "case {number}");
                    assert!(layer.polygons.view().is_null(row as usize), "case {number}");
                }
                _ => assert!((0..layer.len()).all(|feature| layer.row(feature) != row), "case {number}"),
            }
        }
    }
    assert!(concerned >= 40, "{concerned}");
}
