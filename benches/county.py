"""A county: 500 plots against a land survey of 300,000 patches and 12 control layers, ours and geopandas in one run.

    python benches/county.py [--plots 500] [--patches 300000] [--layers 12] [--skip-peer] [--write]

Both take the same steps from the same files: read the layers and take the digests of their files, see that polygons
which take part are valid, cut the plots with each layer (pieces, contacts, what is left, and what is covered with
overlaps counted once), with the survey's cropland as a layer more, measure everything on the plane and on the
ellipsoid, and make the tables: overlaps by layer, a row for each piece and contact, land classes by plot and owner
with ridges deducted. Ours judges four rule packs besides. Each runs in a process of its own, so that the peak of
memory is its own. The data are made with a fixed seed in a temporary folder. Areas by plot and layer are compared
before any ratio is printed. ``--write`` adds the time and memory of our report's files, which have no counterpart in
geopandas.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

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
#: Areas by plot id, and of ``all`` together.
Figures = dict[str, float]
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


def ours(folder: Path, report_folder: Path | None = None) -> dict[str, Figures]:
    """The whole check: verdicts too, which the peer does not make."""
    import sanxian as sx

    report = sx.check(
        folder / "plots.shp",
        {role: path for role, path in layer_files(folder)},
        rules=PACKS,
        land_use=folder / "DLTB.shp",
        ownership="QSXZ",
        land_classes="survey-3",
    )
    if report_folder is not None:
        report.write(report_folder)
    overlaps = report.tables["overlaps_by_layer"].set_index("role")["area_m2"]
    figures: dict[str, Figures] = {role: {"all": float(area)} for role, area in overlaps.items()}
    rows = report.tables["encroachments"]
    # Rules about what lies outside of a layer list other rows; such layers are compared as a whole only.
    for role, of_role in rows.groupby("role"):
        if set(of_role["relation"]) <= {"overlap", "contact"}:
            areas = of_role.groupby("plot_id")["ellipsoidal_area_m2"].sum()
            figures[str(role)] |= {str(plot): float(area) for plot, area in areas.items()}
    land = report.tables["land_use"]
    of_plots = land[(land["ownership"] == "集体") & (land["plot_id"] != "合计")]
    figures["collective_ha"] = dict(zip(of_plots["plot_id"], of_plots["total_ha"], strict=True))
    total = land[(land["plot_id"] == "合计") & (land["ownership"] == "集体")]
    figures["collective_ha"]["all"] = float(total["total_ha"].iloc[0])
    return figures


def measures(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Planar and ellipsoidal area. An equal-area projection near by is what is quick with geopandas."""
    centre = "+lat_0=38.4 +lon_0=113.7"
    equal_area = frame.geometry.to_crs(f"+proj=laea {centre} +ellps=GRS80 +units=m +type=crs")
    return pd.DataFrame({"planar_m2": frame.area, "area_m2": equal_area.area, "perimeter_m": frame.length})


def digests(path: Path) -> list[str]:
    """SHA-256 of each file of a Shapefile."""
    parts = [path.with_suffix(suffix) for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg")]
    return [hashlib.sha256(part.read_bytes()).hexdigest() for part in parts]


def refuse_invalid(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> None:
    """See that what takes part is valid."""
    _, partners = layer.sindex.query(plots.geometry)
    assert layer.geometry.iloc[np.unique(partners)].is_valid.all()


def lay(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Pieces and contacts of plots and layer, and what is covered of each plot with overlaps counted once."""
    refuse_invalid(plots, layer)
    shared = gpd.overlay(plots, layer.assign(feature=np.arange(len(layer))), how="intersection", keep_geom_type=False)
    is_piece = shared.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"])
    pieces, contacts = shared[is_piece], shared[~is_piece]
    pieces = pieces.join(measures(pieces)).assign(relation="overlap")
    contacts = contacts.assign(relation="contact", contact_length_m=contacts.length)
    outside = gpd.overlay(plots, layer, how="difference")
    rest = measures(outside).set_axis(outside["plot_id"])["planar_m2"].reindex(plots["plot_id"]).fillna(0.0)
    inside = pieces.groupby("plot_id")["planar_m2"].sum().reindex(plots["plot_id"]).fillna(0.0)
    covered = pieces.groupby("plot_id")["area_m2"].sum()
    overlapping = (inside + rest - plots.area.to_numpy()) > 1e-2
    again = pieces[pieces["plot_id"].isin(overlapping.index[overlapping])]
    if len(again):
        dissolved = again[["plot_id", "geometry"]].dissolve("plot_id")
        covered.update(measures(dissolved)["area_m2"])
    rows = pd.concat([pieces.drop(columns="geometry"), contacts.drop(columns="geometry")], ignore_index=True)
    return rows.assign(width_m=2 * rows["planar_m2"] / rows["perimeter_m"]), covered


def peer(folder: Path) -> dict[str, Figures]:
    """The same overlays, areas and tables with geopandas."""
    files = [folder / "plots.shp", folder / "DLTB.shp", *(path for _, path in layer_files(folder))]
    evidence = {path.name: digests(path) for path in files}
    assert len(evidence) == len(files)
    plots = gpd.read_file(folder / "plots.shp", use_arrow=True)
    assert plots.is_valid.all()
    plots = plots.join(measures(plots).add_prefix("plot_"))
    survey = gpd.read_file(folder / "DLTB.shp", use_arrow=True)
    layers = [(role, gpd.read_file(path, use_arrow=True)) for role, path in layer_files(folder)]
    layers.append(("cropland", survey[survey["DLBM"].str.startswith("01")]))
    figures: dict[str, Figures] = {}
    tables = []
    for role, layer in layers:
        rows, covered = lay(plots, layer)
        tables.append(rows.assign(role=role, share=rows["area_m2"] / rows["plot_area_m2"]))
        by_plot = rows.groupby("plot_id")["area_m2"].sum()
        figures[role] = {"all": float(covered.sum())} | {plot: float(area) for plot, area in by_plot.items()}
    encroachments = pd.concat(tables, ignore_index=True)
    encroachments.groupby("role").agg(plots=("plot_id", "nunique"), area_m2=("area_m2", "sum"))

    refuse_invalid(plots, survey)
    pieces = gpd.overlay(plots, survey, how="intersection", keep_geom_type=False)
    pieces = pieces[pieces.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"])]
    pieces = pieces.join(measures(pieces))
    pieces["owner"] = np.where(pieces["QSXZ"].str[0].isin(["3", "4"]), "集体", "国有")
    pieces["ridge_m2"] = np.where(pieces["DLBM"].str.startswith("01"), pieces["area_m2"] * pieces["KCXS"], 0.0)
    pieces["net_m2"] = pieces["area_m2"] - pieces["ridge_m2"]
    pieces.pivot_table(index=["plot_id", "owner"], columns="DLBM", values="net_m2", aggfunc="sum", margins=True)
    collective = pieces[pieces["owner"] == "集体"].groupby("plot_id")["area_m2"].sum() / 1e4
    figures["collective_ha"] = {"all": float(collective.sum())} | collective.to_dict()
    return figures


def differences(mine: dict[str, Figures], other: dict[str, Figures]) -> list[str]:
    """Figures that the two do not agree on."""
    found = []
    for role, figures in mine.items():
        # Tables of land classes are rounded to a hundredth of a hectare and closed.
        slack = 0.5 if role != "collective_ha" else 0.0151
        for plot, figure in figures.items():
            expected = other[role].get(plot, 0.0)
            allowed = 1e-6 * abs(figure) + (slack if plot != "all" else max(1.0, slack))
            if abs(figure - expected) > allowed:
                found.append(f"{role}, plot {plot}: {figure} and {expected}")
    return found


def peak_memory_mib() -> float:
    """Peak of this process alone; ``ru_maxrss`` would still count the parent's pages from before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def run(who: str, folder: Path) -> dict[str, Any]:
    """One side in a process of its own: figures, seconds and peak memory."""
    command = [sys.executable, "-W", "ignore", __file__, "--run", who, "--folder", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measured(who: str, folder: Path) -> dict[str, Any]:
    """Run one side here."""

    def processor_seconds() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    sides = {"ours": ours, "peer": peer, "report": lambda folder: ours(folder, folder / "report")}
    # Imports count for neither: the peer's stand above.
    import sanxian  # noqa: F401

    start, processor = time.perf_counter(), processor_seconds()
    figures = sides[who](folder)
    return {
        "figures": figures,
        "seconds": time.perf_counter() - start,
        "processor_seconds": processor_seconds() - processor,
        "peak_mib": peak_memory_mib(),
    }


def show(what: str, side: dict[str, Any]) -> None:
    """One line of the result."""
    seconds, processor, peak = (side[key] for key in ("seconds", "processor_seconds", "peak_mib"))
    print(f"{what:26} {seconds:8.2f} s  {processor:8.2f} processor seconds  peak {peak:7.0f} MiB", flush=True)


def main() -> None:
    """Make the data, run both, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plots", type=int, default=500)
    parser.add_argument("--patches", type=int, default=300_000)
    parser.add_argument("--layers", type=int, default=len(ROLES))
    parser.add_argument("--skip-peer", action="store_true")
    parser.add_argument("--write", action="store_true", help="time the files of our report, too")
    parser.add_argument("--run", choices=["ours", "peer", "report"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="where the data are or go; a temporary folder by default")
    options = parser.parse_args()
    if options.run:
        print(json.dumps(measured(options.run, options.folder)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        if not (folder / "DLTB.shp").exists():
            make(folder, options.plots, options.patches, options.layers)
        mine = run("ours", folder)
        show("sanxian, verdicts too", mine)
        if options.write:
            show("sanxian, with report files", run("report", folder))
        if options.skip_peer:
            return
        other = run("peer", folder)
        show("geopandas", other)
        differing = differences(mine["figures"], other["figures"])
        if differing:
            sys.exit("\n".join(["figures differ:", *differing[:20]]))
        compared = sum(len(figures) for figures in mine["figures"].values())
        print(f"{compared} figures agree")
        for key, what in (("seconds", "by seconds"), ("processor_seconds", "by processor seconds")):
            print(f"ratio {what:20} {other[key] / mine[key]:8.1f}")


if __name__ == "__main__":
    main()
