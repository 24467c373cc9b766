"""What is handed out as Arrow is the same bytes every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import sanxian as sx
from reference_data import DEMO


def test_sums_of_groups_have_the_same_bytes_on_one_thread_and_on_four(tmp_path: Path) -> None:
    code = (
        "import sys, sanxian as sx, pyarrow.feather as feather\n"
        "plots, survey, out = sys.argv[1:]\n"
        "table = sx.overlay_area(plots, survey, by=['DLBM', 'QSXZ'], as_arrow=True)\n"
        "feather.write_feather(table, out, compression='uncompressed')\n"
    )
    outputs = []
    for threads in ("1", "4"):
        out = tmp_path / f"{threads}.feather"
        command = [sys.executable, "-c", code, DEMO / "plots.txt", DEMO / "survey" / "DLTB.shp", out]
        subprocess.run(command, check=True, env=os.environ | {"RAYON_NUM_THREADS": threads})
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10_000


def test_metadata_of_arrow_tables_has_one_order() -> None:
    survey = DEMO / "survey" / "DLTB.shp"
    calls = [
        lambda: sx.read_plots(DEMO / "plots.txt", as_arrow=True),
        lambda: sx.read_layer(survey, as_arrow=True),
        lambda: sx.overlay_area(DEMO / "plots.txt", survey, as_arrow=True),
        lambda: sx.overlay(DEMO / "plots.txt", survey, as_arrow=True),
    ]
    for call in calls:
        # Rust's maps have another order each time they are made, also within one process.
        orders = set()
        for _ in range(12):
            schema = call().schema
            fields = tuple((field.name, *(field.metadata or ())) for field in schema)
            orders.add((fields, tuple(schema.metadata)))
        assert len(orders) == 1
        (fields, _) = orders.pop()
        assert any(len(names) == 3 for names in fields) or call is calls[2]
