"""Overlay areas, ours and every peer's, in one run on one machine: ``python benches/overlay.py``.

Each engine works on each workload in a process of its own, one after the other, on layers that
``overlay_workloads.py`` makes from seeds (the first run takes minutes to make them) and on the borders of England where
the reference data lie. Areas of all are compared with those of GEOS in the same run, pair by pair. Results are kept in
the cache as they come in, so that a run that was stopped goes on with ``--resume``; ``--write`` puts the tables into
``RESULTS.md``.

    python benches/overlay.py --size smoke             # seconds: does everything work?
    python benches/overlay.py --install-peers          # DuckDB and SedonaDB, into an environment in the cache, by pip
    python benches/overlay.py --write                  # all of it; the machine should have nothing else to do
    python benches/overlay.py --only red_line --engines ours_points,shapely_prepared
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import overlay_report
from overlay_engines import DATABASES, SAMPLE
from overlay_workloads import CACHE, ROOT, SIZES, make

PEER_ENVIRONMENT = CACHE / "peers"
PEER_PACKAGES = (
    "numpy",
    "pyarrow",
    "duckdb==1.5.5",
    "duckdb-extension-spatial==1.5.5",
    "sedonadb==0.5.0",
    "geoarrow-pyarrow",
)
RUST_PEERS = ("i_overlay", "geo")
#: Seconds a peer may take for one workload before a sample of the plots stands for all of them.
BUDGET_S = 150.0
#: Engines whose work grows with the pairs, so that a sample can stand for the whole; preparing a layer does not.
SAMPLED = ("geopandas", *DATABASES, *RUST_PEERS)
CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Run:
    """One engine over one workload with so many threads."""

    workload: str
    plots: str
    layer: str
    engine: str
    threads: int

    @property
    def key(self) -> str:
        """What the result is filed under."""
        return f"{self.workload}.{self.engine}.{self.threads}"


def runs(size: str, folder: Path) -> Iterator[Run]:
    """Every run, ours and the peers of a workload together."""
    of = SIZES[size]
    workloads = [(f"parcels_{count}", f"plots_{count}", "parcels") for count in of.plots]
    workloads += [("red_line", "red_line_parcels", "red_line"), ("pairs", "pair_a", "pair_b")]
    if (folder / "england_wards.parquet").exists():
        workloads.append(("england", "england_areas", "england_wards"))
    for workload, plots, layer in workloads:
        two = [*overlay_report.OURS, "shapely_prepared", "shapely", "geopandas", *DATABASES, *RUST_PEERS]
        # Without preparing, GEOS takes minutes for the red line, and geopandas does just that.
        two = [engine for engine in two if (workload, engine) != ("red_line", "shapely")]
        for engine in two:
            yield Run(workload, plots, layer, engine, 1 if engine == "geopandas" else CORES)
        for engine in ("ours_points", "shapely_prepared"):
            if CORES > 1:
                yield Run(workload, plots, layer, engine, 1)
    for count in of.scaling:
        for engine in ("ours_points", "ours_path", "shapely_prepared", "geopandas"):
            threads = 1 if engine == "geopandas" else CORES
            yield Run(f"scaling_{count}", "scaling_plots", f"scaling_{count}", engine, threads)


def build_rust_peers() -> Path | str:
    """The program of the peers in Rust, or why there is none."""
    if shutil.which("cargo") is None:
        return "no cargo on the path"
    command = ["cargo", "build", "--release", "--locked", "--package", "sanxian-overlay", "--example", "overlay_peers"]
    if subprocess.run([*command, "--quiet"], cwd=ROOT).returncode:
        return "it did not build"
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return target / "release" / "examples" / "overlay_peers"


def install_peers() -> None:
    """Make the environment of the peers that the project does not depend on."""
    subprocess.run([sys.executable, "-m", "venv", PEER_ENVIRONMENT], check=True)
    subprocess.run([PEER_ENVIRONMENT / "bin" / "pip", "install", "--quiet", *PEER_PACKAGES], check=True)


def execute(run: Run, folder: Path, rust: Path | str, limit_s: float) -> dict[str, Any]:
    """Run one engine; what stops it becomes ``skipped`` with the reason."""
    out = folder / f"{run.key}.npz"
    out.unlink(missing_ok=True)
    environment = os.environ | {"RAYON_NUM_THREADS": str(run.threads), "OMP_NUM_THREADS": str(run.threads)}
    # The package of this checkout, whatever is installed.
    environment["PYTHONPATH"] = str(ROOT / "python")
    may_be_slow = run.workload in ("red_line", "england") and run.engine in SAMPLED
    try:
        if run.engine in RUST_PEERS:
            if isinstance(rust, str):
                return {"skipped": f"peers in Rust are absent: {rust}"}
            return execute_rust(run, folder, rust, may_be_slow, environment, limit_s)
        python = Path(sys.executable)
        if run.engine in DATABASES:
            python = PEER_ENVIRONMENT / "bin" / "python"
            if not python.exists():
                return {"skipped": "absent: python benches/overlay.py --install-peers"}
        program = Path(__file__).with_name("overlay_engines.py")
        files = [folder / f"{layer}.parquet" for layer in (run.plots, run.layer)]
        command = [python, program, run.engine, *files, "--out", out]
        command += [
            "--budget",
            str(BUDGET_S if may_be_slow else 0),
            "--runs",
            "5" if run.engine.startswith("ours") else "3",
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=limit_s)
    except subprocess.TimeoutExpired:
        return {"skipped": f"took more than {limit_s:.0f} s"}
    except RuntimeError as error:
        return {"skipped": str(error)[:200]}
    if done.returncode:
        return {"skipped": (done.stderr.strip().splitlines() or ["it died"])[-1][:200]}
    return json.loads(done.stdout.splitlines()[-1])


def execute_rust(
    run: Run, folder: Path, program: Path, may_be_slow: bool, environment: dict[str, str], limit_s: float
) -> dict[str, Any]:
    """Run a peer written in Rust, on a sample first where the whole may take too long."""
    files = [folder / f"{layer}.flat" for layer in (run.plots, run.layer)]
    pairs = folder / f"{run.key}.bin"

    def once(step: int, times: int) -> dict[str, Any]:
        command = [program, run.engine, *files, str(step), str(times), pairs]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=limit_s)
        if done.returncode:
            raise RuntimeError((done.stderr.strip().splitlines() or ["it died"])[-1])
        return json.loads(done.stdout) | {"step": step}

    step = SAMPLE if may_be_slow else 1
    result = once(step, 1)
    if may_be_slow and result["wall_s"][0] * SAMPLE < BUDGET_S:
        result = once(1, 1)
    elif result["wall_s"][0] < 2:
        result = once(step, 3)
    raw = pairs.read_bytes()
    count = len(raw) // 16
    ids = np.frombuffer(raw, "<u4", 2 * count).astype(np.int64)
    areas = np.frombuffer(raw, "<f8", offset=8 * count)
    np.savez(folder / f"{run.key}.npz", plot=ids[:count], feature=ids[count:], area=areas)
    pairs.unlink()
    return result


def main() -> None:
    """Measure what is asked for and print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", choices=list(SIZES), default="full")
    arguments.add_argument("--resume", action="store_true", help="go on with the run that was stopped")
    arguments.add_argument("--write", action="store_true", help="put the tables into RESULTS.md")
    arguments.add_argument("--install-peers", action="store_true", help="install DuckDB and SedonaDB and stop")
    arguments.add_argument("--only", help="workloads, by the start of their names, with commas")
    arguments.add_argument("--engines", help="engines, with commas")
    arguments.add_argument("--minutes", type=float, default=20.0, help="peers that would start later are left out")
    chosen = arguments.parse_args()
    if chosen.install_peers:
        install_peers()
        return
    folder = make(chosen.size)
    results = folder / "results.json"
    found: dict[str, Any] = json.loads(results.read_text()) if chosen.resume and results.exists() else {}
    rust = build_rust_peers()
    start = time.perf_counter()
    for run in runs(chosen.size, folder):
        if chosen.only and not run.workload.startswith(tuple(chosen.only.split(","))):
            continue
        if chosen.engines and run.engine not in chosen.engines.split(","):
            continue
        if "wall_s" in found.get(run.key, {}):
            continue
        left_s = chosen.minutes * 60 - (time.perf_counter() - start)
        if left_s < 0 and not run.engine.startswith("ours"):
            result = {"skipped": f"the run had taken its {chosen.minutes:g} minutes"}
        else:
            result = execute(run, folder, rust, limit_s=3 * BUDGET_S)
        result |= {"workload": run.workload, "engine": run.engine, "threads": run.threads, "load": os.getloadavg()[0]}
        found[run.key] = result
        results.write_text(json.dumps(found, indent=1))
        said = result.get("skipped") or f"{min(result['wall_s']):.3f} s, cpu {min(result['cpu_s']):.3f} s"
        print(f"{run.key}: {said}", file=sys.stderr, flush=True)
    tables = overlay_report.tables(chosen.size, folder, found)
    print(tables)
    if chosen.write:
        overlay_report.write(Path(__file__).with_name("RESULTS.md"), tables)


if __name__ == "__main__":
    main()
