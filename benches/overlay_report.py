"""Tables of the overlay benchmark as Markdown, and the comparison of areas with those of GEOS."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from overlay_workloads import SIZES

import sanxian

CORES = os.cpu_count() or 1
OURS = {
    "ours_points": "**sanxian**, Arrow table of coordinates",
    "ours_trust": "sanxian, the same without looking for invalid polygons",
    "ours_wkb": "sanxian, Arrow table of WKB",
    "ours_path": "sanxian, file to result",
    "ours_frame": "sanxian, GeoDataFrame to DataFrame",
    "ours_pieces": "sanxian, with geometry, Arrow to Arrow",
}
PEERS = {
    "shapely": "shapely, STRtree and vectorised intersection",
    "shapely_prepared": "shapely, prepared, covered ones taken whole",
    "geopandas": "geopandas.overlay and area",
    "duckdb": "DuckDB spatial",
    "sedonadb": "SedonaDB",
    "i_overlay": "i_overlay on 32 bits, rstar, rayon",
    "geo": "geo BooleanOps, rstar, rayon",
}
NAMES = OURS | PEERS
TITLES = {
    "parcels": "plots on a survey of parcels",
    "red_line": "parcels under a red line",
    "pairs": "huge pairs",
    "england": "areas and wards",
}
#: GEOS in the run that areas are held against: the first of these that was not sampled.
REFERENCES = (f"shapely.{CORES}", "geopandas.1", f"shapely_prepared.{CORES}")
#: What the tables are to show: workload, engine of ours, least ratio to geopandas, and to the fastest peer.
TARGETS = (
    ("parcels_5000", "ours_points", "wall", 100, 28),
    ("parcels_38", "ours_path", "file to result", 80, 10),
    ("red_line", "ours_points", "wall", 1400, 70),
    ("pairs", "ours_points", "wall", 100, 12),
    ("england", "ours_points", "wall", 70, 15),
    ("parcels_5000", "ours_pieces", "wall, with geometry", 45, 12),
    ("red_line", "ours_pieces", "wall, with geometry", 500, 30),
)


@dataclass(frozen=True)
class Figure:
    """What one engine took for one workload; a sample is scaled to the whole."""

    engine: str
    threads: int
    step: int
    wall_s: float
    cpu_s: float
    load_s: float
    resident_mb: float | None
    peak_mb: float | None

    @property
    def file_to_result_s(self) -> float:
        """With reading the files, which ours does inside when it is given paths."""
        return self.load_s + self.wall_s


def figure(result: dict[str, Any]) -> Figure:
    """Medians of the runs."""
    step = result["step"]
    wall_s, cpu_s = (step * statistics.median(result[key]) for key in ("wall_s", "cpu_s"))
    load_s = {"ours_path": 0.0}.get(result["engine"], result["load_s"])
    memory = (result.get("resident_mb"), result.get("peak_mb"))
    return Figure(result["engine"], result["threads"], step, wall_s, cpu_s, load_s, *memory)


def agreement(folder: Path, workload: str, result: dict[str, Any], reference: str | None) -> str:
    """Pairs missing and added, the total and the worst pair, against GEOS."""
    key = f"{workload}.{result['engine']}.{result['threads']}"
    if reference is None:
        return "no reference"
    if key == f"{workload}.{reference}":
        return "reference"
    ours, theirs = (np.load(folder / f"{name}.npz") for name in (key, f"{workload}.{reference}"))
    kept = theirs["plot"] % result["step"] == 0
    columns = [(ours["plot"], ours["feature"], ours["area"])]
    columns.append(tuple(theirs[name][kept] for name in ("plot", "feature", "area")))
    keys = [plot.astype(np.int64) << 32 | feature.astype(np.int64) for plot, feature, _ in columns]
    every = np.union1d(*keys)
    areas = np.zeros((2, len(every)))
    for row, (pairs, (_, _, area)) in zip(areas, zip(keys, columns, strict=True), strict=True):
        np.add.at(row, np.searchsorted(every, pairs), area)
    total = abs(areas[0].sum() - areas[1].sum()) / areas[1].sum()
    worst = np.abs(areas[0] - areas[1]).max(initial=0.0)
    said = f"{len(keys[0]):,} pairs, total {total:.0e}, worst {worst:.0e} m²"
    for name, absent, present in (("missing", 0, 1), ("more", 1, 0)):
        only = areas[present][areas[absent] == 0]
        if len(only):
            said += f", {len(only)} {name} of at most {only.max():.0e} m²"
    return said


def workload_table(folder: Path, workload: str, found: list[dict[str, Any]]) -> Iterator[str]:
    """One workload: every engine beside ours."""
    measured = [result for result in found if "wall_s" in result and result["threads"] in (1, CORES)]
    keys = {f"{result['engine']}.{result['threads']}": result for result in measured}
    reference = next((name for name in REFERENCES if keys.get(name, {}).get("step") == 1), None)
    figures = [(figure(result), result) for result in measured]
    base = next((of for of, _ in figures if (of.engine, of.threads) == ("ours_points", CORES)), None)
    path = next((of for of, _ in figures if of.engine == "ours_path"), None)
    columns = ("engine", "threads", "wall s", "cpu s", "× wall", "× cpu", "file to result s", "×")
    yield f"| {' | '.join(columns)} | peak MB (of it for the run) | areas against GEOS |"
    yield "|-|-:|-:|-:|-:|-:|-:|-:|-:|-|"
    for of, result in sorted(figures, key=lambda pair: pair[0].wall_s):
        name = NAMES[of.engine] + (f" (1 plot in {of.step}, scaled)" if of.step > 1 else "")
        ratios = ["", ""] if base is None else [ratio(of.wall_s, base.wall_s), ratio(of.cpu_s, base.cpu_s)]
        # Nobody who has a file and sanxian makes an Arrow table of it first.
        from_file = of.engine in PEERS or of.engine == "ours_path"
        whole = f"{of.file_to_result_s:.3f} | {ratio(of.file_to_result_s, path.wall_s) if path else ''}"
        memory = f"{of.peak_mb:,.0f} ({of.peak_mb - of.resident_mb:,.0f})" if of.peak_mb and of.resident_mb else "–"
        row = [name, of.threads, f"{of.wall_s:.3f}", f"{of.cpu_s:.3f}", *ratios, whole if from_file else "– | –"]
        yield f"| {' | '.join(map(str, row))} | {memory} | {agreement(folder, workload, result, reference)} |"
    skipped = [result for result in found if "skipped" in result]
    for result in skipped:
        yield f"| {NAMES[result['engine']]} | {result['threads']} | not run: {result['skipped']} | | | | | | | |"


def ratio(theirs_s: float, ours_s: float) -> str:
    """How many times as long."""
    quotient = theirs_s / ours_s
    return f"{quotient:,.0f}" if quotient >= 20 else f"{quotient:.1f}"


def target_table(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """What was asked for, and what there is."""
    yield "| target | geopandas, at least | measured (cpu) | fastest peer, at least | measured (cpu) | which |"
    yield "|-|-:|-:|-:|-:|-|"
    for workload, engine, what, least, least_fastest in TARGETS:
        figures = [figure(result) for result in found.get(workload, []) if "wall_s" in result]
        ours = next((of for of in figures if of.engine == engine and of.threads == CORES), None)
        peers = [of for of in figures if of.engine in PEERS]
        if ours is None or not peers:
            continue
        whole = what == "file to result"

        def seconds(of: Figure, whole: bool = whole) -> float:
            return of.file_to_result_s if whole else of.wall_s

        row = [f"{workload}: {what}", f"{least} ×"]
        for of in (next((of for of in peers if of.engine == "geopandas"), None), min(peers, key=seconds)):
            if of is None:
                row.append("not run")
                continue
            row.append(f"{seconds(of) / seconds(ours):,.1f} × ({of.cpu_s / ours.cpu_s:,.1f} ×)")
            row.append(f"{least_fastest} ×" if len(row) == 3 else NAMES[of.engine])
        yield f"| {' | '.join(row)} |"


def scaling_table(size: str, found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """The same plots amid larger and larger surveys."""
    engines = ("ours_points", "ours_path", "shapely_prepared", "geopandas")
    yield "| parcels in the layer | " + " | ".join(f"{NAMES[engine]}, wall (cpu) s" for engine in engines) + " |"
    yield "|-:|" + "-:|" * len(engines)
    for count in SIZES[size].scaling:
        figures = {
            result["engine"]: figure(result) for result in found.get(f"scaling_{count}", []) if "wall_s" in result
        }
        cells = [f"{of.wall_s:.3f} ({of.cpu_s:.3f})" if (of := figures.get(engine)) else "–" for engine in engines]
        yield f"| {count:,} | {' | '.join(cells)} |"


def thread_table(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """One thread against all."""
    yield f"| sanxian, Arrow table of coordinates | 1 thread, s | {CORES} threads, s | times as fast |"
    yield "|-|-:|-:|-:|"
    for workload, results in found.items():
        figures = [figure(result) for result in results if result["engine"] == "ours_points" and "wall_s" in result]
        by_threads = {of.threads: of.wall_s for of in figures}
        if len(by_threads) == 2:
            one, all_ = by_threads[1], by_threads[CORES]
            yield f"| {workload} | {one:.3f} | {all_:.3f} | {one / all_:.2f} |"


def tables(size: str, folder: Path, results: dict[str, dict[str, Any]]) -> str:
    """All tables, with machine and date."""
    found: dict[str, list[dict[str, Any]]] = {}
    for result in results.values():
        found.setdefault(result["workload"], []).append(result)
    loads = [result["load"] for result in results.values()] or [0.0]
    versions = [
        f"sanxian {sanxian.__version__}",
        f"geopandas {geopandas.__version__}",
        f"shapely {shapely.__version__}",
    ]
    versions += [f"GEOS {shapely.geos_version_string}"]
    versions += sorted({result["version"] for result in results.values() if result.get("version")})
    lines = [
        f"{datetime.date.today()}, {CORES} cores {platform.machine()}, load {min(loads):.1f} to {max(loads):.1f}, "
        f"Python {platform.python_version()}, {', '.join(versions)}; size {size!r}.",
        "",
        *target_table(found),
    ]
    for workload, of_workload in found.items():
        if not workload.startswith("scaling"):
            title = next(title for start, title in TITLES.items() if workload.startswith(start))
            lines += ["", f"### {workload}: {title}", "", *workload_table(folder, workload, of_workload)]
    lines += ["", "### Threads", "", *thread_table(found)]
    lines += ["", "### The same plots, larger layers", "", *scaling_table(size, found)]
    return "\n".join(lines) + "\n"


def write(path: Path, text: str, section: str = "overlay") -> None:
    """Put a section's tables between their marks in the document, and leave the rest of it."""
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    before, mark, rest = path.read_text().partition(begin)
    if not mark:
        raise RuntimeError(f"{path}: no {begin}")
    after = rest.partition(end)[2]
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")
