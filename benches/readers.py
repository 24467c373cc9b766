"""What the benchmarks of readers share: times and memory of ours and a peer's call, and their table.

``python benches/readers.py`` runs them all, a minute or two on an idle machine; with ``--write`` it puts their tables
into RESULTS.md.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import overlay_report

import sanxian as sx

RUNS = 5
#: What takes milliseconds is run again until it has taken so long together, or as often as the second number says.
ENOUGH_S, MOST_RUNS = 2.0, 50


@dataclass
class Comparison:
    """One thing that both do, how each does it, and how many times faster than the peer is asked for."""

    name: str
    ours: Callable[[], object]
    call: str
    peer: Callable[[], object]
    target: float | None = None


def median_s(work: Callable[[], object]) -> tuple[float, float]:
    """Medians of elapsed time and of processor time, all threads together, of some runs after one that warms up."""
    elapsed: list[float] = []
    used: list[float] = []
    work()
    while len(elapsed) < RUNS or (sum(elapsed) < ENOUGH_S and len(elapsed) < MOST_RUNS):
        start, start_used = time.perf_counter(), time.process_time()
        work()
        elapsed.append(time.perf_counter() - start)
        used.append(time.process_time() - start_used)
    return statistics.median(elapsed), statistics.median(used)


def print_comparisons(comparisons: list[Comparison], peer: str) -> None:
    """Run them and print a line each."""
    print(f"| | sanxian, s | {peer}, s | {peer}'s call | ratio | asked for | processor seconds | ratio |")
    print("|-|-:|-:|-|-:|-:|-:|-:|")
    for comparison in comparisons:
        ours, ours_used = median_s(comparison.ours)
        theirs, theirs_used = median_s(comparison.peer)
        target = "–" if comparison.target is None else f"{comparison.target:g} ×"
        print(
            f"| {comparison.name} | {ours:.4f} | {theirs:.4f} | `{comparison.call}` | {theirs / ours:.1f} × | {target} "
            f"| {ours_used:.4f} : {theirs_used:.4f} | {theirs_used / ours_used:.1f} × |",
            flush=True,
        )


def peak_mb(reader: str, path: Path) -> tuple[float, float]:
    """Growth of the memory peak of a fresh process by one read, and the size of what was read; in 10^6 bytes."""
    code = f"""
import sys
import pyarrow as pa, pyarrow.parquet, pyogrio
from sanxian import _native
# Not ru_maxrss: Linux hands the parent's peak down through fork and exec. Mapped pages of the file count while mapped.
peak = lambda: next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024 / 1e6
pa.array([1]); before = peak()
table = {reader}
print(peak() - before, pa.table(table).nbytes / 1e6)
"""
    command = [sys.executable, "-c", code, str(path)]
    grown, size = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(grown), float(size)


def print_peaks(ours: str, peer: str, call: str, path: Path) -> None:
    """Compare the memory of a read into Arrow; both are expressions of ``sys.argv[1]``."""
    ours_mb, size_mb = peak_mb(ours, path)
    theirs_mb, theirs_size_mb = peak_mb(peer, path)
    print(f"\nMemory peak into Arrow: {ours_mb:.0f} MB for {size_mb:.0f} MB of columns ", end="")
    print(f"({ours_mb / size_mb:.2f} ×; asked for: 2.5 ×); `{call}` {theirs_mb:.0f} MB for {theirs_size_mb:.0f} MB.")


def machine(*versions: str) -> str:
    """The machine, how busy it is, and the versions."""
    load = os.getloadavg()[0]
    parts = [platform.machine(), f"{os.cpu_count()} cores", f"load {load:.1f}", f"Python {platform.python_version()}"]
    return ", ".join([*parts, f"sanxian {sx.__version__}", *versions])


def main(write: bool) -> None:
    """Run the benchmarks one after the other, each in a process of its own."""
    here = Path(__file__).parent
    for name in ("shapefile", "geoparquet"):
        text = subprocess.run([sys.executable, here / f"{name}.py"], check=True, capture_output=True, text=True).stdout
        print(f"## {name}\n\n{text}", flush=True)
        if write:
            overlay_report.write(here / "RESULTS.md", text.strip(), name)


if __name__ == "__main__":
    main("--write" in sys.argv[1:])
