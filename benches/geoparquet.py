"""GeoParquet, ours and its peers, in one run: ``python benches/geoparquet.py [FILE.parquet]``.

Prints the section of RESULTS.md; a minute. Without a file, 200,000 seeded polygons with 15 attributes are written by
geopandas. pyarrow leaves the geometry as WKB; ours also decodes it into the coordinates that overlays need.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from readers import Comparison, machine, print_comparisons, print_peaks

import sanxian as sx
from sanxian import _native


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


def main(path: Path) -> None:
    """Print the table."""
    boxes = shapely.bounds(sx.read_layer(path, columns=[]).geometry.values)
    centre, size = np.nanmean(boxes, axis=0), np.nanmax(boxes[:, 2:], axis=0) - np.nanmin(boxes[:, :2], axis=0)
    window = tuple(np.concatenate([centre[:2] - size / 40, centre[2:] + size / 40]))
    covered = b"covering" in (pq.read_schema(path).metadata or {}).get(b"geo", b"")
    comparisons = [
        Comparison(
            "into Arrow: coordinates, pyarrow: WKB",
            lambda: pa.table(_native.read_layer_table(str(path))[0]),
            "pyarrow.parquet.read_table",
            lambda: pq.read_table(path),
            target=1,
        ),
        Comparison(
            "into a GeoDataFrame",
            lambda: sx.read_layer(path),
            "geopandas.read_parquet",
            lambda: gpd.read_parquet(path),
            target=1,
        ),
    ]
    if covered:
        comparisons.append(
            Comparison(
                "into a GeoDataFrame with `bbox=`",
                lambda: sx.read_layer(path, bbox=window),
                "geopandas.read_parquet(bbox=)",
                lambda: gpd.read_parquet(path, bbox=window),
            )
        )
    print(machine(f"pyarrow {pa.__version__}", f"geopandas {gpd.__version__}"), end="; ")
    found = len(sx.read_layer(path, bbox=window, columns=[]))
    print(f"{path.name}: {len(boxes)} features, {path.stat().st_size / 1e6:.0f} MB, {found} in the window\n")
    print_comparisons(comparisons, "peer")
    print_peaks("_native.read_layer_table(sys.argv[1])[0]", "pa.parquet.read_table(sys.argv[1])", "read_table", path)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(seeded(Path(folder)))
