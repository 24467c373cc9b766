"""Shapefiles, read by us and by pyogrio (GDAL) in one run: ``python benches/shapefile.py [POLYGONS]``.

Prints the section of RESULTS.md; a minute or two.

The file is made for the run, with a seed: polygons of 12 to 40 vertices in an irregular grid, 15 attributes like
those of a county's land survey, text in GBK. Then it is copied, put out of the system's cache and read back: a file
that an office works on was copied to its disk some day, and the system keeps what it reads from there in larger
pieces than what a program has just written record by record, as the table shows beside it. A second file has 6,000
polygons of 200 to 2,000 vertices, whose records are longer than a page. Every figure is the median of some runs after
one that warms up, so the files are in the system's cache for both. Memory is the growth of a fresh process that reads
the file into Arrow.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from readers import Comparison, machine, print_comparisons, print_peaks

import sanxian as sx
from sanxian import _native

SEED = 20261122
CELL_M = 60.0
#: 38 plots of a development scheme lie in a window of about this size.
WINDOW_M = (3_000.0, 2_000.0)
CLASSES = [("0101", "水田"), ("0103", "旱地"), ("0301", "乔木林地"), ("0702", "农村宅基地"), ("1006", "农村道路")]


#: Polygons and vertices of the file of large records.
LARGE, LARGE_VERTICES = 6_000, (200, 2_001)


def survey(polygons: int, vertex_range: tuple[int, int] = (12, 41)) -> gpd.GeoDataFrame:
    """Seeded patches in zone 38 with the fields of a land survey."""
    random = np.random.default_rng(SEED)
    side = int(np.ceil(np.sqrt(polygons)))
    cells = np.arange(polygons)
    centre = np.stack([38_370_000 + cells % side * CELL_M, 4_230_000 + cells // side * CELL_M], axis=1)
    vertices = random.integers(*vertex_range, polygons)
    owner = np.repeat(cells, vertices)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(vertices) - vertices, vertices)
    angle = -2 * np.pi * place / vertices[owner]
    radius = random.uniform(20, 30, len(owner))[:, None]
    points = centre[owner] + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    shapes = shapely.polygons(shapely.linearrings(points, indices=owner))
    kind = random.integers(0, len(CLASSES), polygons)
    area = shapely.area(shapes)
    village = random.integers(0, 400, polygons)
    text = pd.Series(cells).astype(str)
    attributes = {
        "BSM": "1409" + text.str.zfill(14),
        "YSDM": np.full(polygons, "2001010100"),
        "TBYBH": text,
        "TBBH": text.str.zfill(8),
        "DLBM": np.array([code for code, _ in CLASSES])[kind],
        "DLMC": np.array([name for _, name in CLASSES])[kind],
        "QSXZ": np.where(kind == 4, "20", "30"),
        "QSDWDM": "140902" + pd.Series(village).astype(str).str.zfill(13),
        "QSDWMC": "忻府区第" + pd.Series(village).astype(str) + "村民委员会",
        "ZLDWMC": "播明镇第" + pd.Series(village % 37).astype(str) + "村",
        "TBMJ": np.round(area, 2),
        "KCXS": np.round(random.uniform(0, 0.2, polygons), 4),
        "TBDLMJ": np.round(area * 0.93, 2),
        "SJNF": np.full(polygons, 2023, dtype=np.int32),
        "BZ": np.where(kind == 0, "二〇二三年变更调查", None),
    }
    return gpd.GeoDataFrame(attributes, geometry=shapes, crs=4526)


Box = tuple[float, float, float, float]


def written(frame: gpd.GeoDataFrame, path: Path) -> Box:
    """Write a file as GDAL does; answer a scheme's window in its middle."""
    path.parent.mkdir()
    pyogrio.write_dataframe(frame, path, encoding="GBK")
    middle = np.array(frame.total_bounds).reshape(2, 2).mean(axis=0)
    (west, south), (east, north) = middle - np.array(WINDOW_M) / 2, middle + np.array(WINDOW_M) / 2
    return west, south, east, north


def copied(path: Path, folder: Path) -> Path:
    """Copy a file and its companions, and read them from the disk, where the system lets a program ask for that."""
    folder.mkdir()
    for source in sorted(path.parent.glob(f"{path.stem}.*")):
        target = folder / source.name
        shutil.copyfile(source, target)
        with target.open("r+b") as file:
            os.fsync(file.fileno())
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while file.read(1 << 20):
                pass
    return folder / path.name


def within(path: Path, bbox: Box, what: str, target: float | None = None) -> Comparison:
    """Compare how both read what a box meets; they must find as much."""
    found = len(sx.read_layer(path, bbox=bbox))
    assert found == pyogrio.read_arrow(path, bbox=bbox)[1].num_rows
    return Comparison(
        f"{what}, {found} polygons",
        lambda: pa.table(_native.read_layer_table(str(path), {"bbox": bbox, "on_error": "raise"})[0]),
        "read_arrow(bbox=)",
        lambda: pyogrio.read_arrow(path, bbox=bbox),
        target=target,
    )


def main(polygons: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        original, large = folder / "written" / "DLTB.shp", folder / "large" / "DLTB.shp"
        bbox = written(survey(polygons), original)
        large_bbox = written(survey(LARGE, LARGE_VERTICES), large)
        path = copied(original, folder / "copied")
        large = copied(large, folder / "large_copied")
        found = len(sx.read_layer(path, bbox=bbox))
        shp_mb, dbf_mb = (path.with_suffix(suffix).stat().st_size / 1e6 for suffix in (".shp", ".dbf"))
        print(machine(f"pyogrio {pyogrio.__version__} with GDAL {pyogrio.__gdal_version_string__}"), end="; ")
        print(f"{polygons} polygons, .shp {shp_mb:.0f} MB, .dbf {dbf_mb:.0f} MB\n")
        print_comparisons(
            [
                Comparison(
                    "whole file into Arrow",
                    lambda: pa.table(_native.read_layer_table(str(path))[0]),
                    "read_arrow",
                    lambda: pyogrio.read_arrow(path),
                    target=5,
                ),
                within(path, bbox, "into Arrow with `bbox=`", target=20),
                within(original, bbox, "the same from the file that was just written"),
                within(large, large_bbox, f"into Arrow with `bbox=` from {LARGE} large polygons"),
                Comparison(
                    "whole file into a GeoDataFrame",
                    lambda: sx.read_layer(path),
                    "read_dataframe(use_arrow=True)",
                    lambda: pyogrio.read_dataframe(path, use_arrow=True),
                    target=2,
                ),
                Comparison(
                    f"into a GeoDataFrame with `bbox=`, {found} polygons",
                    lambda: sx.read_layer(path, bbox=bbox),
                    "read_dataframe(use_arrow=True, bbox=)",
                    lambda: pyogrio.read_dataframe(path, use_arrow=True, bbox=bbox),
                ),
            ],
            "pyogrio",
        )
        print_peaks(
            "_native.read_layer_table(sys.argv[1])[0]", "pyogrio.read_arrow(sys.argv[1])[1]", "read_arrow", path
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
