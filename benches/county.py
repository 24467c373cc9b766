"""A county: 500 plots against a land survey of 300,000 patches and 12 control layers, ours and geopandas in one run.

    python benches/county.py [--plots 500] [--patches 300000] [--layers 12] [--skip-peer]

Both do the same steps from the same files: read the layers, cut the plots with each, measure the pieces on the
ellipsoid, sum by plot (and by class and owner for the survey). Each runs in a process of its own, so that the peak of
memory is its own. The data are made with a fixed seed in a temporary folder. The figures of the two are compared
before any ratio is printed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

EAST, NORTH = 38_474_000.0, 4_250_000.0
CODES = ["0101", "0102", "0103", "0201", "0301", "0401", "0701", "0702", "1003", "1006", "1104", "1107", "0404"]
ROLES = [
    "permanent_basic_farmland",
    "ecological_redline",
    "urban_development_boundary",
    "strict_nature_reserve",
    "scenic_area",
    "forest_park",
    "wetland_park",
    "forest",
    "water",
    "drinking_water_source",
    "spring_key_area",
    "river_shoreline",
]
PACKS = ["national-2020", "redline-2022", "xinzhou-measures-2022", "taixin-2023"]


def wavy_cells(count: int, size_m: float, rng: np.random.Generator) -> np.ndarray:
    """A grid of cells whose common edges bend: neighbours share every vertex, as in a land survey."""
    side = int(np.ceil(np.sqrt(count)))
    ticks = np.arange(side + 1) * size_m
    x, y = np.meshgrid(ticks, ticks, indexing="ij")
    inner = np.zeros_like(x)
    inner[1:-1, 1:-1] = 1
    x = x + inner * rng.uniform(-0.2, 0.2, x.shape) * size_m
    y = y + inner * rng.uniform(-0.2, 0.2, y.shape) * size_m
    nodes = np.stack([x, y], axis=-1)
    bends = 3
    steps = (np.arange(1, bends + 1) / (bends + 1))[:, None]

    def edges(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        between = one[..., None, :] * (1 - steps) + other[..., None, :] * steps
        between = between + rng.uniform(-0.05, 0.05, between.shape) * size_m
        return np.concatenate([one[..., None, :], between], axis=-2)

    along = edges(nodes[:-1, :], nodes[1:, :])
    up = edges(nodes[:, :-1], nodes[:, 1:])

    def back(chain: np.ndarray, last: np.ndarray) -> np.ndarray:
        return np.concatenate([last[..., None, :], chain[..., :0:-1, :]], axis=-2)

    south, north = along[:, :-1], back(along[:, 1:], nodes[1:, 1:])
    east, west = up[1:, :], back(up[:-1, :], nodes[:-1, 1:])
    rings = np.concatenate([south, east, north, west], axis=-2).reshape(-1, 4 * (bends + 1), 2)[:count]
    rings = np.concatenate([rings, rings[:, :1]], axis=1) + np.array([EAST, NORTH])
    return shapely.polygons(np.round(rings, 3))


def make(folder: Path, plots: int, patches: int, layers: int) -> None:
    """Write plots, survey and layers as Shapefiles."""
    rng = np.random.default_rng(20220311)
    cells = wavy_cells(patches, 60.0, rng)
    extent = 60.0 * np.ceil(np.sqrt(patches))
    survey = gpd.GeoDataFrame(
        {
            "DLBM": rng.choice(CODES, len(cells)),
            "QSXZ": rng.choice(["10", "20", "30", "40"], len(cells)),
            "KCXS": rng.choice([0.0, 0.0432, 0.0765], len(cells)),
        },
        geometry=cells,
        crs=4526,
    )
    survey.to_file(folder / "DLTB.shp")
    centres = rng.uniform(300, extent - 300, (plots, 2)) + np.array([EAST, NORTH])
    radii = rng.uniform(60, 250, plots)
    outlines = [blob(centre, radius, 40, rng) for centre, radius in zip(centres, radii, strict=True)]
    gpd.GeoDataFrame({"plot_id": [str(at + 1) for at in range(plots)]}, geometry=outlines, crs=4526).to_file(
        folder / "plots.shp"
    )
    zones = {
        "ecological_redline": ("ZRBHDFQ", ["核心保护区", "一般控制区"]),
        "urban_development_boundary": ("GHFQMC", ["城镇集中建设区"]),
    }
    for number, role in enumerate(ROLES[:layers]):
        # Control layers are blocks of survey-like cells with gaps between.
        blocks = wavy_cells(max(patches // 60, 50), extent / np.sqrt(max(patches // 60, 50)), rng)
        chosen = blocks[rng.random(len(blocks)) < 0.3]
        columns = {"BSM": [str(at) for at in range(len(chosen))]}
        if role in zones:
            field, values = zones[role]
            columns[field] = rng.choice(values, len(chosen)).tolist()
        gpd.GeoDataFrame(columns, geometry=chosen, crs=4526).to_file(
            folder / f"{number:02d}-{role}.shp", encoding="utf-8"
        )


def blob(centre: np.ndarray, radius: float, corners: int, rng: np.random.Generator) -> shapely.Polygon:
    """A star-shaped outline."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    lengths = radius * rng.uniform(0.7, 1.3, corners)
    points = centre + np.stack([np.cos(angles) * lengths, np.sin(angles) * lengths], axis=-1)
    return shapely.Polygon(np.round(points, 3)).buffer(0)


def layer_files(folder: Path) -> list[tuple[str, Path]]:
    """Role and file of each control layer."""
    return [(path.stem[3:], path) for path in sorted(folder.glob("[0-9][0-9]-*.shp"))]


def ours(folder: Path) -> dict[str, float]:
    """The whole check: verdicts and tables too, which the peer does not make."""
    import sanxian as sx

    report = sx.check(
        folder / "plots.shp",
        {role: path for role, path in layer_files(folder)},
        rules=PACKS,
        land_use=folder / "DLTB.shp",
        ownership="QSXZ",
        land_classes="survey-3",
    )
    overlaps = report.tables["overlaps_by_layer"].set_index("role")["area_m2"]
    figures = {role: float(overlaps[role]) for role, _ in layer_files(folder)}
    land = report.tables["land_use"]
    figures["collective_ha"] = float(
        land[(land["plot_id"] == "合计") & (land["ownership"] == "集体")]["total_ha"].iloc[0]
    )
    return figures


def peer(folder: Path) -> dict[str, float]:
    """The overlays and sums with geopandas; areas on the ellipsoid by pyproj's geodesics."""
    from pyproj import Geod

    geod = Geod(ellps="GRS80")

    def area_m2(frame: gpd.GeoDataFrame) -> pd.Series:
        degrees = frame.geometry.to_crs(4490)
        return pd.Series([abs(geod.geometry_area_perimeter(shape)[0]) for shape in degrees], index=frame.index)

    plots = gpd.read_file(folder / "plots.shp")
    figures = {}
    for role, path in layer_files(folder):
        pieces = gpd.overlay(plots, gpd.read_file(path), how="intersection", keep_geom_type=True)
        outside = gpd.overlay(plots, gpd.read_file(path), how="difference")
        figures[role] = float(area_m2(pieces).groupby(pieces["plot_id"]).sum().sum())
        area_m2(outside)
    survey = gpd.read_file(folder / "DLTB.shp")
    pieces = gpd.overlay(plots, survey, how="intersection", keep_geom_type=True)
    pieces["area_m2"] = area_m2(pieces)
    pieces["owner"] = np.where(pieces["QSXZ"].str[0].isin(["3", "4"]), "集体", "国有")
    by_owner = pieces.groupby("owner")["area_m2"].sum()
    pieces.groupby(["plot_id", "owner", "DLBM"])["area_m2"].sum()
    figures["collective_ha"] = float(by_owner["集体"]) / 1e4
    return figures


def peak_memory_mib() -> float:
    """Peak of this process alone; ``ru_maxrss`` would still count the parent's pages from before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def run(who: str, folder: Path) -> dict[str, object]:
    """One side in a process of its own: figures, seconds and peak memory."""
    done = subprocess.run(
        [sys.executable, __file__, "--run", who, "--folder", str(folder)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Make the data, run both, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plots", type=int, default=500)
    parser.add_argument("--patches", type=int, default=300_000)
    parser.add_argument("--layers", type=int, default=len(ROLES))
    parser.add_argument("--skip-peer", action="store_true")
    parser.add_argument("--run", choices=["ours", "peer"])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.run:
        start = time.perf_counter()
        figures = {"ours": ours, "peer": peer}[options.run](options.folder)
        seconds = time.perf_counter() - start
        peak_mib = peak_memory_mib()
        print(json.dumps({"figures": figures, "seconds": seconds, "peak_mib": peak_mib}))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, options.plots, options.patches, options.layers)
        mine = run("ours", folder)
        print(f"sanxian    {mine['seconds']:8.2f} s  peak {mine['peak_mib']:7.0f} MiB  (verdicts and tables too)")
        if options.skip_peer:
            return
        other = run("peer", folder)
        for key, figure in mine["figures"].items():
            assert abs(figure - other["figures"][key]) <= 1e-5 * abs(figure) + 1, (key, figure, other["figures"][key])
        print(f"geopandas  {other['seconds']:8.2f} s  peak {other['peak_mib']:7.0f} MiB  (overlays and sums)")
        print(f"ratio      {other['seconds'] / mine['seconds']:8.1f}")


if __name__ == "__main__":
    main()
