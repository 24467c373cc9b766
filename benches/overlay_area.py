"""Overlay areas, ours and geopandas', in one run on the same machine: ``python benches/overlay_area.py``.

Each workload is timed from frames in memory to a table of areas, both sides in turn, after one warm-up; the median of
the runs is printed with the ratio. Workloads are seeded; the real ones are used where the reference data lie.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

import sanxian as sx

ROOT = Path(__file__).parents[1]
REFERENCE = Path(os.environ.get("SANXIAN_REFERENCE", ROOT.parent / "shared" / "reference"))
RUNS = 5

Frames = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]


def demo() -> Frames:
    """38 plots against the land survey of the demo."""
    folder = ROOT / "examples" / "xinzhou"
    return sx.read_plots(folder / "plots.txt"), sx.read_layer(folder / "survey" / "DLTB.shp")


def parcels() -> Frames:
    """2,000 round plots against 40,000 parcels of a shaken grid."""
    random = np.random.default_rng(20261122)
    rows, columns = 200, 200
    nodes = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1) * 40.0
    nodes = np.round(nodes + random.uniform(-12, 12, nodes.shape), 3) + np.array([38_386_000, 4_252_000])
    corners = [nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]]
    grid = shapely.polygons(np.stack(corners, axis=2).reshape(-1, 4, 2))
    centres = random.uniform([38_386_100, 4_252_100], [38_393_900, 4_259_900], (2000, 2))
    plots = shapely.buffer(shapely.points(centres), random.uniform(20, 120, 2000), quad_segs=12)
    return gpd.GeoDataFrame(geometry=plots, crs=4526), gpd.GeoDataFrame(geometry=grid, crs=4526)


def south_africa() -> Frames:
    """Farms against urban areas, the valid ones."""
    folder = REFERENCE / "layers" / "south_africa"
    farms, urban = (gpd.read_file(folder / name) for name in ("farms_33S.shp", "urban_33S.shp"))
    return farms[farms.is_valid][["geometry"]], urban[urban.is_valid][["geometry"]]


def ours(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> float:
    """Planar areas of all pairs by sanxian, indexing and conversion included."""
    return float(sx.overlay_area(plots, layer, area="planar")["area_m2"].sum())


def geopandas(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> float:
    """The same by ``geopandas.overlay`` and ``.area``."""
    return float(gpd.overlay(plots[["geometry"]], layer[["geometry"]], how="intersection").area.sum())


def seconds(run: Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame], float], frames: Frames) -> tuple[float, float]:
    """Time one run; give its length and its answer."""
    start = time.perf_counter()
    answer = run(*frames)
    return time.perf_counter() - start, answer


def rows() -> Iterator[str]:
    """One Markdown row a workload."""
    for workload in (demo, parcels, south_africa):
        if workload is south_africa and not REFERENCE.exists():
            yield f"| {workload.__doc__} | reference data absent | | | |"
            continue
        frames = workload()
        times: dict[str, list[float]] = {"ours": [], "geopandas": []}
        for run in range(RUNS + 1):
            ours_s, ours_m2 = seconds(ours, frames)
            theirs_s, theirs_m2 = seconds(geopandas, frames)
            if run:  # the first one warms up
                times["ours"].append(ours_s)
                times["geopandas"].append(theirs_s)
        ours_s, theirs_s = statistics.median(times["ours"]), statistics.median(times["geopandas"])
        difference = abs(ours_m2 - theirs_m2) / theirs_m2
        yield f"| {workload.__doc__} | {ours_s:.3f} | {theirs_s:.3f} | {theirs_s / ours_s:.1f} × | {difference:.0e} |"


if __name__ == "__main__":
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"sanxian {sx.__version__}, geopandas {gpd.__version__}, GEOS {shapely.geos_version_string}\n")
    print("| workload, frames in memory to areas | sanxian s | geopandas s | ratio | areas differ by |")
    print("|-|-|-|-|-|")
    for row in rows():
        print(row, flush=True)
