"""Areas and transforms, ours and pyproj's, in one run on one machine: ``python benches/areas.py [MILLION_VERTICES]``.

Ours is timed from an Arrow column in memory to an array of areas; what it costs to make that column of a GeoDataFrame
stands in a row of its own. Peers are timed from the geometry objects they work on.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pyproj
import shapely

import sanxian as sx
from sanxian import _native
from sanxian.arrow import to_layer

RUNS = 3
VERTICES_A_POLYGON = 100


def polygons(million_vertices: float) -> gpd.GeoDataFrame:
    """Seeded polygons of 100 vertices near Xinzhou, in zone 38."""
    random = np.random.default_rng(20261122)
    count = int(million_vertices * 1e6 / VERTICES_A_POLYGON)
    centres = random.uniform([38_370_000, 4_230_000], [38_400_000, 4_270_000], (count, 1, 2))
    angle = np.linspace(0, 2 * np.pi, VERTICES_A_POLYGON, endpoint=False)
    radius = random.uniform(40, 60, (count, VERTICES_A_POLYGON, 1))
    rings = centres + radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return gpd.GeoDataFrame(geometry=shapely.polygons(rings), crs=4526)


def median_s(work: Callable[[], object]) -> float:
    """Median of some runs after one that warms up."""
    times = []
    for run in range(RUNS + 1):
        start = time.perf_counter()
        work()
        if run:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def main(million_vertices: float) -> None:
    """Print the table."""
    frame = polygons(million_vertices)
    layer = to_layer(frame, "frame", columns=[])
    degrees = frame.geometry.to_crs(4490)
    geod = pyproj.Geod(ellps="GRS80")
    equal_area = pyproj.CRS.from_proj4("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80")
    sample = degrees.iloc[: max(1, len(degrees) // 20)]

    times = {
        "ours: ellipsoidal, exact": median_s(lambda: _native.areas_m2(layer, "ellipsoidal")),
        "ours: ellipsoidal, survey recipe": median_s(lambda: _native.areas_m2(layer, "survey")),
        "ours: geodesic": median_s(lambda: _native.areas_m2(layer, "geodesic")),
        "ours: planar": median_s(lambda: _native.areas_m2(layer, "planar")),
        "ours: GeoDataFrame to Arrow column": median_s(lambda: to_layer(frame, "frame", columns=[])),
        "ours: to_crs zone 38 to 37, Arrow": median_s(lambda: _native.to_crs(layer, "EPSG:4525", None)),
        "ours: to_crs zone 38 to 37, GeoDataFrame": median_s(lambda: sx.to_crs(frame, 4525)),
        "pyproj: Geod.geometry_area_perimeter (5 % sample, scaled)": 20
        * median_s(lambda: [geod.geometry_area_perimeter(shape) for shape in sample]),
        "pyproj to Albers + shapely area": median_s(lambda: frame.geometry.to_crs(equal_area).area),
        "geopandas: to_crs zone 38 to 37": median_s(lambda: frame.to_crs(4525)),
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"sanxian {sx.__version__}, pyproj {pyproj.__version__}, shapely {shapely.__version__}\n")
    print(f"| {million_vertices:g} million vertices | seconds |\n|-|-|")
    for name, seconds in times.items():
        print(f"| {name} | {seconds:.3f} |")
    ours = times["ours: ellipsoidal, exact"]
    geodesic = times["pyproj: Geod.geometry_area_perimeter (5 % sample, scaled)"]
    print(f"\nellipsoidal area: {geodesic / ours:.1f} × pyproj's Geod, ", end="")
    print(f"{times['pyproj to Albers + shapely area'] / ours:.1f} × transform and planar area; ", end="")
    theirs = times["geopandas: to_crs zone 38 to 37"]
    print(f"to_crs: {theirs / times['ours: to_crs zone 38 to 37, Arrow']:.1f} × from Arrow, ", end="")
    print(f"{theirs / times['ours: to_crs zone 38 to 37, GeoDataFrame']:.1f} × from a GeoDataFrame")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
