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
#: Geod takes a polygon at a time; one in so many is timed.
SAMPLE = 20
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


def seconds(work: Callable[[], object], *, scale: float = 1.0) -> tuple[float, float]:
    """Median time on the clock, and of the processors, of some runs after one that warms up."""
    clock, processors = [], []
    for run in range(RUNS + 1):
        start, start_cpu = time.perf_counter(), time.process_time()
        work()
        if run:
            clock.append(scale * (time.perf_counter() - start))
            processors.append(scale * (time.process_time() - start_cpu))
    return statistics.median(clock), statistics.median(processors)


OURS_EXACT = "ours: ellipsoidal, exact"
OURS_ZONE = "ours: to_crs zone 38 to 37, Arrow to Arrow"
OURS_ZONE_FRAME = "ours: to_crs zone 38 to 37, GeoDataFrame to GeoDataFrame"
GEOD = f"pyproj: Geod.geometry_area_perimeter (1 in {SAMPLE}, scaled)"
ALBERS = "pyproj to Albers, shapely area"
GEOPANDAS = "geopandas: to_crs zone 38 to 37"


def main(million_vertices: float) -> None:
    """Print the table."""
    frame = polygons(million_vertices)
    layer = to_layer(frame, "frame", columns=[])
    coordinates = shapely.get_coordinates(frame.geometry)
    degrees = frame.geometry.iloc[::SAMPLE].to_crs(4490)
    geod = pyproj.Geod(a=6_378_137, rf=298.257222101)
    albers = pyproj.CRS.from_proj4("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80")
    zones = pyproj.Transformer.from_crs(4526, 4525, always_xy=True)

    times = {
        OURS_EXACT: seconds(lambda: _native.areas_m2(layer, "ellipsoidal")),
        "ours: ellipsoidal, survey recipe": seconds(lambda: _native.areas_m2(layer, "survey")),
        "ours: geodesic": seconds(lambda: _native.areas_m2(layer, "geodesic")),
        "ours: planar": seconds(lambda: _native.areas_m2(layer, "planar")),
        "ours: GeoDataFrame to Arrow column": seconds(lambda: to_layer(frame, "frame", columns=[])),
        OURS_ZONE: seconds(lambda: _native.to_crs(layer, "EPSG:4525", None)),
        "ours: to_crs zone 38 to degrees, Arrow to Arrow": seconds(lambda: _native.to_crs(layer, "EPSG:4490", None)),
        OURS_ZONE_FRAME: seconds(lambda: sx.to_crs(frame, 4525)),
        GEOD: seconds(lambda: [geod.geometry_area_perimeter(shape) for shape in degrees], scale=SAMPLE),
        ALBERS: seconds(lambda: frame.geometry.to_crs(albers).area),
        "shapely: planar area": seconds(lambda: frame.area),
        "pyproj: Transformer zone 38 to 37, bare arrays": seconds(lambda: zones.transform(*coordinates.T)),
        GEOPANDAS: seconds(lambda: frame.to_crs(4525)),
        "geopandas: to_crs zone 38 to degrees": seconds(lambda: frame.to_crs(4490)),
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, ", end="")
    print(f"Python {platform.python_version()}, sanxian {sx.__version__}, geopandas {gpd.__version__}, ", end="")
    print(f"pyproj {pyproj.__version__} (PROJ {pyproj.proj_version_str}), shapely {shapely.__version__}\n")
    print(f"| {million_vertices:g} million vertices, {len(frame)} polygons | seconds | processor seconds |\n|-|-|-|")
    for name, (clock_s, processor_s) in times.items():
        print(f"| {name} | {clock_s:.3f} | {processor_s:.3f} |")
    print("\n| target | at least | measured | by processor seconds |\n|-|-|-|-|")
    for target, least, theirs, ours in (
        ("ellipsoidal area, against Geod", 10, GEOD, OURS_EXACT),
        ("ellipsoidal area, against transform and planar area", 3, ALBERS, OURS_EXACT),
        ("to_crs from Arrow, against geopandas", 3, GEOPANDAS, OURS_ZONE),
        ("to_crs from a GeoDataFrame, against geopandas (no target)", 0, GEOPANDAS, OURS_ZONE_FRAME),
    ):
        ratios = [theirs_s / ours_s for theirs_s, ours_s in zip(times[theirs], times[ours], strict=True)]
        print(f"| {target} | {least or '–'} | {ratios[0]:.1f} × | {ratios[1]:.1f} × |")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
