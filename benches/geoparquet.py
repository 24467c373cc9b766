"""GeoParquet, ours and its peers, in one run: ``python benches/geoparquet.py [FILE.parquet]``.

Without a file, 200,000 seeded polygons with 15 attributes are written by geopandas. pyarrow leaves the geometry as WKB;
ours also makes coordinate columns of it, and takes the file's SHA-256, which the evidence of a report needs.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

import sanxian as sx
from sanxian.arrow import load_layer

RUNS = 5


def seeded(folder: Path, count: int = 200_000) -> Path:
    """Write polygons of 20 to 60 vertices near Xinzhou, with a covering of boxes."""
    random = np.random.default_rng(20261122)
    vertices = random.integers(20, 60, count)
    centres = random.uniform([38_370_000, 4_230_000], [38_400_000, 4_270_000], (count, 2))
    offsets = np.concatenate([[0], np.cumsum(vertices)])
    angle = np.concatenate([np.linspace(0, 2 * np.pi, n, endpoint=False) for n in vertices])
    radius = random.uniform(40, 60, offsets[-1])
    points = np.repeat(centres, vertices, axis=0) + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    rings = shapely.linearrings(points, indices=np.repeat(np.arange(count), vertices))
    classes = np.array(["水田", "旱地", "果园", "有林地", "农村宅基地", "河流水面"])
    columns = {f"TEXT{n}": classes[random.integers(0, 6, count)] for n in range(8)}
    columns |= {f"AREA{n}": random.uniform(0, 1e4, count) for n in range(4)}
    columns |= {f"N{n}": random.integers(0, 10**6, count) for n in range(3)}
    path = folder / "seeded.parquet"
    frame = gpd.GeoDataFrame(columns, geometry=shapely.polygons(rings), crs=4526)
    frame.to_parquet(path, write_covering_bbox=True, row_group_size=50_000)
    return path


def median_s(work: Callable[[], object]) -> float:
    """Median of some runs after one that warms up."""
    times = []
    for run in range(RUNS + 1):
        start = time.perf_counter()
        work()
        if run:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def main(path: Path) -> None:
    """Print the table."""
    whole = load_layer(path)
    boxes = shapely.bounds(sx.read_layer(path, columns=[]).geometry.values)
    centre, size = np.nanmean(boxes, axis=0), np.nanmax(boxes[:, 2:], axis=0) - np.nanmin(boxes[:, :2], axis=0)
    window = tuple(np.concatenate([centre[:2] - size / 40, centre[2:] + size / 40]))
    covered = b"covering" in (pq.read_schema(path).metadata or {}).get(b"geo", b"")
    times = {
        "sanxian, into Arrow (coordinates)": median_s(lambda: pa.table(load_layer(path).to_arrow())),
        "pyarrow.parquet.read_table (WKB)": median_s(lambda: pq.read_table(path)),
        "sanxian.read_layer, into a frame": median_s(lambda: sx.read_layer(path)),
        "geopandas.read_parquet": median_s(lambda: gpd.read_parquet(path)),
        "sanxian, window, into Arrow": median_s(lambda: pa.table(load_layer(path, bbox=window).to_arrow())),
    }
    if covered:
        times["geopandas.read_parquet(bbox=)"] = median_s(lambda: gpd.read_parquet(path, bbox=window))
    print(
        f"{path.name}: {len(whole):,} features, {path.stat().st_size / 1e6:.1f} MB, "
        f"{len(load_layer(path, bbox=window)):,} in the window; {platform.machine()}, {os.cpu_count()} cores; "
        f"pyarrow {pa.__version__}, geopandas {gpd.__version__}; median of {RUNS}\n"
    )
    print("| | s | features/s |\n|-|-:|-:|")
    for name, time_s in times.items():
        print(f"| {name} | {time_s:.3f} | {len(whole) / time_s:,.0f} |")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(seeded(Path(folder)))
