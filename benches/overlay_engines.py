"""One engine over one workload in a process of its own, started by ``overlay.py``: it prints a line of JSON.

Every engine is two functions: one makes what it works on of a GeoParquet file, the other makes plots, features and
areas of that; the time of the second is what the tables call seconds. Imports stand inside the functions, because some
engines live in another environment.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

THREADS = int(os.environ.get("RAYON_NUM_THREADS", os.cpu_count() or 1))
#: One plot in so many, to see how long a slow engine would take.
SAMPLE = 20
#: No engine is repeated beyond this.
ENOUGH_S = 8.0

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def arrow_wkb(path: Path) -> Any:
    """An Arrow table with the file's own WKB."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=["geometry"])
    crs = json.loads(pq.read_schema(path).metadata[b"geo"])["columns"]["geometry"]["crs"]
    metadata = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": json.dumps({"crs": crs})}
    return pa.table([table["geometry"]], schema=pa.schema([pa.field("geometry", pa.binary(), metadata=metadata)]))


def arrow_points(path: Path) -> Any:
    """An Arrow table with flat coordinates, as GeoArrow has them."""
    import pyarrow as pa

    return pa.table(frame(path)[["geometry"]].to_arrow(index=False, geometry_encoding="geoarrow")).combine_chunks()


def frame(path: Path) -> Any:
    """A GeoDataFrame."""
    import geopandas as gpd

    return gpd.read_parquet(path)


def every_nth(source: Any, step: int) -> Any:
    """One row in ``step`` of whatever the engines load."""
    if step == 1:
        return source
    if hasattr(source, "iloc"):
        return source.iloc[::step].reset_index(drop=True)
    if hasattr(source, "take") and not isinstance(source, np.ndarray):
        return source.take(np.arange(0, source.num_rows, step))
    return source[::step]


def ours(plots: Any, layer: Any) -> Rows:
    """``overlay_area`` into an Arrow table."""
    import sanxian as sx

    table = sx.overlay_area(plots, layer, area="planar", as_arrow=True)
    return tuple(table[name].to_numpy() for name in ("plot_id", "feature", "area_m2"))


def ours_trust(plots: Any, layer: Any) -> Rows:
    """``overlay_area`` that checks no polygon, as most peers do not."""
    import sanxian as sx

    table = sx.overlay_area(plots, layer, area="planar", on_invalid="trust", as_arrow=True)
    return tuple(table[name].to_numpy() for name in ("plot_id", "feature", "area_m2"))


def ours_frame(plots: Any, layer: Any) -> Rows:
    """``overlay_area`` from frames into a DataFrame."""
    import sanxian as sx

    table = sx.overlay_area(plots[["geometry"]], layer[["geometry"]], area="planar")
    return tuple(table[name].to_numpy() for name in ("plot_id", "feature", "area_m2"))


def ours_pieces(plots: Any, layer: Any) -> Rows:
    """``overlay`` with geometry, into an Arrow table."""
    import sanxian as sx

    table = sx.overlay(plots, layer, area="planar", as_arrow=True)
    return tuple(table[name].to_numpy() for name in ("plot_id", "feature", "area_m2"))


def shapes(path: Path) -> np.ndarray:
    """An array of shapely's geometries."""
    import pyarrow.parquet as pq
    import shapely

    return shapely.from_wkb(pq.read_table(path, columns=["geometry"])["geometry"].to_numpy())


def geopandas_overlay(plots: Any, layer: Any) -> Rows:
    """``geopandas.overlay`` and the area of what it gives."""
    import geopandas as gpd

    plots, layer = plots.rename(columns={"id": "plot"}), layer.rename(columns={"id": "feature"})
    pieces = gpd.overlay(plots.assign(plot=np.arange(len(plots))), layer, how="intersection", keep_geom_type=True)
    return pieces["plot"].to_numpy(), pieces["feature"].to_numpy(), pieces.geometry.area.to_numpy()


def shapely_vectorised(plots: np.ndarray, layer: np.ndarray) -> Rows:
    """An STRtree for the pairs, then ``intersection`` and ``area`` over arrays, in threads."""
    import shapely

    plot, feature = shapely.STRtree(layer).query(plots)
    blocks = np.array_split(np.arange(len(plot)), min(len(plot), 32 * THREADS) or 1)

    def areas(block: np.ndarray) -> np.ndarray:
        return shapely.area(shapely.intersection(plots[plot[block]], layer[feature[block]]))

    with ThreadPoolExecutor(THREADS) as threads:
        return plot, feature, np.concatenate(list(threads.map(areas, blocks)))


def shapely_prepared(plots: np.ndarray, layer: np.ndarray) -> Rows:
    """What an expert would write: the larger side prepared, what it covers taken whole, the rest intersected."""
    import shapely

    swapped = shapely.get_num_coordinates(plots).mean() > shapely.get_num_coordinates(layer).mean()
    large, small = (plots, layer) if swapped else (layer, plots)
    tree, whole = shapely.STRtree(small), shapely.area(small)

    def of_one(index: int) -> Rows:
        shape = large[index]
        near = tree.query(shape)
        if len(near) == 0:
            return near, near, np.empty(0)
        shapely.prepare(shape)
        met = near[shapely.intersects(shape, small[near])]
        covered = shapely.covers(shape, small[met])
        inside, crossing = met[covered], met[~covered]
        areas = np.concatenate([whole[inside], shapely.area(shapely.intersection(small[crossing], shape))])
        shapely.destroy_prepared(shape)
        return np.concatenate([inside, crossing]), np.full(len(met), index), areas

    with ThreadPoolExecutor(THREADS) as threads:
        blocks = list(threads.map(of_one, range(len(large)), chunksize=max(1, len(large) // 256)))
    few, many, areas = (np.concatenate(column) for column in zip(*blocks, strict=True))
    return (many, few, areas) if swapped else (few, many, areas)


SQL = """SELECT plots.id AS plot, layer.id AS feature, ST_Area(ST_Intersection(plots.geometry, layer.geometry)) AS area
         FROM plots JOIN layer ON ST_Intersects(plots.geometry, layer.geometry)"""


class DuckDB:
    """DuckDB with its spatial extension, tables in memory."""

    def __init__(self, plots: Path, layer: Path) -> None:
        import duckdb
        import duckdb_extension_spatial

        folder = Path(duckdb_extension_spatial.__file__).parent
        self.connection = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": str(THREADS)})
        self.connection.execute(f"LOAD '{next(folder.rglob('spatial.duckdb_extension'))}'")
        for name, path in (("every_plot", plots), ("layer", layer)):
            self.connection.execute(f"CREATE TABLE {name} AS SELECT id, geometry FROM read_parquet('{path}')")
        self.version = f"DuckDB {duckdb.__version__}"

    def run(self, step: int) -> Rows:
        """Join and measure."""
        self.connection.execute(f"CREATE OR REPLACE VIEW plots AS SELECT * FROM every_plot WHERE id % {step} = 0")
        rows = self.connection.execute(SQL).fetchnumpy()
        return rows["plot"] // step, rows["feature"], rows["area"]


class SedonaDB:
    """SedonaDB, tables in memory."""

    def __init__(self, plots: Path, layer: Path) -> None:
        import sedonadb

        self.connection = sedonadb.connect()
        for name, path in (("every_plot", plots), ("layer", layer)):
            self.connection.read_parquet(path).to_view(f"{name}_file", overwrite=True)
            table = self.connection.sql(f"SELECT id, geometry FROM {name}_file").to_memtable()
            table.to_view(name, overwrite=True)
        self.version = f"SedonaDB {sedonadb.__version__}"

    def run(self, step: int) -> Rows:
        """Join and measure."""
        sample = self.connection.sql(f"SELECT id, geometry FROM every_plot WHERE id % {step} = 0").to_memtable()
        sample.to_view("plots", overwrite=True)
        table = self.connection.sql(SQL).to_arrow_table()
        rows = [np.asarray(table[name].to_numpy()) for name in ("plot", "feature", "area")]
        return rows[0] // step, rows[1], rows[2]


ENGINES: dict[str, tuple[Callable[[Path], Any], Callable[[Any, Any], Rows]]] = {
    "ours_points": (arrow_points, ours),
    "ours_trust": (arrow_points, ours_trust),
    "ours_wkb": (arrow_wkb, ours),
    "ours_path": (Path, ours),
    "ours_frame": (frame, ours_frame),
    "ours_pieces": (arrow_points, ours_pieces),
    "geopandas": (frame, geopandas_overlay),
    "shapely": (shapes, shapely_vectorised),
    "shapely_prepared": (shapes, shapely_prepared),
}
DATABASES = {"duckdb": DuckDB, "sedonadb": SedonaDB}


def cpu_s() -> float:
    """Processor seconds of all threads of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def memory_mb(field: str) -> float:
    """``VmRSS`` or ``VmHWM`` of this process; without ``/proc``, its peak so far."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def forget_peak() -> None:
    """Let the peak of memory start from what is held now, where the kernel can."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def measured(runs: int, budget_s: float, run: Callable[[int], Rows]) -> dict[str, Any]:
    """Time ``run(step)``; a sample first where the whole may take longer than ``budget_s``."""
    step, wall, cpu = 1, [], []
    if budget_s:
        start = time.perf_counter()
        run(SAMPLE)
        if (time.perf_counter() - start) * SAMPLE > budget_s:
            step = SAMPLE
    before = memory_mb("VmRSS")
    forget_peak()
    rows: Rows = (np.empty(0), np.empty(0), np.empty(0))
    warm_up = not budget_s
    while len(wall) < runs and sum(wall) < ENOUGH_S:
        start, start_cpu = time.perf_counter(), cpu_s()
        rows = run(step)
        took = time.perf_counter() - start
        if warm_up and took < ENOUGH_S / 2:
            warm_up = False
            continue
        wall.append(took)
        cpu.append(cpu_s() - start_cpu)
    peak = memory_mb("VmHWM")
    result = {"step": step, "wall_s": wall, "cpu_s": cpu, "resident_mb": before, "peak_mb": peak}
    return result | {"rows": rows}


def main() -> None:
    """Run one engine over one workload."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("engine")
    arguments.add_argument("plots", type=Path)
    arguments.add_argument("layer", type=Path)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--budget", type=float, default=0.0)
    arguments.add_argument("--out", type=Path, required=True)
    chosen = arguments.parse_args()
    version = None
    if chosen.engine in DATABASES:
        start = time.perf_counter()
        database = DATABASES[chosen.engine](chosen.plots, chosen.layer)
        run, version = database.run, database.version
    else:
        # Importing is not reading.
        for package in ("geopandas", "pyarrow.parquet", "sanxian"):
            importlib.import_module(package)
        start = time.perf_counter()
        load, overlay = ENGINES[chosen.engine]
        plots, layer = load(chosen.plots), load(chosen.layer)
        if isinstance(plots, Path):
            run = lambda _: overlay(plots, layer)  # noqa: E731
        else:
            run = lambda step: overlay(every_nth(plots, step), layer)  # noqa: E731
    load_s = time.perf_counter() - start
    result = measured(chosen.runs, chosen.budget, run)
    plot, feature, area = (np.asarray(column) for column in result.pop("rows"))
    inside = area > 0
    plot = plot[inside].astype(np.int64) * result["step"]
    np.savez(chosen.out, plot=plot, feature=feature[inside].astype(np.int64), area=area[inside])
    print(json.dumps({"load_s": load_s, "version": version} | result))


if __name__ == "__main__":
    main()
