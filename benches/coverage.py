"""Coverage check, ours and two peers, in one run on one machine: ``python benches/coverage.py [LAYER] [--overlay]``.

LAYER is a polygon layer that should tile; by default the 171,372 output areas of England in ``../shared/reference``.
Timed from polygons in memory. ``--overlay`` also runs geopandas' self-overlay, which takes minutes.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import shapely

import sanxian as sx
from sanxian.arrow import to_layer

T = TypeVar("T")

RUNS = 5
#: Areas of one overlap by two programs may differ by what a last digit of a coordinate sweeps along it.
TOLERANCE_M2 = 1e-6


def clocked(work: Callable[[], T]) -> tuple[T, float, float]:
    """What ``work`` gives, the seconds on the clock, and the seconds of all processors."""
    start, start_cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - start, time.process_time() - start_cpu


def ours(layer: object) -> sx.Coverage:
    """Overlaps and gaps."""
    return sx.check_coverage(layer, area="planar", on_invalid="repair")


def self_overlay(frame: gpd.GeoDataFrame) -> dict[tuple[int, int], float]:
    """Area of every pair that shares ground, by geopandas' overlay of the layer with itself."""
    rows = gpd.GeoDataFrame({"row": np.arange(len(frame))}, geometry=frame.geometry.values, crs=frame.crs)
    pieces = gpd.overlay(rows, rows, how="intersection", keep_geom_type=True)
    pieces = pieces[(pieces["row_1"] < pieces["row_2"]) & (pieces.area > 0)]
    return {(int(a), int(b)): area for a, b, area in zip(pieces["row_1"], pieces["row_2"], pieces.area, strict=True)}


def pairs_of(found: sx.Coverage) -> dict[tuple[int, int], float]:
    """Our overlaps in the same form."""
    rows = found.overlaps[["feature", "other_feature", "area_m2"]].itertuples(index=False)
    return {(int(a), int(b)): float(area) for a, b, area in rows}


def main(path: Path, *, with_overlay: bool) -> None:
    """Print the table."""
    frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
    layer = to_layer(frame, "layer", columns=[])
    runs = [clocked(lambda: ours(layer)) for _ in range(RUNS + 1)][1:]
    found = runs[0][0]
    ours_s, ours_cpu_s = (statistics.median(run[part] for run in runs) for part in (1, 2))
    _, conversion_s, conversion_cpu_s = clocked(lambda: to_layer(frame, "layer", columns=[]))
    edges, edges_s, edges_cpu_s = clocked(lambda: shapely.coverage_invalid_edges(frame.geometry.values))
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, ", end="")
    print(f"sanxian {sx.__version__}, geopandas {gpd.__version__}, GEOS {shapely.geos_version_string}\n")
    print(f"{path.name}: {len(frame)} polygons, {shapely.get_num_coordinates(frame.geometry.values).sum()} vertices\n")
    print("| | seconds | processor seconds | ratio | ratio by processor |\n|-|-|-|-|-|")
    print(f"| ours: check_coverage (median of {RUNS}) | {ours_s:.3f} | {ours_cpu_s:.3f} | | |")
    print(f"| ours: GeoDataFrame to Arrow column | {conversion_s:.3f} | {conversion_cpu_s:.3f} | | |")

    def row(name: str, seconds: float, processor_s: float) -> None:
        ratios = f"{seconds / ours_s:.1f} × | {processor_s / ours_cpu_s:.1f} ×"
        print(f"| {name} | {seconds:.3f} | {processor_s:.3f} | {ratios} |")

    row("shapely: coverage_invalid_edges", edges_s, edges_cpu_s)
    theirs = None
    if with_overlay:
        valid = frame.set_geometry(shapely.make_valid(frame.geometry.values, method="structure", keep_collapsed=False))
        theirs, overlay_s, overlay_cpu_s = clocked(lambda: self_overlay(valid))
        row("geopandas: overlay with itself", overlay_s, overlay_cpu_s)
    mine = pairs_of(found)
    flagged = set(np.flatnonzero(~shapely.is_empty(edges)).tolist())
    touched = {feature for pair in mine for feature in pair} | {
        row for rows in found.gaps["neighbours"] for row in rows
    }
    print(f"\nOurs: {len(mine)} overlaps of {sum(mine.values()):.4f} m2, {len(found.gaps)} gaps of ", end="")
    print(f"{found.gaps['area_m2'].sum():.4f} m2.")
    print(f"coverage_invalid_edges: {len(flagged)} polygons, {len(flagged & touched)} of them in our findings.")
    if theirs is not None:
        differing = [pair for pair in mine if abs(mine[pair] - theirs.get(pair, 0.0)) > TOLERANCE_M2]
        only = sorted(set(theirs) - set(mine))
        print(f"overlay: {len(theirs)} pairs, only theirs: {only[:5]}, differing: {differing[:5]}.")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--overlay"]
    root = Path(__file__).resolve().parents[2]
    default = Path(os.environ.get("SANXIAN_REFERENCE", root / "shared" / "reference"))
    chosen = Path(arguments[0]) if arguments else default / "layers" / "england" / "eng_oa_27700.parquet"
    main(chosen, with_overlay="--overlay" in sys.argv)
