//! Real files, damaged in every way that a seed gives: a typed error that names the file or a layer, no panic, and no more
//! memory than 64 MB and four times the file. The same for files that are made to cost much.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod counting;
mod mutation;
mod reference;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use mutation::{Random, damaged};
use sanxian_io::{
    CoordinateTableOptions, IoError, Layer, LayerOptions, OnError, PlotsOptions, read_features, read_layer,
    read_plots, read_points, rewrite_exchange_text, write_coordinate_table,
};
use sanxian_overlay::Progress;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Files of a folder and those below, with one of the suffixes and not longer than a megabyte.
fn files(folder: &Path, suffixes: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, suffixes));
        } else if path
            .extension()
            .is_some_and(|suffix| suffixes.iter().any(|known| suffix.eq_ignore_ascii_case(known)))
            && path.metadata().unwrap().len() < 1 << 20
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Reads and holds the outcome against what a file may cost.
fn read<T>(what: &str, size: usize, call: impl FnOnce() -> Result<T, IoError>) -> Option<T> {
    let (result, cost) = counting::cost(call);
    assert!(cost <= counting::limit(size), "{what}: {cost} bytes taken for a file of {size}");
    match result {
        Ok(answer) => Some(answer),
        Err(error) => {
            let text = error.to_string();
            assert!(text.contains("damaged."), "{what}: {text}");
            None
        }
    }
}

#[test]
fn exchange_texts() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("damaged.txt"), folder.path().join("copy.txt"));
    let mut sources = files(&root().join("tests/fixtures/exchange_text"), &["txt"]);
    sources.extend(reference::folder("exchange_text").iter().flat_map(|folder| files(folder, &["txt"])));
    let mut readable = 0;
    for (seed, source) in (0..).zip(&sources) {
        let bytes = std::fs::read(source).unwrap();
        let text = match encoding_rs::Encoding::for_bom(&bytes) {
            Some((encoding, _)) => encoding.decode(&bytes).0.into_owned(),
            None => String::from_utf8(bytes.clone())
                .unwrap_or_else(|_| encoding_rs::GB18030.decode(&bytes).0.into_owned()),
        };
        let mut random = Random::new(seed);
        for round in 0..100 {
            // Damage within a character makes a text of no encoding: three of four stay texts.
            let bytes = match round % 4 {
                0 => damaged(&bytes, &mut random),
                _ => {
                    String::from_utf8_lossy(&damaged(text.as_bytes(), &mut random)).into_owned().into_bytes()
                }
            };
            std::fs::write(&path, &bytes).unwrap();
            let what = format!("{} round {round}", source.display());
            let swap_axes = (round % 5 == 4).then_some(true);
            let options = PlotsOptions { swap_axes, ..PlotsOptions::default() };
            if let Some(plots) = read(&what, bytes.len(), || read_plots(&path, &options)) {
                readable += 1;
                rewrite_exchange_text(&plots, &copy).unwrap_or_else(|error| panic!("{what}: {error}"));
                assert!(std::fs::read(&copy).unwrap() == bytes, "{what}: the copy differs");
            }
        }
    }
    assert!(readable > sources.len() * 10, "{readable} of {}", sources.len() * 100);
}

/// A workbook made of a fixture, and the fixtures themselves.
fn tables(folder: &Path) -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/coordinate_table");
    let mut sources = files(&fixtures, &["csv", "tsv", "xls"]);
    let plots = read_plots(&fixtures.join("plot-column.csv"), &PlotsOptions::default()).unwrap();
    let workbook = folder.join("written.xlsx");
    write_coordinate_table(&plots.layer, &workbook, &CoordinateTableOptions::default()).unwrap();
    sources.push(workbook);
    sources
}

#[test]
fn coordinate_tables() {
    let folder = tempfile::tempdir().unwrap();
    let (mut readable, mut places) = (0, 0);
    for (seed, source) in (100..).zip(tables(folder.path())) {
        let bytes = std::fs::read(&source).unwrap();
        let path = folder.path().join("damaged").with_extension(source.extension().unwrap());
        let mut random = Random::new(seed);
        for round in 0..300 {
            let bytes = damaged(&bytes, &mut random);
            std::fs::write(&path, &bytes).unwrap();
            let what = format!("{} round {round}", source.display());
            readable += usize::from(
                read(&what, bytes.len(), || read_plots(&path, &PlotsOptions::default())).is_some(),
            );
            places += usize::from(
                read(&what, bytes.len(), || read_points(&path, &PlotsOptions::default())).is_some(),
            );
        }
    }
    assert!(readable > 150 && places > 75, "{readable} {places}");
}

/// Damage inside the parts, where no checksum of the archive catches it.
#[test]
fn parts_of_workbooks() {
    let folder = tempfile::tempdir().unwrap();
    let source = tables(folder.path()).pop().unwrap();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(source).unwrap()).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.push((part.name().unwrap().into_owned(), bytes));
    }
    let path = folder.path().join("damaged.xlsx");
    let mut random = Random::new(7);
    let mut readable = 0;
    for round in 0..400 {
        let chosen = random.below(parts.len());
        let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (place, (name, bytes)) in parts.iter().enumerate() {
            writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
            let bytes = if place == chosen { damaged(bytes, &mut random) } else { bytes.clone() };
            writer.write_all(&bytes).unwrap();
        }
        writer.finish().unwrap();
        let size = path.metadata().unwrap().len() as usize;
        let what = format!("{} round {round}", parts[chosen].0);
        readable += usize::from(read(&what, size, || read_plots(&path, &PlotsOptions::default())).is_some());
    }
    assert!(readable > 100, "{readable}");
}

#[test]
fn shapefiles() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.shp");
    let mut sources = files(&root().join("examples/xinzhou"), &["shp"]);
    sources.extend(reference::folder("shapefiles").iter().flat_map(|folder| files(folder, &["shp"])));
    let members = ["shp", "shx", "dbf", "prj", "cpg"];
    let (mut readable, mut of_lines) = (0, 0);
    for (seed, source) in (200..).zip(&sources) {
        let whole: Vec<Vec<u8>> = members
            .iter()
            .map(|suffix| std::fs::read(source.with_extension(suffix)).unwrap_or_default())
            .collect();
        let mut random = Random::new(seed);
        for round in 0..25 {
            let chosen = random.below(8).saturating_sub(3);
            let mut size = 0;
            for (place, (suffix, bytes)) in members.iter().zip(&whole).enumerate() {
                let bytes = if place == chosen { damaged(bytes, &mut random) } else { bytes.clone() };
                size += bytes.len();
                let member = path.with_extension(suffix);
                if bytes.is_empty() {
                    let _ = std::fs::remove_file(member);
                } else {
                    std::fs::write(member, bytes).unwrap();
                }
            }
            if !path.exists() {
                continue;
            }
            let what = format!("{} round {round}, .{}", source.display(), members[chosen]);
            let options = LayerOptions {
                on_error: [OnError::Raise, OnError::Null, OnError::Skip][round % 3],
                bbox: (round % 5 == 4).then_some([0.0, 0.0, 1e7, 1e7]),
                ..LayerOptions::default()
            };
            readable += usize::from(layer(&what, size, &path, &options).is_some());
            let features = read(&what, size, || read_features(&path, &options, &Progress::default()));
            of_lines += usize::from(features.is_some_and(|layer| layer.lines.is_some()));
        }
    }
    assert!(readable > sources.len(), "{readable} of {}", sources.len() * 25);
    // The example has polygons alone; points and lines are among the reference files.
    assert!(of_lines > 100 || reference::folder("shapefiles").is_none(), "{of_lines}");
}

fn layer(what: &str, size: usize, path: &Path, options: &LayerOptions) -> Option<Layer> {
    read(what, size, || read_layer(path, options, &Progress::default()))
}

#[test]
fn geoparquet_files() {
    let Some(reference) = reference::folder("formats") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.parquet");
    let mut readable = 0;
    let sources = files(&reference, &["parquet"]);
    for (seed, source) in (300..).zip(&sources) {
        let bytes = std::fs::read(source).unwrap();
        let mut random = Random::new(seed);
        for round in 0..25 {
            let bytes = damaged(&bytes, &mut random);
            std::fs::write(&path, &bytes).unwrap();
            let what = format!("{} round {round}", source.display());
            readable += usize::from(layer(&what, bytes.len(), &path, &LayerOptions::default()).is_some());
        }
    }
    assert!(readable > 20, "{readable} of {}", sources.len() * 25);
}

/// Texts and tables that take little room and ask for much.
#[test]
fn what_repeats_costs_no_more_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let repeated = |row: &str, rows: usize| row.repeat(rows);
    let zigzag = |ring: &str| -> String {
        (0..1 << 15).fold(String::new(), |text, row| {
            text + &format!("J1,{ring}{},{}\n", 4_250_000 + row, 38_500_000 + row % 2)
        })
    };
    let head = "坐标系=2000国家大地坐标系\n带号=38\n4,1,DK-1,东,面,,,,@\n";
    let points = "J1,1,4250100,38500000\nJ2,1,4250100,38500100\nJ3,1,4250000,38500100\n";
    let cases = [
        ("damaged.txt", format!("{head}{points}{}", repeated("a\n", 1 << 19))),
        ("damaged.txt", format!("{head}{points}{}", repeated("a\n[b\n", 1 << 16))),
        ("damaged.txt", format!("{head}{points}{}", repeated("@\n", 1 << 15))),
        ("damaged.txt", format!("{head}{points}{}", repeated("a=1\n", 1 << 16))),
        ("damaged.txt", format!("{head}{}", zigzag("1,"))),
        ("damaged.csv", format!("点号,X,Y\n{}", repeated("a\n", 1 << 19))),
        ("damaged.csv", repeated(",", 1 << 19)),
        ("damaged.csv", repeated("\"", 1 << 19)),
        ("damaged.csv", format!("点号,X,Y\n{}", zigzag(""))),
    ];
    for (name, text) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, &text).unwrap();
        let what = format!("{name} {:?}", &text[text.len() - 12..]);
        let _ = read(&what, text.len(), || read_plots(&path, &PlotsOptions::default()));
    }
}

/// A sheet of a million equal rows is some hundred kilobytes.
#[test]
fn sheets_that_unpack_to_millions_of_rows_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let source = tables(folder.path()).pop().unwrap();
    let path = folder.path().join("damaged.xlsx");
    let rows: [fn(usize) -> String; 3] = [
        |row| {
            format!(
                "<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c><c r=\"C{row}\"><v>4250100</v></c><c r=\"D{row}\"><v>38500000</v></c></row>"
            )
        },
        |row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>x</t></is></c></row>"),
        |row| {
            format!(
                "<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>地块名称:{row}</t></is></c></row><row r=\"{row}\"><c r=\"C{row}\"><v>4250100</v></c><c r=\"D{row}\"><v>38500000</v></c></row>"
            )
        },
    ];
    for make in rows {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(&source).unwrap()).unwrap();
        let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
            match text.split_once("</sheetData>").filter(|_| name.contains("worksheets/")) {
                Some((before, after)) => {
                    writer.write_all(before.as_bytes()).unwrap();
                    for row in 100..250_000 {
                        writer.write_all(make(row).as_bytes()).unwrap();
                    }
                    writer.write_all(b"</sheetData>").unwrap();
                    writer.write_all(after.as_bytes()).unwrap();
                }
                None => writer.write_all(text.as_bytes()).unwrap(),
            }
        }
        writer.finish().unwrap();
        let size = path.metadata().unwrap().len() as usize;
        let plots = read(&make(1), size, || read_plots(&path, &PlotsOptions::default()));
        assert!(plots.is_none(), "{} of {size} bytes was read", make(1));
    }
}
